// Breaches from report to end: who may do what, what a closing takes, and that its end gives back exactly
// that.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "enclave/service.hpp"
#include "identity/suspension.hpp"
#include "release/testing.hpp"
#include "sanction/permissions.hpp"
#include "sanction/reach.hpp"
#include "sanction/service.hpp"
#include "sanction/statistics.hpp"
#include "sanction/visibility.hpp"

namespace fvm::sanction {
namespace {

using release::Ballot;

class SanctionTest : public release::ReleaseTest {
 protected:
  void SetUp() override {
    ReleaseTest::SetUp();
    using identity::Role;
    ASSERT_TRUE(enclave::migrate(*ledger_).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "test", "Styrelsen", "12345674", {"@styrelsen.dk"}).ok());
    execute(
        "UPDATE user SET institution = (SELECT id FROM institution WHERE cvr = '12345674') WHERE name IN "
        "('rita', 'ruth', 'sif', 'olga')");
    ASSERT_TRUE(sanction::migrate(*ledger_).ok());
    for (const auto& [name, role] : {std::pair("sofus", Role::security),
                                     {"dorte", Role::decision_maker},
                                     {"dan", Role::decision_maker},
                                     {"signe", Role::signatory}})
      ASSERT_TRUE(identity::add_user(*ledger_, "test", name, "12345674", {role}).ok());
  }
  static std::string code(const auto& result) { return result.ok() ? "" : result.error().code; }
  std::string reported(const std::string& by = "rita") {
    const auto made = report(*ledger_, by, {"anna", project, "", "tre personer i en tabel"});
    EXPECT_TRUE(made.ok()) << code(made);
    return made->number;
  }
  std::string heard(Severity severity, const std::string& by = "rita") {
    const std::string number = reported(by);
    EXPECT_EQ(code(assess(*ledger_, number, "sofus", severity, "ord")), "");
    EXPECT_EQ(code(take(number, "anna", Event::answer)), "");
    return number;
  }
  std::string decided(Severity severity, const std::string& by = "rita") {
    const std::string number = heard(severity, by);
    EXPECT_EQ(code(decide(*ledger_, number, "dorte", {}, "begrundelse")), "");
    return number;
  }
  Result<Case> take(const std::string& number, const std::string& who, Event event) {
    return take_step(*ledger_, number, who, event, "ord");
  }
  Case about(const std::string& number) { return find(store(), number).value(); }
  State at(const std::string& number) { return about(number).state; }
  bool is_open(const char* who) { return identity::find_user(store(), who)->may_act(); }
  bool project_open() {
    return extract::may_be_used(extract::open_project(store(), project).value(), world_.now()).ok();
  }
};

TEST_F(SanctionTest, TheWholeWayAndWhoMayNot) {
  const std::string number = reported();
  EXPECT_TRUE(is_open("anna")) << "a report alone closes nothing";
  EXPECT_EQ(code(assess(*ledger_, number, "dorte", Severity::minor, "ord")), "sanction.not_yours");
  EXPECT_EQ(code(assess(*ledger_, number, "anna", Severity::minor, "ord")), "sanction.not_allowed");
  EXPECT_EQ(code(assess(*ledger_, number, "sofus", Severity::minor, " ")), "sanction.no_words");
  ASSERT_TRUE(assess(*ledger_, number, "sofus", Severity::minor, "ord").ok());
  EXPECT_EQ(about(number).answer_by, (Date{2026, 11, 16}));
  EXPECT_EQ(code(decide(*ledger_, number, "dorte", {}, "ord")), "sanction.not_allowed") << "not unheard";
  EXPECT_EQ(code(take(number, "bo", Event::answer)), "sanction.not_yours");
  ASSERT_TRUE(take(number, "anna", Event::answer).ok());
  EXPECT_EQ(code(decide(*ledger_, number, "anna", {}, "ord")), "sanction.not_allowed");
  EXPECT_EQ(code(decide(*ledger_, number, "sofus", {}, "ord")), "sanction.not_allowed");
  ASSERT_TRUE(decide(*ledger_, number, "dorte", {}, "ord").ok());
  EXPECT_EQ(*about(number).measure, (Measure{Reach::user, 14}));
  EXPECT_FALSE(is_open("anna"));
  EXPECT_TRUE(is_open("bo")) << "only those in reach";
  EXPECT_TRUE(project_open());
  ASSERT_TRUE(take(number, "anna", Event::appeal).ok()) << "who is closed may still be heard";
  EXPECT_EQ(code(take(number, "dorte", Event::overturn)), "sanction.not_yours") << "not by who decided";
  ASSERT_TRUE(take(number, "dan", Event::overturn).ok());
  EXPECT_TRUE(is_open("anna"));
  EXPECT_EQ(at(number), State::overturned);
  const auto counts = [&] { return identity::was_suspended(store(), "anna", Time{}).value(); };
  EXPECT_FALSE(counts()) << "what should not have been counts against nobody";
  decided(Severity::minor);
  EXPECT_TRUE(counts());
}

// Copies are kept while one of these is open (release/retention.hpp).
TEST_F(SanctionTest, WhatACaseConcerns) {
  const auto about_release = [&](const char* release, const char* author, const char* in_project) {
    const release::Request request{.number = release, .project = in_project, .author = author};
    return concerns(store(), request).value();
  };
  EXPECT_FALSE(about_release("H-000001", "anna", project)) << "no case yet";
  const std::string sent_one = sent();
  const std::string named = report(*ledger_, "rita", {"", "", sent_one, "tre personer"}).value().number;
  EXPECT_TRUE(about_release(sent_one.c_str(), "anna", project));
  EXPECT_FALSE(about_release("H-000099", "anna", project)) << "another release of hers";
  ASSERT_EQ(code(take(named, "sofus", Event::dismiss)), "");
  EXPECT_FALSE(about_release(sent_one.c_str(), "anna", project));
  const std::string number = reported();
  EXPECT_TRUE(about_release("H-000099", "anna", project));
  EXPECT_FALSE(about_release("H-000099", "bo", project));
  EXPECT_FALSE(about_release("H-000099", "anna", "FVM-2026-0001"));
  ASSERT_EQ(code(take(number, "sofus", Event::dismiss)), "");
  EXPECT_FALSE(about_release("H-000099", "anna", project));
}

TEST_F(SanctionTest, ADeadlineThatNobodyMetAndAPeriodThatIsOver) {
  const std::string number = reported();
  ASSERT_TRUE(assess(*ledger_, number, "sofus", Severity::minor, "ord").ok());
  world_.pass_days(14);
  EXPECT_EQ(due(*ledger_, world_.now()).value(), 0u) << "the last day counts";
  world_.pass_days(1);
  EXPECT_EQ(due(*ledger_, world_.now()).value(), 1u);
  ASSERT_TRUE(decide(*ledger_, number, "dorte", {}, "ord").ok());
  world_.pass_days(13);
  EXPECT_EQ(due(*ledger_, world_.now()).value(), 0u);
  EXPECT_FALSE(is_open("anna"));
  world_.pass_days(2);
  EXPECT_EQ(due(*ledger_, world_.now()).value(), 1u);
  EXPECT_TRUE(is_open("anna"));
  EXPECT_EQ(code(take(number, "anna", Event::appeal)), "sanction.not_allowed");
}

TEST_F(SanctionTest, AnAppealHasItsTime) {
  const std::string number = decided(Severity::serious);
  world_.pass_days(40);
  EXPECT_EQ(code(take(number, "anna", Event::appeal)), "sanction.too_late");
}

TEST_F(SanctionTest, AgainIsHarderSelfReportedMilderAndNeverHarderThanTheRule) {
  EXPECT_EQ(*about(decided(Severity::minor, "anna")).measure, (Measure{Reach::none, 365}));
  EXPECT_TRUE(is_open("anna")) << "a warning closes nothing";
  EXPECT_EQ(*about(decided(Severity::minor)).measure, (Measure{Reach::user, 60}));
  const std::string number = reported();
  ASSERT_TRUE(assess(*ledger_, number, "sofus", Severity::serious, "ord").ok());
  ASSERT_TRUE(take(number, "anna", Event::answer).ok());
  EXPECT_EQ(measure_by_rule(store(), about(number), world_.now()).value(), (Measure{Reach::institution, 0}));
  ASSERT_TRUE(decide(*ledger_, number, "dorte", Measure{Reach::project, 30}, "mildere").ok());
  EXPECT_TRUE(about(number).milder);
  const std::string minor = heard(Severity::minor);
  EXPECT_EQ(code(decide(*ledger_, minor, "dorte", Measure{Reach::institution, 60}, "x")),
            "sanction.not_milder");
}

// Invariant 8.
TEST_F(SanctionTest, ClosingHoldsWhatCouldLeaveInTheSameTransactionAndReopeningGivesBackExactlyThat) {
  const std::string approved_one = approved(), sending_one = sending();
  const std::string failed_one = sending();
  ASSERT_TRUE(step(failed_one, release::courier(), release::Event::defer).ok());
  const std::string by_hand = approved();
  ASSERT_TRUE(step(by_hand, release::user("olga"), release::Event::hold, "undersøges").ok());
  const std::string waiting = sent(), gone = mailed();
  const std::string number = heard(Severity::serious);
  const size_t before = records();
  ASSERT_TRUE(decide(*ledger_, number, "dorte", {}, "ord").ok());
  EXPECT_EQ(records(), before + 4) << "the decision, and each of the three that were stopped";
  using RS = release::State;
  for (const auto& [which, wanted] : {std::pair(approved_one, RS::held),
                                      {sending_one, RS::held},
                                      {failed_one, RS::held},
                                      {by_hand, RS::held},
                                      {waiting, RS::in_review},
                                      {gone, RS::sent}})
    EXPECT_EQ(state(which), wanted) << which;
  const auto all = release::list(store()).value();
  for (const release::Request& request : all) EXPECT_NE(request.state, RS::sending);
  EXPECT_FALSE(project_open());
  EXPECT_FALSE(is_open("anna"));
  EXPECT_TRUE(is_open("bo")) << "his account; the project is closed to him";
  EXPECT_EQ(code(say(waiting, "rita", Ballot::approve)), "release.closed_for_now");
  EXPECT_EQ(code(release::settle(*ledger_, approved_one, "olga", release::Verdict::again, "nu")),
            "release.closed_for_now");
  EXPECT_EQ(code(release::begin(*ledger_, "anna", {project, "mia@kommune.dk", "x", {"t.csv"}, true})),
            "identity.user_suspended");
  EXPECT_EQ(code(release::begin(*ledger_, "bo", {project, "mia@kommune.dk", "x", {"t.csv"}, true})),
            "project.suspended");
  ASSERT_TRUE(take(number, "dan", Event::lift).ok());
  EXPECT_EQ(state(approved_one), RS::approved);
  EXPECT_EQ(state(failed_one), RS::approved);
  EXPECT_EQ(state(by_hand), RS::held) << "a person held it";
  EXPECT_EQ(state(sending_one), RS::held) << "nobody knows yet whether it arrived";
  EXPECT_TRUE(project_open());
  EXPECT_TRUE(is_open("anna"));
  EXPECT_TRUE(say(waiting, "rita", Ballot::approve).ok());
}

TEST_F(SanctionTest, TwoClosingsAtATimeAndBothMustEnd) {
  const std::string held = approved();
  const std::string first = decided(Severity::minor), second = decided(Severity::serious);
  EXPECT_EQ(state(held), release::State::held);
  ASSERT_TRUE(take(first, "dan", Event::lift).ok());
  EXPECT_EQ(state(held), release::State::held);
  EXPECT_FALSE(is_open("anna"));
  ASSERT_TRUE(take(second, "dan", Event::lift).ok());
  EXPECT_EQ(state(held), release::State::approved);
}

TEST_F(SanctionTest, AnInterimClosingActsAtOnceAndIsReplacedByTheDecision) {
  const std::string held = approved(), number = reported();
  EXPECT_EQ(code(interim(*ledger_, number, "rita", Reach::project, "nu")), "sanction.not_yours");
  EXPECT_EQ(code(interim(*ledger_, number, "sofus", Reach::institution, "nu")), "sanction.interim_reach");
  ASSERT_TRUE(interim(*ledger_, number, "sofus", Reach::project, "nu").ok());
  EXPECT_EQ(state(held), release::State::held);
  EXPECT_FALSE(project_open());
  ASSERT_TRUE(assess(*ledger_, number, "sofus", Severity::minor, "ord").ok());
  EXPECT_FALSE(project_open());
  ASSERT_TRUE(take(number, "anna", Event::answer).ok());
  ASSERT_TRUE(decide(*ledger_, number, "dorte", {}, "ord").ok());
  EXPECT_TRUE(project_open()) << "the rule closes the user alone";
  EXPECT_FALSE(is_open("anna"));
  EXPECT_EQ(state(held), release::State::held);
}

TEST_F(SanctionTest, AnInstitutionIsAllItsAccountsAndProjectsAndNobodyElse) {
  decided(Severity::serious);
  const std::string number = decided(Severity::serious);
  EXPECT_EQ(about(number).measure->reach, Reach::institution);
  ASSERT_TRUE(identity::add_user(*ledger_, "test", "ulla", "12345674", {identity::Role::analyst}).ok());
  for (const char* who : {"anna", "bo", "eve"}) EXPECT_FALSE(is_open(who)) << who;
  EXPECT_TRUE(is_open("ulla"));
  EXPECT_FALSE(project_open());
  EXPECT_TRUE(about(number).measure->days == 0 && !about(number).until) << "for good, but it may be appealed";
}

// The user of the case is closed also when the institution of the project is not his.
TEST_F(SanctionTest, AnInstitutionsClosingReachesItsProjectAndTheUserToo) {
  execute(
      "UPDATE user SET institution = (SELECT id FROM institution WHERE cvr = '12345674') WHERE name = "
      "'anna'");
  ASSERT_TRUE(take(decided(Severity::serious), "dan", Event::lift).ok());
  EXPECT_TRUE(is_open("anna"));
  const std::string number = decided(Severity::serious);
  EXPECT_EQ(about(number).measure->reach, Reach::institution);
  const auto told = reached_by(store(), about(number), Reach::institution).value().accounts;
  EXPECT_NE(std::find(told.begin(), told.end(), "anna"), told.end()) << "as it was told beforehand";
  EXPECT_FALSE(is_open("anna"));
  EXPECT_FALSE(is_open("bo"));
  EXPECT_FALSE(project_open());
  EXPECT_TRUE(is_open("rita")) << "another institution's";
  ASSERT_TRUE(take(number, "dan", Event::lift).ok());
  EXPECT_TRUE(is_open("anna"));
  EXPECT_TRUE(project_open());
}

TEST_F(SanctionTest, APeriodIsSomeDays) {
  const std::string number = heard(Severity::serious);
  for (const int64_t days : {int64_t{-1}, int64_t{36'501}, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(code(decide(*ledger_, number, "dorte", Measure{Reach::project, days}, "ord")),
              "sanction.days_wrong")
        << days;
  }
  EXPECT_EQ(at(number), State::heard);
  EXPECT_TRUE(decide(*ledger_, number, "dorte", Measure{Reach::project, 1}, "ord").ok());
}

TEST_F(SanctionTest, WhoeverReportedOrAssessedHasNoOtherPartInIt) {
  const std::string number = reported("sofus");
  EXPECT_EQ(code(assess(*ledger_, number, "sofus", Severity::minor, "ord")), "sanction.not_yours");
  // What cannot wait he may do.
  EXPECT_TRUE(interim(*ledger_, number, "sofus", Reach::user, "ord").ok());
  EXPECT_EQ(code(assess(*ledger_, number, "sofus", Severity::minor, "ord")), "sanction.not_yours");
  EXPECT_TRUE(may_see(store(), about(number), "sofus").value());
  EXPECT_EQ(role_of({.account = true, .security = true}, Event::assess), Role::security);
  EXPECT_EQ(role_of({.account = true, .reporter = true, .security = true}, Event::assess), Role::stranger);
  for (const Event event : {Event::uphold, Event::overturn}) {
    EXPECT_EQ(role_of({.account = true, .decision_maker = true}, event), Role::board);
    EXPECT_EQ(role_of({.account = true, .reporter = true, .decision_maker = true}, event), Role::stranger);
    EXPECT_EQ(role_of({.account = true, .assessor = true, .decision_maker = true}, event), Role::stranger);
  }
}

TEST_F(SanctionTest, AStateOfALaterVersionIsNotTakenForAnother) {
  const std::string number = reported();
  execute("UPDATE sanction_case SET state = 'of a later version'");
  EXPECT_EQ(code(find(store(), number)), "sanction.state_unknown");
}

TEST_F(SanctionTest, OpenSessionsAreMarkedInTheSameTransaction) {
  for (const char* who : {"anna", "bo"})
    ASSERT_TRUE(
        ledger_
            ->write({who, "test.session", "", {}},
                    [&](audit::Writer& w) {
                      return w.execute(
                          "INSERT INTO enclave_session (project, user, started, token, version) VALUES "
                          "('FVM-2026-0017', ?, 0, ?, 1)",
                          who, who);
                    })
            .ok());
  const auto stopped = [&](const char* who) {
    auto row = store().prepare("SELECT stopped FROM enclave_session WHERE user = ?", who).value();
    EXPECT_TRUE(row.step().value());
    return row.text(0);
  };
  decided(Severity::minor);
  EXPECT_EQ(stopped("anna"), "identity.user_suspended");
  EXPECT_EQ(stopped("bo"), "");
  decided(Severity::serious);
  EXPECT_EQ(stopped("bo"), "identity.user_suspended") << "again, and serious: the whole institution";
}

TEST_F(SanctionTest, WhoSeesACase) {
  const std::string number = reported();
  for (const auto& [who, sees] : {std::pair("anna", true),
                                  {"rita", true},
                                  {"sofus", true},
                                  {"dorte", true},
                                  {"bo", false},
                                  {"eve", false},
                                  {"olga", false},
                                  {"nobody", false}})
    EXPECT_EQ(may_see(store(), about(number), who).value(), sees) << who;
}

TEST_F(SanctionTest, APageOfCasesIsFullOfThoseThatOneMaySee) {
  const std::string first = reported("ruth"), second = reported("rita");
  for (int i = 0; i < 5; ++i) reported("ruth");
  const std::string last = reported("rita");
  const auto numbers = [&](const char* who, int64_t before, int64_t most) {
    std::string out;
    const auto page = all_seen(store(), who, before, most).value();
    for (const Case& each : page) out += each.number + " ";
    return out;
  };
  EXPECT_EQ(numbers("rita", 0, 2), last + " " + second + " ") << "over five of a colleague's";
  EXPECT_EQ(numbers("rita", about(last).id, 1), second + " ");
  EXPECT_EQ(numbers("rita", about(second).id, 9), "") << "the first is ruth's";
  EXPECT_EQ(numbers("sofus", about(second).id, 9), first + " ");
  EXPECT_EQ(numbers("sofus", 0, 1), last + " ");
  EXPECT_EQ(numbers("bo", 0, 3), "");
}

TEST_F(SanctionTest, EveryRefusedStepIsRecorded) {
  const std::string number = reported();
  for (const char* who : {"anna", "bo", "eve", "nobody"}) {
    for (const Event event : {Event::dismiss, Event::uphold, Event::lift}) {
      const size_t before = records();
      EXPECT_FALSE(take(number, who, event).ok());
      EXPECT_EQ(records(), before + 1) << who;
    }
  }
  EXPECT_EQ(at(number), State::reported);
}

std::map<std::string, std::optional<size_t>> year_of(size_t minor, size_t serious) {
  std::map<std::string, std::optional<size_t>> out;
  for (const Cell& cell : safe_counts({{"2025", {{"minor", minor}, {"serious", serious}}}}))
    out[cell.group] = cell.cases;
  return out;
}

// Whoever knows everything that is told, and that hidden numbers are at least one, finds out no number of
// few.
TEST(Statistics, NoNumberOfFewCanBeWorkedOut) {
  for (size_t minor = 0; minor < 12; ++minor) {
    for (size_t serious = 0; serious < 12; ++serious) {
      const auto told = year_of(minor, serious);
      std::set<size_t> possible_minor, possible_serious;
      for (size_t m = 0; m < 40; ++m) {
        for (size_t s = 0; s < 40; ++s) {
          if (year_of(m, s) != told) continue;
          possible_minor.insert(m), possible_serious.insert(s);
        }
      }
      if (minor > 0 && minor < told_min) {
        EXPECT_GT(possible_minor.size(), 1u) << minor << " " << serious;
      }
      if (serious > 0 && serious < told_min) {
        EXPECT_GT(possible_serious.size(), 1u) << minor << " " << serious;
      }
    }
  }
  EXPECT_EQ(year_of(20, 7)["minor"], 20u);
  EXPECT_EQ(year_of(20, 7)["all"], 27u);
}

}  // namespace
}  // namespace fvm::sanction
