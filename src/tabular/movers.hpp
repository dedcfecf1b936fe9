// Small sets of units, by how they move: which of them do not move as a whole, which move only together with
// somebody who knows himself, and which are all that a new cell differs by from a published one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tabular/changes.hpp"

namespace fvm::tabular {

// Pairs of columns, of which the second is an insider's (one unit), that move in proportion:
// first = factor · second.
struct Alike {
  uint32_t column = 0, insider = 0;
  uint64_t factor = 0;
};
// Among `columns`, which all move, with at least one that is `changed`. What comes by column: all of them.
std::vector<Alike> find_alike(const std::vector<uint32_t>& columns, const std::vector<Print>& prints,
                              const std::vector<double>& units, const std::vector<bool>& changed,
                              size_t pairs_max = 100'000);

// The changes that move a column, with how much: all of them, or some if there are more.
struct Motion {
  std::vector<Entry> moved;  // by free atom
  size_t count = 0;
  bool is_whole() const { return count == moved.size(); }
  // One more; each is kept as likely as any other.
  void keep(uint32_t free, uint64_t value);
};

// Whether atoms are in a cell.
class Member {
 public:
  Member(const Groups& groups, uint32_t cell) : groups_(groups), is_in_(groups.cells.size() + 1, 0) {
    for (size_t group = 0; group < groups.cells.size(); ++group) {
      const auto& cells = groups.cells[group];
      is_in_[group] = std::binary_search(cells.begin(), cells.end(), cell) ? 1 : 0;
    }
  }
  bool operator()(uint32_t atom) const {
    return is_in_[std::min<size_t>(groups_.of_atom[atom], groups_.cells.size())] != 0;
  }

 private:
  const Groups& groups_;
  std::vector<uint8_t> is_in_;  // of each group, and of none
};

// How the changes move those cells of a table that `wanted` names.
class CellMotions {
 public:
  CellMotions(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted);
  const Motion& of(uint32_t cell) const { return motions_[cell]; }
  // All free atoms whose changes move it.
  const std::vector<uint32_t>& whole(uint32_t cell);
  const Groups& groups() const { return groups_; }

 private:
  template <class Moved>
  void each(Moved moved) const;
  const Changes& changes_;
  const Groups& groups_;
  std::vector<std::vector<uint32_t>> cells_of_;  // of each group
  std::vector<Motion> motions_;                  // of each cell
  std::vector<std::vector<uint32_t>> whole_;     // of each cell, when the first was asked for
};

// The atoms of fewer than t units.
class Movers {
 public:
  static constexpr size_t kept_max = 16;  // of a motion
  Movers(const Changes& changes, const std::vector<double>& units, double threshold);

  struct Sets {
    std::vector<std::vector<uint32_t>> sets;  // of atoms
    size_t atoms_max = 0;                     // all sets of up to so many atoms were looked at
  };
  // Sets of two or more atoms of fewer than t units together that do not move as a whole though each of them
  // does, with at least one of the `changed` (by atom).
  //
  // Every change that moves the atoms so far must be undone by one that is still missing; of k that are
  // missing one undoes at least each k-th change: so only atoms that so many of a few changes move need to be
  // tried, and the last one is found by its print. That is complete, but for `steps_max` entries of changes
  // looked at: first all pairs, then all threes and so on as far as they go.
  Sets unmoved_sets(const std::vector<bool>& changed, size_t sets_max = 1000,
                    uint64_t steps_max = 100'000'000);

  // Sets of atoms of fewer than t units together by which a cell (its print is given) differs from
  // something known: the cell's motion is that of its own atoms in the set less that of the others.
  // Ends when `found(set)` says so. False: `steps_max` were not enough to see all.
  using Found = std::function<bool(const std::vector<uint32_t>& set)>;
  bool nearly_known(Print print, CellMotions& motions, uint32_t cell, const Found& found,
                    uint64_t steps_max = 200'000);

 private:
  class Search;
  bool is_small(uint32_t atom) const { return units_[atom] < threshold_; }
  // Calls `each(atom)` for small atoms with that print until it says no.
  template <class Each>
  void with_print(Print print, Each each) const;
  const std::vector<uint32_t>& whole_motion(uint32_t bound);

  const Changes& changes_;
  const std::vector<double>& units_;
  double threshold_;
  // Small atoms that move, by their prints, with a part of these: most others are told apart by it.
  struct Slot {
    uint32_t atom = UINT32_MAX, tag = 0;
  };
  static uint32_t tag_of(Print print) { return static_cast<uint32_t>(print.first >> 29); }
  std::vector<Slot> slots_;
  std::vector<uint32_t> motion_of_;  // of each atom its place in motions_; bound small ones have one
  std::vector<Motion> motions_;
  std::vector<std::vector<uint32_t>> whole_;  // of each such, when it was asked for
  std::vector<uint32_t> met_;                 // of each atom: 0 but while it is being looked at
};

}  // namespace fvm::tabular
