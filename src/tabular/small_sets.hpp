// Sets of few units whose size can be worked out.
#pragma once

#include <cstdint>
#include <vector>

#include "tabular/freedom.hpp"

namespace fvm::tabular {

struct SmallSets {
  std::vector<std::vector<uint32_t>> sets;
  size_t atoms_max = 0;  // all sets of up to so many atoms were looked at
};

// Sets of two or more atoms (the first columns of `freedom`, `units` in each, at least 1) of fewer than
// `threshold` units together that cannot move as a whole: their motions add up to nothing. Atoms that cannot
// move by themselves are left out. Exact: since no such set has more than threshold − 1 atoms, and each
// motion in an unfinished sum must be undone by another atom, all of them are found by following motions.
// First the pairs, then the threes and so on, as far as `steps_max` go; ends after `sets_max` of them.
SmallSets small_sets(const Freedom& freedom, const std::vector<double>& units, double threshold,
                     size_t sets_max = 1000, uint64_t steps_max = 5'000'000);

}  // namespace fvm::tabular
