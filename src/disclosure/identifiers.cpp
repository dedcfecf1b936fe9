#include "disclosure/identifiers.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "disclosure/ascii.hpp"
#include "disclosure/runs.hpp"
#include "disclosure/spellings.hpp"

namespace fvm::disclosure {
namespace {

using spellings::run_of_digits;

using ascii::alphanumeric;
using ascii::digit;

Evidence evidence_of(std::string_view ten) {
  return has_check_digit(ten) ? Evidence::check_digit : Evidence::shape_and_date;
}

// The run of digits at [at, at + n) is the fraction of a decimal number: "3.", "0," in front of it.
// "0101011234,0202021234" is a list, not a number: its first part is as long.
bool is_fraction(std::string_view text, size_t at) {
  if (at < 2 || (text[at - 1] != '.' && text[at - 1] != ',') || !digit(text[at - 2])) return false;
  size_t whole = 0;
  while (whole + 1 < at && digit(text[at - 2 - whole])) ++whole;
  return whole < 9;
}

// A run of ten digits (or nine, with its zero lost) followed by decimals that are not all zero is an amount.
bool has_decimals(std::string_view text, size_t end) {
  if (end + 1 >= text.size() || (text[end] != '.' && text[end] != ',')) return false;
  const size_t n = run_of_digits(text, end + 1);
  if (n == 0 || n >= 9) return false;
  return text.substr(end + 1, n).find_first_not_of('0') != std::string_view::npos;
}

void check_run(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  const std::string_view run = text.substr(at, n);
  // Decimals make an amount, but no amount begins with a zero.
  if (n == 10 && is_plausible_date(run.substr(0, 6)) && (run[0] == '0' || !has_decimals(text, at + n))) {
    found.push_back({at, n, is_fraction(text, at) ? Evidence::possible : evidence_of(run)});
  } else if (n > 10 && !is_fraction(text, at)) {
    spellings::check_long_run(text, at, n, found);
  } else if (n == 9 && !is_fraction(text, at) && !has_decimals(text, at + n)) {
    const std::string padded = "0" + std::string(run);
    if (is_plausible_date(padded.substr(0, 6))) found.push_back({at, n, Evidence::possible});
  }
}

// "01-02-03-1234", "01.02.03 1234", "0 1 0 2 0 3 1 2 3 4": ten digits in groups with one separator between.
size_t check_groups(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  if (n > 2) return 0;
  std::string ten;
  size_t end = at;
  bool dash = false, one_sign = true;
  while (end < text.size() && ten.size() < 10) {
    const size_t run = run_of_digits(text, end);
    if (run == 0 || ten.size() + run > 10) return 0;
    ten += text.substr(end, run);
    end += run;
    if (ten.size() == 10) break;
    if (end >= text.size() || std::string_view("-./ ").find(text[end]) == std::string_view::npos) return 0;
    dash |= text[end] == '-' && ten.size() == 6;
    one_sign = one_sign && text[end] == text[at + n];
    ++end;
  }
  const size_t last = end >= 4 && run_of_digits(text, end - 4) == 4 ? 4 : n;
  if (ten.size() != 10 || !is_plausible_date(ten.substr(0, 6))) return 0;
  // Pairs: 01 02 03 1234, and 01 02 03 12 34.
  if (n == 2 && last != 4 && end - at != 14) return 0;
  // Single digits: all of them, and "1.7 2.2 2.7" are three numbers.
  if (n == 1 && (end - at != 19 || !one_sign)) return 0;
  if (end < text.size() && alphanumeric(text[end])) return 0;
  found.push_back({at, end - at, dash && last == 4 ? evidence_of(ten) : Evidence::possible});
  return end - at;
}

// A short run is part of a number only when it is one, two or four long (day, month, year, "01 02 03 1234")
// and another stands behind the sign after it.
bool begins_groups(std::string_view text, size_t at, size_t n) {
  if (n != 1 && n != 2 && n != 4) return false;
  const size_t end = at + n;
  return end + 1 < text.size() && digit(text[end + 1]) &&
         (text[end] == '-' || text[end] == '.' || text[end] == '/' || text[end] == ' ');
}

// DDMMYY, perhaps '-', a digit, letters in positions 8 or 9 or both, a digit or letter.
size_t check_ecpr(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found) {
  if (n < 6 || n > 8 || !is_plausible_date(text.substr(at, 6))) return 0;
  size_t tail = at + 6;
  if (tail < text.size() && n == 6 && text[tail] == '-') ++tail;
  if (tail + 4 > text.size() || !digit(text[tail])) return 0;
  const std::string_view four = text.substr(tail, 4);
  if (!std::all_of(four.begin(), four.end(), alphanumeric)) return 0;
  if (digit(four[1]) && digit(four[2])) return 0;
  if (!digit(four[3])) return 0;
  if (tail + 4 < text.size() && alphanumeric(text[tail + 4])) return 0;
  found.push_back({at, tail + 4 - at, Evidence::shape_and_date});
  return tail + 4 - at;
}

bool add_digit(uint64_t& value, char c, unsigned base) {
  const auto u = static_cast<unsigned char>(c);
  const unsigned d = digit(c) ? u - '0' : static_cast<unsigned>(ascii::lower(c) - 'a' + 10);
  if (d >= base || value > (UINT64_MAX - d) / base) return false;
  value = value * base + d;
  return true;
}

bool stands_for(std::string_view token, unsigned base, const Pseudonyms& pseudonyms) {
  uint64_t value = 0;
  for (const char c : token) {
    if (!add_digit(value, c, base)) return false;
  }
  return pseudonyms.contains(value);
}

bool is_group_mark(char c) {
  return c == ' ' || c == '.' || c == ',' || c == '\'' || c == '_' || c == '-';
}

// Digits in groups ("1 234 567 890 123", "1.234.567.890.123") read as one number.
bool grouped_number(std::string_view text, size_t at, const Pseudonyms& pseudonyms) {
  constexpr size_t digits_min = 10, digits_max = 16;
  std::array<char, digits_max + 1> all;
  size_t n = 0;
  for (size_t i = at; i < text.size() && n < all.size(); ++i) {
    if (digit(text[i])) {
      all[n++] = text[i];
    } else if (!is_group_mark(text[i]) || i + 1 >= text.size() || !digit(text[i + 1])) {
      break;
    }
    const bool group_ends = i + 1 == text.size() || !digit(text[i + 1]);
    if (group_ends && n >= digits_min && stands_for({all.data(), n}, 10, pseudonyms)) return true;
  }
  return false;
}

// The token at [at, at + n) is followed by another group of digits.
bool goes_on(std::string_view text, size_t at, size_t n) {
  return digit(text[at]) && at + n + 1 < text.size() && is_group_mark(text[at + n]) &&
         digit(text[at + n + 1]);
}

bool is_record_number(std::string_view digits, unsigned base) {
  uint64_t value = 0;
  for (const char c : digits) {
    if (!add_digit(value, c, base)) return false;
  }
  return value >= record_keys_first && value < record_keys_end;
}

// "4,123,456,789,012,345": one digit and five groups of three with the same mark between.
std::string in_groups_of_three(std::string_view text, size_t at) {
  constexpr size_t length = 1 + 5 * 4;
  if (at + length > text.size() || (at + length < text.size() && alphanumeric(text[at + length]))) return {};
  const char mark = text[at + 1];
  if (std::string_view(".,'_").find(mark) == std::string_view::npos) return {};
  std::string digits(1, text[at]);
  for (size_t group = at + 1; group < at + length; group += 4) {
    if (text[group] != mark || run_of_digits(text, group + 1) < 3) return {};
    digits += text.substr(group + 1, 3);
  }
  return digits;
}

// The run of digits at `at` is not what stands after the point of a number.
bool is_whole(std::string_view text, size_t at) {
  return at < 2 || (text[at - 1] != '.' && text[at - 1] != ',') || !digit(text[at - 2]);
}

bool is_record_key(std::string_view plain, size_t at, std::string_view token) {
  constexpr size_t digits = 16, hexadecimal_min = 13, hexadecimal_max = 14;
  if (!is_whole(plain, at)) return false;
  if (token.size() == 1 && digit(token[0])) {
    const std::string all = in_groups_of_three(plain, at);
    return !all.empty() && is_record_number(all, 10);
  }
  if (token.size() == digits && is_record_number(token, 10)) return true;
  const bool marked = token.starts_with("0x") || token.starts_with("0X");
  const std::string_view bare = marked ? token.substr(2) : token;
  const bool lettered = marked || run_of_digits(bare, 0) < bare.size();
  return lettered && bare.size() >= hexadecimal_min && bare.size() <= hexadecimal_max &&
         is_record_number(bare, 16);
}

// Those that begin in [at, end); returns where to go on.
size_t find_between(std::string_view plain, size_t at, size_t end, std::vector<PersonalNumber>& found) {
  while (at < end) {
    if (!digit(plain[at])) {
      ++at;
      continue;
    }
    const size_t n = run_of_digits(plain, at);
    const bool short_one = n == 5 && at + n < plain.size() && plain[at + n] == '-';
    if (n < 6 && !short_one && !begins_groups(plain, at, n)) {
      at += n;
      continue;
    }
    const bool glued = at > 0 && ascii::letter(plain[at - 1]);
    size_t taken = glued ? 0 : spellings::check_full_year(plain, at, n, found);
    if (taken == 0 && n >= 9) check_run(plain, at, n, found);
    if (n == 6) taken = spellings::check_split(plain, at, n, found);
    if (short_one) taken = spellings::check_short_split(plain, at, n, found);
    if (n == 6 && taken == 0) spellings::check_reversed(plain, at, n, found);
    if (taken == 0 && !glued) taken = check_ecpr(plain, at, n, found);
    if (taken == 0 && !glued) taken = check_groups(plain, at, n, found);
    at += std::max(n, taken);
  }
  return at;
}

// The token at `at`, of `n` letters and digits, is one of them.
bool is_pseudonym(std::string_view plain, size_t at, size_t n, const Pseudonyms& pseudonyms) {
  constexpr size_t base36_length = 10, hexadecimal_length_max = 14;
  const std::string_view token = plain.substr(at, n);
  const size_t prefix = token.starts_with("0x") || token.starts_with("0X") ? 2 : 0;
  if (is_record_key(plain, at, token) || stands_for(token, 10, pseudonyms)) return true;
  if (n == base36_length && stands_for(token, 36, pseudonyms)) return true;
  if (n - prefix >= 6 && n - prefix <= hexadecimal_length_max &&
      stands_for(token.substr(prefix), 16, pseudonyms))
    return true;
  if (prefix == 0 && n > 2 && (token.starts_with("0o") || token.starts_with("0O")) &&
      stands_for(token.substr(2), 8, pseudonyms))
    return true;
  if (digit(token[0]) && n < 16 && grouped_number(plain, at, pseudonyms)) return true;
  // Digits glued to letters: "id1234567890123", "1234567890123id".
  for (size_t i = 0; i < n; ++i) {
    const size_t run = digit(token[i]) && (i == 0 || !digit(token[i - 1])) ? run_of_digits(token, i) : 0;
    if (run >= 6 && run < n && stands_for(token.substr(i, run), 10, pseudonyms)) return true;
  }
  return false;
}

// Tokens too short to be one that begin a number in groups.
void find_grouped(std::string_view plain, size_t shortest, const Pseudonyms& pseudonyms,
                  std::vector<size_t>& found) {
  constexpr size_t least = 11;  // ten digits and a mark between
  const auto grouped = [](runs::Bytes bytes) {
    return runs::either(runs::digit(bytes), runs::among<' ', '.', ',', '\'', '_', '-'>(bytes));
  };
  runs::each(plain, grouped, least, [&](size_t from, size_t length) {
    for (size_t at = from; at < from + length; ++at) {
      if (!digit(plain[at]) || (at > 0 && alphanumeric(plain[at - 1]))) continue;
      const size_t n = run_of_digits(plain, at);
      if (n < shortest && goes_on(plain, at, n) && is_pseudonym(plain, at, n, pseudonyms))
        found.push_back(at);
    }
  });
}

}  // namespace

bool is_plausible_date(std::string_view six) {
  const int day = (six[0] - '0') * 10 + (six[1] - '0'), month = (six[2] - '0') * 10 + (six[3] - '0');
  const int year = (six[4] - '0') * 10 + (six[5] - '0');
  const int real_day = day > 60 ? day - 60 : day;
  constexpr std::array<int, 13> days = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || real_day < 1 || real_day > days[static_cast<size_t>(month)]) return false;
  return month != 2 || real_day != 29 || year % 4 == 0;
}

