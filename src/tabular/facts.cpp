#include "tabular/facts.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace fvm::tabular {
namespace {

constexpr uint32_t no_fact = UINT32_MAX;
constexpr size_t kept_max = 4'000'000;  // entries of reduced changes: 64 MB
constexpr float least_gain = 1e-3F;     // in weight: less is an accident of adding up

// Columns are cells of some groups of atoms.
class Finder {
 public:
  Finder(const Changes& changes, const Groups& groups, size_t cells, const std::vector<bool>& wanted)
      : changes_(changes),
        groups_(groups),
        cells_of_(groups.cells.size()),
        fact_of_(cells, no_fact),
        rest_(sums_of_cells(groups, changes.prints(), cells)),
        sum_(cells),
        facts_met_(cells),
        is_spent_(changes.atoms(), false) {
    for (uint32_t group = 0; group < groups.cells.size(); ++group)
      for (const uint32_t cell : groups.cells[group])
        if (wanted[cell]) cells_of_[group].push_back(cell);
  }

  bool is_known(uint32_t cell) const { return rest_[cell].is_zero(); }
  // Whether nothing can be bound by it any more.
  bool is_spent(uint32_t atom) const { return is_spent_[atom]; }

  // For the heaviest of these free atoms whose change moves the cell though it moves none of the facts found
  // before.
  bool bind_heaviest(std::vector<uint32_t>& atoms, uint32_t cell) {
    const auto lighter = [&](uint32_t a, uint32_t b) {
      return std::pair(changes_.weight(a), b) < std::pair(changes_.weight(b), a);
    };
    std::make_heap(atoms.begin(), atoms.end(), lighter);
    for (; !atoms.empty(); atoms.pop_back()) {
      if (bind(atoms.front(), cell)) return true;
      std::pop_heap(atoms.begin(), atoms.end(), lighter);
    }
    return false;
  }

  // The atom's change, made not to move the facts before, in the order in which they were found.
  bool bind(uint32_t atom, uint32_t cell) {
    if (!changes_.is_free(atom) || is_spent_[atom]) return false;
    Reduced change = begun(atom);
    for (uint32_t fact = facts_met_.pop(); fact != IndexSet::none; fact = facts_met_.pop()) {
      const uint64_t by = sum_.at(out_.cells[fact]);
      if (by == 0) continue;
      change.taken.push_back({fact, by});
      for (const Entry& entry : rows_[fact])
        add(entry.index, Field::multiply(entry.value, Field::negative(by)));
    }
    const uint64_t value = sum_.at(cell);
    change.row = sum_.take();
    is_spent_[atom] =
        value != 0 || change.row.empty();  // it is bound, or its change tells nothing more, ever
    if (value != 0)
      learn(atom, cell, value, std::move(change));
    else
      keep(atom, std::move(change));
    return value != 0;
  }

  Facts take() {
    finish();
    return std::move(out_);
  }

 private:
  struct Reduced {
    Sparse row;    // the cells that it moves, none of the facts found so far
    Sparse taken;  // these facts, and how often they were taken out of it
  };

  // The change as it is, or as far as it was reduced when it was asked for last, in sum_.
  Reduced begun(uint32_t atom) {
    Reduced change;
    if (const auto kept = kept_.find(atom); kept != kept_.end()) {
      change = std::move(kept->second);
      kept_.erase(kept);
      kept_entries_ -= change.row.size() + change.taken.size();
      for (const Entry& entry : change.row) add(entry.index, entry.value);
      return change;
    }
    add_cells(atom, 1);
    for (const Entry& entry : changes_.row(atom)) add_cells(entry.index, entry.value);
    return change;
  }

  void keep(uint32_t atom, Reduced change) {
    const size_t entries = change.row.size() + change.taken.size();
    if (is_spent_[atom] || kept_entries_ + entries > kept_max) return;
    kept_entries_ += entries;
    kept_.emplace(atom, std::move(change));
  }

