#include "http/pace.hpp"

#include <gtest/gtest.h>

namespace fvm::http {
namespace {

Time at(double seconds) {
  return {static_cast<int64_t>(seconds * 1e6)};
}

TEST(Pace, SoManyAtOnceThenSoManyASecond) {
  Pace pace({2, 5});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pace.wait_seconds("a", at(100)), 0);
  EXPECT_EQ(pace.wait_seconds("a", at(100)), 1);
  EXPECT_EQ(pace.wait_seconds("b", at(100)), 0) << "each has a bucket of its own";
  EXPECT_EQ(pace.wait_seconds("a", at(100.6)), 0) << "one of the two of this second";
  EXPECT_EQ(pace.wait_seconds("a", at(100.6)), 1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pace.wait_seconds("a", at(1000)), 0) << "never more than so many";
  EXPECT_NE(pace.wait_seconds("a", at(1000)), 0);
}

TEST(Pace, WhoIsToldToWaitLosesNothingByAsking) {
  Pace pace({0.25, 1});
  EXPECT_EQ(pace.wait_seconds("a", at(0)), 0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pace.wait_seconds("a", at(0)), 4);
  EXPECT_EQ(pace.wait_seconds("a", at(4)), 0);
}

TEST(Pace, AClockThatGoesBackGivesNothing) {
  Pace pace({1, 1});
  EXPECT_EQ(pace.wait_seconds("a", at(100)), 0);
  EXPECT_EQ(pace.wait_seconds("a", at(50)), 1);
  EXPECT_EQ(pace.wait_seconds("a", at(100.5)), 1);
  EXPECT_EQ(pace.wait_seconds("a", at(101)), 0);
}

TEST(Pace, RemembersNoMoreThanSoManyAndNotTheLatestLast) {
  Pace pace({1, 2});
  EXPECT_EQ(pace.wait_seconds("mine", at(0)), 0);
  EXPECT_EQ(pace.wait_seconds("mine", at(0)), 0);
  for (int i = 0; i < 300'000; ++i) {
    ASSERT_EQ(pace.wait_seconds(std::to_string(i), at(0)), 0);
    if (i % 20'000 == 0) {
      EXPECT_NE(pace.wait_seconds("mine", at(0)), 0) << "a flood of others frees nobody: " << i;
    }
  }
  EXPECT_LE(pace.size(), Pace::buckets_max);
  EXPECT_GE(pace.size(), Pace::buckets_max / 2);
}

TEST(Pace, WhoAsksWhenTheOldAreForgottenIsNotForgotten) {
  Pace pace({1, 1});
  size_t next = 0;
  const auto others = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(pace.wait_seconds(std::to_string(next++), at(0)), 0);
  };
  EXPECT_EQ(pace.wait_seconds("mine", at(0)), 0);
  others(Pace::buckets_max / 2);      // mine is among the old now, beside one young
  others(Pace::buckets_max / 2 - 1);  // one more, and the old are forgotten
  EXPECT_EQ(pace.wait_seconds("mine", at(0)), 1) << "the one that asks at that moment is none of them";
  EXPECT_EQ(pace.wait_seconds("0", at(0)), 0) << "the control: it was old, had not asked since, and is";
}

}  // namespace
}  // namespace fvm::http
