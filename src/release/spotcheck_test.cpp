// The lot: nobody can predict it, nobody can change it afterwards, and a second look is taken by somebody
// else.
#include "release/spotcheck.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

TEST(Lot, IsFairAndFollowsTheRate) {
  EXPECT_FALSE(is_drawn(0, 0));
  EXPECT_TRUE(is_drawn(~uint64_t{0}, 1000));
  size_t drawn = 0;
  constexpr size_t sent = 20'000;
  for (size_t i = 0; i < sent; ++i) drawn += is_drawn(lot_of("seed", number_of(static_cast<int64_t>(i))), 50);
  EXPECT_NEAR(static_cast<double>(drawn) / sent, 0.05, 0.008);  // five standard deviations
}

RC_GTEST_PROP(Lot, AHigherRateDrawsWhatALowerDraws, (uint64_t lot, uint16_t a, uint16_t b)) {
  const uint32_t low = std::min(a, b) % 1001, high = std::max<uint32_t>(low, std::max(a, b) % 1001);
  if (is_drawn(lot, low)) RC_ASSERT(is_drawn(lot, high));
}

TEST(Lot, TheQuotaTakesTheSmallestLotsOfEachInstitution) {
  const std::vector<Draw> draws = {{"H-1", "a", 50, false, false, 9},
                                   {"H-2", "a", 50, false, false, 3},
                                   {"H-3", "b", 50, true, false, 1},
                                   {"H-4", "b", 50, false, false, 2},
                                   {"H-5", "c", 50, false, false, 7}};
  EXPECT_EQ(quota_of(draws, 1), (std::vector<size_t>{1, 4}));
  EXPECT_EQ(quota_of(draws, 0), std::vector<size_t>{});
  EXPECT_EQ(quota_of(draws, 2), (std::vector<size_t>{0, 1, 3, 4}));
}

class SpotcheckTest : public ReleaseTest {
 protected:
  size_t follow() { return follow_lot(world_, *ledger_, rules_).value(); }
  std::vector<std::string> faults(int64_t period) {
    std::vector<std::string> out;
    const auto found = verify_lot(world_, instance_->audit(), store(), period);
    EXPECT_TRUE(found.ok()) << code(found);
    if (found.ok())
      for (const LotFault& fault : *found) out.push_back(fault.key);
    return out;
  }
  std::string seed_of(int64_t id) {
    auto row = store().prepare("SELECT seed FROM release_period WHERE id = ?", id).value();
    EXPECT_TRUE(row.step().value());
    return row.text(0);
  }
  SampleRules rules_;
};

TEST_F(SpotcheckTest, TheSeedIsCommittedBeforeItsPeriodAndToldAfterIt) {
  follow();
  ASSERT_EQ(periods(store())->size(), 2u) << "this one and the next";
  const std::string seed = seed_of(1), commitment = commitment_of(1, seed);
  EXPECT_EQ(periods(store())->back().commitment, commitment);
  EXPECT_TRUE(periods(store())->back().seed.empty());
  EXPECT_NE(ledger_text().find(commitment), std::string::npos);
  mailed();
  follow();
  EXPECT_EQ(ledger_text().find(seed), std::string::npos);
  EXPECT_EQ(code(verify_lot(world_, instance_->audit(), store(), 1)), "lot.not_revealed");
  world_.pass_days(8);
  follow();
  EXPECT_NE(ledger_text().find(seed), std::string::npos);
  EXPECT_EQ(faults(1), std::vector<std::string>{});
  EXPECT_EQ(code(verify_lot(world_, instance_->audit(), store(), 99)), "lot.unknown");
}

TEST_F(SpotcheckTest, EverySentOneIsDrawnOnceAndEachInstitutionGetsItsQuota) {
  follow();
  std::vector<std::string> numbers;
  for (int i = 0; i < 3; ++i) numbers.push_back(mailed());
  execute("UPDATE release_request SET route = 'safe_table'");  // a rate of one in a hundred
  const size_t by_lot = follow();
  EXPECT_EQ(follow(), 0u) << "nothing is drawn twice";
  world_.pass_days(8);
  const size_t by_quota = follow();
  EXPECT_EQ(by_quota, by_lot == 0 ? 1u : 0u);
  size_t sampled = 0;
  for (const auto& number : numbers) sampled += state(number) == State::sampled;
  EXPECT_GE(sampled, 1u);
  EXPECT_EQ(faults(1), std::vector<std::string>{});
}

TEST_F(SpotcheckTest, WhoeverChangesTheDrawsAfterwardsIsFound) {
  follow();
  const std::string number = mailed();
  follow();
  world_.pass_days(8);
  // Controls: without a change nothing is found. Then each change by itself.
  const auto draw_record = [&](const char* drawn) {
    return ledger_->record({"fvm-checker",
                            "spotcheck.passed",
                            number,
                            {{"period", "1"}, {"permille", "50"}, {"drawn", drawn}, {"institution", cvr}}});
  };
  follow();
  EXPECT_EQ(faults(1), std::vector<std::string>{});
  const bool drawn = is_drawn(lot_of(seed_of(1), number), 50);
  ASSERT_TRUE(draw_record(drawn ? "no" : "yes").ok());
  EXPECT_EQ(faults(1).at(0), "lot.other_draw");
}

