// The reference: SP 800-38G, Algorithms 7 and 8, with the standard's own letters where it has them. Big
// numbers are OpenSSL's, since a half of a long text does not fit a machine word.
#include "crypto/ff1.hpp"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <algorithm>

namespace fvm::crypto {
namespace {

constexpr int rounds = 10;
constexpr size_t block_bytes = 16;
constexpr size_t numerals_max = 4096;  // far below the standard's 2^32: a bound on work, not a rule of FF1
constexpr size_t tweak_bytes_max = 4096;
constexpr uint64_t domain_min = 1'000'000;  // radix^minlen, SP 800-38G revision 1, section 5.1

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Scratch = std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)>;

Number make_number(uint64_t value = 0) {
  Number n(BN_new(), BN_free);
  BN_set_word(n.get(), value);
  return n;
}

// NUM_radix(X)
Number number_of(const Numerals& numerals, uint32_t radix) {
  Number n = make_number();
  for (const uint16_t numeral : numerals) {
    BN_mul_word(n.get(), radix);
    BN_add_word(n.get(), numeral);
  }
  return n;
}

// STR_m,radix(x)
Numerals numerals_of(const Number& x, uint32_t radix, size_t m) {
  Numerals out(m);
  const Number rest(BN_dup(x.get()), BN_free);
  for (size_t i = m; i-- > 0;) out[i] = static_cast<uint16_t>(BN_div_word(rest.get(), radix));
  return out;
}

Number power(uint32_t radix, size_t exponent) {
  Number n = make_number(1);
  for (size_t i = 0; i < exponent; ++i) BN_mul_word(n.get(), radix);
  return n;
}

std::string big_endian(uint64_t value, size_t bytes) {
  std::string out(bytes, 0);
  for (size_t i = bytes; i-- > 0; value >>= 8) out[i] = static_cast<char>(value & 0xff);
  return out;
}

std::string exclusive_or(std::string a, std::string_view b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

// CIPH_K of one block.
std::string encrypt_block(std::string_view key, std::string_view block) {
  const EVP_CIPHER* cipher = key.size() == 16   ? EVP_aes_128_ecb()
                             : key.size() == 24 ? EVP_aes_192_ecb()
                                                : EVP_aes_256_ecb();
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  std::string out(2 * block_bytes, 0);
  int length = 0;
  EVP_EncryptInit_ex(context.get(), cipher, nullptr, reinterpret_cast<const unsigned char*>(key.data()),
                     nullptr);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                    reinterpret_cast<const unsigned char*>(block.data()), block_bytes);
  out.resize(block_bytes);
  return out;
}

// PRF (Algorithm 6): CBC-MAC without a final step, over whole blocks.
std::string prf(std::string_view key, std::string_view text) {
  std::string y(block_bytes, 0);
  for (size_t at = 0; at < text.size(); at += block_bytes)
    y = encrypt_block(key, exclusive_or(y, text.substr(at, block_bytes)));
  return y;
}

// What stays the same over the ten rounds (steps 1 to 5 of Algorithm 7).
struct Shape {
  size_t u, v;  // lengths of the two halves
  size_t b, d;  // bytes of a half as a number, and of the pseudorandom number added to it
  std::string P;
};

Shape shape_of(size_t n, uint32_t radix, size_t t) {
  Shape s;
  s.u = n / 2;
  s.v = n - s.u;
  const Number largest = power(radix, s.v);
  BN_sub_word(largest.get(), 1);
  s.b = static_cast<size_t>(BN_num_bytes(largest.get()));
  s.d = 4 * ((s.b + 3) / 4) + 4;
  s.P = std::string("\x01\x02\x01", 3) + big_endian(radix, 3) + '\x0a' + static_cast<char>(s.u & 0xff) +
        big_endian(n, 4) + big_endian(t, 4);
  return s;
}

// Step 6, i to iv: the number that round `i` adds, from the half `X`.
Number round_number(std::string_view key, const Shape& s, std::string_view tweak, int i, const Number& X) {
  std::string half(s.b, 0);
  BN_bn2binpad(X.get(), reinterpret_cast<unsigned char*>(half.data()), static_cast<int>(s.b));
  const size_t zeros = (block_bytes - (tweak.size() + s.b + 1) % block_bytes) % block_bytes;
  const std::string Q = std::string(tweak) + std::string(zeros, 0) + static_cast<char>(i) + half;
  const std::string R = prf(key, s.P + Q);
  std::string S = R;
  for (uint64_t j = 1; S.size() < s.d; ++j)
    S += encrypt_block(key, exclusive_or(R, big_endian(j, block_bytes)));
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(S.data()), static_cast<int>(s.d), nullptr),
                BN_free);
}

Result<void> check(const Numerals& text, uint32_t radix, std::string_view tweak) {
  uint64_t domain = 1;
  for (size_t i = 0; i < text.size() && domain < domain_min; ++i) domain *= radix;
  const bool fits = std::all_of(text.begin(), text.end(), [&](uint16_t n) { return n < radix; });
  if (!fits || domain < domain_min || text.size() < 2 || text.size() > numerals_max ||
      tweak.size() > tweak_bytes_max) {
    return usage("crypto.numerals");
  }
  return {};
}

enum class Direction { encrypt, decrypt };

Numerals run(std::string_view key, uint32_t radix, const Numerals& text, std::string_view tweak,
             Direction way) {
  const Shape s = shape_of(text.size(), radix, tweak.size());
  const auto middle = text.begin() + static_cast<std::ptrdiff_t>(s.u);
  Number A = number_of(Numerals(text.begin(), middle), radix);
  Number B = number_of(Numerals(middle, text.end()), radix);
  const Number modulus_u = power(radix, s.u);
  const Number modulus_v = power(radix, s.v);
  const Scratch scratch(BN_CTX_new(), BN_CTX_free);
  for (int step = 0; step < rounds; ++step) {
    const int i = way == Direction::encrypt ? step : rounds - 1 - step;
    const BIGNUM* modulus = (i % 2 == 0 ? modulus_u : modulus_v).get();
    Number C = make_number();
    if (way == Direction::encrypt) {
      const Number y = round_number(key, s, tweak, i, B);
      BN_mod_add(C.get(), A.get(), y.get(), modulus, scratch.get());
      A = std::move(B);
      B = std::move(C);
    } else {
      const Number y = round_number(key, s, tweak, i, A);
      BN_mod_sub(C.get(), B.get(), y.get(), modulus, scratch.get());
      B = std::move(A);
      A = std::move(C);
    }
  }
  Numerals out = numerals_of(A, radix, s.u);
  const Numerals right = numerals_of(B, radix, s.v);
  out.insert(out.end(), right.begin(), right.end());
  return out;
}

}  // namespace

Result<Ff1Reference> Ff1Reference::with_key(std::string_view key, uint32_t radix) {
  if (key.size() != 16 && key.size() != 24 && key.size() != 32) return defect("crypto.key_length");
  if (radix < 2 || radix > 65536) return usage("crypto.radix");
  return Ff1Reference(std::string(key), radix);
}

Result<Numerals> Ff1Reference::encrypt(const Numerals& plaintext, std::string_view tweak) const {
  TRY(check(plaintext, radix_, tweak));
  return run(key_, radix_, plaintext, tweak, Direction::encrypt);
}

Result<Numerals> Ff1Reference::decrypt(const Numerals& ciphertext, std::string_view tweak) const {
  TRY(check(ciphertext, radix_, tweak));
  return run(key_, radix_, ciphertext, tweak, Direction::decrypt);
}

}  // namespace fvm::crypto
