// The clock against days that were counted by hand on a wall calendar, round the times of the year that do
// not count.
#include <gtest/gtest.h>

#include "calendar/calendar.hpp"
#include "casework/clock.hpp"
#include "casework/testing_history.hpp"

namespace fvm::casework {
namespace {

Time at(const char* text) {
  return parse_time(text).value();
}

// A history written as moments (in UTC) and events.
Case with_history(std::initializer_list<std::pair<const char*, Event>> steps) {
  std::vector<std::pair<Time, Event>> moments;
  for (const auto& [moment, event] : steps) moments.emplace_back(at(moment), event);
  return with_moments(moments);
}

int64_t used(const Case& about, Date today) {
  return clock_of(about, today, 30).used;
}

// December 2026: the 24th is a Thursday. Before it 15-18 (4 days) and 21-23 (7); the 24th to the 31st and New
// Year's Day, a Friday, do not count; then from 4 January 5 a week.
TEST(ClockDates, ChristmasAndNewYearStandStill) {
  const Case about = with_history({{"2026-12-14T09:00:00Z", Event::submit}});
  EXPECT_EQ(used(about, {2026, 12, 14}), 0);
  EXPECT_EQ(used(about, {2026, 12, 18}), 4);
  EXPECT_EQ(used(about, {2026, 12, 20}), 4) << "Sunday";
  EXPECT_EQ(used(about, {2026, 12, 23}), 7);
  for (const unsigned day : {24u, 25u, 26u, 27u, 28u, 29u, 30u, 31u})
    EXPECT_EQ(used(about, {2026, 12, day}), 7) << day;
  for (const unsigned day : {1u, 2u, 3u}) EXPECT_EQ(used(about, {2027, 1, day}), 7) << day;
  EXPECT_EQ(used(about, {2027, 1, 4}), 8);
  EXPECT_EQ(used(about, {2027, 1, 8}), 12);
  EXPECT_EQ(used(about, {2027, 2, 3}), 30);
  EXPECT_EQ(clock_of(about, {2026, 12, 28}, 30).due, (Date{2027, 2, 3}));
  EXPECT_EQ(clock_of(about, {2027, 2, 4}, 30).left, -1);
}

TEST(ClockDates, HandedInBetweenTheHolidays) {
  const Case about =
      with_history({{"2026-12-27T20:00:00Z", Event::submit}, {"2026-12-28T09:00:00Z", Event::assign}});
  EXPECT_EQ(used(about, {2027, 1, 3}), 0);
  EXPECT_EQ(used(about, {2027, 1, 5}), 2);  // Monday and Tuesday
  const Case rejected = with_history({{"2026-12-27T20:00:00Z", Event::submit},
                                      {"2026-12-28T09:00:00Z", Event::assign},
                                      {"2026-12-30T09:00:00Z", Event::reject}});
  EXPECT_EQ(days_taken(rejected), 0) << "somebody was at work, but no day of the target went";
}

// Handed in on Monday 29 June 2026: the 30th is the only day before July; August begins on a Saturday.
TEST(ClockDates, JulyStandsStill) {
  const Case about = with_history({{"2026-06-29T09:00:00Z", Event::submit}});
  EXPECT_EQ(used(about, {2026, 6, 30}), 1);
  EXPECT_EQ(used(about, {2026, 7, 1}), 1);
  EXPECT_EQ(used(about, {2026, 7, 31}), 1);
  EXPECT_EQ(used(about, {2026, 8, 2}), 1);
  EXPECT_EQ(used(about, {2026, 8, 3}), 2);
  EXPECT_EQ(used(about, {2026, 8, 7}), 6);
  // 24 more: 10-14 (11), 17-21 (16), 24-28 (21), 31 August to 4 September (26), 7-10 September (30).
  EXPECT_EQ(clock_of(about, {2026, 7, 15}, 30).due, (Date{2026, 9, 10}));
}

// Asked and answered within July: nobody's days go, but the applicant had it for ten.
TEST(ClockDates, AQuestionInJuly) {
  const Case about = with_history({{"2026-06-29T09:00:00Z", Event::submit},
                                   {"2026-06-30T09:00:00Z", Event::assign},
                                   {"2026-07-10T09:00:00Z", Event::request},
                                   {"2026-07-20T09:00:00Z", Event::answer}});
  const Clock clock = clock_of(about, {2026, 8, 4}, 30);
  EXPECT_EQ(clock.used, 3);  // 30 June, 3 and 4 August
  EXPECT_EQ(clock.waited, 10);
  const Case slow = with_history({{"2026-06-29T09:00:00Z", Event::submit},
                                  {"2026-06-30T09:00:00Z", Event::request},
                                  {"2026-08-05T09:00:00Z", Event::answer}});
  EXPECT_EQ(used(slow, {2026, 8, 5}), 1) << "on the day of the answer it was still the applicant's";
  EXPECT_EQ(used(slow, {2026, 8, 6}), 2);
  EXPECT_EQ(clock_of(slow, {2026, 8, 6}, 30).waited, 36);  // 30 June to 5 August
}

// Easter Day 2026 is 5 April: Thursday the 2nd, Friday the 3rd and Monday the 6th are holidays.
TEST(ClockDates, Easter) {
  const Case about = with_history({{"2026-03-27T09:00:00Z", Event::submit}});
  EXPECT_EQ(used(about, {2026, 4, 1}), 3);  // Monday to Wednesday
  for (const unsigned day : {2u, 3u, 4u, 5u, 6u}) EXPECT_EQ(used(about, {2026, 4, day}), 3) << day;
  EXPECT_EQ(used(about, {2026, 4, 7}), 4);
  EXPECT_EQ(used(about, {2026, 4, 10}), 7);
  // In 2027 Easter Day is 28 March: the same span of dates has the holidays on 25, 26 and 29 March.
  const Case next = with_history({{"2027-03-19T09:00:00Z", Event::submit}});
  EXPECT_EQ(used(next, {2027, 3, 24}), 3);
  EXPECT_EQ(used(next, {2027, 3, 29}), 3);
  EXPECT_EQ(used(next, {2027, 3, 30}), 4);
}

// 2026: Ascension Day 14 May (Thursday), Whit Monday 25 May, Constitution Day 5 June (Friday).
TEST(ClockDates, SpringHolidays) {
  const Case about = with_history({{"2026-05-12T09:00:00Z", Event::submit}});
  EXPECT_EQ(used(about, {2026, 5, 13}), 1);
  EXPECT_EQ(used(about, {2026, 5, 14}), 1);
  EXPECT_EQ(used(about, {2026, 5, 15}), 2) << "the day after Ascension Day is a working day";
  EXPECT_EQ(used(about, {2026, 5, 22}), 7);
  EXPECT_EQ(used(about, {2026, 5, 25}), 7);
  EXPECT_EQ(used(about, {2026, 5, 26}), 8);
  EXPECT_EQ(used(about, {2026, 6, 4}), 15);
  EXPECT_EQ(used(about, {2026, 6, 7}), 15);
  EXPECT_EQ(used(about, {2026, 6, 8}), 16);
}

TEST(ClockDates, GreatPrayerDayUntil2023) {
  EXPECT_EQ(used(with_history({{"2023-05-04T09:00:00Z", Event::submit}}), {2023, 5, 8}), 1);   // Monday alone
  EXPECT_EQ(used(with_history({{"2024-04-25T09:00:00Z", Event::submit}}), {2024, 4, 29}), 2);  // Friday too
}

// A day is a Danish day: half past ten in the evening in Greenwich is the next one in summer, not in winter.
TEST(ClockDates, TheDayOfAStepIsTheDanishOne) {
  EXPECT_EQ(used(with_history({{"2026-08-02T22:30:00Z", Event::submit}}), {2026, 8, 4}), 1)
      << "handed in on the 3rd";
  EXPECT_EQ(used(with_history({{"2026-08-02T21:30:00Z", Event::submit}}), {2026, 8, 4}), 2)
      << "handed in on the 2nd";
  EXPECT_EQ(used(with_history({{"2026-11-15T22:30:00Z", Event::submit}}), {2026, 11, 17}), 2)
      << "Sunday still";
  EXPECT_EQ(used(with_history({{"2026-11-15T23:30:00Z", Event::submit}}), {2026, 11, 17}), 1) << "Monday";
}

TEST(ClockDates, ADecisionStopsItAlsoOverTheHolidays) {
  const Case about = with_history({{"2026-06-22T09:00:00Z", Event::submit},
                                   {"2026-06-23T09:00:00Z", Event::assign},
                                   {"2026-07-15T09:00:00Z", Event::approve}});
  EXPECT_EQ(days_taken(about), 6);  // 23-26, 29 and 30 June
  EXPECT_EQ(used(about, {2026, 9, 1}), 6);
  EXPECT_FALSE(clock_of(about, {2026, 9, 1}, 30).due);
  const Case reopened = with_history({{"2026-06-22T09:00:00Z", Event::submit},
                                      {"2026-06-23T09:00:00Z", Event::assign},
                                      {"2026-07-15T09:00:00Z", Event::approve},
                                      {"2026-07-20T09:00:00Z", Event::reopen},
                                      {"2026-08-04T09:00:00Z", Event::reject}});
  EXPECT_EQ(days_taken(reopened), 8);  // and 3 and 4 August
}

TEST(ClockDates, TheForecastPassesOverTheHolidays) {
  Clock clock;
  clock.running = true;
  clock.used = 2;
  const auto expected = [&](Date today) { return forecast_of(clock, {5, 5, 5}, today, 3)->expected; };
  EXPECT_EQ(expected({2026, 12, 22}), (Date{2027, 1, 5}));  // 23 December, 4 and 5 January
  EXPECT_EQ(expected({2026, 6, 30}), (Date{2026, 8, 5}));
  EXPECT_EQ(expected({2026, 3, 31}), (Date{2026, 4, 8}));  // 1, 7 and 8 April
}

TEST(ClockDates, ReasonsForEachDayRoundChristmas) {
  EXPECT_EQ(calendar::day_off({2026, 12, 23}), "");
  EXPECT_EQ(calendar::day_off({2026, 12, 24}), "calendar.christmas");
  EXPECT_EQ(calendar::day_off({2026, 12, 26}), "calendar.christmas") << "also a Saturday";
  EXPECT_EQ(calendar::day_off({2026, 12, 31}), "calendar.christmas");
  EXPECT_EQ(calendar::day_off({2027, 1, 1}), "calendar.new_year");
  EXPECT_EQ(calendar::day_off({2027, 1, 4}), "");
  EXPECT_EQ(calendar::day_off({2026, 4, 2}), "calendar.maundy_thursday");
  EXPECT_EQ(calendar::day_off({2026, 4, 3}), "calendar.good_friday");
  EXPECT_EQ(calendar::day_off({2026, 4, 6}), "calendar.easter");
  EXPECT_EQ(calendar::day_off({2026, 5, 14}), "calendar.ascension");
  EXPECT_EQ(calendar::day_off({2026, 5, 25}), "calendar.whitsun");
}

}  // namespace
}  // namespace fvm::casework
