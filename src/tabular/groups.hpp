// Which cells of a table each class of persons counts in.
#pragma once

#include <cstdint>
#include <vector>

#include "tabular/hierarchy.hpp"

namespace fvm::tabular {

// Classes that count in the same cells are one group.
struct Groups {
  static constexpr uint32_t none = UINT32_MAX;  // not in the table
  std::vector<uint32_t> of_atom;                // of each class of persons
  std::vector<std::vector<uint32_t>> cells;     // of each group, sorted
  std::vector<std::vector<uint32_t>> leaves;    // of each group: where it is; several: two diagnoses
  bool is_additive = true;                      // nobody is in two leaves
};

// A leaf cell and all that it is part of.
std::vector<uint32_t> cells_above(const Shape& shape, uint32_t leaf);

// `leaves`: of each class the leaf cells of the table it is in, sorted; it counts in them and in every total
// above them, once.
Groups groups_of(const Shape& shape, const std::vector<std::vector<uint32_t>>& leaves);

// Each of those atoms, of so many in all, by itself: a group, a cell and a leaf with its place in `those`.
Groups each_alone(size_t atoms, const std::vector<uint32_t>& those);

// What the atoms of each group have together.
template <class Number>
std::vector<Number> sums_of_groups(const Groups& groups, const std::vector<Number>& of_atoms) {
  std::vector<Number> sums(groups.cells.size());
  for (size_t atom = 0; atom < of_atoms.size(); ++atom)
    if (groups.of_atom[atom] != Groups::none) sums[groups.of_atom[atom]] += of_atoms[atom];
  return sums;
}
// And those of each of so many cells: their units, for one.
template <class Number>
std::vector<Number> sums_of_cells(const Groups& groups, const std::vector<Number>& of_atoms, size_t cells) {
  const auto of_groups = sums_of_groups(groups, of_atoms);
  std::vector<Number> sums(cells);
  for (size_t group = 0; group < of_groups.size(); ++group)
    for (const uint32_t cell : groups.cells[group]) sums[cell] += of_groups[group];
  return sums;
}

}  // namespace fvm::tabular
