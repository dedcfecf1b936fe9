#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>

namespace fvm {
namespace {

constexpr int64_t microseconds_per_day = 86'400'000'000;

// Reads exactly `width` digits at `at`; -1 if there are none.
int digits(std::string_view text, size_t at, size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + width, value);
  return error == std::errc() && end == text.data() + at + width && text[at] != '-' ? value : -1;
}

}  // namespace

int64_t days_of_date(int year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097LL + static_cast<int64_t>(day_of_era) - 719468;
}

Date date_of_days(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int year = static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

bool is_date(int year, unsigned month, unsigned day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return date_of_days(days_of_date(year, month, day)) == Date{year, month, day};
}

std::string to_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Result<Date> parse_date(std::string_view text) {
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const bool shaped =
      text.size() == 10 && text[4] == '-' && text[7] == '-' && year >= 0 && month >= 0 && day >= 0;
  if (!shaped || !is_date(year, static_cast<unsigned>(month), static_cast<unsigned>(day))) {
    return usage("time.unreadable", {{"text", std::string(text)}});
  }
  return Date{year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

std::string to_text(Time time) {
  int64_t days = time.microseconds / microseconds_per_day;
  int64_t rest = time.microseconds % microseconds_per_day;
  if (rest < 0) rest += microseconds_per_day, --days;
  const int64_t seconds = rest / 1'000'000;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", to_text(date_of_days(days)), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, rest % 1'000'000);
}

Result<Time> parse_time(std::string_view text) {
  const Date date = TRY(parse_date(text.substr(0, 10)));
  const int64_t start = days_of_date(date.year, date.month, date.day) * microseconds_per_day;
  if (text.size() == 10) return Time{start};
  const Error unreadable = usage("time.unreadable", {{"text", std::string(text)}});
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return unreadable;
  }
  int64_t fraction = 0;
  if (text[19] == '.') {
    const size_t places = text.size() - 21;
    const int value = places >= 1 && places <= 6 ? digits(text, 20, places) : -1;
    if (value < 0) return unreadable;
    fraction = value;
    for (size_t i = places; i < 6; ++i) fraction *= 10;
  } else if (text.size() != 20) {
    return unreadable;
  }
  return Time{start + ((hour * 60LL + minute) * 60 + second) * 1'000'000 + fraction};
}

}  // namespace fvm
