// FF1 format-preserving encryption (NIST SP 800-38G): numerals in, numerals of the same length out.
//
// Ff1Reference follows the standard word for word for any radix, length and tweak: it is the yardstick.
// IdentifierCipher is the same cipher for our one shape (radix 36, ten numerals, AES-256, tweak = one byte,
// the kind of identifier), over vectors of numbers below 36^10.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::crypto {

using Numerals = std::vector<uint16_t>;  // each below the radix, most significant first

class Ff1Reference {
 public:
  // `key`: 16, 24 or 32 bytes; `radix`: 2 to 2^16. "crypto.key_length" or "crypto.radix" otherwise.
  static Result<Ff1Reference> with_key(std::string_view key, uint32_t radix);
  // "crypto.numerals" unless every numeral is below the radix and radix^length >= 1,000,000.
  Result<Numerals> encrypt(const Numerals& plaintext, std::string_view tweak) const;
  Result<Numerals> decrypt(const Numerals& ciphertext, std::string_view tweak) const;

 private:
  Ff1Reference(std::string key, uint32_t radix) : key_(std::move(key)), radix_(radix) {}
  std::string key_;
  uint32_t radix_;
};

// One thread at a time (it owns buffers); copies for other threads are cheap to make from the same key.
class IdentifierCipher {
 public:
  // `key`: 32 bytes; `tweak`: the kind of identifier (wire::Identifier). "crypto.key_length" otherwise.
  static Result<IdentifierCipher> with_key(std::string_view key, uint8_t tweak);
  IdentifierCipher(IdentifierCipher&&) noexcept;
  IdentifierCipher& operator=(IdentifierCipher&&) noexcept;
  ~IdentifierCipher();

  // In place. Every value must be below identifier_values (crypto/identifier.hpp): "crypto.value_too_large"
  // otherwise, and then nothing is changed.
  Result<void> encrypt(std::span<uint64_t> values);
  Result<void> decrypt(std::span<uint64_t> values);

 private:
  struct Body;
  explicit IdentifierCipher(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace fvm::crypto
