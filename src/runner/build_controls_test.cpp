// Matched controls against a slow twin, and what they promise: each once, shortage shared, neighbours only.
#include "runner/build_controls.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace fvm::runner {
namespace {

using Numbers = std::vector<uint64_t>;

Numbers ascending(std::set<uint64_t> numbers) {
  return {numbers.begin(), numbers.end()};
}

// Round after round, case after case: the first candidate from the case's place onward that nobody has.
std::vector<Assignment> slowly(const Numbers& cases, const Numbers& candidates, size_t per_case) {
  std::vector<Assignment> out;
  std::set<uint64_t> taken;
  for (size_t round = 0; round < per_case; ++round) {
    for (const uint64_t each : cases) {
      Numbers from_here;
      for (const uint64_t candidate : candidates) {
        if (candidate >= each) from_here.push_back(candidate);
      }
      for (const uint64_t candidate : candidates) {
        if (candidate < each) from_here.push_back(candidate);
      }
      const auto free = std::find_if(from_here.begin(), from_here.end(),
                                     [&](uint64_t candidate) { return !taken.contains(candidate); });
      if (free == from_here.end()) continue;
      taken.insert(*free);
      out.push_back({*free, each});
    }
  }
  return out;
}

TEST(Controls, AreTheNextFreeInTheCircle) {
  EXPECT_EQ(match_controls(Numbers{10, 20}, Numbers{5, 11, 12, 21}, 1),
            (std::vector<Assignment>{{11, 10}, {21, 20}}));
  EXPECT_EQ(match_controls(Numbers{10, 11}, Numbers{5, 12, 13}, 1),
            (std::vector<Assignment>{{12, 10}, {13, 11}}));
  EXPECT_EQ(match_controls(Numbers{30}, Numbers{5, 11}, 2), (std::vector<Assignment>{{5, 30}, {11, 30}}))
      << "round the circle";
  EXPECT_TRUE(match_controls(Numbers{1}, Numbers{}, 3).empty());
  EXPECT_TRUE(match_controls(Numbers{}, Numbers{1}, 3).empty());
}

RC_GTEST_PROP(ControlsProperty, AsTheSlowTwin, ()) {
  const auto cases = ascending(*rc::gen::arbitrary<std::set<uint64_t>>());
  const auto candidates = ascending(*rc::gen::arbitrary<std::set<uint64_t>>());
  const size_t per_case = *rc::gen::inRange<size_t>(1, 5);
  RC_ASSERT(match_controls(cases, candidates, per_case) == slowly(cases, candidates, per_case));
}

RC_GTEST_PROP(ControlsProperty, EachOnceAndTheShortageIsShared, ()) {
  const auto cases = ascending(*rc::gen::nonEmpty(rc::gen::arbitrary<std::set<uint64_t>>()));
  const auto candidates = ascending(*rc::gen::arbitrary<std::set<uint64_t>>());
  const size_t per_case = *rc::gen::inRange<size_t>(1, 5);
  std::set<uint64_t> taken;
  std::map<uint64_t, size_t> got;
  for (const uint64_t each : cases) got[each] = 0;
  for (const Assignment& made : match_controls(cases, candidates, per_case)) {
    RC_ASSERT(taken.insert(made.control).second);
    ++got[made.of];
  }
  RC_ASSERT(taken.size() == std::min(candidates.size(), cases.size() * per_case));
  const auto [least, most] = std::minmax_element(
      got.begin(), got.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  RC_ASSERT(most->second - least->second <= 1);
}

// One case more changes, in the first round, at most the cases between it and the next free place.
RC_GTEST_PROP(ControlsProperty, TheCandidatesOfTheOthersStayTaken, ()) {
  auto cases = *rc::gen::arbitrary<std::set<uint64_t>>();
  const auto candidates = ascending(*rc::gen::arbitrary<std::set<uint64_t>>());
  const auto controls = [&] {
    std::set<uint64_t> out;
    for (const Assignment& made : match_controls(ascending(cases), candidates, 1)) out.insert(made.control);
    return out;
  };
  const auto before = controls();
  cases.insert(*rc::gen::arbitrary<uint64_t>());
  const auto after = controls();
  RC_ASSERT(std::includes(after.begin(), after.end(), before.begin(), before.end()));
}

}  // namespace
}  // namespace fvm::runner
