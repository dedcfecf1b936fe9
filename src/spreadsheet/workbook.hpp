// A workbook as data: sheets of cells, nothing else. Read in the sandbox (runner/workbook), written here
// (write.hpp), and carried between the two as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::spreadsheet {

// Limits of what is carried; a real order sheet has 11,000 rows of 7 cells.
inline constexpr size_t sheets_max = 400;
inline constexpr size_t rows_max = 200'000;           // of all sheets
inline constexpr size_t cells_max = 4'000'000;        // of all sheets
inline constexpr size_t texts_bytes_max = 32u << 20;  // of all cells

// A very hidden sheet can only be shown with the program editor, not by a menu.
enum class Visibility { shown, hidden, very_hidden };

struct Row {
  size_t number = 0;               // from 1, as a spreadsheet shows it
  bool hidden = false;             // by hand or by a filter
  std::vector<std::string> cells;  // from column A; short rows are short
};

struct Sheet {
  std::string name;
  Visibility visibility = Visibility::shown;
  std::vector<Row> rows;  // by number; empty ones may be left out
  // For writing:
  std::vector<double> widths;          // of columns, in letters
  std::vector<size_t> number_columns;  // from 0: texts of digits are written as numbers
  std::string choice;                  // the last column of the heading offers this word; empty: no
};

struct Workbook {
  std::vector<Sheet> sheets;
};

// "A", "Z", "AA": the name of column `index` (from 0).
std::string column_name(size_t index);
// The way back, from 1: "A" is 1; 0 when it is no name of a column.
size_t column_number(std::string_view name);

std::string to_json(const Workbook& workbook);
// From the sandbox, so nothing in it is trusted: "spreadsheet.unreadable" (surroundings) when it is out of
// shape or beyond the limits.
Result<Workbook> from_json(std::string_view text);

}  // namespace fvm::spreadsheet
