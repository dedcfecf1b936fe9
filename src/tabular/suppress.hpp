// Which cells to hide so that no sensitive one can be worked out from the others by the equations.
//
// Cells are published one after the other, the dearest first, unless that would give a sensitive cell away
// together with all that has been published before; what cannot be published is a secondary suppression. No
// cell that is hidden in the end could be published by itself: the result is minimal. Method: the equations
// are eliminated with the cheapest cells as pivots, which leaves for each pivot one equation with dearer
// cells and sensitive ones alone; then, from the dearest to the cheapest, a sparse basis of everything that
// the hidden cells can still do is kept, and each publication costs it one vector. Exact (modulo 2^61 − 1),
// for any number of dimensions and tables. (The order and the stopping rule are those of Langsrud's
// GaussSuppression; that the elimination goes the other way round is ours:
// docs/architecture/0018-suppression.md.)
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tabular/system.hpp"

namespace fvm::tabular {

enum class Status : uint8_t {
  candidate,  // may be published or hidden; becomes open or secondary
  open,       // is published, whatever that does (zeros; what was released before)
  sensitive,  // never published, and must not be worked out
  hidden,     // never published, but may be worked out
  secondary,  // hidden so that others are protected
};

struct Request {
  const System& system;
  std::vector<Status> status;
  std::vector<double> rank;    // of each candidate: the dearer the higher
  std::vector<bool> insiders;  // somebody knows this sensitive cell (a single person its own): empty: nobody
  unsigned tries = 1;          // with ties broken in so many ways; the best result counts
  // What insiders learn counts only if it is another insider's cell, or a sum of such, of however many
  // (0018): what other tools call the protection of singletons. Otherwise any sensitive cell.
  bool insiders_only_of_each_other = false;
};

struct Protection {
  std::vector<Status> status;
  // Sensitive cells that the open ones give away: nothing can protect them. A caller that put such open cells
  // in is told.
  std::vector<Cell> lost;
  size_t secondary = 0;  // cells
  double cost = 0;       // sum of their ranks
};

Protection suppress(const Request& request);

}  // namespace fvm::tabular
