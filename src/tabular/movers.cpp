#include "tabular/movers.hpp"

#include <algorithm>

#include "base/mix.hpp"

namespace fvm::tabular {

Movers::Movers(Basis& basis, const std::vector<double>& units, double threshold,
               const std::vector<uint32_t>& others)
    : basis_(basis),
      units_(units),
      threshold_(threshold),
      others_(others),
      prints_(basis.columns()),
      shortest_(units.size(), no_change),
      may_be_(may_be_slots) {
  for (uint32_t change = 0; change < basis.change_slots(); ++change) {
    const Sparse& row = basis.change(change);
    const uint64_t one = mix(change * 2 * mix_step) % Field::prime,
                   two = mix((change * 2 + 1) * mix_step) % Field::prime;
    for (const Entry& entry : row) {
      Print& print = prints_[entry.index];
      print.first = Field::add(print.first, Field::multiply(entry.value, one));
      print.second = Field::add(print.second, Field::multiply(entry.value, two));
      if (entry.index >= units.size()) continue;
      uint32_t& least = shortest_[entry.index];
      if (least == no_change || row.size() < basis.change(least).size()) least = change;
    }
  }
  for (uint32_t atom = 0; atom < units.size(); ++atom)
    if (is_small(atom) && shortest_[atom] != no_change) by_print_.push_back({prints_[atom], atom});
  for (const Known& known : by_print_) may_be_[known.print.first % may_be_slots] = true;
  std::sort(by_print_.begin(), by_print_.end(), [](const Known& a, const Known& b) {
    return a.print != b.print ? a.print < b.print : a.column < b.column;
  });
}

std::pair<const Movers::Known*, const Movers::Known*> Movers::with_print(Print print) const {
  if (!may_be_[print.first % may_be_slots]) return {nullptr, nullptr};
  const auto [from, to] = std::equal_range(by_print_.begin(), by_print_.end(), Known{print, 0},
                                           [](const Known& a, const Known& b) { return a.print < b.print; });
  return {by_print_.data() + (from - by_print_.begin()), by_print_.data() + (to - by_print_.begin())};
}

uint64_t Movers::moved_by(uint32_t change, const std::vector<std::pair<uint32_t, uint64_t>>& terms) const {
  uint64_t sum = 0;
  for (const auto& [column, factor] : terms)
    sum = Field::add(sum, Field::multiply(factor, basis_.value(change, column)));
  return sum;
}

uint32_t Movers::moving(const std::vector<std::pair<uint32_t, uint64_t>>& terms) {
  for (const auto& [column, factor] : terms)
    if (column < shortest_.size() && moved_by(shortest_[column], terms) != 0) return shortest_[column];
  for (const auto& [column, factor] : terms)
    for (const Entry& moved : basis_.motion(column))
      if (moved_by(moved.index, terms) != 0) return moved.index;
  return no_change;
}

struct Movers::Search {
  Movers& movers;
  const std::vector<bool>& changed;
  const size_t sets_max;
  const uint64_t steps_max;
  Sets out{};
  std::vector<std::pair<uint32_t, uint64_t>> set{};
  uint64_t steps = 0;

  bool is_done() const { return out.sets.size() >= sets_max || steps >= steps_max; }

  // The first atom of a set is the least of its changed ones, so that it is not met from each of them.
  bool may_join(uint32_t atom, double units) const {
    return !(changed[atom] && atom < set.front().first) && units + movers.units_[atom] < movers.threshold_ &&
           std::none_of(set.begin(), set.end(), [&](const auto& term) { return term.first == atom; });
  }

  void follow(Print seen, double units, size_t room) {
    ++steps;
    if (seen == Print{} || units + 1 >= movers.threshold_) return;  // a set by itself, and found already
    if (room == 1) return finish(seen, units);
    const uint32_t change = movers.moving(set);
    if (change == no_change) return;
    for (const Entry& entry : movers.basis_.change(change)) {
      if (entry.index >= movers.units_.size() || is_done()) break;
      ++steps;
      if (!movers.is_small(entry.index) || !may_join(entry.index, units)) continue;
      set.emplace_back(entry.index, 1);
      follow(sum(seen, movers.print_of(entry.index)), units + movers.units_[entry.index], room - 1);
      set.pop_back();
    }
  }

  // Atoms that undo the rest.
  void finish(Print seen, double units) {
    auto [from, to] = movers.with_print(difference({}, seen));
    for (; from != to && !is_done(); ++from) {
      if (!may_join(from->column, units)) continue;
      set.emplace_back(from->column, 1);
      if (movers.moving(set) == no_change) {
        out.sets.emplace_back();
        for (const auto& [atom, factor] : set) out.sets.back().push_back(atom);
        std::sort(out.sets.back().begin(), out.sets.back().end());
      }
      set.pop_back();
    }
  }
};

Movers::Sets Movers::unmoved_sets(const std::vector<bool>& changed, size_t sets_max, uint64_t steps_max) {
  Search search{.movers = *this, .changed = changed, .sets_max = sets_max, .steps_max = steps_max};
  for (size_t most = 2; static_cast<double>(most) < threshold_ && !search.is_done(); ++most) {
    for (uint32_t atom = 0; atom < units_.size() && !search.is_done(); ++atom) {
      if (!changed[atom] || !is_small(atom) || shortest_[atom] == no_change) continue;
      search.set = {{atom, 1}};
      search.follow(prints_[atom], units_[atom], most - 1);
    }
    if (search.steps < steps_max) search.out.atoms_max = most;
  }
  auto& sets = search.out.sets;
  std::sort(sets.begin(), sets.end());
  sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  return std::move(search.out);
}

struct Movers::Near {
  Movers& movers;
  const Member& is_member;
  const Found& found;
  const uint64_t steps_max;
  std::vector<std::pair<uint32_t, uint64_t>> terms{};  // the column, and the set's atoms taken out
  std::vector<uint32_t> shortest{};                    // changes that move the column
  uint64_t steps = 0;
  bool is_done = false;

