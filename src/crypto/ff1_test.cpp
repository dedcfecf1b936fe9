#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/world.hpp"
#include "crypto/encoding.hpp"
#include "crypto/ff1.hpp"
#include "crypto/identifier.hpp"

namespace fvm::crypto {
namespace {

Numerals numerals(std::string_view text) {
  Numerals out;
  for (const char c : text) out.push_back(static_cast<uint16_t>(c <= '9' ? c - '0' : c - 'a' + 10));
  return out;
}

// The sample vectors that NIST publishes with SP 800-38G ("FF1samples.pdf").
struct Sample {
  int number;
  size_t key_bytes;
  uint32_t radix;
  const char *tweak, *plaintext, *ciphertext;
};
constexpr const char* sample_key = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94";
constexpr Sample samples[] = {
    {1, 16, 10, "", "0123456789", "2433477484"},
    {2, 16, 10, "39383736353433323130", "0123456789", "6124200773"},
    {3, 16, 36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"},
    {4, 24, 10, "", "0123456789", "2830668132"},
    {5, 24, 10, "39383736353433323130", "0123456789", "2496655549"},
    {6, 24, 36, "3737373770717273373737", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"},
    {7, 32, 10, "", "0123456789", "6657667009"},
    {8, 32, 10, "39383736353433323130", "0123456789", "1001623463"},
    {9, 32, 36, "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"},
};

TEST(Ff1, PublishedSamples) {
  for (const Sample& sample : samples) {
    const std::string key = from_hex(sample_key)->substr(0, sample.key_bytes);
    const auto cipher = Ff1Reference::with_key(key, sample.radix);
    ASSERT_TRUE(cipher.ok());
    const std::string tweak = *from_hex(sample.tweak);
    EXPECT_EQ(*cipher->encrypt(numerals(sample.plaintext), tweak), numerals(sample.ciphertext))
        << sample.number;
    EXPECT_EQ(*cipher->decrypt(numerals(sample.ciphertext), tweak), numerals(sample.plaintext))
        << sample.number;
  }
}

TEST(Ff1, RefusesWhatTheStandardDoesNotAllow) {
  EXPECT_FALSE(Ff1Reference::with_key("short", 10).ok());
  EXPECT_FALSE(Ff1Reference::with_key(std::string(16, 'k'), 1).ok());
  EXPECT_FALSE(Ff1Reference::with_key(std::string(16, 'k'), 65537).ok());
  const auto cipher = Ff1Reference::with_key(std::string(16, 'k'), 10).value();
  EXPECT_FALSE(cipher.encrypt(numerals("12345"), "").ok());   // 10^5 texts: too few to hide in
  EXPECT_FALSE(cipher.encrypt(numerals("12345a"), "").ok());  // not a decimal digit
  EXPECT_TRUE(cipher.encrypt(numerals("123456"), "").ok());
}

RC_GTEST_PROP(Ff1, ReferenceDecryptsWhatItEncrypts, ()) {
  const auto radix = *rc::gen::inRange<uint32_t>(2, 65537);
  const auto key =
      *rc::gen::container<std::string>(*rc::gen::element<size_t>(16, 24, 32), rc::gen::arbitrary<char>());
  const auto tweak = *rc::gen::resize(40, rc::gen::arbitrary<std::string>());
  const auto count = *rc::gen::inRange<size_t>(20, 60);
  const auto text =
      *rc::gen::container<Numerals>(count, rc::gen::inRange<uint16_t>(0, static_cast<uint16_t>(radix - 1)));
  const auto cipher = Ff1Reference::with_key(key, radix).value();
  const auto sealed = cipher.encrypt(text, tweak).value();
  RC_ASSERT(sealed.size() == text.size());
  RC_ASSERT(std::all_of(sealed.begin(), sealed.end(), [&](uint16_t n) { return n < radix; }));
  RC_ASSERT(cipher.decrypt(sealed, tweak).value() == text);
}

using Values = std::vector<uint64_t>;

std::string any_key() {
  return *rc::gen::container<std::string>(32, rc::gen::arbitrary<char>());
}
Values any_values(size_t count) {
  return *rc::gen::container<Values>(count, rc::gen::inRange<uint64_t>(0, identifier_values));
}
Values encrypted(const std::string& key, uint8_t tweak, Values values) {
  auto cipher = IdentifierCipher::with_key(key, tweak).value();
  if (!cipher.encrypt(values).ok()) ADD_FAILURE();
  return values;
}

RC_GTEST_PROP(IdentifierCipher, IsFf1, ()) {
  const std::string key = any_key();
  const auto tweak = *rc::gen::arbitrary<uint8_t>();
  const Values values = any_values(20);
  const Values sealed = encrypted(key, tweak, values);
  const auto reference = Ff1Reference::with_key(key, 36).value();
  for (size_t i = 0; i < values.size(); ++i) {
    std::string text = unpack(values[i], 10);
    for (char& c : text) c = static_cast<char>(c >= 'A' ? c - 'A' + 'a' : c);
    const Numerals expected =
        reference.encrypt(numerals(text), std::string(1, static_cast<char>(tweak))).value();
    uint64_t number = 0;
    for (const uint16_t n : expected) number = number * 36 + n;
    RC_ASSERT(sealed[i] == number);
  }
}

RC_GTEST_PROP(IdentifierCipher, DecryptsWhatItEncryptsAndStaysInRange, ()) {
  const std::string key = any_key();
  const Values values = any_values(*rc::gen::inRange<size_t>(0, 1500));  // around the batch size
  auto cipher = IdentifierCipher::with_key(key, 1).value();
  Values work = values;
  RC_ASSERT(cipher.encrypt(work).ok());
  RC_ASSERT(std::all_of(work.begin(), work.end(), [](uint64_t v) { return v < identifier_values; }));
  RC_ASSERT(cipher.decrypt(work).ok());
  RC_ASSERT(work == values);
}

RC_GTEST_PROP(IdentifierCipher, DiffersByKeyAndByTweak, ()) {
  const std::string key = any_key();
  const std::string other = any_key();
  RC_PRE(key != other);
  const Values values = any_values(50);
  RC_ASSERT(encrypted(key, 1, values) != encrypted(other, 1, values));
  RC_ASSERT(encrypted(key, 1, values) != encrypted(key, 2, values));
  RC_ASSERT(encrypted(key, 1, values) == encrypted(key, 1, values));
}

// Neighbours (a day's births) get no shared pseudonym, and none of them keeps its own number.
TEST(IdentifierCipher, NoCollisionsAmongNeighbours) {
  constexpr size_t count = 200'000;
  Values values(count);
  const uint64_t start = pack_person("0101800000").value();
  for (size_t i = 0; i < count; ++i) values[i] = start + i;
  const Values sealed = encrypted(std::string(32, 'n'), 1, values);
  EXPECT_EQ(std::set<uint64_t>(sealed.begin(), sealed.end()).size(), count);
  size_t unchanged = 0;
  for (size_t i = 0; i < count; ++i) unchanged += sealed[i] == values[i] ? 1 : 0;
  EXPECT_EQ(unchanged, 0u);
}

// The ends of the domain, where the arithmetic modulo 36^5 could slip.
TEST(IdentifierCipher, EndsOfTheDomain) {
  Values values;
  for (const uint64_t v : {uint64_t{0}, uint64_t{1}, half_values - 1, half_values, half_values + 1,
                           identifier_values - half_values, identifier_values - 1}) {
    values.push_back(v);
  }
  auto cipher = IdentifierCipher::with_key(std::string(32, 'e'), 2).value();
  Values work = values;
  ASSERT_TRUE(cipher.encrypt(work).ok());
  ASSERT_TRUE(cipher.decrypt(work).ok());
  EXPECT_EQ(work, values);
  Values refused = {1, 2, identifier_values, 4};
  const auto result = cipher.encrypt(refused);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "crypto.value_too_large");
  EXPECT_EQ(result.error().argument("number"), "3");
  EXPECT_EQ(refused, (Values{1, 2, identifier_values, 4}));
  EXPECT_FALSE(IdentifierCipher::with_key("short", 1).ok());
}

}  // namespace
}  // namespace fvm::crypto
