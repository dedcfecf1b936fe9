// Cells that differ from one of a table that is at hand by units of one owner and by few of others: counted,
// where changes are so long that a search does not end.
#include "tabular/publisher.hpp"

namespace fvm::tabular {
namespace {

// More pairs of cells are searched for.
constexpr size_t pairs_max = 4'000'000;

// Units that two tables' cells have in common, of some atoms.
class Common {
 public:
  Common(const CountTable& table, const CountTable& released, const std::vector<double>& units)
      : table_(table),
        released_(released),
        units_(units),
        here_(table.counts.size(), 0),
        there_(released.counts.size(), 0),
        both_(here_.size() * there_.size(), 0) {}

  void add(uint32_t atom) { change(atom, units_[atom]); }
  // After add() of whole units nothing is left of it.
  void take(uint32_t atom) { change(atom, -units_[atom]); }

  double here(size_t cell) const { return here_[cell]; }
  double there(size_t other) const { return there_[other]; }
  double both(size_t cell, size_t other) const { return both_[cell * there_.size() + other]; }

 private:
  using Cells = std::vector<uint32_t>;
  static const Cells& cells_of(const Groups& groups, uint32_t atom) {
    static const Cells none;
    return groups.of_atom[atom] == Groups::none ? none : groups.cells[groups.of_atom[atom]];
  }
  void change(uint32_t atom, double by) {
    const Cells &cells = cells_of(table_.groups, atom), &others = cells_of(released_.groups, atom);
    for (const uint32_t cell : cells) {
      here_[cell] += by;
      for (const uint32_t other : others) both_[cell * there_.size() + other] += by;
    }
    for (const uint32_t other : others) there_[other] += by;
  }
  const CountTable &table_, &released_;
  const std::vector<double>& units_;
  std::vector<double> here_, there_, both_;
};

// What of the table's cells somebody has not worked out who knows these atoms; asked for when there is need.
class Unknown {
 public:
  Unknown(const Changes& changes, const CountTable& table, const std::vector<uint32_t>& own)
      : changes_(changes), table_(table), own_(own) {}
  bool operator()(size_t cell) {
    if (prints_.empty()) {
      const auto [groups, facts] = find_alone(changes_, own_);
      const auto of_own = sums_of_cells(groups, changes_.prints(), own_.size());
      prints_ = sums_of_cells(table_.groups, changes_.prints_after(facts, of_own), table_.counts.size());
    }
    return !prints_[cell].is_zero();
  }

 private:
  const Changes& changes_;
  const CountTable& table_;
  const std::vector<uint32_t>& own_;
  std::vector<Print> prints_;  // of the cells
};

}  // namespace

void Publisher::count_near_to_owners(const CountTable& released, const Owners& owners,
                                     std::vector<bool>& is_counted) {
  if (base_.size() * released.counts.size() > pairs_max) return;
  const std::vector<uint32_t> place = take_published(released, is_counted);
  if (place.empty()) return;
  Common all(table_, released, units_), mine(table_, released, units_);
  for (uint32_t atom = 0; atom < atoms_; ++atom) all.add(atom);
  for (const auto& own : owners) {
    for (const uint32_t atom : own) mine.add(atom);
    Unknown unknown(changes_, table_, own);
    const auto is_near = [&](size_t cell, size_t other) {
      const double own_here = mine.here(cell) - mine.both(cell, other);
      const double own_there = mine.there(other) - mine.both(cell, other);
      if (own_here <= 0 && own_there <= 0) return false;  // a difference like any other
      const double here = all.here(cell) - all.both(cell, other) - own_here;
      const double there = all.there(other) - all.both(cell, other) - own_there;
      const double in = here + (own_here > 0 ? 1 : 0), out = there + (own_there > 0 ? 1 : 0);
      if (in >= rules_.threshold || out >= rules_.threshold || in + out >= most_apart()) return false;
      return here + there == 0 || unknown(cell);  // what he knew of others tells him nothing
    };
    for (uint32_t cell = 0; cell < base_.size(); ++cell) {
      if (base_[cell] != Status::candidate || is_known(cell)) continue;
      for (size_t other = 0; other < place.size() && base_[cell] == Status::candidate; ++other) {
        if (place[other] != not_published && is_near(cell, other))
          hide_near(cell, known_.published()[place[other]].table);
      }
    }
    for (const uint32_t atom : own) mine.take(atom);
  }
}

}  // namespace fvm::tabular
