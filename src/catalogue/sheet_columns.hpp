// Which column of a sheet holds what: found by the words of its heading row. Private to this room.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "catalogue/types.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::catalogue {

enum class Column {
  register_name,
  table,
  variable,
  content,
  validity,
  orderable,
  minipas,
  wanted,
  reason,
  count
};

// From 0; empty where the sheet has no such column.
class Columns {
 public:
  std::optional<size_t> at(Column column) const { return places_[static_cast<size_t>(column)]; }
  bool has(Column column) const { return at(column).has_value(); }
  // The cell's text without blanks around it and with plain blanks and quotes in it; empty when there is
  // none.
  std::string text(const spreadsheet::Row& row, Column column) const;
  // As it is written, but for blanks around it.
  std::string raw(const spreadsheet::Row& row, Column column) const;
  // The wanted column holds a number (1 or 0), not an x.
  bool wanted_is_number() const { return wanted_is_number_; }

 private:
  friend std::optional<Columns> read_heading(const spreadsheet::Row& row);
  std::array<std::optional<size_t>, static_cast<size_t>(Column::count)> places_;
  bool wanted_is_number_ = false;
};

// The row as a heading: it has at least a table and a variable column.
std::optional<Columns> read_heading(const spreadsheet::Row& row);

// Blanks of every kind are plain and single ones, quotes are ", nothing at the ends.
std::string tidy(std::string_view text);

// The sheet Registeroversigt: sheet name -> register. Found by its heading, whatever its name.
std::vector<Register> register_overview(const spreadsheet::Workbook& workbook);
bool is_overview(const spreadsheet::Sheet& sheet);

}  // namespace fvm::catalogue
