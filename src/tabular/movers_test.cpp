// Small sets by how they move, over few changes of each motion: whichever are kept, what is found is what
// trying every set finds.
#include "tabular/movers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>

#include "tabular/facts.hpp"
#include "tabular/small_sets.hpp"

namespace fvm::tabular {
namespace {

using Set = std::vector<uint32_t>;
constexpr double threshold = 5;
constexpr uint32_t cells = 12;

Groups random_groups(size_t atoms) {
  Groups groups;
  for (uint32_t cell = 0; cell < cells; ++cell) {
    std::set<uint32_t> in{cell, *rc::gen::inRange<uint32_t>(0, cells)};
    if (*rc::gen::arbitrary<bool>()) in.insert(0);
    groups.cells.emplace_back(in.begin(), in.end());
  }
  for (size_t atom = 0; atom < atoms; ++atom) {
    const auto group = *rc::gen::inRange<uint32_t>(0, cells + 1);
    groups.of_atom.push_back(group == cells ? Groups::none : group);
  }
  return groups;
}

// What some tables over some units leave open: many more changes move a bound atom than a motion keeps.
struct World {
  Changes changes;
  std::vector<double> units;
};
World random_world() {
  World out;
  const auto atoms = *rc::gen::inRange<uint32_t>(8, 32);
  for (uint32_t atom = 0; atom < atoms; ++atom) {
    out.changes.add_free();
    out.changes.add_weight(atom, static_cast<float>(*rc::gen::inRange(0, 5)));
    out.units.push_back(*rc::gen::weightedElement<double>({{8, 1}, {2, 2}, {1, 7}}));
  }
  for (auto tables = *rc::gen::inRange(1, 4); tables > 0; --tables) {
    const Groups groups = random_groups(atoms);
    std::vector<uint32_t> open;
    for (uint32_t cell = 0; cell < cells; ++cell)
      if (*rc::gen::inRange(0, 3) > 0) open.push_back(cell);
    out.changes = shortened(out.changes.after(find_facts(out.changes, groups, cells, open), groups));
  }
  return out;
}

// Sets of small atoms of fewer than t units together whose prints, each with its sign, add up to `whole`,
// with no such set within them.
std::vector<Set> every_set(const World& world, Print whole, const std::function<bool(uint32_t)>& is_minus) {
  std::vector<Set> out;
  Set set;
  const std::function<void(uint32_t, double, Print)> extend = [&](uint32_t from, double units, Print rest) {
    if (!set.empty() && rest.is_zero()) out.push_back(set);
    for (uint32_t atom = from; atom < world.units.size(); ++atom) {
      if (units + world.units[atom] >= threshold || world.changes.is_known(atom)) continue;
      const Print print = world.changes.print(atom);
      Print then = rest;
      then += is_minus(atom) ? print : print.negative();
      set.push_back(atom);
      extend(atom + 1, units + world.units[atom], then);
      set.pop_back();
    }
  };
  extend(0, 0, whole);
  std::vector<Set> least;
  for (const Set& one : out)
    if (std::none_of(out.begin(), out.end(), [&](const Set& other) {
          return other.size() < one.size() &&
                 std::includes(one.begin(), one.end(), other.begin(), other.end());
        }))
      least.push_back(one);
  return least;
}

void expect_all(const std::vector<Set>& wanted, std::vector<Set> found) {
  std::sort(found.begin(), found.end());
  for (const Set& set : wanted) RC_ASSERT(std::binary_search(found.begin(), found.end(), set));
}

RC_GTEST_PROP(Movers, FindEverySetThatMovesWithSomebodyWhoKnowsHimself, ()) {
  const World world = random_world();
  std::vector<bool> changed;
  const int of_ten = *rc::gen::element(1, 5, 10);  // most of a large ledger's atoms are not
  for (size_t atom = 0; atom < world.units.size(); ++atom)
    changed.push_back(*rc::gen::inRange(0, 10) < of_ten);
  std::vector<Set> wanted;
  for (uint32_t insider = 0; insider < world.units.size(); ++insider) {
    if (world.units[insider] != 1 || world.changes.is_known(insider)) continue;
    for (Set set : every_set(world, world.changes.print(insider), [](uint32_t) { return false; })) {
      if (set.size() < 2 || std::find(set.begin(), set.end(), insider) != set.end()) continue;
      set.insert(set.begin(), insider);
      if (std::any_of(set.begin(), set.end(), [&](uint32_t atom) { return changed[atom]; }))
        wanted.push_back(std::move(set));
    }
  }
  RC_TAG(wanted.empty() ? "none" : "some");
  RC_PRE(wanted.size() < 1000u);
  for (const Pick pick : {Pick::shortest, Pick::any}) {
    const auto found = Movers(world.changes, world.units, threshold, pick)
                           .sets_of_insiders(changed, 1, 1'000'000, 1'000'000'000);
    RC_ASSERT(found.atoms_max == 4u);
    expect_all(wanted, found.sets);
    for (const Set& set : found.sets) {
      Print sum = world.changes.print(set.front()).negative();
      for (size_t i = 1; i < set.size(); ++i) sum += world.changes.print(set[i]);
      RC_ASSERT(sum.is_zero());
    }
  }
}

RC_GTEST_PROP(Movers, FindEverySetThatDoesNotMove, ()) {
  const World world = random_world();
  std::vector<bool> changed;
  for (size_t atom = 0; atom < world.units.size(); ++atom) changed.push_back(*rc::gen::inRange(0, 3) > 0);
  std::vector<Set> wanted;
  for (const Set& set : every_set(world, {}, [](uint32_t) { return false; }))
    if (std::any_of(set.begin(), set.end(), [&](uint32_t atom) { return changed[atom]; }))
      wanted.push_back(set);
  RC_TAG(wanted.empty() ? "none" : "some");
  RC_PRE(wanted.size() < 1000u);
  for (const Pick pick : {Pick::shortest, Pick::any}) {
    const auto found = Movers(world.changes, world.units, threshold, pick).unmoved_sets(changed, 1'000'000);
    RC_ASSERT(found.atoms_max == 4u);
    expect_all(wanted, found.sets);
    for (const Set& set : found.sets) {
      Print sum;
      for (const uint32_t atom : set) sum += world.changes.print(atom);
      RC_ASSERT(sum.is_zero());
    }
  }
  expect_all(wanted, Movers(world.changes, world.units, threshold).every_unmoved_set(changed).sets);
  // By prints alone the same, each once and nothing else.
  const SmallSets among{world.changes.prints(), world.units, threshold, changed};
  RC_ASSERT(are_few(among));
  const auto found = sets_by_prints(among, 1'000'000);
  expect_all(wanted, found);
  RC_ASSERT(std::set<Set>(found.begin(), found.end()).size() == found.size());
  for (const Set& set : found) {
    Print sum;
    double units = 0;
    for (const uint32_t atom : set) sum += world.changes.print(atom), units += world.units[atom];
    RC_ASSERT(sum.is_zero() && units < threshold);
    RC_ASSERT(std::any_of(set.begin(), set.end(), [&](uint32_t atom) { return changed[atom]; }));
  }
}

RC_GTEST_PROP(Movers, FindEverySetByWhichACellIsKnown, ()) {
  const World world = random_world();
  const Groups groups = random_groups(world.units.size());
  const auto prints = sums_of_cells(groups, world.changes.prints(), cells);
  std::vector<bool> wanted;
  for (const Print& print : prints) wanted.push_back(!print.is_zero());
  std::vector<std::vector<Set>> sets;
  for (uint32_t cell = 0; cell < cells; ++cell) {
    const Member is_member(groups, cell);
    sets.push_back({});
    if (wanted[cell])
      sets.back() = every_set(world, prints[cell], [&](uint32_t atom) { return !is_member(atom); });
  }
  for (const Pick pick : {Pick::shortest, Pick::any}) {
    CellMotions motions(world.changes, groups, wanted, pick);
    Movers movers(world.changes, world.units, threshold, pick);
    for (uint32_t cell = 0; cell < cells; ++cell) {
      std::vector<Set> found;
      const auto add = [&](Set set) {
        std::sort(set.begin(), set.end());
        found.push_back(std::move(set));
        return false;
      };
      if (wanted[cell]) RC_ASSERT(movers.nearly_known(prints[cell], motions, cell, add, 100'000'000));
      expect_all(sets[cell], found);
    }
  }
}

// A motion keeps no more than it can say anything about, and says when there are more.
TEST(Motion, KeepsTheFirstAndFewThatAreAlike) {
  Motion motion;
  for (uint32_t free = 0; free < 40; ++free) motion.keep_first(free, 1, free < 30 ? 100 : free);
  motion.close();
  EXPECT_EQ(motion.moved().size(), Motion::kept_max);
  EXPECT_FALSE(motion.is_whole());
  EXPECT_EQ(motion.moved()[3].index, 30u);  // after three that move the same atom

  Motion few;
  for (uint32_t free = 0; free < 6; ++free) few.keep_first(free, 1, 100);
  few.close();
  EXPECT_EQ(few.moved().size(), 6u);
  EXPECT_TRUE(few.is_whole());
}

}  // namespace
}  // namespace fvm::tabular
