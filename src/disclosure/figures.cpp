#include "disclosure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

size_t decimals_of(std::string_view cell) {
  // 0.81000000000000005 is how a computer keeps 0.81.
  constexpr size_t noise_bytes_min = 17;
  std::string room;
  if (const auto number = cell.size() >= noise_bytes_min ? number_of(cell) : std::nullopt) {
    room = fmt::format("{:.15g}", number->value);
    cell = room;
  }
  const size_t point = cell.find_last_of(".,");
  if (point == std::string_view::npos) return 0;
  size_t n = 0;
  while (point + 1 + n < cell.size() && cell[point + 1 + n] >= '0' && cell[point + 1 + n] <= '9') ++n;
  return n;
}

double rounding_of(size_t decimals) {
  return 0.5 * std::pow(10.0, -static_cast<double>(decimals));
}

bool has_decimals(std::string_view cell) {
  for (size_t i = 1; i + 1 < cell.size(); ++i) {
    if ((cell[i] == '.' || cell[i] == ',') && ascii::digit(cell[i - 1]) && ascii::digit(cell[i + 1]))
      return true;
  }
  return false;
}

bool is_figure(std::string_view cell) {
  static const Known beside = {"ref", "reference", "referens", "til",  "to",    "ki",  "ci",   "p",    "n",
                               "na",  "nan",       "inf",      "og",   "and",   "e",   "kr",   "pct",  "ns",
                               "nd",  "år",        "dage",     "days", "years", "mio", "null", "none", "i"};
  const std::vector<std::string> said = words_of_label(cell);
  static constexpr ascii::Among signs("#+|{}\\~^_@=");
  const auto numbers =
      std::count_if(said.begin(), said.end(), [](const std::string& word) { return ascii::digit(word[0]); });
  // "12, 33, 47, 81": values beside each other.
  constexpr ptrdiff_t beside_max = 2, numbers_max = 8;
  const bool bracketed =
      cell.find_first_of("([") != std::string_view::npos || cell.find(" - ") != std::string_view::npos;
  const bool decimals = has_decimals(cell);
  if (numbers > numbers_max || (numbers > beside_max && !bracketed && !decimals) || signs.any_of(cell))
    return false;
  if (numbers == 0 && cell.size() > 1 &&
      std::all_of(cell.begin(), cell.end(), [](char c) { return !ascii::letter(c); })) {
    static constexpr std::string_view known[] = {"*", "**", "***", "--", "---", "..", "...",
                                                 "–", "—",  "†",   "‡",  "<",   "%"};
    if (std::find(std::begin(known), std::end(known), cell) == std::end(known)) return false;
  }
  return std::all_of(said.begin(), said.end(), [&](const std::string& word) {
    return beside.contains(word) ||
           std::all_of(word.begin(), word.end(), [](char c) { return ascii::digit(c) || c == '%'; }) ||
           word.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
  });
}

bool is_no_count(std::string_view cell) {
  static const Known known = {"na",
                              "n/a",
                              "nan",
                              "-",
                              "\u2013",
                              "\u2014",
                              ".",
                              "ref",
                              "reference",
                              "uoplyst",
                              "null",
                              "none",
                              "skjult",
                              "hidden",
                              "suppressed",
                              "diskretioneret",
                              "ikke relevant",
                              "ej relevant",
                              "ja",
                              "nej",
                              "yes",
                              "no",
                              "x",
                              "i.r.",
                              "u.o."};
  return known.contains(lower(trim(cell)));
}

bool is_one_count(std::string_view cell) {
  const std::vector<std::string> said = words_of_label(cell);
  if (reading_of(cell).wording != Wording::count || said.empty()) return false;
  return std::all_of(said.begin() + 1, said.end(), [](const std::string& word) {
    return names_count({word}) || word == "pt" || word == "stk" || word == "prs" || word == "pers";
  });
}

bool is_plain_mask(std::string_view cell) {
  return std::none_of(cell.begin(), cell.end(), ascii::letter) || cell.size() == 1;
}

}  // namespace fvm::disclosure
