// Small sets that do not move, by prints alone: all pairs against all atoms, or against all pairs. For few
// atoms whose changes are long (units that are in several cells), where a search through the changes
// (movers.hpp) tries nearly everybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tabular/changes.hpp"

namespace fvm::tabular {

struct SmallSets {
  const std::vector<Print>& prints;  // of atoms; those that do not move are in no set
  const std::vector<double>& units;
  double threshold = 0;  // sets of fewer units
  const std::vector<bool>& changed;
};

// Whether changes move so many atoms that nearly every one is moved by each.
bool are_long(const Changes& changes);
// Whether `sets_by_prints` is to be asked: sets are of four atoms at most, and there are not too many pairs.
bool are_few(const SmallSets& among);
bool may_be_by_prints(double threshold, size_t small);  // of so many atoms that sets are made of
// Every set of two or more atoms that moves as nothing does, with at least one that is changed: sorted, each
// once, the smallest first, as far as `sets_max`.
std::vector<std::vector<uint32_t>> sets_by_prints(const SmallSets& among, size_t sets_max);

}  // namespace fvm::tabular
