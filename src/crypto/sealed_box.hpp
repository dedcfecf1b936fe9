// Sealed boxes: anybody with the public key can put bytes in, only the keeper can say what opens them. Used
// for rows put aside at delivery, which still hold personal numbers.
//
//   box   = "FVMBOX1\n" + ephemeral X25519 public key (32) + chunks
//   chunk = length of plaintext (4, little-endian; top bit set on the last) + ciphertext + tag (16)
//
// ChaCha20-Poly1305 (RFC 8439) under HKDF-SHA256(X25519 secret, salt = ephemeral key + recipient's key); the
// nonce counts chunks and the length word is authenticated, so that chunks cannot be cut off, moved or
// joined.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::crypto {

inline constexpr size_t x25519_key_bytes = 32;
inline constexpr uint32_t box_chunk_bytes_max = 1u << 20;

// Writes one box piece by piece; a fresh ephemeral key each. Used by one thread at a time.
class BoxWriter {
 public:
  // "crypto.key_length" when `public_key` is not 32 bytes, "crypto.failed" when it is not a point to trust.
  static Result<BoxWriter> start(std::string_view public_key);
  BoxWriter(BoxWriter&&) noexcept;
  BoxWriter& operator=(BoxWriter&&) noexcept;
  ~BoxWriter();
  std::string header() const { return header_; }        // goes first
  std::string add(std::string_view plaintext);          // zero or more chunks
  std::string finish(std::string_view plaintext = {});  // the last; nothing may follow

 private:
  BoxWriter(std::string key, std::string header) : key_(std::move(key)), header_(std::move(header)) {}
  std::string key_, header_;
  uint64_t chunk_ = 0;
};

// The whole at once.
Result<std::string> seal(std::string_view public_key, std::string_view plaintext);

// The ephemeral public key that the keeper must be asked about (wire::Unseal); "crypto.not_a_box" otherwise.
Result<std::string> ephemeral_key_of(std::string_view box);
// `shared_secret`: the keeper's answer (shared_secret below). "crypto.box_damaged" when anything was changed,
// cut off or sealed for another key.
Result<std::string> open(std::string_view shared_secret, std::string_view box);

// What the keeper does: the key of the box whose ephemeral public key is given. 32 bytes.
Result<std::string> shared_secret(std::string_view private_key, std::string_view ephemeral_public_key);
// The public key of an X25519 private key (32 random bytes).
Result<std::string> x25519_public_key(std::string_view private_key);

}  // namespace fvm::crypto
