// Cells that differ by few units from one that was published.
#include <algorithm>
#include <array>
#include <mutex>

#include "base/beside.hpp"
#include "tabular/publisher.hpp"
#include "tabular/small_sets.hpp"

namespace fvm::tabular {
namespace {

// nullptr: none; `published` is ascending by mark.
const Knowledge::Cell* published_with(const std::vector<Knowledge::Cell>& published, uint64_t mark) {
  const auto found = std::ranges::lower_bound(published, mark, {}, &Knowledge::Cell::mark);
  return found == published.end() || found->mark != mark ? nullptr : &*found;
}

}  // namespace

// Somebody whose value changed is two units: the one that he was and the one that he is.
double Publisher::most_apart() const {
  return rules_.counts ? rules_.threshold : 2 * rules_.threshold - 1;
}

std::vector<uint32_t> Publisher::take_published(const CountTable& released,
                                                std::vector<bool>& is_counted) const {
  const auto& published = known_.published();
  const auto marks = known_.marks_of(released.groups, released.counts.size());
  std::vector<uint32_t> place(marks.size(), not_published);
  bool any = false;
  for (size_t cell = 0; cell < marks.size(); ++cell) {
    if (released.counts[cell] == 0 || released.status[cell] != Status::open) continue;
    const auto* found = published_with(published, marks[cell]);
    if (found == nullptr) continue;
    const auto index = static_cast<size_t>(found - published.data());
    if (is_counted[index]) continue;
    place[cell] = static_cast<uint32_t>(index);
    is_counted[index] = any = true;
  }
  return any ? place : std::vector<uint32_t>();
}

// Where a change moves few atoms a search is over sooner than the atoms are counted.
bool Publisher::is_counting_short() const {
  constexpr size_t atoms_few = 3000;
  return atoms_ <= atoms_few || are_long(changes_);
}

// What two cells have in common is added up group by group: a group of this table's has so many units in
// each of the other's.
void Publisher::count_near(const CountTable& released, const std::vector<bool>& wanted,
                           std::vector<bool>& is_counted) {
  const std::vector<uint32_t> place = take_published(released, is_counted);
  if (place.empty()) return;
  std::vector<uint32_t> order;
  for (uint32_t atom = 0; atom < atoms_; ++atom)
    if (table_.groups.of_atom[atom] != Groups::none && released.groups.of_atom[atom] != Groups::none)
      order.push_back(atom);
  const auto groups = [&](uint32_t atom) {
    return std::pair(table_.groups.of_atom[atom], released.groups.of_atom[atom]);
  };
  std::ranges::sort(order, {}, groups);
  std::vector<std::vector<std::pair<uint32_t, double>>> in(table_.groups.cells.size());
  for (const uint32_t atom : order) {
    const auto [own, others] = groups(atom);
    if (in[own].empty() || in[own].back().first != others) in[own].emplace_back(others, 0);
    in[own].back().second += units_[atom];
  }
  std::vector<std::vector<uint32_t>> groups_of(base_.size());
  for (uint32_t group = 0; group < in.size(); ++group)
    for (const uint32_t cell : table_.groups.cells[group]) groups_of[cell].push_back(group);
  std::vector<double> common(place.size(), 0);
  std::vector<uint32_t> met;
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    if (!wanted[cell] || base_[cell] != Status::candidate || is_known(cell)) continue;
    for (const uint32_t group : groups_of[cell])
      for (const auto& [others, units] : in[group])
        for (const uint32_t other : released.groups.cells[others]) {
          if (place[other] == not_published) continue;
          if (common[other] == 0) met.push_back(other);
          common[other] += units;
        }
    for (const uint32_t other : met) {
      const double here = table_.counts[cell] - common[other], there = released.counts[other] - common[other];
      common[other] = 0;
      if (here >= rules_.threshold || there >= rules_.threshold || here + there >= most_apart()) continue;
      hide_near(cell, known_.published()[place[other]].table);
    }
    met.clear();
  }
}

std::vector<bool> Publisher::of_near_size(const std::vector<bool>& is_counted) const {
  double most = 0;
  for (const auto& cell : known_.published()) most = std::max(most, cell.units);
  std::vector<bool> is_size(static_cast<size_t>(most + rules_.threshold) + 1);
  for (size_t i = 0; i < is_counted.size(); ++i) {
    if (is_counted[i]) continue;
    const double units = known_.published()[i].units;
    const auto from = static_cast<size_t>(std::max(0.0, units + 1 - rules_.threshold));
    for (size_t size = from; static_cast<double>(size) < units + rules_.threshold; ++size)
      is_size[size] = true;
  }
  std::vector<bool> out(base_.size(), false);
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    const auto size = static_cast<size_t>(table_.counts[cell]);
    out[cell] = base_[cell] == Status::candidate && !is_known(cell) && size < is_size.size() && is_size[size];
  }
  return out;
}

