#include "runner/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/time.hpp"
#include "crypto/identifier.hpp"

namespace fvm::runner {
namespace {

constexpr int64_t microseconds_per_second = 1'000'000;
constexpr int64_t microseconds_per_day = 86'400 * microseconds_per_second;
constexpr int two_digit_year_pivot = 69;  // as strptime: 69-99 are 19xx

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// What a text has been read to so far.
struct Moment {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
  bool exists() const {
    return year >= 1 && year <= 9999 && month >= 1 && day >= 1 && hour <= 23 && minute <= 59 &&
           second <= 59 && is_date(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  }
  int64_t days() const {
    return days_of_date(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  }
  int64_t of_day() const {
    return ((hour * 60 + minute) * 60 + second) * microseconds_per_second + microsecond;
  }
};

// Takes from `least` to `most` digits off the front.
bool take(std::string_view& text, size_t least, size_t most, int& out) {
  size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && is_digit(text[count]))
    value = value * 10 + (text[count++] - '0');
  if (count < least) return false;
  out = value;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int& microsecond) {
  size_t digits = 0;
  int value = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits)
    if (digits < 6) value = value * 10 + (text[digits] - '0');
  for (size_t i = digits; i < 6; ++i) value *= 10;
  text.remove_prefix(digits);
  microsecond = value;
  return digits > 0;
}

std::optional<Moment> read_iso(std::string_view text) {
  Moment m;
  if (!take(text, 4, 4, m.year) || !take(text, '-') || !take(text, 2, 2, m.month) || !take(text, '-') ||
      !take(text, 2, 2, m.day))
    return std::nullopt;
  if (!text.empty()) {
    if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
    if (!take(text, 2, 2, m.hour) || !take(text, ':') || !take(text, 2, 2, m.minute)) return std::nullopt;
    if (take(text, ':') && !take(text, 2, 2, m.second)) return std::nullopt;
    if (take(text, '.') && !take_fraction(text, m.microsecond)) return std::nullopt;
    take(text, 'Z');
  }
  if (!text.empty() || !m.exists()) return std::nullopt;
  return m;
}

// First days of all months of four centuries, since dates are most of what registers hold.
constexpr int month_years_first = 1800, month_years = 400;
struct Months {
  std::array<int32_t, month_years * 12 + 1> first{};
  Months() {
    for (int i = 0; i <= month_years * 12; ++i)
      first[static_cast<size_t>(i)] = static_cast<int32_t>(
          days_of_date(month_years_first + i / 12, static_cast<unsigned>(i % 12 + 1), 1));
  }
};
const Months months;

// "2026-11-23" exactly, in those centuries; anything else is left to read_iso.
std::optional<int32_t> read_plain_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  unsigned wrong = 0;
  const auto digit = [&](size_t i) {
    const auto value = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
    wrong |= value > 9 ? 1u : 0u;
    return value;
  };
  const unsigned year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3) - month_years_first;
  const unsigned month = digit(5) * 10 + digit(6) - 1, day = digit(8) * 10 + digit(9) - 1;
  if (wrong != 0 || year >= month_years || month > 11) return std::nullopt;
  const size_t index = year * 12 + month;
  const auto date = static_cast<int32_t>(months.first[index] + static_cast<int32_t>(day));
  return date < months.first[index] || date >= months.first[index + 1] ? std::nullopt : std::optional(date);
}

bool take_directive(char directive, std::string_view& text, Moment& m) {
  switch (directive) {
    case 'Y':
      return take(text, 4, 4, m.year);
    case 'y':
      if (!take(text, 2, 2, m.year)) return false;
      m.year += m.year >= two_digit_year_pivot ? 1900 : 2000;
      return true;
    case 'm':
      return take(text, 1, 2, m.month);
    case 'd':
      return take(text, 1, 2, m.day);
    case 'H':
      return take(text, 1, 2, m.hour);
    case 'M':
      return take(text, 1, 2, m.minute);
    case 'S':
      return take(text, 1, 2, m.second);
    default:
      return false;
  }
}

