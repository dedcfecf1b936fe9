// Cases from beginning to decision: what a person does, what becomes of it, what is written down.
#include "casework/service.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "casework/testing.hpp"
#include "casework/views.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"

namespace fvm::casework {
namespace {

class ServiceTest : public CaseworkTest {
 protected:
  size_t records_now() { return ledger_->head()->size; }
  std::vector<notify::Letter> letters(const std::string& number) const {
    return notify::letters_about(store(), number).value();
  }
  std::vector<notify::Notice> notices(const std::string& number) const {
    return notify::notices(store(), number).value();
  }
};

TEST_F(ServiceTest, NumbersCountThroughTheYearAndPassOverProjectsMadeByHand) {
  EXPECT_EQ(draft(), "FVM-2026-0001");
  hooks_.number_taken = [](const store::Database&, const std::string& number) -> Result<bool> {
    return number == "FVM-2026-0002" || number == "FVM-2026-0003";
  };
  EXPECT_EQ(draft(), "FVM-2026-0004");
  world_.time = parse_time("2026-12-31T23:30:00Z").value();  // in Denmark it is 2027
  EXPECT_EQ(draft(), "FVM-2027-0001");
}

TEST_F(ServiceTest, OnlyApplicantsBeginAndTheirInstitutionApplies) {
  for (const char* who : {"sofie", "karl", "dorte", "olga"}) {
    const auto made = begin(setting(), user(who), {.text = whole_application()});
    EXPECT_EQ(made.error().code, "identity.role_missing") << who;
  }
  EXPECT_EQ(records("casework.refused").size(), 4u);
  const Case about = found(draft());
  EXPECT_EQ(about.cvr, "29189846");
  EXPECT_EQ(about.applicant, "anna");
  EXPECT_EQ(about.title, "Type 2-diabetes i kommunerne");
}

TEST_F(ServiceTest, AnIncompleteDraftIsKeptAndNotHandedIn) {
  const auto made = begin(setting(), user("anna"), {.text = "[application]\ntitle = \"Halv\"\n"});
  ASSERT_TRUE(made.ok() && made->done);
  EXPECT_TRUE(block(made->findings));
  const auto refused = submit(setting(), made->about.number, user("anna"));
  ASSERT_TRUE(refused.ok());
  EXPECT_FALSE(refused->done);
  EXPECT_TRUE(block(refused->findings));
  EXPECT_EQ(state(made->about.number), State::draft);
  EXPECT_EQ(records("casework.refused").size(), 1u);
}

TEST_F(ServiceTest, ATextThatIsNoTomlMakesNoCaseAndNoRecord) {
  const size_t before = records_now();
  const auto made = begin(setting(), user("anna"), {.text = "[appl"});
  ASSERT_TRUE(made.ok());
  EXPECT_FALSE(made->done);
  EXPECT_EQ(records_now(), before);
  EXPECT_TRUE(list(store())->empty());
}

TEST_F(ServiceTest, AnotherAuthoritysNumberIsAFinding) {
  const std::string number = draft(application_with("29189846", "28856075"));
  const auto refused = submit(setting(), number, user("anna"));
  ASSERT_TRUE(refused.ok());
  EXPECT_FALSE(refused->done);
  EXPECT_NE(describe_all(refused->findings).find("28856075"), std::string::npos);
}

TEST_F(ServiceTest, SavingADraftAgainMakesNoNewVersionAfterHandingInItDoes) {
  const std::string number = draft();
  ASSERT_TRUE(save(setting(), number, user("anna"), {.text = whole_application() + "# igen\n"}).ok());
  EXPECT_EQ(found(number).version, 1);
  ASSERT_TRUE(submit(setting(), number, user("anna")).ok());
  EXPECT_EQ(save(setting(), number, user("anna"), {.text = whole_application()}).error().code,
            "casework.not_allowed");
  take(number, "karl", Event::assign, {{}, "karl"});
  take(number, "karl", Event::request, {"Begrund LMDB", {}});
  ASSERT_TRUE(save(setting(), number, user("anna"), {.text = application_with("insulin", "piller")}).ok());
  EXPECT_EQ(found(number).version, 2);
  const auto done = answer(setting(), number, user("anna"), {"Rettet", {}});
  ASSERT_TRUE(done.ok() && done->done);
  EXPECT_EQ(done->about.submitted_version, 2);
  EXPECT_EQ(done->about.state, State::under_assessment);
  EXPECT_NE(version_of(store(), done->about, 1)->text.find("insulin"), std::string::npos);
  const auto compared = compare(store(), number, "karl", 1, 2);
  ASSERT_TRUE(compared.ok());
  ASSERT_EQ(compared->changes.size(), 1u);
  EXPECT_EQ(compared->changes[0].where, "grant LMDB.lmdb variable_reasons");
}

TEST_F(ServiceTest, AnAnswerMayLeaveTheTextAlone) {
  const std::string number = returned();
  const auto done = answer(setting(), number, user("anna"), {"Det står på side 3", {}});
  ASSERT_TRUE(done.ok() && done->done);
  EXPECT_EQ(done->about.submitted_version, 1);
}

TEST_F(ServiceTest, EveryStepIsOneRecord) {
  const size_t before = records_now();
  const std::string number = submitted();  // begun, submit
  take(number, "karl", Event::assign, {{}, "karl"});
  take(number, "karl", Event::request);
  ASSERT_TRUE(answer(setting(), number, user("anna"), {"Svar", {}}).ok());
  take(number, "dorte", Event::approve);
  EXPECT_EQ(records_now(), before + 6);
  const auto approved = records("casework.approve");
  ASSERT_EQ(approved.size(), 1u);
  for (const char* fact :
       {"under_assessment", "awaiting_agreement", "decision_maker", "dorte", number.c_str()})
    EXPECT_NE(approved[0].find(fact), std::string::npos) << fact;
}

TEST_F(ServiceTest, NothingThatAPersonWroteStandsInTheLedger) {
  const std::string number = under_assessment();
  take(number, "karl", Event::note, {"fortroligt ord", {}});
  take(number, "dorte", Event::reject, {"fortrolig begrundelse", {}});
  for (const char* action : {"casework.note", "casework.reject"})
    EXPECT_EQ(records(action).at(0).find("fortrolig"), std::string::npos);
}

TEST_F(ServiceTest, DecisionsWithoutReasonsAreNotTaken) {
  const std::string number = under_assessment();
  for (const char* blank : {"", "   ", "\n"}) {
    EXPECT_EQ(refusal(number, "dorte", Event::approve, {blank, {}}), "casework.no_words");
    EXPECT_EQ(refusal(number, "dorte", Event::reject, {blank, {}}), "casework.no_words");
  }
  EXPECT_EQ(refusal(number, "dorte", Event::approve, {std::string(words_bytes_max + 1, 'a'), {}}),
            "casework.words_too_long");
  take(number, "dorte", Event::reject, {"Formålet er ikke statistisk", {}});
  EXPECT_EQ(found(number).history.back().words, "Formålet er ikke statistisk");
}

TEST_F(ServiceTest, ACaseIsGivenOnlyToWhoCanTakeIt) {
  const std::string number = submitted();
  EXPECT_EQ(refusal(number, "karl", Event::assign, {{}, ""}), "casework.no_subject");
  EXPECT_EQ(refusal(number, "karl", Event::assign, {{}, "dorte"}), "identity.role_missing");
  EXPECT_EQ(refusal(number, "karl", Event::assign, {{}, "nobody"}), "identity.user_unknown");
  EXPECT_EQ(take(number, "karl", Event::assign, {{}, "kirsten"}).caseworker, "kirsten");
  EXPECT_EQ(take(number, "karl", Event::assign, {{}, "karl"}).caseworker, "karl");
}

TEST_F(ServiceTest, WhoAsksFirstHasTakenTheCase) {
  const std::string number = submitted();
  EXPECT_EQ(take(number, "kirsten", Event::request).caseworker, "kirsten");
  EXPECT_EQ(state(number), State::returned);
}

TEST_F(ServiceTest, ASecondOpinionComesFromSomebodyElse) {
  const std::string number = under_assessment();
  EXPECT_EQ(refusal(number, "karl", Event::ask, {"?", "karl"}), "casework.ask_somebody_else");
  take(number, "karl", Event::ask, {"Er populationen rimelig?", "kirsten"});
  EXPECT_EQ(refusal(number, "karl", Event::opine), "casework.not_allowed");
  take(number, "kirsten", Event::opine, {"Ja", {}});
  EXPECT_EQ(refusal(number, "karl", Event::recommend, {"x", "maybe"}), "casework.recommend_what");
  take(number, "karl", Event::recommend, {"Nødvendig", "approve"});
  const auto told = notices(number);
  const auto tells = [&](std::string_view audience, std::string_view key) {
    return std::any_of(told.begin(), told.end(),
                       [&](const auto& n) { return n.audience == audience && n.key == key; });
  };
  EXPECT_TRUE(tells("kirsten", "notice.case_ask"));
  EXPECT_TRUE(tells("karl", "notice.case_opine"));
  EXPECT_TRUE(tells("role:decision-maker", "notice.case_recommend"));
}

TEST_F(ServiceTest, TheApplicantGetsLettersInBothLanguages) {
  const std::string number = returned();
  const auto all = letters(number);
  ASSERT_EQ(all.size(), 2u);  // received; something is missing
  EXPECT_EQ(all[0].to, "anna@demo-kommune.example");
  EXPECT_NE(all[0].subject.find(number), std::string::npos);
  EXPECT_NE(all[0].text.find("30 arbejdsdage"), std::string::npos);
  EXPECT_NE(all[0].text.find("30 working days"), std::string::npos);
  EXPECT_NE(all[1].text.find("ord"), std::string::npos);
  EXPECT_EQ(all[0].text.find('{'), std::string::npos);
  EXPECT_EQ(all[0].state, notify::LetterState::waiting);
}

TEST_F(ServiceTest, ARefusedStepWritesNoLetterAndNoNotice) {
  const std::string number = under_assessment();
  const auto before = std::pair(letters(number).size(), notices(number).size());
  EXPECT_EQ(refusal(number, "karl", Event::approve), "casework.not_decision_maker");
  EXPECT_EQ(refusal(number, "dorte", Event::approve, {"", {}}), "casework.no_words");
  EXPECT_EQ(std::pair(letters(number).size(), notices(number).size()), before);
}

TEST_F(ServiceTest, WhatFailsInsideTheStepTakesTheWholeStepBack) {
  const std::string number = under_assessment();
  const size_t letters_before = letters(number).size(), records_before = records_now();
  hooks_.in_step = [](audit::Writer&, const Case&, const Step& step) -> Result<void> {
    if (step.event == Event::approve) return surroundings("file.disk_full");
    return {};
  };
  EXPECT_EQ(refusal(number, "dorte", Event::approve), "file.disk_full");
  EXPECT_EQ(state(number), State::under_assessment);
  EXPECT_EQ(letters(number).size(), letters_before);
  EXPECT_EQ(records_now(), records_before);
}

TEST_F(ServiceTest, ThePreCheckSeesTheTextAndMayRefuseIt) {
  std::string seen;
  Finding::Weight weight = Finding::Weight::wrong;
  hooks_.precheck = [&](const Case&, const Application& application) -> Result<std::vector<Finding>> {
    seen = application.title;
    return std::vector<Finding>{{weight, refused("application.no_grants"), ""}};
  };
  const std::string number = draft();
  EXPECT_FALSE(submit(setting(), number, user("anna"))->done);
  EXPECT_EQ(seen, "Type 2-diabetes i kommunerne");
  EXPECT_EQ(state(number), State::draft);
  weight = Finding::Weight::note;
  EXPECT_TRUE(submit(setting(), number, user("anna"))->done);
  const auto remarks = version_of(store(), found(number), 1)->remarks;
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_EQ(remarks[0].error.code, "application.no_grants");
  EXPECT_EQ(view(setting(), number, "anna")->remarks.size(), 1u);
}

TEST_F(ServiceTest, ATextThatChangesWhileItIsCheckedIsNotHandedIn) {
  const std::string number = draft();
  hooks_.precheck = [&](const Case&, const Application&) -> Result<std::vector<Finding>> {
    EXPECT_TRUE(save(setting(), number, user("anna"), {.text = application_with("insulin", "andet")}).ok());
    return std::vector<Finding>{};
  };
  EXPECT_EQ(submit(setting(), number, user("anna")).error().code, "casework.changed_meanwhile");
  EXPECT_EQ(state(number), State::draft);
}

TEST_F(ServiceTest, ThePreCheckIsNotRunForAStranger) {
  const std::string number = draft();
  bool ran = false;
  hooks_.precheck = [&](const Case&, const Application&) -> Result<std::vector<Finding>> {
    ran = true;
    return std::vector<Finding>{};
  };
  EXPECT_EQ(submit(setting(), number, user("nils")).error().code, "casework.unknown");
  EXPECT_FALSE(ran);
}

TEST_F(ServiceTest, ACaseByMailIsTypedInByACaseworkerAndHandedOver) {
  const Draft mail{
      .text = whole_application(), .origin = Origin::mail, .mail_from = "anna@demo-kommune.example"};
  EXPECT_EQ(begin(setting(), user("anna"), mail).error().code, "identity.role_missing");
  const auto made = begin(setting(), program("fvm-intake"), mail);
  ASSERT_TRUE(made.ok() && made->done);
  const std::string number = made->about.number;
  EXPECT_EQ(find_visible(store(), number, "anna").error().code, "casework.unknown");
  ASSERT_TRUE(save(setting(), number, user("karl"), {.text = whole_application()}).ok());
  EXPECT_EQ(found(number).cvr, "29189846");
  EXPECT_EQ(refusal(number, "karl", Event::hand_over, {{}, "nils"}), "casework.other_authority");
  ASSERT_TRUE(submit(setting(), number, user("karl"))->done);
  take(number, "karl", Event::hand_over, {{}, "anna"});
  EXPECT_TRUE(find_visible(store(), number, "anna").ok());
  EXPECT_EQ(save(setting(), number, user("karl"), {.text = whole_application()}).error().code,
            "casework.not_allowed");
  EXPECT_EQ(letters(number).at(0).to, "anna@demo-kommune.example");
}

TEST_F(ServiceTest, ADraftFromAnAccountIsNobodyElsesToTouch) {
  const std::string number = draft();
  for (const char* who : {"karl", "dorte", "sofie", "nils"}) {
    EXPECT_EQ(save(setting(), number, user(who), {.text = whole_application()}).error().code,
              "casework.unknown")
        << who;
    EXPECT_EQ(refusal(number, who, Event::withdraw), "casework.unknown") << who;
  }
}

TEST_F(ServiceTest, TwoDecisionsAtOnceAreOne) {
  const std::string number = under_assessment();
  take(number, "dorte", Event::approve);
  EXPECT_EQ(refusal(number, "begge", Event::reject), "casework.not_allowed");
  EXPECT_EQ(state(number), State::awaiting_agreement);
}

TEST_F(ServiceTest, ReopeningLetsItBeAssessedAgain) {
  const std::string number = approved();
  take(number, "karl", Event::reopen, {"Aftalen skal ændres", {}});
  EXPECT_EQ(state(number), State::under_assessment);
  take(number, "dorte", Event::approve);
}

TEST_F(ServiceTest, UnknownCasesAreUnknownInAnyCase) {
  EXPECT_EQ(refusal("FVM-2026-9999", "anna", Event::withdraw), "casework.unknown");
  EXPECT_EQ(find(store(), "'; DROP TABLE casework_case").error().code, "casework.unknown");
  EXPECT_EQ(refusal(std::string(100'000, 'x'), "anna", Event::withdraw), "casework.unknown");
  const std::string number = draft();
  EXPECT_TRUE(find(store(), "fvm-2026-0001").ok());
  EXPECT_EQ(number, "FVM-2026-0001");
}

TEST_F(ServiceTest, TheViewHasClockPlaceAndAnHonestForecast) {
  const std::string first = submitted();
  pass_days(3);
  const std::string second = submitted();
  const View seen = view(setting(), second, "anna").value();
  EXPECT_EQ(seen.place.place, 2u);
  EXPECT_EQ(seen.place.of, 2u);
  EXPECT_FALSE(seen.forecast);
  EXPECT_EQ(seen.forecast_cases, 0u);
  EXPECT_EQ(view(setting(), first, "anna")->clock.used, 3);
  for (int i = 0; i < 5; ++i) {
    const std::string number = under_assessment();
    pass_days(7);
    take(number, "dorte", i % 2 == 0 ? Event::approve : Event::reject);
  }
  const auto forecast = view(setting(), second, "anna")->forecast;
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->cases, 5u);
  EXPECT_EQ(forecast->median, 5);
  EXPECT_EQ(queue(setting())->waiting, 2u);
  EXPECT_EQ(queue(setting())->forecast->median, 5);
}

TEST_F(ServiceTest, NobodySeesAnothersDraftTextOrVersion) {
  const std::string number = returned();
  ASSERT_TRUE(save(setting(), number, user("anna"), {.text = application_with("insulin", "kladdeord")}).ok());
  EXPECT_EQ(visible_version(store(), number, "anna", {})->version, 2);
  EXPECT_EQ(visible_version(store(), number, "karl", {})->version, 1);
  EXPECT_EQ(visible_version(store(), number, "karl", 2).error().code, "casework.no_version");
  EXPECT_EQ(compare(store(), number, "karl", 1, 2).error().code, "casework.no_version");
  EXPECT_EQ(visible_version(store(), number, "nils", {}).error().code, "casework.unknown");
}

TEST_F(ServiceTest, NoticesAreShownToThoseTheyAreFor) {
  const std::string number = under_assessment();
  take(number, "karl", Event::recommend, {"Ja", "approve"});
  const auto has = [&](const char* who, std::string_view key) {
    const auto shown = view(setting(), number, who)->notices;
    return std::any_of(shown.begin(), shown.end(), [&](const auto& n) { return n.key == key; });
  };
  EXPECT_TRUE(has("dorte", "notice.case_recommend"));
  EXPECT_FALSE(has("anna", "notice.case_recommend"));
  EXPECT_TRUE(has("anna", "notice.case_submit"));
  EXPECT_TRUE(has("karl", "notice.case_submit"));
  EXPECT_FALSE(has("dorte", "notice.case_submit"));
}

}  // namespace
}  // namespace fvm::casework
