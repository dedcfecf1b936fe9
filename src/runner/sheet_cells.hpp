// The cells of a worksheet as its XML gives them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/grid.hpp"
#include "disclosure/table.hpp"

namespace fvm::runner {

// Places are rows and columns from 0, within what a spreadsheet has (cells.hpp). An empty text is no cell.

// Cells that come one behind the other, as programs write them: put where they are checked, none is kept
// apart.
class CellsInOrder {
 public:
  // Room for so many. What is not used is never touched.
  void reserve(size_t cells) { grid_.reserve(cells); }
  // `plain`: the text is known to be is_plain() (disclosure/text.hpp).
  void put(size_t row, size_t column, const std::string& text, bool plain);
  // After the last.
  void end();
  // None was left out: no cell came before another, or twice, or with digits above the line, which are read
  // in two ways; nor too many, with those between them.
  bool fits() const { return fits_; }
  // From the first that holds something to behind the last; none: 0 and 0.
  size_t first_row() const { return first_row_; }
  size_t end_row() const { return first_row_ + rows_; }
  // With those between them.
  size_t cells() const { return cells_; }
  // Of all rows from the sheet's first, with those of `below`, which must be below these and each other.
  disclosure::Grid grid(std::vector<CellsInOrder> below) &&;

 private:
  disclosure::Grid grid_;  // from first_row_
  size_t first_row_ = 0, rows_ = 0, columns_ = 0, cells_ = 0;
  bool fits_ = true;
};

// Cells in any order.
class CellsInAnyOrder {
 public:
  void put(size_t row, size_t column, const std::string& text);
  size_t end_row() const { return end_row_; }
  struct Sorted {
    disclosure::Table table;  // the text that came last of each place, as it came
    bool twice = false;       // one came before it
    bool too_many = false;    // with those between them; then the table is empty
  };
  Sorted sorted() &&;

 private:
  struct Cell {
    uint32_t row, column;
    std::string text;
  };
  std::vector<Cell> cells_;
  size_t end_row_ = 0, bytes_ = 0;
  bool too_many_ = false;
};

}  // namespace fvm::runner
