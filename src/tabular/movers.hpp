// Small sets of units, by how they move: which of them do not move as a whole, which move only together with
// somebody who knows himself, and which are all that a new cell differs by from a published one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <mutex>
#include <span>
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

// Which of the changes that move a column are kept, where there are more than can be. The shortest are undone
// by few, mostly each by somebody else, so that a search over them ends soon; where all of them happen to be
// undone by the same atoms it does not, and may over any.
enum class Pick { shortest, any };

// The free atoms whose changes move a column, with how much: all of them, or some if there are more.
class Motion {
 public:
  static constexpr size_t kept_max = 16;
  // Each as likely as any other.
  void keep(uint32_t free, uint64_t value);
  // The first that come. `through` is a bound atom that moves, too (nobody: none does); of changes with the
  // same one not more than a few, as long as others come.
  static constexpr uint32_t nobody = UINT32_MAX;
  void keep_first(uint32_t free, uint64_t value, uint32_t through);
  // No more are kept, and there may be more than those that are.
  bool is_closed() const { return is_closed_; }
  // No more come.
  void close();
  std::span<const Entry> moved() const { return {moved_.data(), size_}; }
  bool is_whole() const { return is_whole_; }

 private:
  static constexpr size_t alike_max = 3;      // fewer than undo all that are kept: movers.cpp
  static constexpr size_t looked_max = 64;    // for others than those that are alike
  std::array<Entry, kept_max> moved_;         // the first `size_` are kept
  std::array<uint32_t, kept_max> through_{};  // of each of these
  std::vector<Entry> alike_;                  // in reserve
  uint32_t size_ = 0;
  bool is_whole_ = true, is_closed_ = false;
  size_t count_ = 0;
};

// Free atoms, those with the shortest changes first.
std::vector<uint32_t> shortest_first(const Changes& changes);

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
  CellMotions(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted,
              Pick pick = Pick::shortest);
  const Motion& of(uint32_t cell) const { return motions_[cell]; }
  // All free atoms whose changes move it.
  const std::vector<uint32_t>& whole(uint32_t cell);
  const Groups& groups() const { return groups_; }

 private:
  using Cells = std::vector<std::vector<uint32_t>>;  // of each group
  void add(const Cells& cells, uint32_t atom, uint64_t value, SparseSum& sum) const;
  // How the change of a free atom moves these cells.
  void add_change(const Cells& cells, uint32_t free, SparseSum& sum) const;
  void keep_shortest();
  const Changes& changes_;
  const Groups& groups_;
  Cells cells_of_;                            // that are wanted
  std::vector<Motion> motions_;               // of each cell
  std::once_flag whole_made_;                 // when the first was asked for
  std::vector<std::vector<uint32_t>> whole_;  // of each cell
};

// The atoms of fewer than t units.
class Movers {
 public:
  Movers(const Changes& changes, const std::vector<double>& units, double threshold,
         Pick pick = Pick::shortest);

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
  // The same, and by any changes where the shortest did not end.
  Sets every_unmoved_set(const std::vector<bool>& changed);

  // Sets of two or more atoms of fewer than t units together that move `factor` times as much as an atom of
  // one unit does, so that it, who knows himself, knows how many they are; with at least one `changed`, he or
  // they. Each set begins with him.
  Sets sets_of_insiders(const std::vector<bool>& changed, uint64_t factor = 1, size_t sets_max = 1000,
                        uint64_t steps_max = 3'000'000);

  // Sets of atoms of fewer than t units together by which a cell (its print is given) differs from
  // something known: the cell's motion is that of its own atoms in the set less that of the others.
  // Ends when `found(set)` says so. False: `steps_max` were not enough to see all. Threads beside each other
  // need a hand each.
  using Found = std::function<bool(const std::vector<uint32_t>& set)>;
  static constexpr size_t hands = 2;
  bool nearly_known(Print print, CellMotions& motions, uint32_t cell, const Found& found,
                    uint64_t steps_max = 200'000, size_t hand = 0);

 private:
  class Search;
  struct Hand;
  bool is_small(uint32_t atom) const { return units_[atom] < threshold_; }
  // Calls `each(atom)` for small atoms with that print until it says no.
  template <class Each>
  void with_print(Print print, Each each) const;
  // Each hand takes every other of the changed atoms. `factor` 0: there is no insider.
  Sets with_all_hands(const std::vector<bool>& changed, uint64_t factor, size_t sets_max, uint64_t steps_max);
  const std::vector<uint32_t>& whole_motion(uint32_t bound);
  void place_atoms();
  void keep_motions(Pick pick);
  void keep_shortest();
  // The small bound atoms that the change of a free one moves: most of those that it moves may not be small.
  std::span<const Entry> small_row(Hand& hand, uint32_t free) const;
  void make_small_row(Hand& hand, uint32_t free) const;

  const Changes& changes_;
  const std::vector<double>& units_;
  double threshold_;
  // Small atoms that move, by their prints, with a part of these: most others are told apart by it.
  struct Slot {
    uint32_t atom = UINT32_MAX, tag = 0;
  };
  static uint32_t tag_of(Print print) { return static_cast<uint32_t>(print.first >> 29); }
  std::vector<Slot> slots_;
  // A bit for each print's second half that there is: most that are asked for are not, which this says from
  // near memory.
  std::vector<uint64_t> is_there_;
  uint64_t bit_of(Print print) const { return print.second & (is_there_.size() * 64 - 1); }
  std::vector<uint32_t> motion_of_;  // of each atom its place in motions_; bound small ones have one
  std::vector<Motion> motions_;
  // What a search makes on its way, and finds again when it is asked for once more.
  struct Hand {
    std::vector<uint32_t> met;  // of each atom: 0 but while it is being looked at
    std::vector<std::span<const Entry>> small_rows;
    std::pmr::monotonic_buffer_resource small_entries;
  };
  std::array<Hand, hands> hands_;
  std::once_flag whole_made_;                 // when the first was asked for
  std::vector<std::vector<uint32_t>> whole_;  // of each motion all that move it
};

}  // namespace fvm::tabular
