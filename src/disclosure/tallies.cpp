#include "disclosure/tallies.hpp"

namespace fvm::disclosure {

Tallies::Tallies(const Grid& table, size_t first_row) : first_row_(first_row) {
  std::vector<uint32_t> cells(table.texts());
  all_.reserve(table.cells());  // room that is not used is never touched; growing would copy
  for (size_t c = 0; c < table.width(); ++c) {
    const size_t begin = all_.size();
    for (const auto& [row, text] : table.column(c)) {
      if (row >= first_row && cells[text]++ == 0) all_.push_back({text, 0});
    }
    for (size_t i = begin; i < all_.size(); ++i) std::swap(all_[i].cells, cells[all_[i].text]);
    begins_.push_back(all_.size());
  }
}

size_t Tallies::filled(size_t column) const {
  size_t cells = 0;
  for (const Tally& tally : this->column(column)) cells += tally.cells;
  return cells;
}

}  // namespace fvm::disclosure
