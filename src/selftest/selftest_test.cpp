// When it is time, and when a run has held. What the checks find: tests/functional/test_selftest.py.
#include <gtest/gtest.h>

#include "selftest/service.hpp"

namespace fvm::selftest {
namespace {

constexpr int64_t minute = 60'000'000, hour = 60 * minute, day = 24 * hour;
constexpr Time noon{20'000 * day + 12 * hour}, night{20'001 * day + 2 * hour};

Time after(Time time, int64_t microseconds) {
  return {time.microseconds + microseconds};
}

std::optional<Run> begun(Time at) {
  return Run{.began = at};
}

TEST(Due, TheFirstComesAnHourAfterTheProgramBegan) {
  EXPECT_FALSE(is_due({}, noon, after(noon, hour - minute)));
  EXPECT_TRUE(is_due({}, noon, after(noon, hour)));
  EXPECT_FALSE(is_due({}, night, after(night, minute)))
      << "a new instance is not attacked at once, at night either";
}

TEST(Due, ThenOnceANight) {
  EXPECT_FALSE(is_due(begun(noon), noon, after(noon, hour)));
  EXPECT_TRUE(is_due(begun(noon), noon, night));
  EXPECT_FALSE(is_due(begun(night), noon, after(night, hour)));
  EXPECT_TRUE(is_due(begun(night), noon, after(night, day)));
  EXPECT_FALSE(is_due(begun(night), noon, after(night, 12 * hour))) << "in the daytime people work";
}

TEST(Due, ANightThatWasMissedIsMadeUpFor) {
  EXPECT_FALSE(is_due(begun(night), noon, after(night, day + 5 * hour)));
  EXPECT_TRUE(is_due(begun(night), noon, after(night, day + 6 * hour)));
}

TEST(Run, HoldsWhenNothingFailedAndEverythingWasTried) {
  selftest::Run made{.checks = {{"ledger", Outcome::held, 9, ""}, {"tables", Outcome::nothing, 0, ""}}};
  EXPECT_TRUE(made.held());
  made.checks.push_back({"sandbox", Outcome::unknown, 0, "wire.not_running"});
  EXPECT_FALSE(made.held()) << "what could not be tried has not held";
  made.checks.back().outcome = Outcome::failed;
  EXPECT_FALSE(made.held());
}

}  // namespace
}  // namespace fvm::selftest
