#include <gtest/gtest.h>

#include <chrono>

#include "account/guess.hpp"
#include "account/password.hpp"
#include "account/rules.hpp"

namespace fvm::account {
namespace {

const CommonPasswords common =
    CommonPasswords::of("# a comment\npassword\nsommer\nkøbenhavn\n123456789012\n");

std::string verdict(std::string_view password) {
  const auto checked = check_password(password, {"anne", "Demo Kommune"}, common);
  return checked.ok() ? "good" : checked.error().code;
}

TEST(Password, LongAndUnlikelyIsAllThatIsAsked) {
  for (const char* good : {"fire ord uden sammenhæng", "æøåæøåæøåæøåx", "correct horse battery"})
    EXPECT_EQ(verdict(good), "good") << good;
  EXPECT_EQ(verdict("kort"), "account.password_short");
  EXPECT_EQ(verdict("æøåæøåæøåæø"), "account.password_short");  // eleven characters, twenty-two bytes
  EXPECT_EQ(verdict(std::string(257, 'x')), "account.password_long");
  EXPECT_EQ(verdict("anne er en god bruger"), "account.password_name");
  EXPECT_EQ(verdict("ti linjer\nog en til"), "account.password_unreadable");
  EXPECT_EQ(verdict("\xc3\x28 er ikke UTF-8"), "account.password_unreadable");
  EXPECT_EQ(verdict("er ikke helt UTF-8 \xc3"), "account.password_unreadable");
}

TEST(Password, WhatIsGuessedFirstIsRefusedInItsUsualDisguises) {
  for (const char* bad :
       {"123456789012", "Sommer2026!!!!", "!!!PASSWORD!!!", "passwordpassword", "KØBENHAVN-2026",
        "sommersommersommer", "aaaaaaaaaaaa", "abcabcabcabc", "2026-2026-2026", "999999999999999"})
    EXPECT_EQ(verdict(bad), "account.password_common") << bad;
}

TEST(Password, TheListThatWeShipIsRead) {
  const auto shipped = CommonPasswords::read(real_world(), "share/passwords");
  ASSERT_TRUE(shipped.ok());
  for (const char* known :
       {"Password2026!", "adgangskode123", "RødGrødMedFløde1", "qwertyuiop!!", "1q2w3e4r5t6y"})
    EXPECT_TRUE(shipped->knows(known)) << known;
  // From the list of breaches, and no word of the first list is its core.
  for (const char* known : {"Mailcreated5240", "polniypizdec0211", "chickenwing101"})
    EXPECT_TRUE(shipped->knows(known)) << known;
  EXPECT_FALSE(shipped->knows("fire ord uden sammenhæng"));
  EXPECT_EQ(CommonPasswords::read(real_world(), "share/none").error().code, "account.no_list");
}

TEST(Password, WhatAGuesserWouldTryForThisUserIsRefused) {
  // Words of the list in other company, names, seasons and years, keyboards, dates, rows of letters.
  for (const char* bad :
       {"demokommune2026", "Demo-Kommune-26", "KommunenDemo1!", "D3m0K0mmun3!!", "efterår2025efterår",
        "Vinter2025vinter", "1qaz2wsx3edc4rfv", "asdfghjklæ1234", "zxcvbnm,./zxc", "abcdefghijklmnop",
        "aaaabbbbccccdddd1", "P@ssw0rd123456", "Administrator1", "januar2026februar"})
    EXPECT_EQ(verdict(bad), "account.password_guessable") << bad;
  for (const char* good : {"hundenspiserkat", "blå-kaffe-træer", "KX7q-mm2p-91ds", "rødgrød med fløde på",
                           "correct horse battery", "gråt ur, to løg, ni"})
    EXPECT_EQ(verdict(good), "good") << good;
  // The same is nothing special for somebody else.
  EXPECT_TRUE(check_password("tranebærmosevej", {"bo", "Anden Region"}, common).ok());
  EXPECT_EQ(check_password("tranebærmosevej", {"bo", "Tranebærmosevej Kommune"}, common).error().code,
            "account.password_guessable");
}

TEST(Password, JudgingTheLongestIsQuick) {
  const std::string pieces[] = {"a", "password", "12-12-2012", "qwerty", "p@55w0rd", "\xc3\xa6", "aB3$"};
  for (const std::string& piece : pieces) {
    std::string longest;
    while (longest.size() + piece.size() <= password_bytes_max) longest += piece;
    const auto began = std::chrono::steady_clock::now();
    (void)guess_bits(longest, {"anne", "Demo Kommune"});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took.count(), 5) << piece;  // milliseconds; what grows with a power of the length would show
  }
}

TEST(Hash, IsArgon2idWithASaltOfItsOwn) {
  const PasswordCost cheap{.memory_kib = 64, .passes = 1};
  const std::string one = hash_password(real_world(), "hemmelig", cheap).value();
  EXPECT_TRUE(one.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << one;
  EXPECT_NE(one, hash_password(real_world(), "hemmelig", cheap).value());
  EXPECT_TRUE(password_fits(one, "hemmelig"));
  EXPECT_FALSE(password_fits(one, "hemmelig "));
  EXPECT_FALSE(password_fits("", "hemmelig"));
  EXPECT_FALSE(password_fits("$argon2id$broken", "hemmelig"));
}

// RFC 9106's own vector has a secret key and associated data, which the encoded form has not; this one is
// from the reference implementation's tests (phc-winner-argon2, test.c).
TEST(Hash, FitsTheReferenceImplementation) {
  EXPECT_TRUE(password_fits(
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"));
}

TEST(Wait, BeginsAfterFourAndDoublesToAnHour) {
  for (int64_t free = 0; free <= 4; ++free) EXPECT_EQ(wait_seconds_after(free), 0);
  EXPECT_EQ(wait_seconds_after(5), 60);
  EXPECT_EQ(wait_seconds_after(6), 120);
  EXPECT_EQ(wait_seconds_after(10), 1920);
  EXPECT_EQ(wait_seconds_after(11), 3600);
  EXPECT_EQ(wait_seconds_after(1'000'000), 3600);
}

TEST(Code, HasNoLettersThatLookAlike) {
  std::string all(256, 0);
  for (int i = 0; i < 256; ++i) all[static_cast<size_t>(i)] = static_cast<char>(i);
  const std::string code = code_of(all);
  EXPECT_EQ(code.find_first_of("ILOU"), std::string::npos);
  EXPECT_EQ(code_of(std::string(code_random_bytes, 0)), "00000-00000-00000-00000");
  EXPECT_EQ(plain_code("ab-c oil"), "ABC011");
}

TEST(Browser, IsNamedForPeople) {
  EXPECT_EQ(browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Linux");
  EXPECT_EQ(
      browser_name("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"),
      "Edge, Windows");
  EXPECT_EQ(browser_name("curl/8"), "?");
}

}  // namespace
}  // namespace fvm::account