  void learn(uint32_t atom, uint32_t cell, uint64_t value, Reduced change) {
    const uint64_t scale = Field::inverse(value);
    for (Entry& entry : change.row) entry.value = Field::multiply(entry.value, scale);
    const Print print = rest_[cell];
    for (const Entry& entry : change.row) rest_[entry.index] -= print.times(entry.value);
    fact_of_[cell] = static_cast<uint32_t>(out_.cells.size());
    out_.cells.push_back(cell);
    out_.bound.push_back(atom);
    rows_.push_back(std::move(change.row));
    taken_.push_back(std::move(change.taken));
    scales_.push_back(scale);
  }

  void add_cells(uint32_t atom, uint64_t value) {
    if (const uint32_t group = groups_.of_atom[atom]; group != Groups::none)
      for (const uint32_t cell : cells_of_[group]) add(cell, value);
  }
  void add(uint32_t cell, uint64_t value) {
    sum_.add(cell, value);
    if (fact_of_[cell] != no_fact) facts_met_.add(fact_of_[cell]);
  }

  // The same with atoms: first each without the facts before it, then without those after it.
  void finish() {
    SparseSum sum(changes_.atoms());
    for (size_t fact = 0; fact < out_.cells.size(); ++fact) {
      const uint32_t atom = out_.bound[fact];
      sum.add(atom, scales_[fact]);
      for (const Entry& entry : changes_.row(atom))
        sum.add(entry.index, Field::multiply(entry.value, scales_[fact]));
      for (const auto& [before, by] : taken_[fact])
        sum.add(out_.moves[before], Field::multiply(Field::negative(by), scales_[fact]));
      out_.moves.push_back(sum.take());
    }
    for (size_t fact = out_.cells.size(); fact-- > 0;) {
      bool any = false;
      for (const Entry& entry : rows_[fact]) {
        const uint32_t after = fact_of_[entry.index];
        if (after == no_fact || after <= fact) continue;
        any = true;
        sum.add(out_.moves[after], Field::negative(entry.value));
      }
      if (!any) continue;
      sum.add(out_.moves[fact], 1);
      out_.moves[fact] = sum.take();
    }
  }

  const Changes& changes_;
  const Groups& groups_;
  std::vector<std::vector<uint32_t>> cells_of_;  // of each group, wanted ones
  std::vector<uint32_t> fact_of_;                // of each cell
  std::vector<Print> rest_;                      // of each cell: what the facts found so far leave of it
  SparseSum sum_;                                // over cells
  IndexSet facts_met_;                           // that move by what is in sum_, perhaps
  std::vector<bool> is_spent_;
  std::unordered_map<uint32_t, Reduced> kept_;  // of atoms that were tried in vain
  size_t kept_entries_ = 0;
  std::vector<Sparse> rows_;   // of each fact: the cells that its change moves, none of an earlier fact
  std::vector<Sparse> taken_;  // earlier facts that were taken out of it, how often
  std::vector<uint64_t> scales_;
  Facts out_;
};

// A cell's free atoms, the heaviest first: those of each group are put in order once, when a cell of it is
// asked for, and those that are spent are not met again.
class Heaviest {
 public:
  Heaviest(const Changes& changes, const Groups& groups) : changes_(changes), groups_(groups.cells.size()) {
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
      if (const uint32_t group = groups.of_atom[atom]; group != Groups::none) {
        ++groups_[group].size;
        if (changes.is_free(atom)) groups_[group].atoms.push_back(atom);
      }
  }
  // Atoms of the group, bound ones, too.
  size_t size(uint32_t group) const { return groups_[group].size; }

  bool bind(Finder& finder, uint32_t cell, const std::vector<uint32_t>& groups) {
    begin(finder, groups);
    const auto lighter = [&](Head a, Head b) { return is_heavier(atom(b), atom(a)); };
    std::make_heap(heads_.begin(), heads_.end(), lighter);
    while (!heads_.empty()) {
      std::pop_heap(heads_.begin(), heads_.end(), lighter);
      Head& head = heads_.back();
      if (finder.bind(atom(head), cell)) return true;
      if (++head.at < groups_[head.group].atoms.size())
        std::push_heap(heads_.begin(), heads_.end(), lighter);
      else
        heads_.pop_back();
    }
    return false;
  }

