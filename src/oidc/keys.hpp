// The broker's public keys (JWKS, RFC 7517), and signatures by them (cjose).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::oidc {

inline constexpr size_t keys_max = 32;
inline constexpr size_t token_bytes_max = 16u << 10;
inline constexpr size_t rsa_bits_min = 2048;

class Keys {
 public:
  // Keys that are not for signatures, of unknown kinds, too short or broken are left out; "oidc.keys" when
  // the text is no key set or none is left.
  static Result<Keys> parse(const std::string& jwks);
  Keys();
  Keys(Keys&&) noexcept;
  Keys& operator=(Keys&&) noexcept;
  ~Keys();

  // The payload of a signed token in compact form. "oidc.malformed", "oidc.algorithm" (none of `allowed`, or
  // a header with crit), "oidc.key_unknown", "oidc.signature".
  Result<std::string> verified(std::string_view token, const std::vector<std::string>& allowed) const;

 private:
  struct Key;
  const Key* find(const std::string& id, const std::string& algorithm) const;
  std::vector<Key> keys_;
};

}  // namespace fvm::oidc
