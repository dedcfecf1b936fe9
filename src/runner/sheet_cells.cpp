#include "runner/sheet_cells.hpp"

#include <algorithm>
#include <utility>

#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {

void CellsInOrder::put(size_t row, size_t column, const std::string& text, bool plain) {
  if (text.empty() || !fits_) return;
  if (rows_ == 0) first_row_ = row, rows_ = 1;
  fits_ = row >= end_row() || (row + 1 == end_row() && column >= columns_);
  for (; fits_ && end_row() <= row; ++rows_, columns_ = 0) grid_.end_row();
  cells_ += column + 1 - columns_;
  plain = plain || disclosure::is_plain(text);
  fits_ = fits_ && cells_ <= cells_max && (plain || !disclosure::has_raised(text));
  if (!fits_) return;
  for (; columns_ < column; ++columns_) grid_.add({});
  ++columns_;
  if (plain) return grid_.add(text, text.capacity() + 1 - text.size());
  std::string room;
  grid_.add(disclosure::plain_view(text, room));
}

void CellsInOrder::end() {
  if (rows_ > 0) grid_.end_row();
  grid_.end();
}

disclosure::Grid CellsInOrder::grid(std::vector<CellsInOrder> below) && {
  disclosure::Grid whole;
  if (first_row_ == 0) whole = std::move(grid_);
  const auto append = [&](const CellsInOrder& part) {
    while (part.rows_ > 0 && whole.rows() < part.first_row_) whole.end_row();
    whole.append(part.grid_);
  };
  if (first_row_ > 0) append(*this);
  for (const CellsInOrder& part : below) append(part);
  return whole;
}

void CellsInAnyOrder::put(size_t row, size_t column, const std::string& text) {
  too_many_ = too_many_ || cells_.size() == cells_max || bytes_ + text.size() > unpacked_bytes_max;
  if (text.empty() || too_many_) return;
  cells_.push_back({static_cast<uint32_t>(row), static_cast<uint32_t>(column), text});
  end_row_ = std::max(end_row_, row + 1);
  bytes_ += text.size();
}

CellsInAnyOrder::Sorted CellsInAnyOrder::sorted() && {
  const auto place = [](const Cell& cell) { return std::pair(cell.row, cell.column); };
  std::stable_sort(cells_.begin(), cells_.end(),
                   [&](const Cell& a, const Cell& b) { return place(a) < place(b); });
  size_t room = 0;
  for (size_t i = 0; i < cells_.size(); ++i) {
    const bool last_of_row = i + 1 == cells_.size() || cells_[i + 1].row != cells_[i].row;
    room += last_of_row ? size_t{cells_[i].column} + 1 : 0;
  }
  Sorted sorted;
  sorted.too_many = too_many_ || room > cells_max;
  if (sorted.too_many) return sorted;
  sorted.table.rows.resize(end_row_);
  for (Cell& cell : cells_) {
    auto& row = sorted.table.rows[cell.row];
    sorted.twice = sorted.twice || cell.column < row.size();
    row.resize(cell.column + size_t{1});
    row.back() = std::move(cell.text);
  }
  return sorted;
}

}  // namespace fvm::runner
