// What cells say that are neither numbers nor counts: masks, and counts in words.
#include <algorithm>
#include <unordered_set>

#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Words = std::unordered_set<std::string_view>;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_leading(std::string_view text, std::string_view signs) {
  while (!text.empty() && signs.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  return text;
}

// "1-4", "2 – 4" behind its first number: another whole number to the end.
bool is_range(std::string_view behind) {
  behind = trim(behind);
  if (!behind.starts_with("-") && !behind.starts_with("to ") && !behind.starts_with("til ")) return false;
  behind = trim(behind.substr(behind.find_first_of("- ") + 1));
  return !behind.empty() && std::all_of(behind.begin(), behind.end(), digit);
}

}  // namespace

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
