// Singles kept down by what is known, against a linear program over the atoms themselves.
#include "tabular/bounds.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "tabular/facts.hpp"
#include "tabular/program.hpp"

namespace fvm::tabular {
namespace {

// Some atoms, and sets of them whose units are known.
struct Told {
  std::vector<double> units;
  std::vector<std::vector<uint32_t>> sets;
  std::vector<bool> is_single;

  Changes changes() const {
    Changes out;
    for (size_t i = 0; i < units.size(); ++i) out.add_free();
    Groups groups;
    std::vector<uint32_t> cells;
    for (uint32_t atom = 0; atom < units.size(); ++atom) {
      std::vector<uint32_t> in;
      for (uint32_t set = 0; set < sets.size(); ++set)
        if (std::find(sets[set].begin(), sets[set].end(), atom) != sets[set].end()) in.push_back(set);
      groups.of_atom.push_back(in.empty() ? Groups::none : static_cast<uint32_t>(groups.cells.size()));
      if (!in.empty()) groups.cells.push_back(in), groups.leaves.push_back(in);
    }
    for (uint32_t set = 0; set < sets.size(); ++set) cells.push_back(set);
    const Facts facts = find_facts(out, groups, sets.size(), cells);
    return facts.cells.empty() ? out : shortened(out.after(facts, groups));
  }

  // Whether an attacker with linear programming can tell that this single is one.
  bool is_told(uint32_t single) const {
    std::vector<Program::Bounds> bounds;
    for (size_t atom = 0; atom < units.size(); ++atom)
      bounds.push_back({is_single[atom] ? 1.0 : 0.0, std::numeric_limits<double>::infinity()});
    std::vector<Program::Row> rows;
    for (const auto& set : sets) {
      rows.emplace_back();
      for (const uint32_t atom : set) {
        rows.back().terms.push_back({atom, 1.0});
        rows.back().sum += units[atom];
      }
    }
    Program program(bounds, rows);
    const Term up{single, 1};
    return program.maximise({&up, 1}) == Program::Outcome::optimal && program.value(single) < 1 + 1e-6;
  }
};

Told random_told() {
  Told out;
  const auto atoms = *rc::gen::inRange<uint32_t>(2, 14);
  for (uint32_t atom = 0; atom < atoms; ++atom) {
    out.units.push_back(*rc::gen::weightedElement<double>({{3, 1}, {1, 2}, {1, 7}}));
    out.is_single.push_back(out.units[atom] == 1 && *rc::gen::weightedElement<bool>({{3, true}, {1, false}}));
  }
  const auto sets = *rc::gen::inRange<size_t>(0, 7);
  for (size_t set = 0; set < sets; ++set) {
    out.sets.emplace_back();
    for (uint32_t atom = 0; atom < atoms; ++atom)
      if (*rc::gen::arbitrary<bool>()) out.sets.back().push_back(atom);
    if (out.sets.back().empty()) out.sets.pop_back();
  }
  return out;
}

// Both ways: whoever is in a sum is told, and whoever is in none is not.
RC_GTEST_PROP(KeptDown, AreThoseThatLinearProgrammingTells, ()) {
  const Told told = random_told();
  const Changes changes = told.changes();
  const auto found = find_kept_down(changes, told.is_single);
  RC_ASSERT(found.is_certain);
  std::vector<bool> is_found(told.units.size(), false);
  for (const Ray& ray : found.rays)
    for (const auto& [atom, factor] : ray) is_found[atom] = true;
  for (uint32_t atom = 0; atom < told.units.size(); ++atom)
    RC_ASSERT(is_found[atom] == (told.is_single[atom] && told.is_told(atom)));
  for (const Ray& ray : found.rays) {
    Print sum;
    for (const auto& [atom, factor] : ray) {
      RC_ASSERT(told.is_told(atom));
      sum += changes.print(atom).times(factor);
    }
    RC_ASSERT(sum.is_zero());
  }
}

// Two sums with somebody in both: the third is told though the first sum is already known.
TEST(KeptDown, SumsThatShareSomebody) {
  Told told;
  told.units = {1, 1, 1, 9};
  told.is_single = {true, true, true, false};
  told.sets = {{0, 1}, {1, 2}};
  std::vector<bool> is_found(told.units.size(), false);
  for (const Ray& ray : find_kept_down(told.changes(), told.is_single).rays)
    for (const auto& [atom, factor] : ray) is_found[atom] = true;
  EXPECT_EQ(is_found, (std::vector<bool>{true, true, true, false}));
}

TEST(KeptDown, FiveInARowOfFive) {
  Told told;
  told.units = {1, 1, 1, 1, 1, 9};
  told.is_single = {true, true, true, true, true, false};
  told.sets = {{0, 1, 2, 3, 4}, {0, 1, 2, 3, 4, 5}};
  const auto found = find_kept_down(told.changes(), told.is_single);
  ASSERT_EQ(found.rays.size(), 1u);
  EXPECT_EQ(found.rays[0].size(), 5u);
  told.is_single[4] = false;  // nobody has seen him: the others may be two
  EXPECT_TRUE(find_kept_down(told.changes(), told.is_single).rays.empty());
}

}  // namespace
}  // namespace fvm::tabular