bool has_check_digit(std::string_view ten) {
  constexpr std::array<int, 10> weights = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
  int sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (ten[i] - '0');
  return sum % 11 == 0;
}

std::vector<PersonalNumber> find_personal_numbers(std::string_view plain) {
  // Every spelling begins with six digits, or eight of them in groups with one sign between.
  constexpr size_t least = 6;
  const auto dated = [](runs::Bytes bytes) {
    return runs::either(runs::digit(bytes), runs::among<'-', '.', '/', ' '>(bytes));
  };
  std::vector<PersonalNumber> found;
  size_t next = 0;
  runs::each(plain, dated, least,
             [&](size_t at, size_t n) { next = find_between(plain, std::max(at, next), at + n, found); });
  return found;
}

Pseudonyms::Pseudonyms(std::vector<std::span<const uint64_t>> parts) : parts_(std::move(parts)) {
  std::erase_if(parts_, [](const auto& part) { return part.empty(); });
}

size_t Pseudonyms::shortest() const {
  uint64_t least = record_keys_first;
  for (const auto& part : parts_) least = std::min(least, part.front());
  size_t n = 1;
  while ((least /= 36) > 0) ++n;
  return n;
}

bool Pseudonyms::contains(uint64_t value) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const auto& part) {
    return value >= part.front() && value <= part.back() &&
           std::binary_search(part.begin(), part.end(), value);
  });
}

std::vector<size_t> find_pseudonyms(std::string_view plain, const Pseudonyms& pseudonyms) {
  // No notation of any number that is looked for has fewer letters and digits.
  const size_t shortest = pseudonyms.shortest();
  std::vector<size_t> found;
  find_grouped(plain, shortest, pseudonyms, found);
  runs::each(plain, runs::alphanumeric, shortest, [&](size_t at, size_t n) {
    if (is_pseudonym(plain, at, n, pseudonyms)) found.push_back(at);
  });
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace fvm::disclosure
