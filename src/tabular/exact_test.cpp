// What is kept of all tables together against the rationals: nothing that follows is lost, nothing is made
// up, and no set of few follows for anybody. Small worlds, in which units are in several cells, are of
// several owners and come back with more visits.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tabular/decide_testing.hpp"

namespace fvm::tabular {
namespace {

using Row = Span::Row;

// A sum of atoms is known, by its print, exactly where it follows.
void compare(const World& world) {
  const auto& changes = world.known().changes();
  const Span told = world.told();
  RC_ASSERT(world.known().facts() == told.rank());
  const auto is_known = [&](const Row& row) {
    Print sum;
    for (uint32_t atom = 0; atom < row.size(); ++atom)
      if (row[atom] != 0) sum += changes.print(atom).times(Field::of(static_cast<int64_t>(row[atom])));
    return sum.is_zero();
  };
  for (size_t atom = 0; atom < changes.atoms(); ++atom) {
    Row row(changes.atoms(), 0);
    row[atom] = 1;
    RC_ASSERT(is_known(row) == told.contains(row));
    for (size_t other = atom + 1; other < changes.atoms(); ++other) {
      row[other] = *rc::gen::element(1, -1, 2);
      RC_ASSERT(is_known(row) == told.contains(row));
      row[other] = 0;
    }
  }
}

// Somebody who knows himself: nobody else moves in proportion to him, and no two as much as he does.
void attack_as(const World& world, uint32_t self, double threshold) {
  const auto& changes = world.known().changes();
  const auto& units = world.known().units();
  const auto is_other = [&](uint32_t atom, double room) {
    return atom != self && !changes.is_known(atom) && units[atom] < room;
  };
  const Print own = changes.print(self);
  for (uint32_t one = 0; one < changes.atoms(); ++one) {
    if (!is_other(one, threshold - 1)) continue;
    const Print print = changes.print(one);
    RC_ASSERT(Field::multiply(print.first, own.second) != Field::multiply(print.second, own.first));
    for (uint32_t two = one + 1; two < changes.atoms(); ++two) {
      Print both = print;
      both += changes.print(two);
      if (is_other(two, threshold - 1 - units[one])) RC_ASSERT(both != own);
    }
  }
}

// Everybody, whoever is one, and every owner with all that he has.
void attack(const World& world, const Rules& rules, uint32_t owners) {
  const double threshold = rules.threshold;
  RC_ASSERT(world.findings(threshold) == 0u);
  for (uint32_t atom = 0; atom < world.known().units().size(); ++atom)
    if (world.known().units()[atom] == 1 && !world.known().changes().is_known(atom))
      attack_as(world, atom, threshold);
  for (uint32_t owner = 0; owner < owners; ++owner) {
    RC_ASSERT(world.findings_of_owner(threshold - 1, owner) == 0u);
    RC_ASSERT(world.near_pairs(rules, static_cast<int>(owner)) == 0u);
  }
}

// Of a cell that is hidden already for one reason another need not be found.
std::vector<bool> open_in(const Decision& decision) {
  std::vector<bool> open;
  for (const Status status : decision.status) open.push_back(status == Status::open);
  return open;
}

bool near_to_anybody(const World& world, const Rules& rules, uint32_t owners) {
  for (int owner = -1; owner < static_cast<int>(owners); ++owner)
    if (world.near_pairs(rules, owner) > 0) return true;
  return false;
}

// Sums with so many units that differ that the search for near cells has too many to try: what it has not
// seen to its end is not told.
RC_GTEST_PROP(Exactly, WhatIsUnclearIsNotTold, ()) {
  constexpr size_t traits = 3, persons = 44, tables = 3;
  const auto visits = random_visits(persons, traits, 2);
  World world(persons);
  const Rules rules{.counts = false, .threshold = 5, .widened_cells_max = 0, .tries = 1};
  for (size_t i = 1; i <= tables; ++i) {
    const Asked asked = random_overlap(visits, traits, i);
    const auto decision = world.try_to_ask(asked, rules, false);
    RC_PRE(decision.ok());
    RC_CLASSIFY(decision->near_unfinished > 0, "a search did not end");
    size_t withheld = 0;
    for (size_t cell = 0; cell < decision->status.size(); ++cell)
      withheld += decision->status[cell] == Status::sensitive && world.units(cell) >= rules.threshold;
    RC_ASSERT(withheld >= decision->near_unfinished);
  }
}

RC_GTEST_PROP(Exactly, NothingIsLostAndNothingFollows, ()) {
  constexpr size_t traits = 3;
  const auto persons = *rc::gen::inRange<size_t>(8, 28);
  const auto visits = random_visits(persons, traits, *rc::gen::inRange<size_t>(1, 4));
  const auto owners = *rc::gen::inRange<uint32_t>(0, 4);
  World::Owners owned;
  for (uint32_t i = 0; owners > 0 && i < persons; ++i) {
    const auto drawn = *rc::gen::inRange<uint32_t>(0, 3 * owners);
    owned.push_back({drawn < owners ? drawn : owners + i});
  }
  World world(persons, owned);
  const Rules rules{.counts = *rc::gen::arbitrary<bool>(),
                    .threshold = static_cast<double>(*rc::gen::inRange(2, 6)),
                    .widened_cells_max = 0,
                    .tries = *rc::gen::element(1u, 4u)};
  for (auto tables = *rc::gen::inRange<size_t>(1, 6); tables > 0; --tables) {
    const auto until = *rc::gen::inRange<size_t>(1, 4);
    const Asked asked = random_overlap(visits, traits, until);
    World unnamed = world;  // where what differs by few is searched for, not counted
    const auto searched = unnamed.try_to_ask(asked, rules, false);
    const auto decision = world.try_to_ask(asked, rules);
    RC_CLASSIFY(!decision.ok(), "refused");
    RC_ASSERT(decision.ok() == searched.ok());
    RC_CLASSIFY(decision.ok() && searched->near_unfinished > 0, "a search did not end");
    if (decision.ok()) RC_ASSERT(world.near_pairs(rules) == 0u);
    // The search finds the smallest differences: one that is put together of a smaller one and of what is
    // known to make none is seen where it is counted.
    const bool is_put_together = decision.ok() && near_to_anybody(unnamed, rules, owners);
    RC_CLASSIFY(is_put_together, "a difference that is put together");
    if (decision.ok() && searched->near_unfinished == 0 && !is_put_together)
      RC_ASSERT(open_in(*decision) == open_in(*searched));
    compare(world);
    if (!decision.ok() || decision->near_unfinished > 0 ||
        decision->atoms_searched + 1 < static_cast<size_t>(rules.threshold))
      continue;
    attack(world, rules, owners);
  }
}

}  // namespace
}  // namespace fvm::tabular
