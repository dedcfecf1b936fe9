// Which days count: the calendar of the Danish public service, computed. Pure.
//
// A working day is Monday to Friday and none of these: public holidays (Lov om helligdage: New Year's Day,
// Maundy Thursday, Good Friday, Easter Day and Monday, until 2023 Great Prayer Day, Ascension Day, Whit
// Sunday and Monday, Christmas Day and Boxing Day), Constitution Day (5 June), 24 and 31 December, the days
// between Christmas and New Year, and the whole of July (domain.md).
//
// Holds for 1900 to 4099.
#pragma once

#include <string_view>

#include "base/time.hpp"

namespace fvm::calendar {

// Easter Day of a year (Meeus/Jones/Butcher: Gregorian computus).
Date easter(int year);
// Why a day does not count, as a key of messages ("calendar.weekend", "calendar.july", …); empty: it counts.
std::string_view day_off(Date date);
bool is_working_day(Date date);

// Working days in (after, until]: the day itself, on which something arrives, is not one of them. 0 when
// `until` is not later.
int64_t working_days(Date after, Date until);
// The day on which `count` working days after `date` have passed: `date` itself for 0.
Date add_working_days(Date date, int64_t count);

// The date in Denmark at that moment: Central European time, with summer time from the last Sunday of March
// to the last of October, 01:00 UTC (directive 2000/84/EC).
Date danish_date(Time time);

}  // namespace fvm::calendar
