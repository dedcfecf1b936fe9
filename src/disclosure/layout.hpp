// What the columns of a table hold, judged by their headers and their values. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "disclosure/grid.hpp"
#include "disclosure/tallies.hpp"

namespace fvm::disclosure {

enum class ColumnKind {
  label,       // texts
  count,       // header says so: antal, n, personer ...; or years as headers over whole numbers
  number,      // whole numbers without a header that says what they are
  category,    // years, ages, codes, ranks, running numbers
  share,       // percentages and shares
  identifier,  // header names a key variable of the registers
  measure,     // other numbers
};

struct Column {
  ColumnKind kind = ColumnKind::label;
  std::string header;
};

struct Layout {
  size_t header_rows = 0;  // how many rows of rows[] are headers or titles
  std::vector<Column> columns;
  std::vector<size_t> labels, values;  // columns that hold something: texts, and all others
  Tallies tallies;                     // of what stands below the headers
};

Layout layout_of(const Grid& table);
// A part of layout_of(): columns of whole numbers that are keys become categories. `first_is_numbered`: the
// first column goes 0, 1, 2 or 1, 2, 3.
void find_keys(const Grid& table, Layout& layout, bool first_is_numbered);
// Some of the words counts: "antal", "n", "døde".
bool names_count(const std::vector<std::string>& words);
// The same of a measure: "gns", "p", "HR (95 % CI)".
bool names_measure(std::string_view text);

}  // namespace fvm::disclosure
