// The service's clock of a case: days used, days left, place in the queue, forecast. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "casework/types.hpp"

namespace fvm::casework {

struct Clock {
  bool running = false;  // the service has the ball
  bool decided = false;  // approved, rejected or withdrawn: it stands still for good
  int64_t used = 0;      // working days of the service, up to today or to the decision
  int64_t left = 0;      // of the target; below zero: overdue
  int64_t waited = 0;  // calendar days that the service waited for the applicant, since the first handing in
  std::optional<Date>
      due;  // the day on which the target is used up if the service keeps the ball; while running
};

// From the case's history alone. A day on which the ball changes hands belongs to whoever had it that
// morning: working days in (handed over, handed back]. Nothing before the first handing in; nothing after the
// decision.
Clock clock_of(const Case& about, Date today, int64_t target_days);

// Working days that a decided case took; nothing while undecided, or when it was withdrawn.
std::optional<int64_t> days_taken(const Case& about);

inline constexpr size_t forecast_cases_max = 200;  // those decided last
struct Forecast {
  size_t cases = 0;                     // that it is made from
  int64_t median = 0, nine_of_ten = 0;  // working days from handed in to decided
  std::optional<Date> expected;         // by the median, not before today; while the clock runs
};
// From the durations of decided cases of the same kind; nothing when there are fewer than `cases_min`: then
// the only honest answer is that nobody knows yet.
std::optional<Forecast> forecast_of(const Clock& clock, std::vector<int64_t> durations, Date today,
                                    int64_t cases_min);

// Place among the cases that wait for the service, by when they were handed in first; 1 is next. 0: not in
// it.
struct Place {
  size_t place = 0, of = 0;
};
class WaitingLine {
 public:
  explicit WaitingLine(std::span<const Case> cases);
  Place place_of(const Case& about) const;

 private:
  std::vector<std::pair<Time, int64_t>> waiting_;  // handed in, and the case's id; sorted
};

}  // namespace fvm::casework
