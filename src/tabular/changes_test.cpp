// What is left open after some facts, against what it means: no change moves a published cell, there are as
// many as there must be, and prints say what the changes say.
#include "tabular/changes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "tabular/facts.hpp"

namespace fvm::tabular {
namespace {

// Groups of up to three of `cells`, one cell at least.
Groups random_groups(size_t atoms, uint32_t cells) {
  Groups groups;
  const auto count = *rc::gen::inRange<size_t>(1, 12);
  for (size_t i = 0; i < count; ++i) {
    auto in = *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, cells));
    in.push_back(*rc::gen::inRange<uint32_t>(0, cells));
    std::sort(in.begin(), in.end());
    in.erase(std::unique(in.begin(), in.end()), in.end());
    groups.cells.push_back(in);
  }
  for (size_t atom = 0; atom < atoms; ++atom) {
    const auto group = *rc::gen::inRange<uint32_t>(0, static_cast<uint32_t>(count) + 1);
    groups.of_atom.push_back(group == count ? Groups::none : group);
  }
  return groups;
}

bool is_in(const Groups& groups, uint32_t atom, uint32_t cell) {
  const uint32_t group = groups.of_atom[atom];
  return group != Groups::none &&
         std::binary_search(groups.cells[group].begin(), groups.cells[group].end(), cell);
}

uint64_t moved(const Changes& changes, uint32_t free, const Groups& groups, uint32_t cell) {
  uint64_t sum = 0;
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
    if (is_in(groups, atom, cell)) sum = Field::add(sum, changes.value(free, atom));
  return sum;
}

void check(const Changes& changes) {
  size_t count = 0;
  std::vector<bool> moves(changes.atoms(), false);
  for (uint32_t free = 0; free < changes.atoms(); ++free) {
    count += changes.is_free(free);
    RC_ASSERT(changes.is_free(free) || changes.row(free).empty());
    if (changes.is_free(free)) moves[free] = true;
    for (const Entry& entry : changes.row(free)) {
      RC_ASSERT(!changes.is_free(entry.index));
      RC_ASSERT(entry.value != 0u);
      moves[entry.index] = true;
    }
  }
  RC_ASSERT(count == changes.count());
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom) RC_ASSERT(changes.is_known(atom) != moves[atom]);
}

RC_GTEST_PROP(Changes, WhatIsPublishedMovesNoMore, ()) {
  const auto atoms = *rc::gen::inRange<uint32_t>(1, 25);
  constexpr uint32_t cells = 8;
  Changes changes;
  for (uint32_t atom = 0; atom < atoms; ++atom) {
    changes.add_free();
    changes.add_weight(atom, static_cast<float>(*rc::gen::inRange(0, 5)));
  }
  std::vector<std::pair<Groups, std::vector<uint32_t>>> published;
  const auto tables = *rc::gen::inRange<size_t>(1, 5);
  for (size_t i = 0; i < tables; ++i) {
    const Groups groups = random_groups(changes.atoms(), cells);
    std::vector<uint32_t> open;
    for (uint32_t cell = 0; cell < cells; ++cell)
      if (*rc::gen::arbitrary<bool>()) open.push_back(cell);
    const Facts facts = find_facts(changes, groups, cells, open);
    const size_t before = changes.count();
    changes = shortened(changes.after(facts, groups));
    RC_ASSERT(changes.count() == before - facts.cells.size());
    published.emplace_back(groups, open);
    // One atom divides: its part is where it was.
    const auto divided = *rc::gen::inRange<uint32_t>(0, static_cast<uint32_t>(changes.atoms()));
    changes.split(divided);
    for (auto& [of, which] : published) of.of_atom.push_back(of.of_atom[divided]);
    check(changes);
    for (const auto& [of, which] : published)
      for (const uint32_t cell : which)
        for (uint32_t free = 0; free < changes.atoms(); ++free)
          if (changes.is_free(free)) RC_ASSERT(moved(changes, free, of, cell) == 0u);
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
      changes.add_weight(atom, static_cast<float>(*rc::gen::inRange(0, 5)));
  }
}

// Each of them is new: none was known, and each that is left out of the facts is known after them.
RC_GTEST_PROP(Changes, FactsAreWhatIsNew, ()) {
  const auto atoms = *rc::gen::inRange<uint32_t>(1, 25);
  constexpr uint32_t cells = 8;
  Changes changes;
  for (uint32_t atom = 0; atom < atoms; ++atom) changes.add_free();
  const Groups groups = random_groups(atoms, cells);
  std::vector<uint32_t> all(cells);
  std::iota(all.begin(), all.end(), 0u);
  const Facts facts = find_facts(changes, groups, cells, all);
  for (size_t i = 0; i < facts.moves.size(); ++i) {
    for (size_t k = 0; k < facts.cells.size(); ++k) {
      uint64_t sum = 0;
      for (const Entry& entry : facts.moves[i])
        if (is_in(groups, entry.index, facts.cells[k])) sum = Field::add(sum, entry.value);
      RC_ASSERT(sum == (i == k ? 1u : 0u));
    }
  }
  const auto prints = sums_of_cells(groups, changes.after(facts, groups).prints(), cells);
  for (const Print& print : prints) RC_ASSERT(print.is_zero());
}

}  // namespace
}  // namespace fvm::tabular
