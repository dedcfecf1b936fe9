// Points in time: microseconds since 1970-01-01T00:00:00Z, and civil dates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm {

struct Time {
  int64_t microseconds = 0;  // since the epoch, UTC
  auto operator<=>(const Time&) const = default;
};

// "2026-11-23T14:45:23.123456Z"
std::string to_text(Time time);
// The same form, or a date alone (midnight UTC); anything else is "time.unreadable".
Result<Time> parse_time(std::string_view text);

// Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant's algorithms).
int64_t days_of_date(int year, unsigned month, unsigned day);
struct Date {
  int year;
  unsigned month, day;
  auto operator<=>(const Date&) const = default;
};
Date date_of_days(int64_t days);
bool is_date(int year, unsigned month, unsigned day);
// "2026-11-23"
std::string to_text(Date date);
Result<Date> parse_date(std::string_view text);

}  // namespace fvm