std::optional<Moment> read_pattern(std::string_view text, std::string_view pattern) {
  Moment m;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' ? !take_directive(pattern[++i], text, m) : !take(text, pattern[i]))
      return std::nullopt;
  }
  if (!text.empty() || !m.exists()) return std::nullopt;
  return m;
}

std::optional<Moment> read(std::string_view text, std::string_view pattern) {
  const std::string_view value = trimmed(text);
  if (auto moment = read_iso(value)) return moment;
  return pattern.empty() ? std::nullopt : read_pattern(value, pattern);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<int64_t> parse_integer(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && is_digit(text[1])) text.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // The smallest value stands for "bad" in a vector.
  if (error != std::errc() || end != text.data() + text.size() || value == INT64_MIN) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text, char separator) {
  constexpr size_t characters_max = 64;
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (text.empty() || text.size() > characters_max) return std::nullopt;
  char copy[characters_max];
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool exponent_sign = c == '+' && i > 0 && lower(text[i - 1]) == 'e';
    if (!is_digit(c) && c != separator && c != '-' && lower(c) != 'e' && !exponent_sign) return std::nullopt;
    copy[i] = c == separator ? '.' : c;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(copy, copy + text.size(), value);
  if (error != std::errc() || end != copy + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<DateFormat> DateFormat::of(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (i + 1 == pattern.size() || std::string_view("dmYyHMS").find(pattern[i + 1]) == std::string_view::npos)
      return usage("ingest.bad_format", {{"format", std::string(pattern)}});
    ++i;
  }
  DateFormat format;
  format.pattern_ = pattern;
  return format;
}

std::optional<int32_t> DateFormat::date(std::string_view text) const {
  if (const auto plain = read_plain_date(text)) return plain;
  const auto moment = read(text, pattern_);
  if (!moment || moment->of_day() != 0) return std::nullopt;
  return static_cast<int32_t>(moment->days());
}

std::optional<int64_t> DateFormat::timestamp(std::string_view text) const {
  const auto moment = read(text, pattern_);
  if (!moment) return std::nullopt;
  return moment->days() * microseconds_per_day + moment->of_day();
}

std::string shape_of(std::string_view text) {
  std::string shape;
  size_t characters = 0;
  for (const char c : text) {
    if ((c & 0xC0) == 0x80) continue;  // the rest of a character beyond ASCII
    if (characters++ == shape_characters_max) return shape + "…";
    if (is_digit(c)) {
      shape += '9';
    } else if ((c & 0x80) != 0 || (lower(c) >= 'a' && lower(c) <= 'z')) {
      shape += 'a';
    } else {
      shape += c < ' ' || c == 0x7F ? '?' : c;
    }
  }
  return shape;
}

bool looks_like_person(std::string_view text) {
  text = trimmed(text);
  const auto digits = static_cast<size_t>(std::count_if(text.begin(), text.end(), is_digit));
  return digits == crypto::identifier_characters_max && crypto::pack_person(text).has_value();
}

bool holds_person(std::string_view text) {
  constexpr size_t date_digits = 6, number_digits = 4;
  const auto run = [&](size_t at) {
    const auto from = text.begin() + static_cast<ptrdiff_t>(std::min(at, text.size()));
    return static_cast<size_t>(std::find_if_not(from, text.end(), is_digit) - from);
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t n = run(at);
    if (n == crypto::identifier_characters_max && looks_like_person(text.substr(at, n))) return true;
    const size_t behind = at + n + 1;  // "010203-1235", "010203 1235"
    if (n == date_digits && behind < text.size() && (text[behind - 1] == '-' || text[behind - 1] == ' ') &&
        run(behind) == number_digits &&
        looks_like_person(std::string(text.substr(at, n)) + std::string(text.substr(behind, number_digits))))
      return true;
    at += n;
  }
  return false;
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

}  // namespace fvm::runner
