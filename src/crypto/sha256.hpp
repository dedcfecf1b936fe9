// SHA-256 (FIPS 180-4) of memory, of a stream, of a file; HMAC and HKDF over it (RFC 2104, RFC 5869).
// Digests are 32 raw bytes; crypto/encoding.hpp makes them text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::crypto {

inline constexpr size_t sha256_bytes = 32;

// Incremental; used by one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  std::string finish();  // the digest; then starts afresh

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

struct FileDigest {
  std::string sha256;  // 32 raw bytes
  uint64_t bytes = 0;  // length of the file
};
// From the current position to the end, in pieces; a failed read is "system.failed".
Result<FileDigest> sha256_of_descriptor(int descriptor);
// "file.missing" or "system.failed" when it cannot be read.
Result<FileDigest> sha256_of_file(const Path& file);

std::string hmac_sha256(std::string_view key, std::string_view text);
// HKDF-SHA256: `bytes` (at most 255 * 32) of key material for the purpose `info`.
std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, size_t bytes);

}  // namespace fvm::crypto
