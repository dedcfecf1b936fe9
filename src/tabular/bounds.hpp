// What bounds tell and equations do not: somebody who is alone in a hidden cell is seen to be there, because
// a cell of nobody is shown as 0, so he is at least one.
//
// Nobody else's number meets its bound, so an attacker with linear programming who has all tables that were
// ever released knows a hidden cell to the person only where singles keep each other down: some of them, with
// factors above zero, add up to what is known. docs/architecture/0031-bounds.md.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tabular/changes.hpp"

namespace fvm::tabular {

// Factors modulo Field::prime.
using Ray = std::vector<std::pair<uint32_t, uint64_t>>;

// Sums of single atoms with factors above zero that no change moves: each of their atoms is known to be one,
// and whoever is in none of them can go up. None: all singles can go up at once. `is_single`: atoms of one
// unit, alone in a hidden cell.
struct KeptDown {
  std::vector<Ray> rays;
  bool is_certain = true;  // false: there is one whose factors were not found
};
KeptDown find_kept_down(const Changes& changes, const std::vector<bool>& is_single);

}  // namespace fvm::tabular
