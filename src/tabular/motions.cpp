// How changes move atoms and cells, and which columns move alike.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/mix.hpp"
#include "tabular/movers.hpp"

namespace fvm::tabular {

void Motion::keep(uint32_t free, uint64_t value) {
  if (count_++ < kept_max) {
    moved_[size_++] = {free, value};
    return;
  }
  is_whole_ = false;
  if (const size_t place = mix(count_ * mix_step) % count_; place < kept_max) moved_[place] = {free, value};
}

void Motion::keep_first(uint32_t free, uint64_t value, uint32_t through) {
  if (is_closed_) {
    is_whole_ = false;
    return;
  }
  const bool is_alike = through != nobody && std::count(through_.begin(), through_.begin() + size_,
                                                        through) >= std::ptrdiff_t{alike_max};
  if (!is_alike) {
    through_[size_] = through;
    moved_[size_++] = {free, value};
  } else if (alike_.size() < kept_max) {
    alike_.push_back({free, value});
  } else {
    is_whole_ = false;
  }
  is_closed_ = size_ == kept_max || ++count_ == looked_max;
  if (is_closed_) is_whole_ = false;
}

void Motion::close() {
  is_closed_ = true;
  for (const Entry& entry : alike_) {
    if (size_ < kept_max)
      moved_[size_++] = entry;
    else
      is_whole_ = false;
  }
  alike_ = {};
}

std::vector<uint32_t> shortest_first(const Changes& changes) {
  std::vector<size_t> places;  // first how many are of each size
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom) {
    const size_t size = changes.row(atom).size();
    if (size >= places.size()) places.resize(size + 1);
    places[size] += changes.is_free(atom) ? 1 : 0;
  }
  std::exclusive_scan(places.begin(), places.end(), places.begin(), size_t{0});
  std::vector<uint32_t> out(changes.count());
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
    if (changes.is_free(atom)) out[places[changes.row(atom).size()]++] = atom;
  return out;
}

namespace {

// Calls `each(atom)` for free atoms, those with the shortest changes first, until it says no.
template <class Each>
void each_shortest_first(const Changes& changes, const Each& each) {
  constexpr size_t ahead = 8;
  const auto order = shortest_first(changes);
  for (size_t i = 0; i < order.size(); ++i) {
    if (i + 2 * ahead < order.size()) changes.prefetch_place(order[i + 2 * ahead]);
    if (i + ahead < order.size()) changes.prefetch(order[i + ahead]);
    if (!each(order[i])) return;
  }
}

}  // namespace

