#include "disclosure/tallies.hpp"

#include "base/beside.hpp"

namespace fvm::disclosure {

// Two halves of the columns beside each other where there are many cells of few texts: each half needs a
// place for every text.
Tallies::Tallies(const Grid& table, size_t first_row) : first_row_(first_row), places_(table.width()) {
  constexpr size_t cells_beside_min = 100'000, cells_per_text_min = 8;
  const bool large = table.cells() >= cells_beside_min && table.cells() / cells_per_text_min >= table.texts();
  parts_.resize(large ? 2 : 1);
  if (table.width() > 0) (void)table.column(0);  // makes the index, if it has one, for all that ask
  all_beside(parts_.size(), [&](size_t part) {
    const size_t from = table.width() * part / parts_.size(), to = table.width() * (part + 1) / parts_.size();
    count(table, static_cast<uint32_t>(part), from, to);
  });
}

void Tallies::count(const Grid& table, uint32_t part, size_t from, size_t to) {
  std::vector<uint32_t> cells(table.texts());
  std::vector<Tally>& all = parts_[part];
  // Room that is not used is never touched; growing would copy.
  all.reserve(std::min(table.cells(), table.rows() * (to - from)));
  for (size_t c = from; c < to; ++c) {
    const size_t begin = all.size();
    for (const auto& [row, text] : table.column(c)) {
      if (row >= first_row_ && cells[text]++ == 0) all.push_back({text, 0});
    }
    for (size_t i = begin; i < all.size(); ++i) std::swap(all[i].cells, cells[all[i].text]);
    places_[c] = {part, static_cast<uint32_t>(all.size() - begin), begin};
  }
}

size_t Tallies::filled(size_t column) const {
  size_t cells = 0;
  for (const Tally& tally : this->column(column)) cells += tally.cells;
  return cells;
}

}  // namespace fvm::disclosure
