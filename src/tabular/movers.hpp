// Small sets of units, by how they move: which of them do not move as a whole, which move only together with
// somebody who knows himself, and which are all that a new cell differs by from a published one.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tabular/basis.hpp"

namespace fvm::tabular {

// The atoms of fewer than t units over a basis, and cells that must not be told. Two random combinations of
// the basis' changes stand for it: what moves as little in both moves not at all, but for an accident of
// probability below 10^-18 a comparison; sets that are found are looked at exactly.
class Movers {
 public:
  // `units`: of each atom, the first columns of the basis. `others`: further columns (cells).
  Movers(Basis& basis, const std::vector<double>& units, double threshold,
         const std::vector<uint32_t>& others);

  struct Sets {
    std::vector<std::vector<uint32_t>> sets;  // of atoms
    size_t atoms_max = 0;                     // all sets of up to so many atoms were looked at
  };
  // Sets of two or more atoms of fewer than t units together that do not move as a whole though each of them
  // does, with at least one of the `changed` (by atom). A set has at most t − 1 atoms, and a change that
  // moves one of them must be undone by another: so all are found by following changes, first the pairs, then
  // the threes and so on as far as `steps_max` go.
  Sets unmoved_sets(const std::vector<bool>& changed, size_t sets_max = 1000, uint64_t steps_max = 5'000'000);

  // Pairs of columns, of which the second is an insider's (one unit), that move in proportion, at least one
  // of them changed: first = factor · second.
  struct Pair {
    uint32_t column = 0, insider = 0;
    uint64_t factor = 0;
  };
  std::vector<Pair> alike(const std::vector<bool>& changed, const std::vector<double>& units_of_columns,
                          size_t pairs_max = 100'000);

  // Sets of atoms of fewer than t units together by which the column (a cell) differs from something known:
  // the cell's motion is that of its `is_member` atoms in the set less that of the others. Ends when
  // `found(set)` says so. False: `steps_max` were not enough to see all.
  using Member = std::function<bool(uint32_t atom)>;
  using Found = std::function<bool(const std::vector<uint32_t>& set)>;
  bool nearly_known(uint32_t column, const Member& is_member, const Found& found,
                    uint64_t steps_max = 20'000);

 private:
  struct Print {
    uint64_t first = 0, second = 0;
    auto operator<=>(const Print&) const = default;
  };
  struct Known {
    Print print;
    uint32_t column = 0;
  };
  bool is_small(uint32_t atom) const { return units_[atom] < threshold_; }
  Print print_of(uint32_t column) const { return prints_[column]; }
  static Print sum(Print a, Print b) {
    return {Field::add(a.first, b.first), Field::add(a.second, b.second)};
  }
  static Print difference(Print a, Print b) {
    return {Field::subtract(a.first, b.first), Field::subtract(a.second, b.second)};
  }
  static constexpr size_t may_be_slots = size_t{1} << 23;
  std::pair<const Known*, const Known*> with_print(Print print) const;

  struct Search;  // for unmoved sets
  struct Near;    // for what is nearly known
  // A change that moves the combination; no_change: there is none. The shortest ones of its first columns are
  // tried first.
  static constexpr uint32_t no_change = UINT32_MAX;
  uint32_t moving(const std::vector<std::pair<uint32_t, uint64_t>>& terms);
  uint64_t moved_by(uint32_t change, const std::vector<std::pair<uint32_t, uint64_t>>& terms) const;

  Basis& basis_;
  const std::vector<double>& units_;
  double threshold_;
  std::vector<uint32_t> others_;
  std::vector<Print> prints_;       // of all columns
  std::vector<uint32_t> shortest_;  // change of each atom
  std::vector<Known> by_print_;     // small atoms that move
  std::vector<bool> may_be_;        // by some bits of a print: whether one of them may have it
};

}  // namespace fvm::tabular