CellMotions::CellMotions(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted,
                         Pick pick)
    : changes_(changes), groups_(groups), cells_of_(groups.cells.size()), motions_(wanted.size()) {
  for (size_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (wanted[cell]) cells_of_[group].push_back(cell);
  if (pick == Pick::shortest) {
    keep_shortest();
    return;
  }
  SparseSum sum(motions_.size());
  for (uint32_t atom = 0; atom < changes.atoms(); ++atom) {
    if (!changes.is_free(atom)) continue;
    add_change(cells_of_, atom, sum);
    sum.drain([&](uint32_t cell, uint64_t value) { motions_[cell].keep(atom, value); });
  }
}

// Cells that have enough are looked at no more: the long changes, which are most of the work, are for the few
// cells that hardly anything moves.
void CellMotions::keep_shortest() {
  std::vector<bool> is_open(motions_.size(), false);
  for (const auto& cells : cells_of_)
    for (const uint32_t cell : cells) is_open[cell] = true;
  auto left = static_cast<size_t>(std::count(is_open.begin(), is_open.end(), true)), tidied = left;
  Cells cells_of = cells_of_;
  SparseSum sum(motions_.size());
  each_shortest_first(changes_, [&](uint32_t atom) {
    add_change(cells_of, atom, sum);
    const auto row = changes_.row(atom);
    const uint32_t through = row.empty() ? Motion::nobody : row.front().index;
    sum.drain([&](uint32_t cell, uint64_t value) {
      if (!is_open[cell]) return;
      motions_[cell].keep_first(atom, value, through);
      if (!motions_[cell].is_closed()) return;
      is_open[cell] = false, --left;
    });
    if (2 * left <= tidied) {
      tidied = left;
      for (auto& cells : cells_of) std::erase_if(cells, [&](uint32_t cell) { return !is_open[cell]; });
    }
    return left > 0;
  });
  for (Motion& motion : motions_) motion.close();
}

void CellMotions::add(const Cells& cells, uint32_t atom, uint64_t value, SparseSum& sum) const {
  if (const uint32_t group = groups_.of_atom[atom]; group != Groups::none)
    for (const uint32_t cell : cells[group]) sum.add(cell, value);
}

void CellMotions::add_change(const Cells& cells, uint32_t free, SparseSum& sum) const {
  add(cells, free, 1, sum);
  for (const Entry& entry : changes_.row(free)) add(cells, entry.index, entry.value, sum);
}

const std::vector<uint32_t>& CellMotions::whole(uint32_t cell) {
  std::call_once(whole_made_, [&] {
    whole_.resize(motions_.size());
    SparseSum sum(motions_.size());
    for (uint32_t atom = 0; atom < changes_.atoms(); ++atom) {
      if (!changes_.is_free(atom)) continue;
      add_change(cells_of_, atom, sum);
      sum.drain([&](uint32_t moved, uint64_t) { whole_[moved].push_back(atom); });
    }
  });
  return whole_[cell];
}

std::vector<Alike> find_alike(const std::vector<uint32_t>& columns, const std::vector<Print>& prints,
                              const std::vector<double>& units, const std::vector<bool>& changed,
                              size_t pairs_max) {
  // One inversion for all: of the product of the seconds, taken apart from the end.
  std::vector<uint64_t> products{1};
  for (const uint32_t column : columns)
    products.push_back(Field::multiply(products.back(), prints[column].second));
  uint64_t inverse = Field::inverse(products.back());
  std::vector<std::pair<uint64_t, uint32_t>> ratios(columns.size());
  for (size_t i = columns.size(); i-- > 0;) {
    const Print print = prints[columns[i]];
    ratios[i] = {Field::multiply(print.first, Field::multiply(inverse, products[i])), columns[i]};
    inverse = Field::multiply(inverse, print.second);
  }
  std::sort(ratios.begin(), ratios.end());
  std::vector<Alike> out;
  for (size_t from = 0, to = 0; from < ratios.size(); from = to) {
    while (to < ratios.size() && ratios[to].first == ratios[from].first) ++to;
    for (size_t i = from; to - from > 1 && i < to; ++i) {
      const uint32_t insider = ratios[i].second;
      if (units[insider] != 1) continue;
      for (size_t j = from; j < to && out.size() < pairs_max; ++j) {
        const uint32_t column = ratios[j].second;
        const bool once = !(units[column] == 1 && column > insider);
        if (i == j || !once || !(changed[column] || changed[insider])) continue;
        out.push_back({column, insider, Field::divide(prints[column].first, prints[insider].first)});
      }
    }
  }
  return out;
}

Movers::Movers(const Changes& changes, const std::vector<double>& units, double threshold, Pick pick)
    : changes_(changes), units_(units), threshold_(threshold), motion_of_(units.size(), Motion::nobody) {
  place_atoms();
  keep_motions(pick);
}

void Movers::place_atoms() {
  constexpr size_t bits_each = 16;
  size_t small = 0;
  for (uint32_t atom = 0; atom < units_.size(); ++atom) {
    if (!is_small(atom) || changes_.is_known(atom)) continue;
    ++small;
    if (changes_.is_free(atom)) continue;
    motion_of_[atom] = static_cast<uint32_t>(motions_.size());
    motions_.emplace_back();
  }
  slots_.assign(std::bit_ceil(2 * small + 1), {});
  is_there_.assign(std::bit_ceil(bits_each * small / 64 + 1), 0);
  for (uint32_t atom = 0; atom < units_.size(); ++atom) {
    if (!is_small(atom) || changes_.is_known(atom)) continue;
    const Print print = changes_.print(atom);
    size_t slot = print.first & (slots_.size() - 1);
    while (slots_[slot].atom != Motion::nobody) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {atom, tag_of(print)};
    is_there_[bit_of(print) / 64] |= uint64_t{1} << (bit_of(print) % 64);
  }
}

void Movers::keep_motions(Pick pick) {
  if (pick == Pick::shortest) return keep_shortest();
  for (uint32_t atom = 0; atom < units_.size(); ++atom)
    for (const Entry& entry : changes_.row(atom))
      if (const uint32_t place = motion_of_[entry.index]; place != Motion::nobody)
        motions_[place].keep(atom, entry.value);
}

// Of most entries no more is asked than whether their motion is closed: it is after the shortest changes.
void Movers::keep_shortest() {
  constexpr uint32_t closed = UINT32_MAX;
  std::vector<uint32_t> open = motion_of_;  // of each atom
  each_shortest_first(changes_, [&](uint32_t atom) {
    const auto row = changes_.row(atom);
    for (const Entry& entry : row) {
      if (open[entry.index] == closed) continue;
      const Entry& other = row.size() > 1 && row.front().index == entry.index ? row[1] : row.front();
      Motion& motion = motions_[open[entry.index]];
      motion.keep_first(atom, entry.value, other.index == entry.index ? Motion::nobody : other.index);
      if (motion.is_closed()) open[entry.index] = closed;
    }
    return true;
  });
  for (Motion& motion : motions_) motion.close();
}

std::span<const Entry> Movers::small_row(Hand& hand, uint32_t free) const {
  if (hand.small_rows[free].data() == nullptr) make_small_row(hand, free);
  return hand.small_rows[free];
}

void Movers::make_small_row(Hand& hand, uint32_t free) const {
  const auto row = changes_.row(free);
  const auto is_of_small = [&](const Entry& entry) { return motion_of_[entry.index] != Motion::nobody; };
  const auto size = static_cast<size_t>(std::ranges::count_if(row, is_of_small));
  hand.small_rows[free] = row;
  if (size == row.size()) return;
  Entry* entries = std::pmr::polymorphic_allocator<Entry>(&hand.small_entries).allocate(size);
  std::ranges::copy_if(row, entries, is_of_small);
  hand.small_rows[free] = {entries, size};
}

// All at once when the first is asked for.
const std::vector<uint32_t>& Movers::whole_motion(uint32_t bound) {
  std::call_once(whole_made_, [&] {
    whole_.resize(motions_.size());
    for (uint32_t atom = 0; atom < units_.size(); ++atom)
      for (const Entry& entry : changes_.row(atom))
        if (const uint32_t place = motion_of_[entry.index]; place != Motion::nobody)
          whole_[place].push_back(atom);
  });
  return whole_[motion_of_[bound]];
}

}  // namespace fvm::tabular
