#include "extract/specification_rules.hpp"

#include <algorithm>
#include <cctype>

namespace fvm::extract {

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) != 0; });
}

// Letters, year, running number: "FVM-2026-0017" (domain.md). It becomes a folder and the name of a key, so
// nothing else may stand in it.
bool is_project_number(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash < 2 || dash > 8 || text.size() < dash + 10 || text.size() > dash + 14) return false;
  const auto letter = [](unsigned char c) { return c >= 'A' && c <= 'Z'; };
  const auto digit = [](unsigned char c) { return c >= '0' && c <= '9'; };
  const std::string_view year = text.substr(dash + 1, 4), running = text.substr(dash + 6);
  return std::all_of(text.begin(), text.begin() + static_cast<long>(dash), letter) && text[dash + 5] == '-' &&
         std::all_of(year.begin(), year.end(), digit) && std::all_of(running.begin(), running.end(), digit);
}

bool is_event_name(std::string_view text) {
  constexpr size_t bytes_max = 40;
  const auto letter = [](unsigned char c) { return (c >= 'a' && c <= 'z') || c >= 0x80; };
  const auto inside = [&](unsigned char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= bytes_max && letter(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), inside);
}

bool is_eight_digits(std::string_view text) {
  return text.size() == 8 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// CVR numbers: weights 2 7 6 5 4 3 2 1, the sum divisible by 11.
bool has_check_digit(std::string_view cvr) {
  constexpr int weights[] = {2, 7, 6, 5, 4, 3, 2, 1};
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) sum += weights[i] * (cvr[i] - '0');
  return sum % 11 == 0;
}

}  // namespace fvm::extract
