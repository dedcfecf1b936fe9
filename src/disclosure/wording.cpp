// What cells say that are neither numbers nor counts: masks, and counts in words.
#include <algorithm>
#include <unordered_set>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Words = std::unordered_set<std::string_view>;

using ascii::digit;

std::string_view without_leading(std::string_view text, std::string_view signs) {
  while (!text.empty() && signs.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  return text;
}

// "1-4", "2 – 4" behind its first number: another whole number to the end.
bool is_range(std::string_view behind) {
  behind = trim(behind);
  if (behind.starts_with(", ")) {  // "(2, 5)"
    behind = trim(behind.substr(1));
    return ascii::all_digits(behind);
  }
  if (!behind.starts_with("-") && !behind.starts_with("to ") && !behind.starts_with("til ")) return false;
  behind = trim(behind.substr(behind.find_first_of("- ") + 1));
  return ascii::all_digits(behind);
}

// The numbers of a cell, two at most, and the signs and letters between them: "0x3" has 0 and 3.
struct Signs {
  std::vector<uint64_t> numbers;
  std::string between, before;
};

Signs signs_of(std::string_view cell) {
  constexpr size_t digits_max = 2;
  Signs signs;
  for (size_t at = 0; at < cell.size();) {
    if (!digit(cell[at])) {
      std::string& to = signs.numbers.empty() ? signs.before : signs.between;
      if (cell[at] != ' ') to += cell[at];
      ++at;
      continue;
    }
    size_t n = 0;
    while (at + n < cell.size() && digit(cell[at + n])) ++n;
    if (n > digits_max) return {};
    signs.numbers.push_back(std::stoul(std::string(cell.substr(at, n))));
    at += n;
  }
  return signs;
}

// Two numbers and what stands between them.
bool pair_says_few(const Signs& signs, uint64_t count_min) {
  const uint64_t first = signs.numbers[0], second = signs.numbers[1];
  const std::string& mark = signs.between;
  if (mark == "/") return second > 0 && first % second == 0 && first / second < count_min;
  if (mark == "x") return first == 0 && second > 0 && second < count_min;  // hexadecimal
  const bool excludes = signs.before == "<" && (mark == ">" || mark == "og>" || mark == "and>");
  if (excludes) return first > second && first - second <= 2;
  if (mark != "-" && mark != ".." && mark != "\u2013") return false;
  if (first > second) return mark == "-" && first - second < count_min;  // worked out
  const bool all_hidden = first <= 1 && second + 1 == count_min;
  return second > 0 && second < count_min && !all_hidden;
}

}  // namespace

bool says_nearly(std::string_view cell, uint64_t count_min) {
  constexpr size_t bytes_max = 12;
  static constexpr ascii::Among signs_of_few("<-/|I.x\xE2");
  if (cell.empty() || cell.size() > bytes_max || !signs_of_few.any_of(cell)) return false;
  if (cell.find_first_not_of("|/I") == std::string_view::npos && cell.size() < count_min) return true;
  const Signs signs = signs_of(cell);
  if (signs.numbers.size() == 2) return pair_says_few(signs, count_min);
  if (signs.numbers.size() != 1 || !signs.between.empty()) return false;
  // "<5" and "<=4" hide all that is to be hidden, "<4" less.
  if (signs.before == "\u2264" || signs.before == "<=") return signs.numbers[0] + 1 < count_min;
  return signs.before == "<" && signs.numbers[0] < count_min;
}

Reading reading_of(std::string_view cell) {
  static const Words number_words = {"en",  "én",    "et",   "ét", "to", "tre", "fire", "one",
                                     "two", "three", "four", "i",  "ii", "iii", "iv",   "ⅰ",
                                     "ⅱ",   "ⅲ",     "ⅳ",    "Ⅰ",  "Ⅱ",  "Ⅲ",   "Ⅳ"};
  cell = trim(cell);
  const std::string low = lower(cell);
  if (number_words.contains(low)) return {Wording::doubtful, 1};  // four at most
  // "tre personer", "en enkelt", "et par".
  const std::string_view first = std::string_view(low).substr(0, low.find(' '));
  constexpr size_t words_max = 3;
  if (first.size() < low.size() && first.front() != 'i' && number_words.contains(first) &&
      words(low).size() <= words_max)
    return {Wording::doubtful, 1};
  if (cell.empty() || is_masked(cell) || cell.size() > 60) return {};
  const std::string_view rest = without_leading(cell, "~=(['\"± \t");
  const bool swung = cell.starts_with("≈") || cell.starts_with("≅");
  const std::string_view text = swung ? trim(cell.substr(std::string_view("≈").size())) : rest;
  const size_t from = text.find_first_of("0123456789");
  if (from == std::string_view::npos) return {};
  const size_t to = std::min(text.find_first_not_of("0123456789", from), text.size());
  if (to - from > 9) return {};
  const auto value = static_cast<uint64_t>(std::stoul(std::string(text.substr(from, to - from))));
  const std::string_view behind = text.substr(to);
  // "2.edu": a group as Stata names it.
  if (behind.size() > 1 && behind[0] == '.' && ascii::letter(behind[1])) return {};
  // "2-4", and "2 (1-3)": a median and its quartiles.
  const std::string_view inside = trim(behind);
  const size_t second = inside.find_first_not_of("([ 0123456789");
  const bool quartiles = (inside.starts_with("(") || inside.starts_with("[")) &&
                         second != std::string_view::npos &&
                         is_range(inside.substr(second, inside.size() - second - 1));
  if (is_range(behind) || quartiles) return {};
  const bool point = behind.size() > 1 && (behind[0] == '.' || behind[0] == ',') && digit(behind[1]);
  // "3 personer", "~3", "(3)", "3†" say three; "n: 3", "x3", "-3", "2,9999" are for a person.
  return {from == 0 && !point ? Wording::count : Wording::doubtful, value + (point ? 1 : 0)};
}

bool is_masked(std::string_view cell) {
  cell = trim(cell);
  if (cell.empty()) return false;
  if (cell.starts_with("<") || cell.starts_with("≤")) return true;
  constexpr size_t mask_bytes_max = 5;
  if (cell.size() > mask_bytes_max) return false;
  static const Words masks = {"1-4", "0-4", "1–4", "*", "**", "..", "...", "x", "X", "•", "s", "c"};
  return masks.contains(cell);
}

}  // namespace fvm::disclosure
