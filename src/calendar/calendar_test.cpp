// Which days count.
#include "calendar/calendar.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace fvm::calendar {
namespace {

Date plus(Date date, int64_t days) {
  return date_of_days(days_of_date(date.year, date.month, date.day) + days);
}

Date any_date() {
  return date_of_days(*rc::gen::inRange<int64_t>(days_of_date(1990, 1, 1), days_of_date(2100, 1, 1)));
}

// A second, slow way to Easter, from its definition: the first Sunday after the ecclesiastical full moon on
// or after 21 March; the moon by golden number and epact (Clavius).
Date easter_by_moon(int year) {
  const int golden = year % 19 + 1, century = year / 100 + 1;
  const int skipped_leap_years = 3 * century / 4 - 12, moon_correction = (8 * century + 5) / 25 - 5;
  int epact = (11 * golden + 20 + moon_correction - skipped_leap_years) % 30;
  if (epact < 0) epact += 30;
  if ((epact == 25 && golden > 11) || epact == 24) ++epact;
  int64_t full_moon = days_of_date(year, 3, 1) + 43 - epact;  // 44 - epact of March
  if (full_moon < days_of_date(year, 3, 21)) full_moon += 30;
  int64_t day = full_moon + 1;
  while ((day + 4) % 7 != 0) ++day;  // a Sunday
  return date_of_days(day);
}

TEST(Easter, KnownYears) {
  EXPECT_EQ(easter(2000), (Date{2000, 4, 23}));
  EXPECT_EQ(easter(2008), (Date{2008, 3, 23}));
  EXPECT_EQ(easter(2011), (Date{2011, 4, 24}));
  EXPECT_EQ(easter(2024), (Date{2024, 3, 31}));
  EXPECT_EQ(easter(2025), (Date{2025, 4, 20}));
  EXPECT_EQ(easter(2026), (Date{2026, 4, 5}));
  EXPECT_EQ(easter(2027), (Date{2027, 3, 28}));
  EXPECT_EQ(easter(2038), (Date{2038, 4, 25}));  // the latest there can be
}

TEST(Easter, AgreesWithTheMoon) {
  for (int year = 1900; year <= 2299; ++year) EXPECT_EQ(easter(year), easter_by_moon(year)) << year;
}

TEST(Calendar, TheYear2026DayByDay) {
  const std::set<Date> expected = {
      {2026, 1, 1},   {2026, 4, 2},   {2026, 4, 3},   {2026, 4, 6},   {2026, 5, 14},
      {2026, 5, 25},  {2026, 6, 5},   {2026, 12, 24}, {2026, 12, 25}, {2026, 12, 28},
      {2026, 12, 29}, {2026, 12, 30}, {2026, 12, 31},
  };
  std::set<Date> found;
  for (Date day{2026, 1, 1}; day.year == 2026; day = plus(day, 1)) {
    const bool weekend = (days_of_date(day.year, day.month, day.day) + 4) % 7 % 6 == 0;
    if (!weekend && day.month != 7 && !is_working_day(day)) found.insert(day);
  }
  EXPECT_EQ(found, expected);
}

TEST(Calendar, GreatPrayerDayEndedWith2023) {
  EXPECT_EQ(day_off({2022, 5, 13}), "calendar.great_prayer_day");
  EXPECT_EQ(day_off({2023, 5, 5}), "calendar.great_prayer_day");
  EXPECT_TRUE(is_working_day({2024, 4, 26}));
  EXPECT_TRUE(is_working_day({2025, 5, 16}));
}

TEST(Calendar, SaysWhyADayDoesNotCount) {
  EXPECT_EQ(day_off({2026, 7, 15}), "calendar.july");
  EXPECT_EQ(day_off({2026, 6, 5}), "calendar.constitution_day");
  EXPECT_EQ(day_off({2026, 11, 28}), "calendar.weekend");
  EXPECT_EQ(day_off({2026, 12, 29}), "calendar.christmas");
  EXPECT_EQ(day_off({2026, 11, 27}), "");
}

TEST(WorkingDays, TheDayOfArrivalIsNotOne) {
  EXPECT_EQ(working_days({2026, 11, 27}, {2026, 11, 27}), 0);
  EXPECT_EQ(working_days({2026, 11, 27}, {2026, 11, 30}), 1);  // Friday to Monday
  EXPECT_EQ(working_days({2026, 6, 30}, {2026, 8, 3}), 1);     // over July
  EXPECT_EQ(working_days({2026, 12, 23}, {2027, 1, 4}), 1);
  EXPECT_EQ(working_days({2026, 12, 1}, {2026, 11, 1}), 0);
}

TEST(WorkingDays, ThirtyFromJuneEndInAugust) {
  EXPECT_EQ(add_working_days({2026, 6, 15}, 30), (Date{2026, 8, 27}));
  EXPECT_EQ(add_working_days({2026, 6, 15}, 0), (Date{2026, 6, 15}));
}

RC_GTEST_PROP(WorkingDaysProperty, StretchesAddUp, ()) {
  const Date first = any_date();
  const Date second = plus(first, *rc::gen::inRange(0, 500));
  const Date third = plus(second, *rc::gen::inRange(0, 500));
  RC_ASSERT(working_days(first, second) + working_days(second, third) == working_days(first, third));
}

RC_GTEST_PROP(WorkingDaysProperty, AddingGoesToAWorkingDayAndBack, ()) {
  const Date start = any_date();
  const auto count = *rc::gen::inRange<int64_t>(1, 120);
  const Date end = add_working_days(start, count);
  RC_ASSERT(is_working_day(end));
  RC_ASSERT(working_days(start, end) == count);
  RC_ASSERT(working_days(start, plus(end, -1)) == count - 1);
}

RC_GTEST_PROP(WorkingDaysProperty, NoWeekendJulyOrChristmasEverCounts, ()) {
  const Date day = any_date();
  const int64_t number = days_of_date(day.year, day.month, day.day);
  if (day.month == 7 || (day.month == 12 && day.day >= 24) || (number + 4) % 7 == 0 ||
      (number + 4) % 7 == 6) {
    RC_ASSERT(!is_working_day(day));
  }
}

RC_GTEST_PROP(WorkingDaysProperty, ThereAreTwoHundredAndSomeInAYear, ()) {
  const int year = *rc::gen::inRange(1990, 2100);
  const int64_t count = working_days({year - 1, 12, 31}, {year, 12, 31});
  RC_ASSERT(count >= 218 && count <= 232);
}

Time at(const char* text) {
  return parse_time(text).value();
}

TEST(DanishDate, KnowsSummerTime) {
  EXPECT_EQ(danish_date(at("2026-01-15T22:59:59Z")), (Date{2026, 1, 15}));
  EXPECT_EQ(danish_date(at("2026-01-15T23:00:00Z")), (Date{2026, 1, 16}));
  EXPECT_EQ(danish_date(at("2026-06-15T21:59:59Z")), (Date{2026, 6, 15}));
  EXPECT_EQ(danish_date(at("2026-06-15T22:00:00Z")), (Date{2026, 6, 16}));
  // Summer time 2026: 29 March to 25 October.
  EXPECT_EQ(danish_date(at("2026-03-28T22:30:00Z")), (Date{2026, 3, 28}));
  EXPECT_EQ(danish_date(at("2026-03-29T22:30:00Z")), (Date{2026, 3, 30}));
  EXPECT_EQ(danish_date(at("2026-10-24T22:30:00Z")), (Date{2026, 10, 25}));
  EXPECT_EQ(danish_date(at("2026-10-25T22:30:00Z")), (Date{2026, 10, 25}));
  EXPECT_EQ(danish_date(at("2025-12-31T23:30:00Z")), (Date{2026, 1, 1}));
}

RC_GTEST_PROP(DanishDateProperty, IsTodayOrTomorrowInGreenwichAndNeverGoesBack, ()) {
  const Time first{*rc::gen::inRange<int64_t>(0, 4'000'000'000) * 1'000'000};
  const Time later{first.microseconds + *rc::gen::inRange<int64_t>(0, 10'000'000) * 1'000'000};
  const Date greenwich = date_of_days(first.microseconds / 86'400'000'000);
  RC_ASSERT(danish_date(first) == greenwich || danish_date(first) == plus(greenwich, 1));
  RC_ASSERT(danish_date(first) <= danish_date(later));
}

}  // namespace
}  // namespace fvm::calendar
