#include "runner/cells.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fvm::runner {

std::optional<std::pair<size_t, size_t>> place_of(std::string_view reference) {
  size_t column = 0, at = 0, row = 0;
  while (at < reference.size() && reference[at] >= 'A' && reference[at] <= 'Z' && at < 3) {
    column = column * 26 + static_cast<size_t>(reference[at++] - 'A' + 1);
  }
  const auto [end, error] = std::from_chars(reference.data() + at, reference.data() + reference.size(), row);
  if (error != std::errc() || end != reference.data() + reference.size() || column == 0 || row == 0)
    return std::nullopt;
  if (row > sheet_rows_max || column > sheet_columns_max) return std::nullopt;
  return std::make_pair(row - 1, column - 1);
}

std::string shown(std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  constexpr double exact_max = 9007199254740992;  // 2^53
  if (error != std::errc() || end != value.data() + value.size()) return std::string(value);
  if (std::floor(number) != number || std::fabs(number) > exact_max) return std::string(value);
  return std::to_string(static_cast<int64_t>(number));
}

bool is_shown_so(std::string_view value) {
  constexpr size_t digits_max = 15;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !value.empty() && value.size() <= digits_max && (value[0] != '0' || value.size() == 1) &&
         std::all_of(value.begin(), value.end(), is_digit);
}

}  // namespace fvm::runner
