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

// Units of each cell.
std::vector<double> counts_of(const Groups& groups, const std::vector<double>& units, size_t cells);

}  // namespace fvm::tabular