// Two cells that differ by a few units must not both be told, in whatever way they differ: the same query a
// month later, one row less, another name for nearly the same. Of older tables there are the cells' marks
// alone: what they differ by is searched for among what nearly follows. Where that does not end, tables that
// are at hand are counted after all, and what an older one might be near to is not told.
void Publisher::find_near(const std::vector<CountTable>& named) {
  std::vector<bool> is_counted(known_.published().size(), false);
  const auto count = [&](const std::vector<bool>& wanted) {
    for (auto released = named.rbegin(); released != named.rend(); ++released)
      count_near(*released, wanted, is_counted);
  };
  if (is_counting_short()) count(std::vector<bool>(base_.size(), true));
  const auto unclear = search_near(of_near_size(is_counted));
  if (std::ranges::count(unclear, true) == 0) return;
  if (!is_counting_short()) count(unclear);
  const auto left = of_near_size(is_counted);
  for (uint32_t cell = 0; cell < base_.size(); ++cell)
    if (unclear[cell] && left[cell]) hide_near(cell, Decision::several), ++near_unfinished_;
}

namespace {

// What a search needs, both made beside each other.
struct Ways {
  std::optional<CellMotions> motions;
  std::optional<Movers> movers;
  Ways(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted,
       const std::vector<double>& units, double threshold, Pick pick) {
    const auto make = [&](size_t which) {
      if (which == 0)
        motions.emplace(changes, groups, wanted, pick);
      else
        movers.emplace(changes, units, threshold, pick);
    };
    all_beside(2, make, changes.are_many());
  }
};

}  // namespace

// Each hand looks at every other cell.
std::vector<bool> Publisher::search_near(const std::vector<bool>& wanted) {
  std::vector<bool> unclear(wanted.size(), false);
  std::vector<uint32_t> cells;
  for (uint32_t cell = 0; cell < wanted.size(); ++cell)
    if (wanted[cell]) cells.push_back(cell);
  if (cells.empty()) return unclear;
  std::array<std::optional<Ways>, 2> ways;  // any: for cells where the shortest changes lead nowhere
  const auto make = [&](Pick pick) -> Ways& {
    return ways[pick == Pick::any].emplace(changes_, table_.groups, wanted, known_.units(), most_apart(),
                                           pick);
  };
  Ways& shortest = make(Pick::shortest);
  std::once_flag any_made;
  std::array<std::vector<uint32_t>, Movers::hands> unfinished;
  const auto search = [&](size_t hand) {
    for (size_t i = hand; i < cells.size(); i += Movers::hands) {
      const uint32_t cell = cells[i];
      const Print print = before_[column(cell)];
      const Member is_member(table_.groups, cell);
      const auto is_near = [&](const std::vector<uint32_t>& set) { return is_near_by(cell, is_member, set); };
      constexpr uint64_t steps_first = 50'000, steps_then = 200'000;
      if (shortest.movers->nearly_known(print, *shortest.motions, cell, is_near, steps_first, hand)) continue;
      std::call_once(any_made, [&] { make(Pick::any); });
      Ways& any = *ways[1];
      if (!any.movers->nearly_known(print, *any.motions, cell, is_near, steps_then, hand))
        unfinished[hand].push_back(cell);
    }
  };
  all_beside(Movers::hands, search, changes_.are_many());
  for (const auto& of_hand : unfinished)
    for (const uint32_t cell : of_hand) unclear[cell] = true;
  return unclear;
}

bool Publisher::is_near_by(uint32_t cell, const Member& is_member, const std::vector<uint32_t>& set) {
  double in = 0, out = 0;
  for (const uint32_t atom : set) (is_member(atom) ? in : out) += units_[atom];
  return in < rules_.threshold && out < rules_.threshold && is_published(cell, is_member, set);
}

bool Publisher::is_published(uint32_t cell, const Member& is_member, const std::vector<uint32_t>& set) {
  uint64_t mark = marks_[cell];
  for (const uint32_t atom : set) mark += is_member(atom) ? -known_.mark(atom) : known_.mark(atom);
  const auto* found = published_with(known_.published(), mark);
  if (found == nullptr) return false;
  hide_near(cell, found->table);
  return true;
}

}  // namespace fvm::tabular
