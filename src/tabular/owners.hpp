// Somebody who has several units (a holding its practices) and so knows the numbers of several atoms: what he
// learns when these are taken away from what is published. Private to publisher.cpp.
#pragma once

#include <utility>
#include <vector>

#include "tabular/changes.hpp"
#include "tabular/groups.hpp"

namespace fvm::tabular {

struct OwnersQuestion {
  const Changes& changes;  // what is left open
  const Groups& groups;    // of the table
  // Of atoms, then of the table's cells.
  const std::vector<Print>& prints;
  const std::vector<bool>& is_secret;
  const std::vector<double>& units;  // of atoms
  const std::vector<std::vector<uint32_t>>& owners;
  double threshold = 0;
};

struct OwnersAnswer {
  // Combinations of columns (atoms, then cells) with factors, none of which moves: a secret, or a set of
  // fewer than t − 1 units of others, and atoms of one owner. Whoever has these knows the secret.
  std::vector<std::vector<std::pair<uint32_t, uint64_t>>> told;
  bool is_whole = true;  // false: there were too many owners to look at sets of several atoms
};

// An owner of one atom of one unit is left to Movers::sets_of_insiders and find_alike.
OwnersAnswer told_to_owners(const OwnersQuestion& question);

}  // namespace fvm::tabular
