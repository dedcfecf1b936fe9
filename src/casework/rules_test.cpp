// What a step asks for besides its place in the table, and what it changes.
#include "casework/rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fvm::casework {
namespace {

std::string error_of(const Case& about, Event event, const Words& words, const std::string& actor = "karl") {
  const auto checked = check_step(about, event, actor, words);
  return checked.ok() ? "" : checked.error().code;
}

TEST(CheckStep, WordsWhereTheTableWantsThem) {
  const Case about{.number = "FVM-2026-0001"};
  for (const Event event : all_events()) {
    const Words blank{" \n\t", "approve"};
    const std::string error =
        error_of({.kind = event == Event::adopt ? Kind::amendment : Kind::application}, event, blank, "x");
    EXPECT_EQ(error, needs_words(event) ? "casework.no_words" : "") << name_of(event);
  }
  EXPECT_EQ(error_of(about, Event::comment, {std::string("a\0b", 3), {}}), "casework.words_unreadable");
  EXPECT_EQ(error_of(about, Event::comment, {std::string(words_bytes_max, 'a'), {}}), "");
  EXPECT_EQ(error_of(about, Event::comment, {std::string(words_bytes_max + 1, 'a'), {}}),
            "casework.words_too_long");
}

TEST(CheckStep, AnAccountWhereOneIsMeant) {
  for (const Event event : {Event::assign, Event::ask, Event::hand_over})
    EXPECT_EQ(error_of({}, event, {"ord", ""}), "casework.no_subject") << name_of(event);
}

TEST(CheckStep, NobodyAsksHimselfOrWhoeverHasTheCase) {
  const Case about{.caseworker = "karl"};
  EXPECT_EQ(error_of(about, Event::ask, {"?", "karl"}), "casework.ask_somebody_else");
  EXPECT_EQ(error_of(about, Event::ask, {"?", "karl"}, "dorte"), "casework.ask_somebody_else");
  EXPECT_EQ(error_of(about, Event::ask, {"?", "kirsten"}), "");
}

TEST(CheckStep, ARecommendationIsOneOfTwo) {
  EXPECT_EQ(error_of({}, Event::recommend, {"ord", "approve"}), "");
  EXPECT_EQ(error_of({}, Event::recommend, {"ord", "reject"}), "");
  for (const char* other : {"", "Approve", "withdraw"})
    EXPECT_EQ(error_of({}, Event::recommend, {"ord", other}), "casework.recommend_what") << other;
}

TEST(CheckStep, AmendmentsAreAdoptedAndOthersActivated) {
  for (const Kind kind : {Kind::application, Kind::extension, Kind::amendment}) {
    const bool amendment = kind == Kind::amendment;
    EXPECT_EQ(error_of({.kind = kind}, Event::adopt, {}), amendment ? "" : "casework.wrong_kind");
    EXPECT_EQ(error_of({.kind = kind}, Event::activate, {}), amendment ? "casework.wrong_kind" : "");
  }
}

Step step_of(Event event, State to, Role role = Role::caseworker, std::string subject = {}) {
  return {.at = Time{1000},
          .actor = "karl",
          .role = role,
          .event = event,
          .to = to,
          .subject = std::move(subject)};
}

TEST(Apply, HandingInFixesTheVersionAndTheFirstTime) {
  Case about{.version = 1};
  Step step = step_of(Event::submit, State::submitted, Role::applicant);
  apply(about, step);
  EXPECT_EQ(about.submitted_version, 1);
  EXPECT_EQ(about.submitted, Time{1000});
  EXPECT_EQ(step.version, 1);
  about.version = 2;
  Step again = step_of(Event::answer, State::under_assessment, Role::applicant);
  again.at = Time{2000};
  apply(about, again);
  EXPECT_EQ(about.submitted_version, 2);
  EXPECT_EQ(about.submitted, Time{1000});
}

TEST(Apply, WhoAsksFirstHasTheCaseButADecisionMakerHasNot) {
  Case about;
  Step step = step_of(Event::request, State::returned);
  apply(about, step);
  EXPECT_EQ(about.caseworker, "karl");
  EXPECT_EQ(step.subject, "karl");
  Case assigned{.caseworker = "kirsten"};
  Step other = step_of(Event::request, State::returned, Role::decision_maker);
  apply(assigned, other);
  EXPECT_EQ(assigned.caseworker, "kirsten");
}

TEST(Apply, ComingIntoForceIsTheVersionThatWasHandedIn) {
  Case about{.version = 3, .submitted_version = 3};
  Step step = step_of(Event::activate, State::active, Role::system);
  apply(about, step);
  EXPECT_EQ(about.in_force_version, 3);
  EXPECT_EQ(about.state, State::active);
}

TEST(CheckStep, WordsComeFirstThenWhoIsMeant) {
  EXPECT_EQ(error_of({.caseworker = "karl"}, Event::ask, {"", "karl"}), "casework.no_words");
  EXPECT_EQ(error_of({.caseworker = "karl"}, Event::ask, {"?", ""}), "casework.no_subject");
  EXPECT_EQ(error_of({}, Event::recommend, {"", "approve"}), "casework.no_words");
}

TEST(CheckStep, WordsAreOfAnyWritingAndMayBeBlankInside) {
  for (const char* words : {"Ærø", "日本", "a\n\n\tb", " x ", "<script>", "'; DROP TABLE"})
    EXPECT_EQ(error_of({}, Event::comment, {words, {}}), "") << words;
  for (const char* blank : {"", " ", "\r\n", "\t\t"})
    EXPECT_EQ(error_of({}, Event::reject, {blank, {}}), "casework.no_words") << blank;
}

// Steps that need no words are limited all the same, and a subject that a step does not ask for is no
// mistake.
TEST(CheckStep, LimitsHoldWhereWordsAreOptional) {
  const std::string much(words_bytes_max + 1, 'a');
  for (const Event event : {Event::submit, Event::save, Event::withdraw, Event::assign, Event::amend})
    EXPECT_EQ(error_of({}, event, {much, "karl"}), "casework.words_too_long") << name_of(event);
  EXPECT_EQ(error_of({}, Event::submit, {{}, "somebody"}), "");
}

TEST(Apply, AdoptingAnAmendmentTakesTheVersionThatWasAgreed) {
  Case about{.kind = Kind::amendment, .version = 4, .submitted_version = 3};
  Step step = step_of(Event::adopt, State::closed, Role::system);
  apply(about, step);
  EXPECT_EQ(about.in_force_version, 3) << "not the text that was saved since";
  EXPECT_EQ(step.version, 4);
}

TEST(Apply, ReopeningARejectionOrAWithdrawalLeavesWhatWasHandedIn) {
  for (const Event event :
       {Event::reopen, Event::reject, Event::withdraw, Event::lapse, Event::close, Event::expire}) {
    Case about{.caseworker = "karl", .version = 3, .submitted_version = 2, .in_force_version = 1};
    about.submitted = Time{5};
    Step step = step_of(event, State::closed, Role::system);
    apply(about, step);
    EXPECT_EQ(about.submitted_version, 2) << name_of(event);
    EXPECT_EQ(about.in_force_version, 1) << name_of(event);
    EXPECT_EQ(about.submitted, Time{5}) << name_of(event);
    EXPECT_EQ(about.caseworker, "karl") << name_of(event);
  }
}

TEST(Apply, ACaseThatIsGivenAwayHasItsNewOwnerOnly) {
  Case about{.applicant = "", .mail_from = "a@b.example", .caseworker = "karl"};
  Step step = step_of(Event::hand_over, State::submitted, Role::proxy, "anna");
  apply(about, step);
  EXPECT_EQ(about.applicant, "anna");
  EXPECT_EQ(about.caseworker, "karl");
  EXPECT_EQ(about.mail_from, "a@b.example") << "who wrote is still known";
  Step assigned = step_of(Event::assign, State::under_assessment, Role::decision_maker, "kirsten");
  apply(about, assigned);
  EXPECT_EQ(about.caseworker, "kirsten");
}

TEST(Apply, AQuestionOfWhoeverHasTheCaseChangesNothingOfThat) {
  Case about{.caseworker = "karl"};
  Step step = step_of(Event::request, State::returned);
  step.actor = "kirsten";
  apply(about, step);
  EXPECT_EQ(about.caseworker, "karl");
  EXPECT_EQ(step.subject, "");
}

// Whatever step is applied: the state is the step's, and nothing that it is not about has moved.
RC_GTEST_PROP(ApplyProperty, TouchesNothingElse, ()) {
  Case before{
      .number = "FVM-2026-0001", .title = "T", .applicant = "anna", .caseworker = "karl", .version = 2};
  before.submitted_version = 1, before.in_force_version = 1, before.submitted = Time{5};
  const Transition step =
      *rc::gen::elementOf(std::vector<Transition>(transitions().begin(), transitions().end()));
  Case after = before;
  after.state = step.from;
  Step taken = step_of(step.event, step.to, step.role, "kirsten");
  apply(after, taken);
  RC_ASSERT(after.state == step.to);
  RC_ASSERT((after.caseworker == before.caseworker) == (step.event != Event::assign));
  RC_ASSERT((after.applicant == before.applicant) == (step.event != Event::hand_over));
  const bool hands_in = step.event == Event::submit || step.event == Event::answer;
  RC_ASSERT((after.submitted_version == before.submitted_version) == !hands_in);
  RC_ASSERT(after.submitted == before.submitted);
  RC_ASSERT(after.version == before.version && after.title == before.title && after.number == before.number);
}

}  // namespace
}  // namespace fvm::casework
