// Whole numbers modulo the prime 2^61 − 1. What holds here for a linear system with small coefficients holds
// over the fractions too, but for an accident of probability below 10^-15 a test.
#pragma once

#include <cstdint>

namespace fvm::tabular {

class Field {
 public:
  static constexpr uint64_t prime = (uint64_t{1} << 61) - 1;

  static uint64_t of(int64_t value) {
    return value >= 0 ? static_cast<uint64_t>(value) % prime
                      : prime - 1 - (static_cast<uint64_t>(-(value + 1)) % prime);
  }
  static uint64_t add(uint64_t a, uint64_t b) { return reduce(a + b); }
  static uint64_t subtract(uint64_t a, uint64_t b) { return reduce(a + prime - b); }
  static uint64_t negative(uint64_t a) { return a == 0 ? 0 : prime - a; }
  static uint64_t multiply(uint64_t a, uint64_t b) {
    __extension__ typedef unsigned __int128 Wide;
    const Wide product = static_cast<Wide>(a) * b;
    return reduce(static_cast<uint64_t>(product & prime) + static_cast<uint64_t>(product >> 61));
  }
  // `a` is not zero.
  static uint64_t inverse(uint64_t a) {
    if (a == 1 || a == prime - 1) return a;  // nearly all there are
    uint64_t result = 1;
    for (uint64_t exponent = prime - 2; exponent != 0; exponent >>= 1, a = multiply(a, a))
      if ((exponent & 1) != 0) result = multiply(result, a);
    return result;
  }
  static uint64_t divide(uint64_t a, uint64_t b) { return multiply(a, inverse(b)); }

 private:
  static uint64_t reduce(uint64_t value) { return value >= prime ? value - prime : value; }
};

}  // namespace fvm::tabular
