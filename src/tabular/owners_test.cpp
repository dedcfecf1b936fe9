// Owners of several units, who take all that is theirs away, against an attacker who tries every set of
// others'.
#include "tabular/owners.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tabular/decide_testing.hpp"

namespace fvm::tabular {
namespace {

// Each holding takes all that it has away from all tables, and is left with no set of few of others'. In a
// cell of t, itself one of them, it sees t − 1, as everybody does.
World::Owners random_owners(size_t persons, uint32_t holdings) {
  World::Owners owners;
  for (size_t i = 0; i < persons; ++i) {
    // Half of them have no holding but themselves.
    const auto drawn = *rc::gen::inRange<uint32_t>(0, 2 * holdings);
    owners.push_back({drawn < holdings ? drawn : holdings + static_cast<uint32_t>(i)});
    // And some were said to be another's, too.
    if (drawn + 1 < holdings && *rc::gen::inRange(0, 4) == 0) owners.back().push_back(drawn + 1);
  }
  return owners;
}

RC_GTEST_PROP(Owners, NoSetOfFewFollowsForAnyOwner, ()) {
  const auto persons = *rc::gen::inRange<size_t>(10, 40);
  const auto holdings = *rc::gen::inRange<uint32_t>(1, 6);
  std::vector<std::vector<uint32_t>> traits(2);
  for (size_t i = 0; i < persons; ++i)
    for (auto& trait : traits) trait.push_back(*rc::gen::weightedElement<uint32_t>({{6, 0}, {3, 1}, {1, 2}}));
  World world(persons, random_owners(persons, holdings));
  const Rules rules{.threshold = 4, .widened_cells_max = 0, .tries = 1};
  for (auto left = *rc::gen::inRange<size_t>(1, 4); left > 0; --left) {
    const auto decision = world.try_to_ask(random_table(persons, traits), rules);
    if (!decision.ok()) continue;
    RC_ASSERT(world.findings(rules.threshold) == 0u);
    for (uint32_t holding = 0; holding < holdings; ++holding)
      RC_ASSERT(world.findings_of_owner(rules.threshold - 1, holding) == 0u);
  }
}

// Whoever is not in one of them had another value then: two tables of the same cells, in which some have
// come, some are gone and some have another value (one unit gone, one come).
RC_GTEST_PROP(Owners, WhatOneOwnerAndFewOthersChangedIsNotTold, ()) {
  const auto units = *rc::gen::inRange<size_t>(10, 50);
  const auto holdings = *rc::gen::inRange<uint32_t>(1, 4);
  World world(units, random_owners(units, holdings));
  const Rules rules{.counts = *rc::gen::arbitrary<bool>(),
                    .threshold = static_cast<double>(*rc::gen::inRange(2, 6)),
                    .widened_cells_max = 0,
                    .tries = 1};
  std::vector<uint32_t> place;
  for (size_t i = 0; i < units; ++i)
    place.push_back(*rc::gen::weightedElement<uint32_t>({{5, 1}, {3, 2}, {1, 3}}));
  for (auto left = *rc::gen::inRange<size_t>(2, 5); left > 0; --left) {
    Asked asked{{Hierarchy::flat("T", {"a", "b", "c"})}, {}};
    const auto often = *rc::gen::element(2, 6, 20);
    for (size_t i = 0; i < units; ++i) {
      asked.leaves.emplace_back();
      if (*rc::gen::inRange(0, often) > 0) asked.leaves.back().push_back(place[i]);
    }
    if (!world.try_to_ask(asked, rules).ok()) continue;
    RC_ASSERT(world.near_pairs(rules) == 0u);
    for (uint32_t holding = 0; holding < holdings; ++holding)
      RC_ASSERT(world.near_pairs(rules, static_cast<int>(holding)) == 0u);
  }
}

// place    a  b  c  d   together
// holding  0  0  1  10  13        a, b and c are hidden; whoever has a and b works out c, unless 10 or 13
// goes.
TEST(Owners, WhoIsAloneInTwoCellsTakesBothAway) {
  constexpr uint32_t places = 4;
  Asked asked{{Hierarchy::flat("all", {"a", "b", "c", "d"})}, {}};
  World::Owners owners;
  const auto add = [&](uint32_t place, uint32_t owner) {
    asked.leaves.push_back({place}), owners.push_back({owner});
  };
  for (uint32_t place = 1; place <= 3; ++place)
    add(place, place < 3 ? 0 : 1);  // a, b: holding 0; c: holding 1
  for (uint32_t i = 0; i < 10; ++i) add(places, 100 + i);
  const Rules rules{.counts = false, .threshold = 2};
  World apart(asked.leaves.size()), together(asked.leaves.size(), owners);
  EXPECT_EQ(apart.ask(asked, rules).status[0], Status::open);
  EXPECT_EQ(apart.findings(2), 0u);
  const auto decided = together.ask(asked, rules).status;
  EXPECT_NE(decided[0] == Status::open, decided[places] == Status::open);
  EXPECT_EQ(together.findings_of_owner(2, 0), 0u);
}

}  // namespace
}  // namespace fvm::tabular
