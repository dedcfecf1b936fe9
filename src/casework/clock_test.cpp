// Days used, days left, the queue and the forecast.
#include "casework/clock.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "calendar/calendar.hpp"
#include "casework/testing_history.hpp"

namespace fvm::casework {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

Time noon(Date date) {
  return {days_of_date(date.year, date.month, date.day) * day_microseconds + day_microseconds / 2};
}

// A history written as dates and events.
Case with_history(std::initializer_list<std::pair<Date, Event>> steps) {
  std::vector<std::pair<Time, Event>> moments;
  for (const auto& [date, event] : steps) moments.emplace_back(noon(date), event);
  return with_moments(moments);
}

TEST(Clock, StandsStillBeforeTheApplicationIsHandedIn) {
  const Clock clock = clock_of(with_history({{{2026, 3, 2}, Event::save}}), {2026, 6, 1}, 30);
  EXPECT_FALSE(clock.running);
  EXPECT_EQ(clock.used, 0);
  EXPECT_EQ(clock.left, 30);
  EXPECT_FALSE(clock.due);
}

TEST(Clock, CountsWorkingDaysWhileTheServiceHasTheBall) {
  const Case about = with_history({{{2026, 11, 2}, Event::submit}, {{2026, 11, 4}, Event::assign}});
  const Clock clock = clock_of(about, {2026, 11, 9}, 30);
  EXPECT_TRUE(clock.running);
  EXPECT_EQ(clock.used, 5);  // 3, 4, 5, 6 and 9 November
  EXPECT_EQ(clock.left, 25);
  EXPECT_EQ(clock.waited, 0);
  EXPECT_EQ(clock.due, calendar::add_working_days({2026, 11, 9}, 25));
}

TEST(Clock, WaitsForTheApplicant) {
  const Case about = with_history({{{2026, 11, 2}, Event::submit},
                                   {{2026, 11, 3}, Event::assign},
                                   {{2026, 11, 4}, Event::request},
                                   {{2026, 11, 18}, Event::answer}});
  const Clock clock = clock_of(about, {2026, 11, 19}, 30);
  EXPECT_EQ(clock.used, 3);     // 3 and 4 November, 19 November
  EXPECT_EQ(clock.waited, 14);  // calendar days
  EXPECT_TRUE(clock.running);
  const Clock waiting = clock_of(
      with_history({{{2026, 11, 2}, Event::submit}, {{2026, 11, 4}, Event::request}}), {2027, 3, 1}, 30);
  EXPECT_FALSE(waiting.running);
  EXPECT_EQ(waiting.used, 2);
  EXPECT_FALSE(waiting.due);
}

TEST(Clock, StopsAtTheDecisionAndGoesOnWhenReopened) {
  const Case approved = with_history(
      {{{2026, 11, 2}, Event::submit}, {{2026, 11, 3}, Event::assign}, {{2026, 11, 9}, Event::approve}});
  EXPECT_TRUE(clock_of(approved, {2027, 1, 20}, 30).decided);
  EXPECT_EQ(clock_of(approved, {2027, 1, 20}, 30).used, 5);
  const Case reopened = with_history({{{2026, 11, 2}, Event::submit},
                                      {{2026, 11, 3}, Event::assign},
                                      {{2026, 11, 9}, Event::approve},
                                      {{2026, 11, 23}, Event::reopen}});
  EXPECT_FALSE(clock_of(reopened, {2026, 11, 24}, 30).decided);
  EXPECT_EQ(clock_of(reopened, {2026, 11, 24}, 30).used, 6);
  EXPECT_EQ(clock_of(reopened, {2026, 11, 24}, 30).waited, 0);
}

TEST(Clock, IsOverdueBelowZero) {
  const Clock clock = clock_of(with_history({{{2026, 1, 5}, Event::submit}}), {2026, 4, 1}, 30);
  EXPECT_LT(clock.left, 0);
  EXPECT_EQ(clock.due, (Date{2026, 4, 1}));
}

// A history of random steps and pauses that the table allows.
Case any_case() {
  Case out;
  int64_t day = *rc::gen::inRange<int64_t>(days_of_date(2020, 1, 1), days_of_date(2035, 1, 1));
  for (int steps = *rc::gen::inRange(1, 12); steps > 0; --steps) {
    std::vector<Transition> open;
    for (const Transition& step : transitions()) {
      if (step.from == out.state) open.push_back(step);
    }
    if (open.empty()) break;
    const Transition step = *rc::gen::elementOf(open);
    day += *rc::gen::inRange(0, 40);
    const Date date = date_of_days(day);
    out.history.push_back(
        {.at = noon(date), .role = step.role, .event = step.event, .from = step.from, .to = step.to});
    if (step.event == Event::submit && !out.submitted) out.submitted = noon(date);
    out.state = step.to;
  }
  return out;
}

Date end_of(const Case& about, int64_t more) {
  const Date last = calendar::danish_date(about.history.back().at);
  return date_of_days(days_of_date(last.year, last.month, last.day) + more);
}

// The same by the slowest way: every day by itself, asking who had the ball that morning.
int64_t used_day_by_day(const Case& about, Date today) {
  const auto number = [](Date date) { return days_of_date(date.year, date.month, date.day); };
  int64_t used = 0;
  for (int64_t day = number(calendar::danish_date(about.history.front().at)); day <= number(today); ++day) {
    State morning = State::draft;  // as it was when the day began
    for (const Step& step : about.history) {
      if (number(calendar::danish_date(step.at)) < day) morning = step.to;
    }
    used += counts(morning) && calendar::is_working_day(date_of_days(day));
  }
  return used;
}

RC_GTEST_PROP(ClockProperty, AgreesWithCountingDayByDay, ()) {
  const Case about = any_case();
  const Date today = end_of(about, *rc::gen::inRange(0, 60));
  RC_ASSERT(clock_of(about, today, 30).used == used_day_by_day(about, today));
}

RC_GTEST_PROP(ClockProperty, NeverRunsBackAndStandsStillWhileItWaits, ()) {
  const Case about = any_case();
  const auto more = *rc::gen::inRange(0, 60);
  const Clock now = clock_of(about, end_of(about, more), 30);
  const Clock later = clock_of(about, end_of(about, more + *rc::gen::inRange(0, 60)), 30);
  RC_ASSERT(later.used >= now.used);
  if (!now.running) RC_ASSERT(later.used == now.used);
  RC_ASSERT(now.left == 30 - now.used);
  RC_ASSERT(now.used >= 0 && now.waited >= 0);
}

TEST(Forecast, IsTheMedianOfWhatTheServiceTook) {
  Clock clock;
  clock.running = true;
  clock.used = 4;
  const auto forecast = forecast_of(clock, {40, 10, 20, 12, 30}, {2026, 11, 2}, 5);
  ASSERT_TRUE(forecast);
  EXPECT_EQ(forecast->cases, 5u);
  EXPECT_EQ(forecast->median, 20);
  EXPECT_EQ(forecast->nine_of_ten, 40);
  EXPECT_EQ(forecast->expected, calendar::add_working_days({2026, 11, 2}, 16));
}

TEST(Forecast, IsNotGivenFromTooLittle) {
  EXPECT_FALSE(forecast_of({}, {}, {2026, 11, 2}, 0));
  EXPECT_FALSE(forecast_of({}, {10, 20, 30, 40}, {2026, 11, 2}, 5));
}

TEST(Forecast, NeverPromisesThePast) {
  Clock clock;
  clock.running = true;
  clock.used = 50;
  EXPECT_EQ(forecast_of(clock, {10, 10, 10}, {2026, 11, 2}, 3)->expected, (Date{2026, 11, 2}));
}

RC_GTEST_PROP(ForecastProperty, HalfOfTheCasesKeptToTheMedian, (std::vector<uint8_t> raw)) {
  RC_PRE(!raw.empty());
  const std::vector<int64_t> durations(raw.begin(), raw.end());
  const auto forecast = forecast_of({}, durations, {2026, 11, 2}, 1);
  const auto within = [&](int64_t limit) {
    return std::count_if(durations.begin(), durations.end(), [&](int64_t d) { return d <= limit; });
  };
  RC_ASSERT(within(forecast->median) * 2 >= static_cast<int64_t>(durations.size()));
  RC_ASSERT(within(forecast->nine_of_ten) * 10 >= static_cast<int64_t>(durations.size()) * 9);
  RC_ASSERT(within(forecast->median - 1) * 2 < static_cast<int64_t>(durations.size()));
}

TEST(DaysTaken, OnlyOfWhatWasDecided) {
  EXPECT_FALSE(days_taken(with_history({{{2026, 11, 2}, Event::submit}})));
  EXPECT_FALSE(days_taken(with_history({{{2026, 11, 2}, Event::submit}, {{2026, 11, 9}, Event::withdraw}})));
  EXPECT_EQ(
      days_taken(with_history(
          {{{2026, 11, 2}, Event::submit}, {{2026, 11, 3}, Event::assign}, {{2026, 11, 9}, Event::reject}})),
      5);
}

TEST(Queue, IsByWhenTheyWereHandedInFirst) {
  Case first = with_history({{{2026, 11, 2}, Event::submit}, {{2026, 11, 4}, Event::assign}});
  Case second = with_history({{{2026, 11, 3}, Event::submit}});
  Case waiting = with_history({{{2026, 11, 1}, Event::submit}, {{2026, 11, 4}, Event::request}});
  first.id = 1, second.id = 2, waiting.id = 3;
  const std::vector<Case> all = {second, waiting, first};
  EXPECT_EQ(WaitingLine(all).place_of(first).place, 1u);
  EXPECT_EQ(WaitingLine(all).place_of(second).place, 2u);
  EXPECT_EQ(WaitingLine(all).place_of(second).of, 2u);
  EXPECT_EQ(WaitingLine(all).place_of(waiting).place, 0u);
}

RC_GTEST_PROP(QueueProperty, EveryPlaceIsTakenOnce, ()) {
  std::vector<Case> all;
  for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
    all.push_back(any_case());
    all.back().id = i;
  }
  std::vector<size_t> places;
  for (const Case& each : all) {
    if (const Place place = WaitingLine(all).place_of(each); place.place > 0) places.push_back(place.place);
  }
  std::sort(places.begin(), places.end());
  for (size_t i = 0; i < places.size(); ++i) RC_ASSERT(places[i] == i + 1);
  RC_ASSERT(WaitingLine(all).place_of(all.front()).of == places.size());
}

}  // namespace
}  // namespace fvm::casework
