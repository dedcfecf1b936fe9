// Singles that keep each other down with factors that are not found (bounds.hpp): what one order of the cells
// tells, or one pass, another need not.
#include <gtest/gtest.h>

#include <algorithm>

#include "tabular/decide.hpp"

namespace fvm::tabular {
namespace {

// A table of one dimension whose cells are any sets of atoms.
class Sets {
 public:
  void add_atom(double units, std::vector<uint32_t> sets) {
    std::sort(sets.begin(), sets.end());
    units_.push_back(units);
    sets_.push_back(std::move(sets));
  }
  uint32_t add_set() { return ++last_; }
  void add_single(std::vector<uint32_t> sets) {
    sets.push_back(add_set());  // a cell of his own, which is hidden
    add_atom(1, sets);
  }

  // Singles with the factors 11, 12 and 13 add up to what sets have, the first of `minus` with the factor -1:
  // each of them is one, and nobody finds these factors. The others of `minus` have the same atoms and play
  // no part.
  void keep_down(const std::vector<uint32_t>& minus) {
    const auto ties = [&](const std::vector<uint32_t>& sets) { add_atom(7, sets); };
    const uint32_t one = add_set(), other_one = add_set();
    for (const uint32_t each : {one, other_one}) {
      auto sets = minus;
      sets.push_back(each);
      ties(sets);
    }
    std::vector<uint32_t> powers{one};
    for (uint32_t a = one, b = other_one; powers.size() < 4;) {
      const uint32_t less = add_set(), twice = add_set(), again = add_set();
      ties({a, b, less}), ties({twice, less}), ties({again, less});
      powers.push_back(a = twice), b = again;
    }
    add_atom(3, {add_set()});  // the total tells nothing
    add_single({powers[0], powers[1], powers[3]});
    add_single({powers[2], powers[3]});
    add_single({powers[0], powers[2], powers[3]});
  }

  Result<Decision> decide() const {
    Knowledge known;
    std::vector<Knowledge::Part> parts;
    for (const double units : units_) parts.push_back({Knowledge::Part::nobody, units});
    if (auto done = known.divide(parts); !done.ok()) return done.error();
    std::vector<std::string> names;
    for (uint32_t set = 1; set <= last_; ++set) names.push_back("s" + std::to_string(set));
    const Hierarchy dimension = Hierarchy::flat("all", names);
    CountTable table;
    table.dimensions = {&dimension};
    table.groups = groups_of(Shape(table.dimensions), sets_);
    table.counts = sums_of_cells(table.groups, units_, last_ + 1);
    return tabular::decide(known, table, {}, {});
  }

 private:
  std::vector<double> units_;
  std::vector<std::vector<uint32_t>> sets_;
  uint32_t last_ = 0;
};

TEST(DecisionsByBounds, FactorsThatAreNotFoundAreRefused) {
  Sets sets;
  const uint32_t minus = sets.add_set();
  sets.keep_down({minus});
  const auto refused = sets.decide();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "tabular.told_by_bounds");
}

// Of two cells as large as each other one must stay hidden; hiding the one tells nobody.
TEST(DecisionsByBounds, AnOrderThatTellsNobodyIsTaken) {
  for (const size_t told : {0u, 1u}) {
    Sets sets;
    const uint32_t halves[] = {sets.add_set(), sets.add_set()}, small = sets.add_set(), all = sets.add_set();
    sets.add_atom(3, {small, all});
    sets.add_atom(14, {halves[1 - told], all});
    sets.keep_down({halves[told], all});
    EXPECT_TRUE(sets.decide().ok()) << told;
  }
}

// The first pass finds that five singles are told, and hides the set that told of the others too.
TEST(DecisionsByBounds, WhatALaterPassHidesIsNotTold) {
  Sets sets;
  const uint32_t minus = sets.add_set(), with_five = sets.add_set();
  for (int i = 0; i < 5; ++i) sets.add_single({with_five});
  sets.keep_down({minus, with_five});
  EXPECT_TRUE(sets.decide().ok());
}

}  // namespace
}  // namespace fvm::tabular
