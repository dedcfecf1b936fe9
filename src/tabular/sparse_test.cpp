#include "tabular/sparse.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "tabular/movers.hpp"

namespace fvm::tabular {
namespace {

// Also while more are added, before and behind those that were taken out.
RC_GTEST_PROP(IndexSet, GivesTheFirstAsASetDoes, ()) {
  constexpr uint32_t size = 10'000;
  IndexSet asked(size);
  std::set<uint32_t> model;
  for (auto steps = *rc::gen::inRange(1, 200); steps > 0; --steps) {
    if (*rc::gen::inRange(0, 3) != 0) {
      const auto index = *rc::gen::inRange<uint32_t>(0, size);
      asked.add(index), model.insert(index);
      continue;
    }
    RC_ASSERT(asked.pop() == (model.empty() ? IndexSet::none : *model.begin()));
    if (!model.empty()) model.erase(model.begin());
  }
  std::vector<uint32_t> rest;
  asked.drain([&](uint32_t index) { rest.push_back(index); });
  RC_ASSERT(rest == std::vector<uint32_t>(model.begin(), model.end()));
  RC_ASSERT(asked.pop() == IndexSet::none);
  asked.add(size - 1);
  RC_ASSERT(asked.pop() == size - 1);
}

// The first was 0 for change 0: who knew himself by that alone was not seen to know others (2026-11-29).
TEST(Print, EachChangeCountsInBoth) {
  for (uint32_t change = 0; change < 1000; ++change) {
    EXPECT_NE(Print::of_change(change).first, 0u) << change;
    EXPECT_NE(Print::of_change(change).second, 0u) << change;
  }
}

// Two of one unit that move alike, by change 0 alone, and a third that does not.
TEST(Print, WhoMovesByTheFirstChangeAloneIsFoundToMoveAlike) {
  const Print first = Print::of_change(0);
  const auto found =
      find_alike({0, 1, 2}, {first, first.times(2), Print::of_change(1)}, {1, 1, 1}, {true, true, true});
  ASSERT_EQ(found.size(), 1u);
  const Print differ = first.times(found[0].column == 1 ? 2 : 1);
  EXPECT_EQ(first.times(found[0].insider == 1 ? 2 : 1).times(found[0].factor), differ);
}

}  // namespace
}  // namespace fvm::tabular
