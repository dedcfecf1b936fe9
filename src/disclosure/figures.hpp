// What a cell is that no number can be read from: a figure with signs, a mask, a word for nothing. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace fvm::disclosure {

// Decimals as they are written: "1,20" has two.
size_t decimals_of(std::string_view cell);
// How far from what is shown the number may be: half of the last decimal.
double rounding_of(size_t decimals);
// A point or comma between two digits.
bool has_decimals(std::string_view cell);
// "1,20 (0,90-1,60)***", "<0,001", "1 (ref)", "12 [10; 15]": numbers, signs, and the few words that stand
// with them.
bool is_figure(std::string_view cell);
// Where a count is expected and none can be told.
bool is_no_count(std::string_view cell);
// "120", "120 personer", "120*": one number and at most what it counts.
bool is_one_count(std::string_view cell);
// "<5", "≤ 4" and the marks that hide a count; "<b>3</b>" begins like one.
bool is_plain_mask(std::string_view cell);

}  // namespace fvm::disclosure
