#include "disclosure/spellings.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "disclosure/ascii.hpp"

namespace fvm::disclosure::spellings {
namespace {

constexpr size_t number_digits = 4, date_digits = 6, all_digits = 10;

using ascii::digit;

bool alphanumeric_at(std::string_view text, size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
}

bool is_century(std::string_view four) {
  return four.starts_with("18") || four.starts_with("19") || four.starts_with("20");
}

// DDMMYY of the eight digits DDMMYYYY or YYYYMMDD; `year_first` is how they were read.
std::optional<std::string> short_date(std::string_view eight, bool& year_first) {
  year_first = false;
  std::string six = std::string(eight.substr(0, 4)) + std::string(eight.substr(6, 2));
  if (is_century(eight.substr(4)) && is_plausible_date(six)) return six;
  year_first = true;
  six = std::string(eight.substr(6, 2)) + std::string(eight.substr(4, 2)) + std::string(eight.substr(2, 2));
  if (is_century(eight) && is_plausible_date(six)) return six;
  return std::nullopt;
}

// "20260301 1235" may be a moment: 12:35. Nobody's log goes further back.
constexpr std::string_view first_logged_year = "1990";

bool is_time(std::string_view four) {
  return four.substr(0, 2) < "24" && four[2] < '6';
}

Evidence certain(std::string_view ten) {
  return has_check_digit(ten) ? Evidence::check_digit : Evidence::shape_and_date;
}

// Eight digits of a date at `at`, together or with one of "-./ " between its parts; where it ends.
std::optional<std::string> date_at(std::string_view text, size_t at, size_t n, size_t& end) {
  if (n == 8 || n == 12) {
    end = at + 8;
    return std::string(text.substr(at, 8));
  }
  if (n != 2 && n != 4) return std::nullopt;
  std::string eight;
  end = at;
  for (const size_t wanted : {n, size_t{2}, 6 - n}) {
    if (!eight.empty() &&
        (end >= text.size() || std::string_view("-./ ").find(text[end++]) == std::string_view::npos))
      return std::nullopt;
    if (run_of_digits(text, end) < wanted) return std::nullopt;
    eight += text.substr(end, wanted);
    end += wanted;
  }
  return eight;
}

bool are_pairs_at(std::string_view text, size_t at) {
  return run_of_digits(text, at) == 2 && at + 2 < text.size() &&
         std::string_view(" -./").find(text[at + 2]) != std::string_view::npos &&
         run_of_digits(text, at + 3) == 2 && !alphanumeric_at(text, at + 5);
}

bool is_number_at(std::string_view text, size_t at) {
  return run_of_digits(text, at) == number_digits && !alphanumeric_at(text, at + number_digits);
}

// A byte of a character that is no letter of Danish: a bullet, an arrow, a dash of another kind.
bool is_foreign_sign(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const bool first = byte >= 0xC0, behind_letter = at > 0 && text[at - 1] == '\xC3';
  return first ? text[at] != '\xC3' : byte >= 0x80 && !behind_letter;
}

}  // namespace

size_t run_of_digits(std::string_view text, size_t at) {
  size_t n = 0;
  while (at + n < text.size() && digit(text[at + n])) ++n;
  return n;
}

Gap gap_at(std::string_view text, size_t at) {
  constexpr size_t gap_bytes_max = 12;
  constexpr std::string_view signs = "-_/ .,;:\t~*+'\"\\|()[]=#", odd_signs = "<>{}!?@$%^&`";
  Gap gap;
  while (at + gap.length < text.size() && gap.length < gap_bytes_max) {
    const char c = text[at + gap.length];
    const bool odd = odd_signs.find(c) != std::string_view::npos || is_foreign_sign(text, at + gap.length);
    if (!odd && signs.find(c) == std::string_view::npos) break;
    gap.odd |= odd;
    gap.strong |= c == '-' || c == '_';
    ++gap.length;
  }
  const std::string_view all = text.substr(at, gap.length);
  gap.strong &= !gap.odd;
  gap.field = !gap.strong && all.find_first_of(".,;\t") != std::string_view::npos;
  return gap;
}

// "10203-1235": the zero in front was lost.
size_t check_short_split(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  const size_t tail = at + n + 1;
  if (n + 1 != date_digits || tail >= text.size() || text[tail - 1] != '-' || !is_number_at(text, tail))
    return 0;
  if (at > 0 && (alphanumeric_at(text, at - 1) || text[at - 1] == '-')) return 0;
  const std::string six = "0" + std::string(text.substr(at, n));
  if (text[at] == '0' || !is_plausible_date(six)) return 0;
  found.push_back({at, n + 1 + number_digits, Evidence::possible});
  return n + 1 + number_digits;
}

size_t check_split(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  if (n != date_digits || !is_plausible_date(text.substr(at, date_digits))) return 0;
  const Gap gap = gap_at(text, at + date_digits);
  const size_t tail = at + date_digits + gap.length;
  if (gap.length == 0) return 0;
  // "12 35" behind a dash is four digits too.
  const bool pairs = gap.strong && are_pairs_at(text, tail);
  if (!pairs && !is_number_at(text, tail)) return 0;
  const std::string four = pairs ? std::string(text.substr(tail, 2)) + std::string(text.substr(tail + 3, 2))
                                 : std::string(text.substr(tail, number_digits));
  const std::string ten = std::string(text.substr(at, date_digits)) + four;
  const size_t length = tail + number_digits + (pairs ? 1 : 0) - at;
  Evidence evidence = gap.strong || has_check_digit(ten) ? certain(ten) : Evidence::possible;
  if (gap.field) {
    // "150612,4321" is an amount or two cells; with a zero in front it is no amount.
    if (text[at] != '0' && !has_check_digit(ten)) return 0;
    if (text[at] != '0' || !has_check_digit(ten)) evidence = Evidence::possible;
  }
  // One sign alone is a disguise, more of them may be a program's.
  constexpr size_t character_bytes_max = 3;
  const size_t one = static_cast<unsigned char>(text[at + date_digits]) < 0x80 ? 1 : character_bytes_max;
  if (gap.odd && gap.length > one && !has_check_digit(ten)) return 0;
  if (gap.odd || pairs) evidence = Evidence::possible;
  found.push_back({at, length, evidence});
  return length;
}

void check_reversed(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  constexpr size_t before = number_digits + 1;
  if (n != date_digits || at < before || text[at - 1] != '-' || alphanumeric_at(text, at + n)) return;
  const size_t begin = at - before;
  if (run_of_digits(text, begin) != number_digits || (begin > 0 && alphanumeric_at(text, begin - 1))) return;
  const std::string ten = std::string(text.substr(at, n)) + std::string(text.substr(begin, number_digits));
  if (!is_plausible_date(ten.substr(0, date_digits)) || !has_check_digit(ten)) return;
  found.push_back({begin, before + n, Evidence::possible});
}

size_t check_full_year(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  size_t end = at;
  const auto eight = date_at(text, at, n, end);
  if (!eight) return 0;
  bool year_first = false;
  const auto six = short_date(*eight, year_first);
  if (!six) return 0;
  const Gap gap = gap_at(text, end);
  // A date and a number in the next cell are what most tables hold.
  if (gap.field || (gap.odd && gap.length > 1) || !is_number_at(text, end + gap.length)) return 0;
  const std::string_view four = text.substr(end + gap.length, number_digits);
  const std::string ten = *six + std::string(four);
  const bool moment = year_first && is_time(four) && eight->substr(0, 4) >= first_logged_year;
  const bool sure = (gap.strong || gap.length == 0) && !moment;
  const size_t length = end + gap.length + number_digits - at;
  found.push_back({at, length, sure ? certain(ten) : Evidence::possible});
  return length;
}

void check_long_run(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  constexpr size_t looked_at_max = 40;
  const std::string_view run = text.substr(at, n);
  if (at > 0 && alphanumeric_at(text, at - 1)) return;  // a checksum, not a number
  if (alphanumeric_at(text, at + n)) return;
  const auto plausible = [&](size_t i) { return is_plausible_date(run.substr(i, date_digits)); };
  bool all = n % all_digits == 0;
  for (size_t i = 0; all && i < n; i += all_digits) all = plausible(i);
  if (all) return found.push_back({at, n, Evidence::shape_and_date});
  if (n > looked_at_max) return;
  bool some = plausible(0) || plausible(n - all_digits);
  for (size_t i = 1; !some && i + all_digits < n; ++i)
    some = plausible(i) && has_check_digit(run.substr(i, all_digits));
  if (some) found.push_back({at, n, Evidence::possible});
}

}  // namespace fvm::disclosure::spellings
