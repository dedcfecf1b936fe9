// Ed25519 signatures (RFC 8032) and the file that holds a public key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::crypto {

inline constexpr size_t ed25519_key_bytes = 32;
inline constexpr size_t ed25519_signature_bytes = 64;
// The keeper signs only texts that start so, whatever it is asked (wire::Sign).
inline constexpr std::string_view checkpoint_prefix = "fvm-audit-checkpoint\n";
// ... or so, when it has itself destroyed what the text says (wire::DestroyProjectKeys).
inline constexpr std::string_view certificate_prefix = "fvm-certificate-of-deletion 1\n";

class SigningKey {
 public:
  // `seed`: 32 secret bytes; "crypto.key_length" otherwise.
  static Result<SigningKey> from_seed(std::string_view seed);
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();
  std::string public_key() const;                         // 32 bytes
  Result<std::string> sign(std::string_view text) const;  // 64 bytes; safe from several threads

 private:
  struct Free {
    void operator()(void* key) const;
  };
  explicit SigningKey(void* key) : key_(key) {}
  std::unique_ptr<void, Free> key_;
};

// False also for a key or signature of the wrong length.
bool verify(std::string_view public_key, std::string_view text, std::string_view signature);

// What a public key file holds: a comment line ("# ...") and the key in base64.
std::string public_key_text(std::string_view comment, std::string_view public_key);
// The key in such a text; "crypto.public_key_unreadable" when there is none of 32 bytes.
Result<std::string> parse_public_key(std::string_view text);

}  // namespace fvm::crypto
