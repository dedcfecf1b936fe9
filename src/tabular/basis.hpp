// What everything hidden can still do: a basis of all changes of some columns (classes of persons, cells,
// combinations of them) that leave everything published as it is, kept change by change. A column that no
// change of the basis moves is known to whoever has what is published; two columns that are moved in
// proportion tell each other. Publishing a column costs the basis one change.
//
// Beside Freedom, which keeps the same column by column: there columns are short and there are few of them;
// here there are up to millions, a few of which are moved by thousands of changes, while a change moves a
// dozen.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tabular/sparse.hpp"

namespace fvm::tabular {

class Basis {
 public:
  // `columns` that move by themselves.
  explicit Basis(size_t columns = 0);
  // With these changes, each in the order of its columns; none has a column of its own that counts.
  Basis(size_t columns, std::vector<Sparse> changes)
      : Basis(std::vector<float>(columns, 0), std::move(changes), {}) {}
  // With a weight for each column and these changes, each in the order of its columns, and their own ones.
  Basis(std::vector<float> weights, std::vector<Sparse> changes, std::vector<uint32_t> own);

  size_t columns() const { return moved_.size(); }
  size_t changes() const { return changes_; }
  size_t entries() const { return entries_; }
  // A change: what it moves, by column; empty: it is no more.
  const Sparse& change(uint32_t index) const { return rows_[index]; }
  size_t change_slots() const { return rows_.size(); }
  // Every change has a column of its own, which no other moves.
  uint32_t own(uint32_t change) const { return own_[change]; }
  // When a column is published, the change with the heaviest own column is given up: all others that move the
  // published one will move that column too. So heavy should be what others can be written with in few terms.
  float weight(uint32_t column) const { return weights_[column]; }
  void add_weight(uint32_t column, float more) { weights_[column] += more; }
  // How many changes move the column.
  size_t moved(uint32_t column) const { return moved_[column]; }
  bool is_known(uint32_t column) const { return moved_[column] == 0; }
  // The changes that move the column, and how much: entries by change, in no order.
  const std::vector<Entry>& motion(uint32_t column);

  // One more column that moves by itself.
  uint32_t add_free();
  // One more that is that combination of columns.
  uint32_t add_combination(const Sparse& terms);
  // `sums` more columns. Each old column (the first `group.size()` of them) is part of those in
  // `sums_of[group[column]]`; no_group: of none. The first of them.
  static constexpr uint32_t no_group = UINT32_MAX;
  uint32_t add_sums(const std::vector<uint32_t>& group, const std::vector<std::vector<uint32_t>>& sums_of,
                    size_t sums);
  // A part of `column` becomes one that moves by itself, which `column` makes up for: together they move as
  // it did. The part's column.
  uint32_t split(uint32_t column);
  // Forgets the columns from there on.
  void drop_from(uint32_t column);
  // Columns that the fewest changes move first: published in that order they cost the least, and leave the
  // basis short (./run bench ledger).
  void sort_by_moved(std::vector<uint32_t>& columns) const;
  // The column (which is not known) moves no more. The change that was given up for that. `touched`: by
  // change, set for those that are not what they were.
  Sparse publish(uint32_t column, std::vector<bool>* touched = nullptr);
  // A column with `is_secret` that moves in proportion to this one, which is not known.
  std::optional<uint32_t> find_proportional(uint32_t column, const std::vector<bool>& is_secret);
  // How much the change moves the column.
  uint64_t value(uint32_t change, uint32_t column) const;

 private:
  void note(uint32_t column, uint32_t change);
  void add_to(uint32_t change, const Sparse& other, uint64_t factor);
  Sparse end(uint32_t change);
  std::vector<Sparse> rows_;
  std::vector<uint32_t> own_;   // of each change
  std::vector<float> weights_;  // of each column; later ones, of sums and combinations, are none's own
  std::vector<uint32_t> moved_;
  std::vector<std::vector<uint32_t>> where_;  // changes that may move the column
  std::vector<Entry> motion_, scratch_;
  std::vector<uint64_t> sums_;
  std::vector<uint32_t> hit_;
  size_t changes_ = 0, entries_ = 0;
};

}  // namespace fvm::tabular
