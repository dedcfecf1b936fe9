// What everything that was published leaves open: a basis of all changes of the atoms' numbers that leave
// every published cell as it is.
//
// Some atoms are free, the others bound. For each free atom there is one change: it goes up by one, no other
// free atom moves, and so many bound ones make up for it. So a set of atoms moves with the free ones that are
// in it, and with those whose changes move its bound ones. A new fact binds one more atom. Which atoms are
// bound decides how many others a change needs: a dozen, if they are those that are usual in all tables.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "tabular/groups.hpp"
#include "tabular/print.hpp"
#include "tabular/sparse.hpp"

namespace fvm::tabular {

// What a table's cells tell beyond what is known: independent ones of its cells.
struct Facts {
  std::vector<uint32_t> cells;
  std::vector<uint32_t> bound;  // for each of them the free atom that it binds
  std::vector<Sparse> moves;    // for each the change (all atoms that move) that moves this one alone, by one
};

class Changes {
 public:
  // Work on so many entries is worth a thread.
  static constexpr size_t entries_beside_min = 20'000;
  bool are_many() const { return entries() >= entries_beside_min; }

  Changes() = default;
  // As it was: `rows` of the free atoms in their order, of bound ones by index.
  Changes(std::vector<float> weights, const std::vector<bool>& is_free, const std::vector<Sparse>& rows);

  size_t atoms() const { return rows_.size(); }
  size_t count() const { return free_; }  // of changes
  size_t entries() const { return entries_.size() + free_; }
  bool is_free(uint32_t atom) const { return rows_[atom].is_free; }
  // The bound atoms that move when this one, which is free, goes up by one. Of a bound one: none.
  std::span<const Entry> row(uint32_t atom) const {
    return {entries_.data() + rows_[atom].begin, rows_[atom].size};
  }
  // It will be asked for, and not in the order of the memory: where its row is, which comes first; and then
  // the row.
  void prefetch_place(uint32_t atom) const { __builtin_prefetch(&rows_[atom]); }
  void prefetch(uint32_t atom) const {
    constexpr size_t line = 64, lines_max = 8;
    const size_t bytes = std::min(rows_[atom].size * sizeof(Entry), line * lines_max);
    const char* begin = reinterpret_cast<const char*>(entries_.data() + rows_[atom].begin);
    for (size_t at = 0; at < bytes; at += line) __builtin_prefetch(begin + at);
  }
  // How much an atom moves when the free one goes up by one.
  uint64_t value(uint32_t free, uint32_t atom) const;
  Print print(uint32_t atom) const { return prints_[atom]; }
  const std::vector<Print>& prints() const { return prints_; }
  bool is_known(uint32_t atom) const { return prints_[atom].is_zero(); }
  // Of the free atoms that a fact can bind the heaviest is taken: so heavy should be what others can be
  // written with in few terms.
  float weight(uint32_t atom) const { return weights_[atom]; }
  void add_weight(uint32_t atom, float more);

  // One more atom, that moves by itself. What is usual about it in the tables before is not known: it weighs
  // no more than the lightest.
  uint32_t add_free();
  // A part of `atom` becomes one that moves by itself: together they move as it did. The part.
  uint32_t split(uint32_t atom);
  // What is left when the facts, of cells of these groups, are known too.
  Changes after(const Facts& facts, const Groups& groups) const;
  // The same with other atoms bound: the facts are bound atoms, each the cell of a group of its own; those
  // that it binds change places with them.
  Changes exchanged(const Facts& facts, const Groups& groups) const;
  // What prints_ are after the facts.
  std::vector<Print> prints_after(const Facts& facts, const std::vector<Print>& of_cells) const;

 private:
  struct Row {
    size_t begin = 0;
    uint32_t size = 0;
    bool is_free = false;
  };
  uint32_t add(float weight);
  // All changes but their prints and number.
  Changes rewritten(const Facts& facts, const Groups& groups) const;
  std::vector<uint32_t> parts(size_t count) const;
  std::vector<Row> rows_;       // of each atom
  std::vector<Entry> entries_;  // of all rows
  std::vector<float> weights_;
  std::vector<Print> prints_;
  size_t free_ = 0;
  float lightest_ = 0;  // of all weights ever
};

}  // namespace fvm::tabular
