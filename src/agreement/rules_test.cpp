#include "agreement/rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "identity/rules.hpp"

namespace fvm::agreement {
namespace {

constexpr const char* danish = "Jeg accepterer FVM-2026-0017 version 2 med koden K7QF2M9R";

bool accepts(std::string_view text) {
  const auto answer = read_answer(text);
  return answer && answer->case_number == "FVM-2026-0017" && answer->version == 2 &&
         answer->code == "K7QF2M9R";
}

TEST(Answer, IsTheSentenceThatTheLetterAsksFor) {
  for (const Language language : {Language::danish, Language::english}) {
    EXPECT_TRUE(accepts(sentence(language, "FVM-2026-0017", 2, "K7QF2M9R")))
        << sentence(language, "FVM-2026-0017", 2, "K7QF2M9R");
  }
  EXPECT_EQ(sentence(Language::danish, "FVM-2026-0017", 2, "K7QF2M9R"), danish);
}

TEST(Answer, BlanksCaseAndAFullStopDoNotMatter) {
  EXPECT_TRUE(
      accepts("\r\n\r\n  jeg  ACCEPTERER fvm-2026-0017 version 2 med koden k7qf2m9r. \r\nVenlig hilsen\r\n"));
  EXPECT_TRUE(accepts("\xEF\xBB\xBFI accept FVM-2026-0017 version 2 with the code K7QF2M9R"));
}

// Every way in which the sentence stands in a message that is no answer: quoted, below other words, changed.
TEST(Answer, AnythingElseIsNone) {
  const std::string sentence = danish;
  for (const std::string& text : std::vector<std::string>{
           "", "\n\n", "> " + sentence, "Nej tak.\n" + sentence, "Fra: x@y.dk\n\n" + sentence,
           "Jeg accepterer ikke FVM-2026-0017 version 2 med koden K7QF2M9R", sentence + " hvis prisen falder",
           "Jeg accepterer FVM-2026-0017 version to med koden K7QF2M9R",
           "Jeg accepterer FVM-2026-0017 version 2",
           "Jeg accepterer FVM-2026-0017 version 2 med koden K7QF2M9",
           "Jeg accepterer FVM-2026-0017 version 2x med koden K7QF2M9R", "\"" + sentence + "\"",
           "Ja: " + sentence}) {
    EXPECT_FALSE(read_answer(text)) << text;
  }
}

RC_GTEST_PROP(Answer, NeverFailsOnAnyText, (const std::string& text)) {
  (void)read_answer(text);
  RC_ASSERT(!read_answer("> " + text));
}

TEST(Code, HasEightPlainLetters) {
  EXPECT_EQ(code_of_bits(0), "00000000");
  EXPECT_EQ(code_of_bits(~0ULL), "ZZZZZZZZ");
  EXPECT_NE(code_of_bits(1), code_of_bits(1ULL << 39));
}

TEST(SameAddress, FoldsTheDomainOnly) {
  EXPECT_TRUE(same_address("anna@Demo.Example", "anna@demo.example"));
  EXPECT_FALSE(same_address("Anna@demo.example", "anna@demo.example"));
  EXPECT_FALSE(same_address("anna@demo.example", "anna@demo.example.org"));
  EXPECT_FALSE(same_address("", ""));
}

Agreement agreement(State state, std::string pdf = "ab") {
  return {.party = {"Anna", "anna@demo.example", ""},
          .title = "Aftale",
          .pdf_sha256 = std::move(pdf),
          .state = state};
}

TEST(MayBeAccepted, OnceWhenItCanBeRead) {
  EXPECT_TRUE(may_be_accepted(agreement(State::open)).ok());
  EXPECT_EQ(may_be_accepted(agreement(State::open, "")).error().code, "agreement.not_made");
  EXPECT_EQ(may_be_accepted(agreement(State::accepted)).error().code, "agreement.accepted_already");
  EXPECT_EQ(may_be_accepted(agreement(State::lapsed)).error().code, "agreement.lapsed");
}

TEST(AllAccepted, MeansEveryOneAndAtLeastOne) {
  Version version;
  EXPECT_FALSE(all_accepted(version)) << "nothing to accept is no agreement";
  version.agreements = {agreement(State::accepted), agreement(State::open)};
  EXPECT_FALSE(all_accepted(version));
  EXPECT_EQ(waiting_for(version), "Aftale (Anna)");
  version.agreements[1].state = State::accepted;
  EXPECT_TRUE(all_accepted(version));
  version.agreements[0].state = State::lapsed;
  EXPECT_FALSE(all_accepted(version));
}

TEST(AccountName, ComesFromTheAddress) {
  EXPECT_EQ(account_name_of("Åse.Hansen-Ø@demo.example"), "aase.hansen-oe");
  EXPECT_EQ(account_name_of("42@demo.example"), "user");
  EXPECT_EQ(account_name_of("1a+b@demo.example"), "ab");
}

RC_GTEST_PROP(AccountName, IsAlwaysAUserName, (const std::string& address)) {
  RC_ASSERT(identity::is_user_name(account_name_of(address) + "-99"));
}

}  // namespace
}  // namespace fvm::agreement
