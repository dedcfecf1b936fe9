// What is decided about a message: rules and the state table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/read.hpp"
#include "intake/rules.hpp"

namespace fvm::intake {
namespace {

using ::testing::ElementsAre;

Content from(const std::string& address) {
  return {.from = {{"Anna", address}}};
}

TEST(IntakeStates, TheWholeCubeAgainstAListWrittenByHand) {
  const std::vector<std::tuple<State, Event, State>> allowed = {
      {State::kept, Event::file, State::filed},          {State::kept, Event::quarantine, State::quarantined},
      {State::kept, Event::ignore, State::ignored},      {State::kept, Event::give_up, State::unreadable},
      {State::quarantined, Event::accept, State::filed}, {State::quarantined, Event::refuse, State::refused},
      {State::ignored, Event::accept, State::filed},     {State::unreadable, Event::refuse, State::refused}};
  for (const State state :
       {State::kept, State::quarantined, State::filed, State::ignored, State::unreadable, State::refused}) {
    EXPECT_EQ(state_named(name_of(state)), state);
    for (const Event event :
         {Event::file, Event::quarantine, Event::ignore, Event::give_up, Event::accept, Event::refuse}) {
      std::optional<State> expected;
      for (const auto& [before, what, after] : allowed) {
        if (before == state && what == event) expected = after;
      }
      EXPECT_EQ(next(state, event), expected) << name_of(state) << " " << name_of(event);
    }
  }
}

TEST(IntakeRules, MachinesAreNeverAnswered) {
  EXPECT_FALSE(is_automatic(from("anna@k.example"), ""));
  EXPECT_FALSE(is_automatic(from("anna@k.example"), "anna@k.example"));
  EXPECT_TRUE(is_automatic(from("anna@k.example"), "<>"));
  EXPECT_TRUE(is_automatic(from("mailer-daemon@k.example"), ""));
  Content mail = from("anna@k.example");
  mail.auto_submitted = "no";
  EXPECT_FALSE(is_automatic(mail, "")) << "RFC 3834: the word for a person";
  mail.auto_submitted = "auto-replied";
  EXPECT_TRUE(is_automatic(mail, ""));
  for (const auto change :
       {+[](Content& c) { c.precedence = "bulk"; }, +[](Content& c) { c.is_list = true; },
        +[](Content& c) { c.is_report = true; }, +[](Content& c) { c.has_return_path = true; },
        +[](Content& c) { c.suppress = "dr, oof, all"; }}) {
    Content each = from("anna@k.example");
    change(each);
    EXPECT_TRUE(is_automatic(each, ""));
  }
}

TEST(IntakeRules, TheDomainThatIsVouchedForIsTheSendersOwn) {
  Content mail = from("anna@k.example");
  mail.dmarc = "pass", mail.dmarc_domain = "k.example";
  EXPECT_TRUE(is_authenticated(mail));
  mail.dmarc_domain = "evil.example";
  EXPECT_FALSE(is_authenticated(mail));
  mail.dmarc_domain = "k.example", mail.dmarc = "fail";
  EXPECT_FALSE(is_authenticated(mail));
  mail.dmarc = "pass", mail.from.push_back({"", "b@k.example"});
  EXPECT_FALSE(is_authenticated(mail)) << "two senders are nobody";
  Content odd = from("\"anna@k.example\"@evil.example");
  odd.dmarc = "pass", odd.dmarc_domain = "k.example";
  EXPECT_FALSE(is_authenticated(odd));
}

TEST(IntakeRules, CaseNumbers) {
  EXPECT_THAT(case_numbers_in("Sv: FVM-2026-0017: mangler"), ElementsAre("FVM-2026-0017"));
  EXPECT_THAT(case_numbers_in("FVM-2026-0017-A1, FVM-2026-0017 og FVM-2026-0017"),
              ElementsAre("FVM-2026-0017-A1", "FVM-2026-0017"));
  EXPECT_TRUE(case_numbers_in("xFVM-2026-0017 fvm-2026-0017 FVM-26-0017 FVM-2026-17 A-2026-0017").empty());
  EXPECT_TRUE(case_numbers_in("").empty());
}

TEST(IntakeRules, Decisions) {
  EXPECT_EQ(decide({.authenticated = true}).event, Event::file);
  EXPECT_TRUE(decide({.authenticated = true}).answered);
  EXPECT_EQ(decide({}).event, Event::quarantine) << "not confirmed";
  EXPECT_FALSE(decide({}).answered) << "a forged sender gets nothing";
  EXPECT_EQ(decide({.authentication_required = false}).event, Event::file);
  EXPECT_EQ(decide({.automatic = true, .authenticated = true}).event, Event::ignore);
  EXPECT_EQ(decide({.authenticated = true, .one_sender = false}).event, Event::quarantine);
  const Decision stranger = decide({.authenticated = true, .known_case = "FVM-2026-0001"});
  EXPECT_EQ(stranger.event, Event::quarantine);
  const Decision reply =
      decide({.authenticated = true, .known_case = "FVM-2026-0001", .sender_on_case = true});
  EXPECT_TRUE(reply.event == Event::file && reply.case_number == "FVM-2026-0001");
}

// --- the job's answer is hostile text

std::string answer(const std::string& change_from = "", const std::string& change_to = "") {
  std::string text =
      R"({"message_id":"1@k","subject":"s","date":"","references":["a"],"from":[{"name":"A","address":"a@k.example"}],"reply_to":[],)"
      R"("has_return_path":false,"return_path":"","auto_submitted":"","precedence":"","suppress":"","is_list":false,"is_report":false,)"
      R"("report":{"action":"","status":"","message_id":""},"dmarc":"","dmarc_domain":"","text":"hej\n","parts":[{"path":"1","name":"a.pdf","declared":"x/y","kind":"pdf","bytes":5}],)"
      R"("findings":[{"code":"mail.empty_part","detail":"a.pdf"}]})";
  if (!change_from.empty()) text.replace(text.find(change_from), change_from.size(), change_to);
  return text;
}

TEST(IntakeAnswer, OnlyWhatIsInShape) {
  ASSERT_TRUE(read_answer(answer()).ok());
  EXPECT_EQ(read_answer(answer())->documents[0].kind, "pdf");
  EXPECT_FALSE(read_answer("").ok());
  EXPECT_FALSE(read_answer("[]").ok());
  EXPECT_FALSE(read_answer(answer(R"("path":"1")", R"("path":"../1")")).ok());
  EXPECT_FALSE(read_answer(answer(R"("path":"1")", R"("path":"")")).ok());
  EXPECT_FALSE(read_answer(answer("mail.empty_part", "intake.accepted")).ok());
  EXPECT_FALSE(read_answer(answer(R"("subject":"s")", R"("subject":"s\u0007")")).ok());
  EXPECT_FALSE(
      read_answer(answer(R"("subject":"s")", R"("subject":")" + std::string(5000, 'x') + "\"")).ok());
  EXPECT_FALSE(read_answer(answer(R"("bytes":5)", R"("bytes":-5)")).ok());
}

}  // namespace
}  // namespace fvm::intake
