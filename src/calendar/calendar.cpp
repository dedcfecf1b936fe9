#include "calendar/calendar.hpp"

#include <algorithm>

namespace fvm::calendar {
namespace {

constexpr int64_t seconds_per_day = 86400, seconds_per_hour = 3600;

int64_t number_of(Date date) {
  return days_of_date(date.year, date.month, date.day);
}

// 0 is Sunday; 1970-01-01 was a Thursday.
int64_t weekday(int64_t day) {
  return ((day + 4) % 7 + 7) % 7;
}

// Days that move with Easter, as days after Easter Day.
std::string_view moving_day_off(Date date) {
  switch (number_of(date) - number_of(easter(date.year))) {
    case -3:
      return "calendar.maundy_thursday";
    case -2:
      return "calendar.good_friday";
    case 0:
    case 1:
      return "calendar.easter";
    case 26:  // abolished by lov nr. 214 of 2023 from 1 January 2024
      return date.year < 2024 ? "calendar.great_prayer_day" : std::string_view();
    case 39:
      return "calendar.ascension";
    case 49:
    case 50:
      return "calendar.whitsun";
    default:
      return {};
  }
}

std::string_view fixed_day_off(Date date) {
  if (date.month == 7) return "calendar.july";
  if (date.month == 1 && date.day == 1) return "calendar.new_year";
  if (date.month == 6 && date.day == 5) return "calendar.constitution_day";
  if (date.month == 12 && date.day >= 24) return "calendar.christmas";
  return {};
}

int64_t last_sunday(int year, unsigned month) {
  const int64_t last = days_of_date(year, month, 31);
  return last - weekday(last);
}

}  // namespace

Date easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int sum = h + l - 7 * m + 114;
  return {year, static_cast<unsigned>(sum / 31), static_cast<unsigned>(sum % 31 + 1)};
}

std::string_view day_off(Date date) {
  if (const auto fixed = fixed_day_off(date); !fixed.empty()) return fixed;
  if (const auto moving = moving_day_off(date); !moving.empty()) return moving;
  const int64_t day = weekday(number_of(date));
  return day == 0 || day == 6 ? "calendar.weekend" : std::string_view();
}

bool is_working_day(Date date) {
  return day_off(date).empty();
}

int64_t working_days(Date after, Date until) {
  int64_t count = 0;
  for (int64_t day = number_of(after) + 1; day <= number_of(until); ++day)
    count += is_working_day(date_of_days(day));
  return count;
}

Date add_working_days(Date date, int64_t count) {
  int64_t day = number_of(date);
  while (count > 0) count -= is_working_day(date_of_days(++day));
  return date_of_days(day);
}

Date danish_date(Time time) {
  constexpr int64_t microseconds_per_second = 1'000'000;
  int64_t seconds = time.microseconds / microseconds_per_second;
  if (time.microseconds % microseconds_per_second < 0) --seconds;
  const auto day_of = [](int64_t s) {
    return s >= 0 ? s / seconds_per_day : -((-s + seconds_per_day - 1) / seconds_per_day);
  };
  const int year = date_of_days(day_of(seconds)).year;
  const int64_t begin = last_sunday(year, 3) * seconds_per_day + seconds_per_hour;
  const int64_t end = last_sunday(year, 10) * seconds_per_day + seconds_per_hour;
  const bool summer = seconds >= begin && seconds < end;
  return date_of_days(day_of(seconds + (summer ? 2 : 1) * seconds_per_hour));
}

}  // namespace fvm::calendar
