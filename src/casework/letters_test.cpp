// Who is told of which step, by notice and by letter.
#include "casework/letters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/messages.hpp"
#include "casework/testing.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"

namespace fvm::casework {
namespace {

class CaseLetters : public CaseworkTest {
 protected:
  std::vector<notify::Letter> letters(const std::string& number) const {
    return notify::letters_about(store(), number).value();
  }
  size_t told(const std::string& number, std::string_view audience, std::string_view key) const {
    const auto all = notify::notices(store(), number).value();
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const auto& notice) {
      return notice.audience == audience && notice.key == key;
    }));
  }
};

TEST(NoticeKeys, EveryStepThatTellsSomebodyHasWordsInBothLanguages) {
  for (const Transition& step : transitions()) {
    if (step.notice == Notice::none) continue;
    const std::string_view key = notice_key(step.event);
    ASSERT_FALSE(key.empty()) << name_of(step.event);
    const std::string danish = message(Language::danish, key), english = message(Language::english, key);
    EXPECT_NE(danish, key);
    EXPECT_NE(danish, english);
  }
}

TEST_F(CaseLetters, EveryStepTowardsTheApplicantIsALetterToTheContact) {
  const std::string number = active();
  take(number, "anna", Event::close, {"Slut", {}});
  std::vector<std::string> subjects;
  for (const notify::Letter& letter : letters(number)) {
    EXPECT_EQ(letter.to, "anna@demo-kommune.example");
    EXPECT_EQ(letter.subject.find('{'), std::string::npos) << letter.subject;
    EXPECT_EQ(letter.text.find('{'), std::string::npos) << letter.text;
    EXPECT_EQ(letter.text.find("\\n"), std::string::npos) << letter.text;
    subjects.push_back(letter.subject);
  }
  // Received, granted, in force. The closing was the applicant's own: the caseworker is told instead.
  ASSERT_EQ(subjects.size(), 3u);
  EXPECT_NE(subjects[1].find("imødekommet"), std::string::npos);
  EXPECT_EQ(told(number, "karl", "notice.case_close"), 1u);
}

TEST_F(CaseLetters, AllCaseworkersAreToldWhileTheCaseIsNobodys) {
  const std::string number = submitted();
  EXPECT_EQ(told(number, "role:caseworker", "notice.case_submit"), 1u);
  EXPECT_EQ(told(number, "anna", "notice.case_submit"), 1u);
  take(number, "anna", Event::comment, {"Det haster", {}});
  EXPECT_EQ(told(number, "role:caseworker", "notice.case_comment"), 1u);
  take(number, "karl", Event::assign, {{}, "karl"});
  take(number, "anna", Event::comment, {"Tak", {}});
  EXPECT_EQ(told(number, "karl", "notice.case_comment"), 1u);
}

TEST_F(CaseLetters, TheLetterSaysWhatWasWrittenAndNothingInternal) {
  const std::string number = under_assessment();
  take(number, "karl", Event::note, {"internt", {}});
  take(number, "karl", Event::recommend, {"indstilling", "reject"});
  take(number, "dorte", Event::reject, {"Formålet er ikke statistisk", {}});
  const auto all = letters(number);
  EXPECT_NE(all.back().text.find("Formålet er ikke statistisk"), std::string::npos);
  for (const notify::Letter& letter : all) {
    EXPECT_EQ(letter.text.find("internt"), std::string::npos);
    EXPECT_EQ(letter.text.find("indstilling\r"), std::string::npos);
  }
}

TEST_F(CaseLetters, WithoutAnAddressThereIsNoticeButNoLetter) {
  const auto made =
      begin(setting(), program("fvm-intake"),
            {.text = "[application]\ntitle = \"x\"\n", .origin = Origin::mail, .mail_from = "no address"});
  ASSERT_TRUE(made.ok() && made->done);
  EXPECT_EQ(address_of(store(), made->about).value(), "");
  take(made->about.number, "karl", Event::withdraw, {"Uanmodet", {}});
  EXPECT_TRUE(letters(made->about.number).empty());
}

TEST_F(CaseLetters, WhoeverWroteGetsTheLetterUntilTheFormNamesAContact) {
  const auto made = begin(setting(), program("fvm-intake"),
                          {.text = "", .origin = Origin::mail, .mail_from = "skriver@region.example"});
  ASSERT_TRUE(made.ok() && made->done);
  EXPECT_EQ(address_of(store(), made->about).value(), "skriver@region.example");
  ASSERT_TRUE(save(setting(), made->about.number, user("karl"), {.text = whole_application()}).ok());
  EXPECT_EQ(address_of(store(), found(made->about.number)).value(), "anna@demo-kommune.example");
}

TEST_F(CaseLetters, TheAdviserAloneIsToldOfTheQuestion) {
  const std::string number = under_assessment();
  take(number, "karl", Event::ask, {"?", "kirsten"});
  EXPECT_EQ(told(number, "kirsten", "notice.case_ask"), 1u);
  EXPECT_EQ(told(number, "role:caseworker", "notice.case_ask"), 0u);
}

}  // namespace
}  // namespace fvm::casework
