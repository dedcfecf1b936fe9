// What an attacker with linear programming works out: he knows the open cells, the equations, and that no
// cell is negative.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "tabular/suppress.hpp"
#include "tabular/system.hpp"

namespace fvm::tabular {

struct Interval {
  Cell cell = 0;
  double least = 0, most = 0;
};

// For each of `cells` (hidden ones of `status`) the least and the greatest value that agree with what is
// open; most is infinite where nothing bounds it. `values`: of all cells. `told_apart_at`: small cells are
// marked otherwise than secondary ones, so that he knows sensitive ones to be at least 1 and below this, the
// others not (0: one mark). Errors (defect): "tabular.no_solution" when the values do not satisfy the
// equations.
Result<std::vector<Interval>> intervals(const System& system, const std::vector<Status>& status,
                                        const std::vector<double>& values, const std::vector<Cell>& cells,
                                        double told_apart_at = 0);

struct Widened {
  std::vector<Status> status;  // with more secondary cells
  size_t added = 0;            // of them
  double cost = 0;             // the sum of the values of those added
  size_t narrow_before = 0;    // cells that were known too well
  size_t narrow = 0;           // that still are: nothing that may be hidden helps
  size_t programs = 0;         // linear programs solved
};

struct Widening {
  double threshold = 5;
  // Small cells and secondary ones have marks of their own ("<5" and "…"): then a small cell must still have
  // room for another whole number. Otherwise it must be possible that it is not small at all.
  bool marks_apart = false;
  // Cells that count; empty: every sensitive one.
  std::vector<bool> cells;
  // Open cells that may be hidden for that; empty: every one that is not 0.
  std::vector<bool> may_hide;
  // Cells of which it is seen that they are not 0, because those that are 0 are shown; empty: of none.
  std::vector<bool> not_empty;
  // How far above its value and how far below it (at 0 at the least) each cell that counts must be able to
  // lie; empty: the threshold says. For sums, of which nobody is to know nearly what they are.
  std::vector<double> distance;
  bool only_look = false;  // hide nothing
};

// Hides more cells, the cheapest of those that bound it, until no cell that counts is known to be below the
// threshold, or nearer to its value than its distance. Errors as above.
Result<Widened> widen(const System& system, const std::vector<Status>& status,
                      const std::vector<double>& values, const Widening& widening);

}  // namespace fvm::tabular