  void begin(uint32_t column) {
    constexpr size_t tried_first = 16;
    terms = {{column, 1}};
    for (const Entry& moved : movers.basis_.motion(column)) shortest.push_back(moved.index);
    const auto length = [&](uint32_t change) { return movers.basis_.change(change).size(); };
    const size_t kept = std::min(shortest.size(), tried_first);
    std::partial_sort(
        shortest.begin(), shortest.begin() + static_cast<ptrdiff_t>(kept), shortest.end(),
        [&](uint32_t a, uint32_t b) { return std::pair(length(a), a) < std::pair(length(b), b); });
    shortest.resize(kept);
    follow(movers.prints_[column], 0);
  }

  uint32_t moving() const {
    for (const uint32_t change : shortest)
      if (movers.moved_by(change, terms) != 0) return change;
    return movers.moving(terms);
  }

  void take(uint32_t atom, Print rest, double units) {
    const auto in = [&](const auto& term) { return term.first == atom; };
    if (units + movers.units_[atom] >= movers.threshold_ || std::any_of(terms.begin() + 1, terms.end(), in))
      return;
    const bool member = is_member(atom);
    terms.emplace_back(atom, member ? Field::prime - 1 : 1);
    const Print print = movers.print_of(atom);
    follow(member ? difference(rest, print) : sum(rest, print), units + movers.units_[atom]);
    terms.pop_back();
  }

  void follow(Print rest, double units) {
    if (is_done || ++steps >= steps_max) return;
    if (rest == Print{}) {
      std::vector<uint32_t> set;
      for (size_t i = 1; i < terms.size(); ++i) set.push_back(terms[i].first);
      is_done = found(set);
      return;
    }
    const double room = movers.threshold_ - 1 - units;
    if (room < 1) return;
    if (room < 2) return finish(rest, units);
    const uint32_t change = moving();
    if (change == no_change) return;
    for (const Entry& entry : movers.basis_.change(change)) {
      if (entry.index >= movers.units_.size() || is_done) break;
      if (movers.is_small(entry.index)) take(entry.index, rest, units);
    }
  }

  void finish(Print rest, double units) {
    for (const bool member : {true, false}) {
      auto [from, to] = movers.with_print(member ? rest : difference({}, rest));
      for (; from != to && !is_done; ++from)
        if (is_member(from->column) == member) take(from->column, rest, units);
    }
  }
};

bool Movers::nearly_known(uint32_t column, const Member& is_member, const Found& found, uint64_t steps_max) {
  Near near{.movers = *this, .is_member = is_member, .found = found, .steps_max = steps_max};
  near.begin(column);
  return near.steps < steps_max;
}

std::vector<Movers::Pair> Movers::alike(const std::vector<bool>& changed,
                                        const std::vector<double>& units_of_columns, size_t pairs_max) {
  std::vector<uint32_t> columns;
  for (const Known& known : by_print_) columns.push_back(known.column);
  for (const uint32_t column : others_)
    if (!basis_.is_known(column)) columns.push_back(column);
  // One inversion for all: of the product of the seconds, taken apart from the end.
  std::vector<uint64_t> products{1};
  for (const uint32_t column : columns)
    products.push_back(Field::multiply(products.back(), prints_[column].second));
  uint64_t inverse = Field::inverse(products.back());
  std::vector<std::pair<uint64_t, uint32_t>> ratios(columns.size());
  for (size_t i = columns.size(); i-- > 0;) {
    const Print print = prints_[columns[i]];
    ratios[i] = {Field::multiply(print.first, Field::multiply(inverse, products[i])), columns[i]};
    inverse = Field::multiply(inverse, print.second);
  }
  std::sort(ratios.begin(), ratios.end());
  std::vector<Pair> out;
  for (size_t from = 0, to = 0; from < ratios.size(); from = to) {
    while (to < ratios.size() && ratios[to].first == ratios[from].first) ++to;
    for (size_t i = from; to - from > 1 && i < to; ++i) {
      const uint32_t insider = ratios[i].second;
      if (units_of_columns[insider] != 1) continue;
      for (size_t j = from; j < to && out.size() < pairs_max; ++j) {
        const uint32_t column = ratios[j].second;
        const bool once = !(units_of_columns[column] == 1 && column > insider);
        if (i == j || !once || !(changed[column] || changed[insider])) continue;
        out.push_back({column, insider, Field::divide(prints_[column].first, prints_[insider].first)});
      }
    }
  }
  return out;
}

}  // namespace fvm::tabular
