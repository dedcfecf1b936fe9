#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/ed25519.hpp"
#include "crypto/encoding.hpp"
#include "crypto/identifier.hpp"
#include "crypto/sealed_box.hpp"
#include "crypto/sha256.hpp"

namespace fvm::crypto {
namespace {

std::string hex(std::string_view text) {
  return from_hex(text).value();
}

TEST(Identifier, PacksPersonalNumbers) {
  const auto plain = pack_person("0101801137");
  ASSERT_TRUE(plain);
  EXPECT_EQ(unpack(*plain, 10), "0101801137");
  EXPECT_EQ(pack_person("010180-1137"), plain);
  EXPECT_EQ(unpack(*pack_person("0101801ab7"), 10), "0101801AB7");  // eCPR
  EXPECT_EQ(unpack(*pack_person("6101801137"), 10), "6101801137");  // replacement number
  EXPECT_TRUE(pack_person("2902801137"));                           // 1980 was a leap year
}

TEST(Identifier, RefusesWhatIsNoPersonalNumber) {
  for (const char* text : {"", "010180113", "01018011370", "0101801-137", "0101801 37", "3201801137",
                           "0013801137", "0100801137", "3102801137", "2902811137", "9201801137", "0101801a3b",
                           "010180a137", "A101801137", "010180\0 1137"}) {
    EXPECT_FALSE(pack_person(text)) << text;
  }
}

TEST(Identifier, ProvidersRegainTheirZeros) {
  EXPECT_EQ(pack_provider("12345"), pack_provider("012345"));
  EXPECT_EQ(unpack(*pack_provider("12345"), 6), "012345");
  EXPECT_EQ(*pack_provider("ZZZZZZZZZZ"), identifier_values - 1);
  EXPECT_EQ(pack_record("0"), 0u);
  EXPECT_EQ(pack_record("70000000001"), 70000000001u);
  EXPECT_EQ(pack_record("999999999999999"), 999'999'999'999'999u);
  for (const char* text : {"", "00", "07", "1000000000000000", "-1", "1.0", "a", "A", "pnr01_dw01"}) {
    EXPECT_GE(pack_record(text), 1'000'000'000'000'000u) << text << ": not the number of another key";
    EXPECT_LT(pack_record(text), identifier_values) << text;
  }
  EXPECT_NE(pack_record("a"), pack_record("A"));
  EXPECT_EQ(pack_record("pnr01_dw01"), 1566883836645972u);
  // A pair that was searched for: under one spread they meet, under the next they do not.
  const char *one = "rec-1008406018993692", *other = "rec-1665724921824677";
  EXPECT_EQ(pack_record(one), 1'393'608'251'889'436u);
  EXPECT_EQ(pack_record(other), pack_record(one));
  EXPECT_NE(pack_record(other, 1), pack_record(one, 1));
  for (const unsigned spread : {1u, 2u, 3u}) {
    EXPECT_EQ(pack_record("70000000001", spread), 70000000001u) << "numbers are the same under every spread";
    EXPECT_NE(pack_record(one, spread), pack_record(one, spread - 1));
    EXPECT_GE(pack_record("a", spread), record_numbers_end);
    EXPECT_LT(pack_record("a", spread), identifier_values);
  }
  EXPECT_NE(pack_provider("12A45"), pack_provider("12345"));
  for (const char* text : {"", "12345678901", "12 45", "12-45", "æøå"})
    EXPECT_FALSE(pack_provider(text)) << text;
}

RC_GTEST_PROP(Identifier, UnpackIsTheWayBack, ()) {
  const auto value = *rc::gen::inRange<uint64_t>(0, identifier_values);
  RC_ASSERT(pack_provider(unpack(value, 10)) == value);
}

// FIPS 180-4 and RFC 4231 / 5869 examples.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.add("a");
  pieces.add("bc");
  EXPECT_EQ(pieces.finish(), sha256("abc"));
  EXPECT_EQ(pieces.finish(), sha256(""));
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hkdf_sha256(hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
                               hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Sha256, OfFiles) {
  const Path file = std::filesystem::temp_directory_path() / ("fvm-sha-" + random_hex(real_world(), 6));
  const std::string content(3'000'000, 'x');
  ASSERT_TRUE(real_world().create_file(file, content, 0600).ok());
  const auto digest = sha256_of_file(file);
  EXPECT_EQ(digest->sha256, sha256(content));
  EXPECT_EQ(digest->bytes, content.size());
  (void)real_world().remove(file);
  EXPECT_EQ(sha256_of_file(file).error().code, "file.missing");
}

RC_GTEST_PROP(Encoding, RoundTrips, (const std::string& bytes)) {
  RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
}

TEST(Encoding, RefusesOtherText) {
  for (const char* text : {"a", "0g", "0x00"}) EXPECT_FALSE(from_hex(text)) << text;
  for (const char* text : {"a", "ab=", "====", "ab=c", "a===", "aa==\n", "ab=="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  EXPECT_EQ(from_base64(""), "");
}

// RFC 8032, 7.1, test 2.
TEST(Ed25519, KnownAnswer) {
  const auto key =
      SigningKey::from_seed(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(to_hex(key->public_key()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = key->sign("r");
  EXPECT_EQ(to_hex(*signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(verify(key->public_key(), "r", *signature));
  EXPECT_FALSE(verify(key->public_key(), "s", *signature));
  EXPECT_FALSE(verify(key->public_key(), "r", "short"));
  EXPECT_FALSE(SigningKey::from_seed("short").ok());
}

TEST(Ed25519, PublicKeyFile) {
  const std::string key(32, 'k');
  EXPECT_EQ(*parse_public_key(public_key_text("audit key", key)), key);
  for (const char* text : {"", "# only a comment\n", "bm8=\n", "not base64\n"}) {
    EXPECT_EQ(parse_public_key(text).error().code, "crypto.public_key_unreadable") << text;
  }
}

class SealedBox : public ::testing::Test {
 protected:
  std::string private_key_ = std::string(32, 7);
  std::string public_key_ = x25519_public_key(private_key_).value();
  std::string secret_of(std::string_view box) {
    return shared_secret(private_key_, ephemeral_key_of(box).value()).value();
  }
};

TEST_F(SealedBox, OpensOnlyWithTheKeepersAnswer) {
  const std::string box = seal(public_key_, "row 17;0101801137").value();
  EXPECT_EQ(box.find("0101801137"), std::string::npos);
  EXPECT_EQ(open(secret_of(box), box).value(), "row 17;0101801137");
  const std::string other = seal(public_key_, "row 17;0101801137").value();
  EXPECT_NE(box, other);
  EXPECT_EQ(open(secret_of(other), box).error().code, "crypto.box_damaged");
  const auto wrong = shared_secret(std::string(32, 8), *ephemeral_key_of(box));
  EXPECT_EQ(open(*wrong, box).error().code, "crypto.box_damaged");
}

TEST_F(SealedBox, InPiecesAndLong) {
  auto writer = BoxWriter::start(public_key_).value();
  std::string box = writer.header();
  const std::string piece(box_chunk_bytes_max + 10, 'p');
  box += writer.add("first");
  box += writer.add(piece);
  box += writer.finish();
  EXPECT_EQ(open(secret_of(box), box).value(), "first" + piece);
  const std::string whole = seal(public_key_, piece + piece).value();
  EXPECT_EQ(open(secret_of(whole), whole).value(), piece + piece);
}

TEST_F(SealedBox, NoticesEveryChange) {
  auto writer = BoxWriter::start(public_key_).value();
  std::string secret_box = writer.header();
  secret_box += writer.add("one");
  secret_box += writer.add("two");
  secret_box += writer.finish("three");
  const std::string secret = secret_of(secret_box);
  ASSERT_EQ(open(secret, secret_box).value(), "onetwothree");
  for (size_t i = 40; i < secret_box.size(); ++i) {
    std::string changed = secret_box;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open(secret, changed).ok()) << i;
    EXPECT_FALSE(open(secret, secret_box.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(open(secret, secret_box + "x").ok());
  EXPECT_EQ(open(secret, "hello").error().code, "crypto.not_a_box");
}

TEST_F(SealedBox, RefusesBadKeys) {
  EXPECT_EQ(seal("short", "x").error().code, "crypto.key_length");
  EXPECT_EQ(seal(std::string(32, 0), "x").error().code, "crypto.key_refused");
}

}  // namespace
}  // namespace fvm::crypto
