// Authenticated encryption: what comes back is what was put in, or nothing. Both ciphers take a 32-byte key
// and a 12-byte nonce that must never repeat under one key; the 16-byte tag follows the ciphertext.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fvm::crypto {

inline constexpr size_t aead_key_bytes = 32;
inline constexpr size_t aead_nonce_bytes = 12;
inline constexpr size_t aead_tag_bytes = 16;

enum class Aead { aes_256_gcm, chacha20_poly1305 };

// `aside` is authenticated but not encrypted. Ciphertext and tag.
std::string aead_seal(Aead cipher, std::string_view key, std::string_view nonce, std::string_view aside,
                      std::string_view plaintext);
// Nothing when key, nonce, `aside` or a single bit of `sealed` is not what it was.
std::optional<std::string> aead_open(Aead cipher, std::string_view key, std::string_view nonce,
                                     std::string_view aside, std::string_view sealed);

}  // namespace fvm::crypto
