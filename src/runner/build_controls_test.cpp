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

using Persons = std::vector<Matched>;

Persons alike(const std::vector<uint64_t>& pseudonyms) {
  Persons out;
  for (const uint64_t each : pseudonyms) out.push_back({each, 0});
  return out;
}

// Different pseudonyms, ascending, each with a place among `places`.
Persons some_persons(int64_t places) {
  Persons out;
  for (const uint64_t each : *rc::gen::arbitrary<std::set<uint64_t>>())
    out.push_back({each, *rc::gen::inRange<int64_t>(0, places)});
  return out;
}

bool fits(const Matched& candidate, const Matched& one, int64_t tolerance) {
  return std::abs(candidate.near - one.near) <= tolerance;
}

// Round after round, case after case: the first candidate from the case's place onward that nobody has and
// that is near enough.
std::vector<Assignment> slowly(const Persons& cases, const Persons& candidates, size_t per_case,
                               int64_t tolerance) {
  std::vector<Assignment> out;
  std::set<uint64_t> taken;
  for (size_t round = 0; round < per_case; ++round) {
    for (const Matched& each : cases) {
      Persons from_here;
      for (const Matched& candidate : candidates) {
        if (candidate.project >= each.project) from_here.push_back(candidate);
      }
      for (const Matched& candidate : candidates) {
        if (candidate.project < each.project) from_here.push_back(candidate);
      }
      const auto free = std::find_if(from_here.begin(), from_here.end(), [&](const Matched& candidate) {
        return !taken.contains(candidate.project) && fits(candidate, each, tolerance);
      });
      if (free == from_here.end()) continue;
      taken.insert(free->project);
      out.push_back({free->project, each.project});
    }
  }
  return out;
}

TEST(Controls, AreTheNextFreeInTheCircle) {
  const auto match = [](const Persons& cases, const Persons& candidates, size_t per_case) {
    return match_controls(cases, candidates, per_case, 0);
  };
  EXPECT_EQ(match(alike({10, 20}), alike({5, 11, 12, 21}), 1), (std::vector<Assignment>{{11, 10}, {21, 20}}));
  EXPECT_EQ(match(alike({10, 11}), alike({5, 12, 13}), 1), (std::vector<Assignment>{{12, 10}, {13, 11}}));
  EXPECT_EQ(match(alike({30}), alike({5, 11}), 2), (std::vector<Assignment>{{5, 30}, {11, 30}}))
      << "round the circle";
  EXPECT_TRUE(match(alike({1}), {}, 3).empty());
  EXPECT_TRUE(match({}, alike({1}), 3).empty());
}

TEST(Controls, AreNearEnough) {
  const Persons cases{{10, 100}, {20, 107}};
  EXPECT_EQ(match_controls(cases, Persons{{11, 106}, {12, 105}, {13, 95}}, 2, 5),
            (std::vector<Assignment>{{12, 10}, {11, 20}, {13, 10}}))
      << "the next one round the circle who is not too far away; both ends are near enough";
  EXPECT_TRUE(match_controls(Persons{{10, 100}}, Persons{{11, 106}, {12, 94}}, 2, 5).empty());
  EXPECT_EQ(match_controls(Persons{{10, -1}}, Persons{{11, 31}, {12, -33}, {13, 30}}, 3, 31),
            (std::vector<Assignment>{{13, 10}}))
      << "below zero too";
}

// In days of a few years, with tolerances from none to more than there is.
RC_GTEST_PROP(ControlsProperty, AsTheSlowTwin, ()) {
  const int64_t places = *rc::gen::element<int64_t>(1, 5, 100, 2000);
  const auto cases = some_persons(places), candidates = some_persons(places);
  const size_t per_case = *rc::gen::inRange<size_t>(1, 5);
  const int64_t tolerance = *rc::gen::element<int64_t>(0, 1, 30, 31, 372, 3000);
  RC_ASSERT(match_controls(cases, candidates, per_case, tolerance) ==
            slowly(cases, candidates, per_case, tolerance));
}

RC_GTEST_PROP(ControlsProperty, EachOnceAndTheShortageIsShared, ()) {
  const auto cases = some_persons(1), candidates = some_persons(1);
  RC_PRE(!cases.empty());
  const size_t per_case = *rc::gen::inRange<size_t>(1, 5);
  std::set<uint64_t> taken;
  std::map<uint64_t, size_t> got;
  for (const Matched& each : cases) got[each.project] = 0;
  for (const Assignment& made : match_controls(cases, candidates, per_case, 0)) {
    RC_ASSERT(taken.insert(made.control).second);
    ++got[made.of];
  }
  RC_ASSERT(taken.size() == std::min(candidates.size(), cases.size() * per_case));
  const auto [least, most] = std::minmax_element(
      got.begin(), got.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  RC_ASSERT(most->second - least->second <= 1);
}

RC_GTEST_PROP(ControlsProperty, WhoHasTooFewFindsNobodyNearEnough, ()) {
  const auto cases = some_persons(400), candidates = some_persons(400);
  const size_t per_case = *rc::gen::inRange<size_t>(1, 4);
  std::set<uint64_t> taken;
  std::map<uint64_t, size_t> got;
  for (const Assignment& made : match_controls(cases, candidates, per_case, 60))
    taken.insert(made.control), ++got[made.of];
  for (const Matched& each : cases) {
    if (got[each.project] == per_case) continue;
    for (const Matched& candidate : candidates)
      RC_ASSERT(!fits(candidate, each, 60) || taken.contains(candidate.project));
  }
}

// One case more starts one chain a round: at its end one candidate more is taken, or none.
RC_GTEST_PROP(ControlsProperty, TheCandidatesOfTheOthersStayTaken, ()) {
  auto cases = some_persons(400);
  const auto candidates = some_persons(400);
  const size_t per_case = *rc::gen::inRange<size_t>(1, 4);
  const auto controls = [&] {
    std::set<uint64_t> out;
    for (const Assignment& made : match_controls(cases, candidates, per_case, 60)) out.insert(made.control);
    return out;
  };
  const auto before = controls();
  const Matched more{*rc::gen::arbitrary<uint64_t>(), *rc::gen::inRange<int64_t>(0, 400)};
  const auto at = std::lower_bound(cases.begin(), cases.end(), more);
  const bool is_new = at == cases.end() || at->project != more.project;  // RC_PRE looks at both sides
  RC_PRE(is_new);
  cases.insert(at, more);
  const auto after = controls();
  RC_ASSERT(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  RC_ASSERT(after.size() <= before.size() + per_case);
}

}  // namespace
}  // namespace fvm::runner
