#include "runner/cells.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "disclosure/ascii.hpp"

namespace fvm::runner {
namespace {

using disclosure::ascii::digit;

}  // namespace

std::optional<std::pair<size_t, size_t>> place_of(std::string_view reference) {
  constexpr size_t letters_max = 3, digits_max = 7;
  size_t column = 0, at = 0, row = 0;
  for (; at < reference.size() && at < letters_max && reference[at] >= 'A' && reference[at] <= 'Z'; ++at)
    column = column * 26 + static_cast<size_t>(reference[at] - 'A' + 1);
  // Zeros before the number are none of its digits.
  while (at + 1 < reference.size() && reference[at] == '0') ++at;
  if (column == 0 || reference.size() - at > digits_max) return std::nullopt;
  for (; at < reference.size(); ++at) {
    if (reference[at] < '0' || reference[at] > '9') return std::nullopt;
    row = row * 10 + static_cast<size_t>(reference[at] - '0');
  }
  if (row == 0) return std::nullopt;
  if (row > sheet_rows_max || column > sheet_columns_max) return std::nullopt;
  return std::make_pair(row - 1, column - 1);
}

bool whole_number(std::string_view text, size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
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
  size_t whole = 0;
  while (whole < value.size() && digit(value[whole])) ++whole;
  if (whole == 0 || value.size() > digits_max) return false;
  if (whole == value.size()) return value[0] != '0' || whole == 1;
  // So few digits with one behind the point that is not zero are no whole number.
  const std::string_view part = value.substr(whole + 1);
  return value[whole] == '.' && std::all_of(part.begin(), part.end(), digit) &&
         part.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace fvm::runner
