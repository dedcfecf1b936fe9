#include "release/routes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

Situation plain() {
  return {Check::clean, Output::tables, Registers::ordinary, Standing::ordinary, Standing::ordinary};
}

TEST(Routes, TheRulesByHand) {
  EXPECT_EQ(route_for(plain()).name, "ordinary");
  Situation s = plain();
  s.check = Check::cleared;
  EXPECT_EQ(route_for(s).name, "safe_table");
  s = plain(), s.user = Standing::trusted;
  EXPECT_EQ(route_for(s).name, "trusted_table");
  s.check = Check::doubtful;
  EXPECT_EQ(route_for(s).reviewers, 1u);
  s = plain(), s.user = Standing::trusted, s.output = Output::text;
  EXPECT_EQ(route_for(s).reviewers, 1u);
  s.output = Output::code;
  EXPECT_EQ(route_for(s).reviewers, 1u) << "a program says more than a scan understands";
  s = plain(), s.user = Standing::trusted, s.registers = Registers::sensitive;
  EXPECT_EQ(route_for(s).name, "sensitive");
  s = plain(), s.registers = Registers::sensitive, s.check = Check::doubtful;
  EXPECT_EQ(route_for(s).reviewers, 2u);
  s = plain(), s.institution = Standing::warned, s.user = Standing::trusted;
  EXPECT_EQ(route_for(s).reviewers, 2u);
}

// Nothing leaves unseen but safe tables, and clean tables and programs of trusted users; whoever erred is
// seen by two.
RC_GTEST_PROP(Routes, NobodyLooksOnlyWhereItIsCertain,
              (uint8_t c, uint8_t o, uint8_t r, uint8_t u, uint8_t i)) {
  const Situation s{static_cast<Check>(c % 3), static_cast<Output>(o % 4), static_cast<Registers>(r % 2),
                    static_cast<Standing>(u % 3), static_cast<Standing>(i % 3)};
  const Route& route = route_for(s);
  if (route.reviewers == 0) {
    const bool trusted = s.user == Standing::trusted && s.check == Check::clean &&
                         s.output == Output::tables && s.registers == Registers::ordinary &&
                         s.institution != Standing::warned;
    RC_ASSERT(s.check == Check::cleared || trusted);
  }
  if (s.user == Standing::warned && s.check != Check::cleared) RC_ASSERT(route.reviewers == 2u);
  RC_ASSERT(route.sampled_permille > 0u);
}

TEST(Routes, WhatIsNotKnownIsStrict) {
  EXPECT_EQ(route_named("of a later version").reviewers, 2u);
  EXPECT_EQ(output_of("xyz"), Output::pictures);
  EXPECT_EQ(output_of(std::vector<File>{{.type = "csv"}, {.type = "py"}}), Output::code);
}

TEST(Routes, TextIsTablesOnlyWhenTheScanSaysSo) {
  const std::vector<disclosure::Finding> alone = {
      {"finding.tables_alone", disclosure::Severity::note, {}, "", ""}};
  for (const std::string type : {"txt", "html", "md"}) {
    EXPECT_EQ(output_of(std::vector<File>{{.type = type}}), Output::text) << type;
    EXPECT_EQ(output_of(std::vector<File>{{.type = type, .findings = alone}}), Output::tables) << type;
  }
  // What it says of nothing else.
  EXPECT_EQ(output_of(std::vector<File>{{.type = "png", .findings = alone}}), Output::pictures);
  EXPECT_EQ(output_of(std::vector<File>{{.type = "py", .findings = alone}}), Output::code);
  EXPECT_EQ(output_of(std::vector<File>{{.type = "txt", .findings = alone}, {.type = "log"}}), Output::text);
}

class StandingTest : public ReleaseTest {};

TEST_F(StandingTest, TrustIsEarnedByWhatPeopleLetLeaveAndLostByTryingOut) {
  hands_.rules.trusted_releases = 3;
  for (int i = 0; i < 3; ++i) mailed();
  EXPECT_EQ(user_standing(store(), hands_.rules, world_.now(), "anna").value(), Standing::trusted);
  EXPECT_EQ(user_standing(store(), hands_.rules, world_.now(), "bo").value(), Standing::ordinary);
  const std::string number = sent();
  EXPECT_EQ(state(number), State::approved) << "left without anybody";
  EXPECT_EQ(found(number).route, "trusted_table");
  EXPECT_EQ(name_outside(found(number), found(number).files[0]), "FVM-2026-0017-file-1.csv");
  EXPECT_TRUE(may_leave(store(), world_.now(), found(number)).ok());
  // The same file with a doubt in it goes to a person.
  scanned_.value().findings = {{"finding.small_count_possible", disclosure::Severity::review, {}, "9", "n"}};
  EXPECT_EQ(state(sent()), State::in_review);
  scanned_.value().findings.clear();
  scanned_.value().blocks = true;
  EXPECT_EQ(state(sent()), State::blocked);
  scanned_.value().blocks = false;
  EXPECT_EQ(user_standing(store(), hands_.rules, world_.now(), "anna").value(), Standing::ordinary)
      << "more than a tenth was blocked";
  EXPECT_EQ(state(sent()), State::in_review);
}

TEST_F(StandingTest, AFindingCountsForAYear) {
  const std::string number = mailed();
  ASSERT_TRUE(step(number, checker(), Event::sample).ok());
  ASSERT_TRUE(step(number, user("ruth"), Event::find, "række 7").ok());
  EXPECT_EQ(state(sent()), State::independent);
  world_.pass_days(366);
  EXPECT_EQ(state(sent()), State::in_review);
}

TEST_F(StandingTest, TrustThatIsLostBeforeItLeavesSendsItToAPerson) {
  hands_.rules.trusted_releases = 1;
  mailed();
  const std::string number = sent();
  EXPECT_EQ(state(number), State::approved);
  // Stopped between `clear` and `admit`, and meanwhile something was found.
  put("t.csv", "x\n");
  const auto next = begin(*ledger_, "anna", {project, "mia@kommune.dk", "Tabel", {"t.csv"}, true}).value();
  hands_.scan = [&](const Request&, const File&, const Bytes&) -> Result<Report> {
    return Report{.type = "csv"};
  };
  ASSERT_TRUE(take_step(*ledger_, next, user("anna"), Event::send).ok());
  ASSERT_TRUE(step(next, checker(), Event::check).ok());
  ASSERT_TRUE(step(next, checker(), Event::clear).ok());
  execute("UPDATE release_step SET event = 'find' WHERE event = 'accept'");
  const auto gone = advance(world_, *ledger_, *instance_, hands_, next);
  EXPECT_NE(state(next), State::approved);
}

TEST_F(StandingTest, AnAddressThatIsMoreThanANameIsReadByAPerson) {
  hands_.rules.trusted_releases = 1;
  mailed();
  put("t.csv", "g;antal\nA;50\n");
  const auto number =
      begin(*ledger_, "anna", {project, "nr.0101901234.se@kommune.dk", "Tabel", {"t.csv"}, true}).value();
  (void)advance(world_, *ledger_, *instance_, hands_, number);
  EXPECT_EQ(state(number), State::in_review);
}

}  // namespace
}  // namespace fvm::release
