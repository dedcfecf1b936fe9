// FF1 for identifiers, a vector at a time. With radix 36, ten numerals and a tweak of one byte, each of the
// ten rounds needs exactly one AES block per identifier: the first CBC-MAC block P is the same for all, and Q
// is one block of which only the round number and the half B change. So a round is one ECB call of OpenSSL
// over the whole vector, and one pass of plain arithmetic that adds what came out, reduces it modulo 36^5 and
// lays out the next round's blocks. Everything stays in the first-level cache.
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "crypto/ff1.hpp"
#include "crypto/identifier.hpp"

// One copy of each pass per generation of processors, chosen when the program starts; sanitizers cannot run
// before that choice, and clang does not take all the names.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define FVM_VECTORISED \
  __attribute__((optimize("O3"), target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FVM_VECTORISED
#endif

namespace fvm::crypto {
namespace {

static_assert(std::endian::native == std::endian::little, "blocks are laid out as little-endian words");

constexpr size_t batch = 512;  // identifiers a round: 8 KiB in, 8 KiB out, 8 KiB of halves
constexpr int rounds = 10;
constexpr size_t key_bytes = 32;

// 2^32 modulo 36^5: folds the upper half of a 64-bit number into the lower.
constexpr uint64_t fold = (uint64_t{1} << 32) % half_values;
static_assert(fold == 1'868'800);

// `sum` modulo 36^5 for sum < 2^53, by multiplying with a reciprocal instead of dividing. Dropping 22 bits of
// the sum and rounding the reciprocal down make the quotient less than 0.14 too small before it is cut to a
// whole number, so at most one too small after; the rest then wraps round when 36^5 too much is taken off.
constexpr int dropped_bits = 22, reciprocal_bits = 35;
constexpr uint64_t reciprocal = (uint64_t{1} << (dropped_bits + reciprocal_bits)) / half_values;
static_assert(reciprocal < uint64_t{1} << 32, "31 bits of the sum times 32 fit a word");
inline uint64_t reduce(uint64_t sum) {
  const uint64_t quotient = ((sum >> dropped_bits) * reciprocal) >> reciprocal_bits;
  const uint64_t rest = sum - quotient * half_values;
  return std::min(rest, rest - half_values);
}

// A 64-bit number modulo 36^5 (not yet reduced), plus `half`: below 2^52.84 + 2^32 + 2^26 < 2^53.
inline uint64_t fold_and_add(uint64_t random, uint64_t half) {
  return (random >> 32) * fold + (random & 0xffffffff) + half;
}

// The second word of a block: the constant part, the round number (byte 11) and the half, big-endian.
inline uint64_t second_word(uint64_t constant, uint64_t half) {
  return constant ^ (static_cast<uint64_t>(__builtin_bswap32(static_cast<uint32_t>(half))) << 32);
}

FVM_VECTORISED void lay_out(uint64_t* __restrict blocks, const uint64_t* __restrict halves, uint64_t first,
                            uint64_t second, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    blocks[2 * k] = first;
    blocks[2 * k + 1] = second_word(second, halves[k]);
  }
}

// One round's arithmetic: adds the pseudorandom numbers to `halves` and lays out the blocks of the next
// round.
FVM_VECTORISED void add_and_lay_out(uint64_t* __restrict blocks, uint64_t* __restrict halves,
                                    const uint64_t* __restrict random, uint64_t first, uint64_t second,
                                    size_t count) {
  for (size_t k = 0; k < count; ++k) {
    const uint64_t sum = reduce(fold_and_add(__builtin_bswap64(random[2 * k]), halves[k]));
    halves[k] = sum;
    blocks[2 * k] = first;
    blocks[2 * k + 1] = second_word(second, sum);
  }
}

// The same for decryption: subtracts.
FVM_VECTORISED void subtract_and_lay_out(uint64_t* __restrict blocks, uint64_t* __restrict halves,
                                         const uint64_t* __restrict random, uint64_t first, uint64_t second,
                                         size_t count) {
  for (size_t k = 0; k < count; ++k) {
    const uint64_t minus = half_values - reduce(fold_and_add(__builtin_bswap64(random[2 * k]), 0));
    const uint64_t sum = halves[k] + minus;
    const uint64_t rest = std::min(sum, sum - half_values);
    halves[k] = rest;
    blocks[2 * k] = first;
    blocks[2 * k + 1] = second_word(second, rest);
  }
}

FVM_VECTORISED uint64_t largest_of(const uint64_t* values, size_t count) {
  uint64_t largest = 0;
  for (size_t k = 0; k < count; ++k) largest = values[k] > largest ? values[k] : largest;
  return largest;
}

// value / 36^5 and what is left, in floating point: values below 2^52 are the mantissa of a double whose
// exponent says 2^52, so no conversion is needed either way. Rounding to the nearest makes the quotient right
// or one too large; what is left is then negative, which shows in its top bit.
FVM_VECTORISED void split(const uint64_t* __restrict values, uint64_t* __restrict left,
                          uint64_t* __restrict right, size_t count) {
  constexpr double two_52 = 4503599627370496.0;
  constexpr uint64_t exponent = 0x4330000000000000, mantissa = 0x000fffffffffffff;
  static_assert(identifier_values <= mantissa);
  for (size_t k = 0; k < count; ++k) {
    const double value = std::bit_cast<double>(values[k] | exponent) - two_52;
    const double quotient = value * (1.0 / static_cast<double>(half_values));
    const uint64_t low = std::bit_cast<uint64_t>(quotient + two_52) & mantissa;
    const uint64_t rest = values[k] - low * half_values;
    left[k] = low - (rest >> 63);
    right[k] = std::min(rest, rest + half_values);
  }
}

FVM_VECTORISED void join(uint64_t* values, const uint64_t* left, const uint64_t* right, size_t count) {
  for (size_t k = 0; k < count; ++k) values[k] = left[k] * half_values + right[k];
}

}  // namespace

struct IdentifierCipher::Body {
  ~Body() {
    EVP_CIPHER_CTX_free(aes);  // wipes its key schedule
    OPENSSL_cleanse(this, sizeof *this);
  }

  void run_aes(size_t count) {
    int length = 0;
    EVP_EncryptUpdate(aes, reinterpret_cast<unsigned char*>(random), &length,
                      reinterpret_cast<const unsigned char*>(blocks), static_cast<int>(count * 16));
  }

  uint64_t second_of_round(int round) const { return second ^ (static_cast<uint64_t>(round) << 24); }

  void encrypt(uint64_t* values, size_t count) {
    uint64_t* a = halves;
    uint64_t* b = halves + batch;
    split(values, a, b, count);
    lay_out(blocks, b, first, second_of_round(0), count);
    for (int round = 0; round < rounds; ++round) {
      run_aes(count);
      add_and_lay_out(blocks, a, random, first, second_of_round(round + 1), count);
      std::swap(a, b);
    }
    join(values, a, b, count);
  }

  void decrypt(uint64_t* values, size_t count) {
    uint64_t* a = halves;
    uint64_t* b = halves + batch;
    split(values, a, b, count);
    lay_out(blocks, a, first, second_of_round(rounds - 1), count);
    for (int round = rounds - 1; round >= 0; --round) {
      run_aes(count);
      subtract_and_lay_out(blocks, b, random, first, second_of_round(round - 1), count);
      std::swap(a, b);
    }
    join(values, a, b, count);
  }

  EVP_CIPHER_CTX* aes = nullptr;
  uint64_t first = 0, second = 0;  // E(P) xor the constant part of Q
  alignas(64) uint64_t blocks[2 * batch];
  alignas(64) uint64_t random[2 * batch];
  alignas(64) uint64_t halves[2 * batch];
};

IdentifierCipher::IdentifierCipher(std::unique_ptr<Body> body) : body_(std::move(body)) {}
IdentifierCipher::IdentifierCipher(IdentifierCipher&&) noexcept = default;
IdentifierCipher& IdentifierCipher::operator=(IdentifierCipher&&) noexcept = default;
IdentifierCipher::~IdentifierCipher() = default;

Result<IdentifierCipher> IdentifierCipher::with_key(std::string_view key, uint8_t tweak) {
  if (key.size() != key_bytes) return defect("crypto.key_length");
  auto body = std::make_unique<Body>();
  body->aes = EVP_CIPHER_CTX_new();
  if (body->aes == nullptr ||
      EVP_EncryptInit_ex(body->aes, EVP_aes_256_ecb(), nullptr,
                         reinterpret_cast<const unsigned char*>(key.data()), nullptr) != 1) {
    return defect("crypto.failed", {{"what", "start AES-256"}});
  }
  EVP_CIPHER_CTX_set_padding(body->aes, 0);
  // P: version 1, method 2, addition 1, radix 36, ten rounds, u = 5, n = 10, t = 1 (SP 800-38G, step 5).
  constexpr unsigned char P[16] = {1, 2, 1, 0, 0, 36, 10, 5, 0, 0, 0, 10, 0, 0, 0, 1};
  std::memcpy(body->blocks, P, sizeof P);
  body->run_aes(1);
  body->first = body->random[0] ^ tweak;  // Q begins with the tweak
  body->second = body->random[1];
  return IdentifierCipher(std::move(body));
}

namespace {

Result<void> check(std::span<const uint64_t> values) {
  if (largest_of(values.data(), values.size()) < identifier_values) return {};
  const auto wrong =
      std::find_if(values.begin(), values.end(), [](uint64_t v) { return v >= identifier_values; });
  return usage("crypto.value_too_large", {{"number", std::to_string(wrong - values.begin() + 1)}});
}

}  // namespace

Result<void> IdentifierCipher::encrypt(std::span<uint64_t> values) {
  TRY(check(values));
  for (size_t at = 0; at < values.size(); at += batch)
    body_->encrypt(values.data() + at, std::min(batch, values.size() - at));
  return {};
}

Result<void> IdentifierCipher::decrypt(std::span<uint64_t> values) {
  TRY(check(values));
  for (size_t at = 0; at < values.size(); at += batch)
    body_->decrypt(values.data() + at, std::min(batch, values.size() - at));
  return {};
}

}  // namespace fvm::crypto
