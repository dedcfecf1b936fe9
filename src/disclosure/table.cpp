#include "disclosure/table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using ascii::digit;

// Digits with at most one '.', whatever separators stand between them. The last kind of separator is the
// decimal point, unless it comes more than once.
std::optional<std::string> without_separators(std::string_view cell) {
  std::string plain;
  char separator = 0;
  bool exponent = false;
  const auto drop_points = [&plain] { std::erase(plain, '.'); };
  for (size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    const bool point = c == '.' || c == ',';
    if (digit(c)) {
      plain += c;
    } else if ((c == '-' || c == '+') && (i == 0 || plain.ends_with('e'))) {
      if (c == '-') plain += c;
    } else if ((c == 'e' || c == 'E') && i > 0 && !exponent && i + 1 < cell.size()) {
      exponent = true;
      plain += 'e';
    } else if ((point || c == ' ' || c == '\'') && !exponent) {
      // "93, 91": two numbers.
      if (c == ' ' && i > 0 && cell[i - 1] == ',') return std::nullopt;
      if (point && separator != 0) drop_points();
      if (point && separator != c) plain += '.';
      if (!point && i == 0) return std::nullopt;
      separator = c;
    } else {
      return std::nullopt;
    }
  }
  return plain;
}

// "1.234" and "12,345": a thousand or a decimal fraction; only the column can tell.
bool is_one_group_of_three(std::string_view cell) {
  const size_t at = cell.find_first_of(".,");
  if (at == std::string_view::npos || at == 0 || at > 3 || cell.size() != at + 4 || cell[0] == '0')
    return false;
  return std::all_of(cell.begin(), cell.begin() + at, digit) &&
         std::all_of(cell.begin() + at + 1, cell.end(), digit);
}

// What may stand behind a count: "(0,4 %)", "[12%]", "/250". "(1-3)" behind a number is a range: no count.
bool is_part_of_count(std::string_view behind) {
  std::string_view inside = trim(behind.substr(1));
  if (behind[0] == '/') return number_of(inside).has_value();
  if (inside.empty() || (inside.back() != ')' && inside.back() != ']')) return false;
  inside.remove_suffix(1);
  if (inside.find(", ") != std::string_view::npos) return false;  // "(2, 5)": quartiles
  return number_of(inside).has_value() || inside.starts_with('<');
}

}  // namespace

std::optional<Number> number_of(std::string_view cell) {
  constexpr size_t number_bytes_max = 40;
  cell = trim(cell);
  if (cell.empty() || (!digit(cell[0]) && std::string_view("+-.,").find(cell[0]) == std::string_view::npos))
    return std::nullopt;
  Number number;
  if (!cell.empty() && cell.back() == '%') {
    number.percent = true;
    cell = trim(cell.substr(0, cell.size() - 1));
  }
  if (cell.empty() || cell.size() > number_bytes_max) return std::nullopt;
  const auto plain = without_separators(cell);
  if (!plain || !std::any_of(plain->begin(), plain->end(), digit)) return std::nullopt;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), number.value);
  if (error != std::errc() || end != plain->data() + plain->size()) return std::nullopt;
  // 2.9999999999 is shown as 3.
  constexpr double near = 1e-6;
  const double rounded = std::round(number.value);
  if (rounded >= 1 && std::fabs(number.value - rounded) < near) number.value = rounded;
  number.whole = std::floor(number.value) == number.value;
  number.perhaps_thousands = is_one_group_of_three(cell);
  return number;
}

std::optional<uint64_t> count_of(std::string_view cell) {
  constexpr double count_max = 1e15;
  cell = trim(cell);
  constexpr size_t count_bytes_max = 60;
  if (cell.empty() || cell.size() > count_bytes_max ||
      (!digit(cell[0]) && std::string_view("+nN").find(cell[0]) == std::string_view::npos)) {
    return std::nullopt;
  }
  const std::string low = lower(cell);
  std::string_view rest = low;
  if (rest.starts_with("n=") || rest.starts_with("n =")) rest = trim(rest.substr(rest.find('=') + 1));
  const size_t open = rest.find_first_of("(/[");
  if (open != std::string_view::npos) {
    if (open == 0 || !is_part_of_count(rest.substr(open))) return std::nullopt;
    rest = trim(rest.substr(0, open));
  }
  while (!rest.empty() && (rest.back() == '*' || rest.back() == ')')) rest.remove_suffix(1);
  const auto number = number_of(rest);
  if (!number || number->percent || number->value < 0 || number->value > count_max) return std::nullopt;
  if (number->perhaps_thousands) return static_cast<uint64_t>(std::llround(number->value * 1000));
  if (!number->whole) return std::nullopt;
  return static_cast<uint64_t>(number->value);
}

}  // namespace fvm::disclosure