TEST_F(SpotcheckTest, AnotherSeedIsFound) {
  follow();
  mailed();
  execute("UPDATE release_period SET seed = 'ff' WHERE id = 1");
  world_.pass_days(8);
  follow();
  EXPECT_EQ(faults(1).at(0), "lot.other_seed");
}

TEST_F(SpotcheckTest, WhatIsLeftOutIsFound) {
  follow();
  const std::string number = mailed();
  follow();
  world_.pass_days(8);
  follow();
  EXPECT_EQ(faults(1), std::vector<std::string>{});
  execute("DELETE FROM release_draw");
  const auto found = faults(1);
  EXPECT_NE(std::find(found.begin(), found.end(), "lot.left_out"), found.end());
}

TEST_F(SpotcheckTest, WhatLeftBeforeItsDrawIsDrawnAllTheSameAndThePeriodVerifies) {
  follow();
  const std::string recalled = mailed(), bounced = mailed(), held = mailed();
  ASSERT_TRUE(recall(*ledger_, recalled, "anna", "forkert modtager").ok());
  ASSERT_TRUE(bounce(*ledger_, bounced, courier(), false, "4.2.2").ok());
  ASSERT_TRUE(bounce(*ledger_, held, courier(), true, "5.1.1").ok());
  follow();
  world_.pass_days(8);
  follow();
  EXPECT_EQ(faults(1), std::vector<std::string>{});
  EXPECT_EQ(state(recalled), State::recalled);
  EXPECT_EQ(state(bounced), State::bounced);
  EXPECT_EQ(state(held), State::held);
  const size_t before = records();
  follow();
  EXPECT_EQ(records(), before) << "drawn once";
}

TEST_F(SpotcheckTest, WhatWasDrawnWhileItHadComeBackIsLookedAtWhenItIsSentAgain) {
  follow();
  const std::string number = mailed();
  ASSERT_TRUE(bounce(*ledger_, number, courier(), false, "4.2.2").ok());
  follow();
  world_.pass_days(8);
  follow();  // by lot or by quota: there is only this one
  EXPECT_EQ(state(number), State::bounced);
  ASSERT_TRUE(step(number, courier(), Event::start).ok());
  ASSERT_TRUE(step(number, courier(), Event::accept).ok());
  follow();
  EXPECT_EQ(state(number), State::sampled);
  world_.pass_days(8);
  follow();
  EXPECT_EQ(faults(1), std::vector<std::string>{});
  EXPECT_EQ(faults(2), std::vector<std::string>{});
}

// Whoever knows everything but the seed does not guess better than by the rate.
TEST_F(SpotcheckTest, WithoutTheSeedTheDrawCannotBePredicted) {
  follow();
  const std::string seed = seed_of(1), commitment = commitment_of(1, seed);
  size_t agree = 0, drawn = 0, guessed = 0;
  constexpr int tries = 4000;
  for (int i = 1; i <= tries; ++i) {
    const bool real = is_drawn(lot_of(seed, number_of(i)), 150);
    const bool guess = is_drawn(lot_of(commitment, number_of(i)), 150);  // what is public
    agree += real && guess, drawn += real, guessed += guess;
  }
  const double expected = static_cast<double>(drawn) * static_cast<double>(guessed) / tries;
  EXPECT_NEAR(static_cast<double>(agree), expected, 50);
  // The control: with the seed every draw is known.
  for (int i = 1; i <= 100; ++i)
    EXPECT_EQ(is_drawn(lot_of(seed_of(1), number_of(i)), 150), is_drawn(lot_of(seed, number_of(i)), 150));
}

TEST_F(SpotcheckTest, ASecondLookIsTakenBySomebodyWhoDidNotVote) {
  const std::string number = mailed();
  ASSERT_TRUE(step(number, checker(), Event::sample).ok());
  for (const auto& [who, why] : {std::pair("rita", "release.not_inspector"),
                                 {"anna", "release.not_inspector"},
                                 {"bo", "release.not_inspector"},
                                 {"olga", "release.not_inspector"}})
    EXPECT_EQ(code(close_look(*ledger_, number, who, "set")), why) << who;
  EXPECT_EQ(code(close_look(*ledger_, number, "ruth", "")), "release.no_reason");
  const auto done = report_finding(*ledger_, number, "ruth", "small_count", "række 7");
  ASSERT_TRUE(done.ok()) << code(done);
  EXPECT_EQ(done->state, State::finding);
  EXPECT_EQ(second_looks(store())->at(0).found, 1u);
  EXPECT_TRUE(recall(*ledger_, number, "olga", "fund").ok());
  EXPECT_EQ(state(number), State::recalled);
}

TEST_F(SpotcheckTest, WhatPeopleSayOfTheRulesIsCounted) {
  scanned_.value().findings = {{"finding.small_count_possible", disclosure::Severity::review, {}, "9", "n"}};
  ASSERT_TRUE(say(sent(), "rita", Ballot::approve).ok());
  ASSERT_TRUE(say(sent(), "rita", Ballot::approve).ok());
  ASSERT_TRUE(say(sent(), "rita", Ballot::reject).ok());
  const auto precision = precision_of_rules(store()).value();
  ASSERT_EQ(precision.size(), 1u);
  EXPECT_EQ(precision[0].rule, "small_count_possible");
  EXPECT_EQ(precision[0].fired, 3u);
  EXPECT_EQ(precision[0].held_back, 1u);
}

}  // namespace
}  // namespace fvm::release