 private:
  struct InGroup {
    size_t size = 0;
    std::vector<uint32_t> atoms;
    size_t spent = 0;  // so many of the first
    bool is_in_order = false;
  };
  struct Head {
    uint32_t group = 0;
    size_t at = 0;
  };
  uint32_t atom(Head head) const { return groups_[head.group].atoms[head.at]; }
  bool is_heavier(uint32_t a, uint32_t b) const {
    const float of_a = changes_.weight(a), of_b = changes_.weight(b);
    return of_a != of_b ? of_a > of_b : a < b;
  }

  void begin(const Finder& finder, const std::vector<uint32_t>& groups) {
    heads_.clear();
    for (const uint32_t group : groups) {
      InGroup& in = groups_[group];
      if (!in.is_in_order)
        std::sort(in.atoms.begin(), in.atoms.end(), [&](uint32_t a, uint32_t b) { return is_heavier(a, b); });
      in.is_in_order = true;
      while (in.spent < in.atoms.size() && finder.is_spent(in.atoms[in.spent])) ++in.spent;
      if (in.spent < in.atoms.size()) heads_.push_back({group, in.spent});
    }
  }

  const Changes& changes_;
  std::vector<InGroup> groups_;
  std::vector<Head> heads_;
};

}  // namespace

Facts find_facts(const Changes& changes, const Groups& groups, size_t cells,
                 const std::vector<uint32_t>& wanted) {
  std::vector<bool> is_wanted(cells, false);
  for (const uint32_t cell : wanted) is_wanted[cell] = true;
  Finder finder(changes, groups, cells, is_wanted);
  std::vector<uint32_t> order;
  for (const uint32_t cell : wanted)
    if (!finder.is_known(cell)) order.push_back(cell);
  if (order.empty()) return {};
  Heaviest heaviest(changes, groups);
  std::vector<std::vector<uint32_t>> groups_of(cells);
  std::vector<size_t> size(cells, 0);
  for (uint32_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (is_wanted[cell]) groups_of[cell].push_back(group), size[cell] += heaviest.size(group);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return std::pair(size[a], a) < std::pair(size[b], b); });
  for (const uint32_t cell : order) {
    if (finder.is_known(cell) || heaviest.bind(finder, cell, groups_of[cell])) continue;
    // Only changes of atoms elsewhere move it, through bound ones in it.
    for (uint32_t atom = 0; atom < changes.atoms() && !finder.bind(atom, cell); ++atom) continue;
  }
  return finder.take();
}

Alone find_alone(const Changes& changes, const std::vector<uint32_t>& atoms) {
  std::vector<uint32_t> places(atoms.size());
  std::iota(places.begin(), places.end(), 0);
  Groups groups = each_alone(changes.atoms(), atoms);
  Facts facts = find_facts(changes, groups, atoms.size(), places);
  return {std::move(groups), std::move(facts)};
}

// The lightest first.
Exchange find_exchange(const Changes& changes) {
  Exchange out;
  std::vector<std::vector<uint32_t>> heavier;  // for each bound one
  out.groups.of_atom.assign(changes.atoms(), Groups::none);
  std::vector<std::pair<float, uint32_t>> order;
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom) {
    for (const Entry& entry : changes.row(atom)) {
      if (changes.weight(entry.index) + least_gain >= changes.weight(atom)) continue;
      uint32_t& place = out.groups.of_atom[entry.index];
      if (place == Groups::none) {
        place = static_cast<uint32_t>(heavier.size());
        order.emplace_back(changes.weight(entry.index), place);
        heavier.emplace_back();
        out.groups.cells.push_back({place});
      }
      heavier[place].push_back(atom);
    }
  }
  if (order.empty()) return out;
  std::sort(order.begin(), order.end());
  Finder finder(changes, out.groups, order.size(), std::vector<bool>(order.size(), true));
  for (const auto& [weight, place] : order) finder.bind_heaviest(heavier[place], place);
  out.facts = finder.take();
  return out;
}

Changes shortened(Changes changes) {
  const Exchange exchange = find_exchange(changes);
  return exchange.facts.cells.empty() ? std::move(changes)
                                      : changes.exchanged(exchange.facts, exchange.groups);
}

}  // namespace fvm::tabular
