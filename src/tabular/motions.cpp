// How changes move atoms and cells, and which columns move alike.
#include <algorithm>

#include "base/mix.hpp"
#include "tabular/movers.hpp"

namespace fvm::tabular {

void Motion::keep(uint32_t free, uint64_t value) {
  if (count++ < Movers::kept_max) {
    moved.push_back({free, value});
  } else if (const size_t place = mix(count * mix_step) % count; place < Movers::kept_max) {
    moved[place] = {free, value};
  }
}

CellMotions::CellMotions(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted)
    : changes_(changes), groups_(groups), cells_of_(groups.cells.size()), motions_(wanted.size()) {
  for (size_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (wanted[cell]) cells_of_[group].push_back(cell);
  each([&](uint32_t cell, uint32_t atom, uint64_t value) { motions_[cell].keep(atom, value); });
}

template <class Moved>
void CellMotions::each(Moved moved) const {
  SparseSum sum(motions_.size());
  const auto add = [&](uint32_t atom, uint64_t value) {
    if (const uint32_t group = groups_.of_atom[atom]; group != Groups::none)
      for (const uint32_t cell : cells_of_[group]) sum.add(cell, value);
  };
  for (uint32_t atom = 0; atom < changes_.atoms(); ++atom) {
    if (!changes_.is_free(atom)) continue;
    add(atom, 1);
    for (const Entry& entry : changes_.row(atom)) add(entry.index, entry.value);
    for (const uint32_t cell : sum.touched())
      if (sum.at(cell) != 0) moved(cell, atom, sum.at(cell));
    sum.clear();
  }
}

const std::vector<uint32_t>& CellMotions::whole(uint32_t cell) {
  if (whole_.empty()) {
    whole_.resize(motions_.size());
    for (size_t i = 0; i < motions_.size(); ++i) whole_[i].reserve(motions_[i].count);
    each([&](uint32_t moved, uint32_t atom, uint64_t) { whole_[moved].push_back(atom); });
  }
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

}  // namespace fvm::tabular
