// How a worksheet's XML writes places and numbers (ECMA-376, part 1, 18.18.7 and 18.3.1.4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fvm::runner {

inline constexpr size_t sheet_rows_max = 1 << 20,
                        sheet_columns_max = 1 << 14;  // what a spreadsheet program has

// "AB7" -> row 6, column 27 (from 0); nothing when it is no reference.
std::optional<std::pair<size_t, size_t>> place_of(std::string_view reference);

// "27", all of the text: a row, a style, the place of a shared text.
bool whole_number(std::string_view text, size_t& out);

// 101011234.0 and 1.01011234E8 in the file are the whole number that the reader sees.
std::string shown(std::string_view value);
// It is what shown() would make of it, as far as that is seen without reading the number: few digits, perhaps
// with a point.
bool is_shown_so(std::string_view value);

}  // namespace fvm::runner
