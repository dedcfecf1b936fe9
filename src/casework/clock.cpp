#include "casework/clock.hpp"

#include <algorithm>

#include "calendar/calendar.hpp"

namespace fvm::casework {
namespace {

int64_t days_between(Date from, Date to) {
  return days_of_date(to.year, to.month, to.day) - days_of_date(from.year, from.month, from.day);
}

// The step at which nothing more is to be assessed: a decision (unless it was reopened) or a withdrawal.
const Step* decision_of(const Case& about) {
  const Step* found = nullptr;
  for (const Step& step : about.history) {
    if (step.event == Event::approve || step.event == Event::reject || step.to == State::withdrawn)
      found = &step;
    if (step.event == Event::reopen) found = nullptr;
  }
  return found;
}

bool in_queue(const Case& about) {
  return counts(about.state) && about.submitted.has_value();
}

}  // namespace

Clock clock_of(const Case& about, Date today, int64_t target_days) {
  Clock clock;
  clock.decided = decision_of(about) != nullptr;
  std::optional<Date> since;  // the ball has been where it is since then
  bool ours = false;
  const auto pass = [&](Date until) {
    if (!since) return;
    if (ours) clock.used += calendar::working_days(*since, until);
    if (!ours) clock.waited += days_between(*since, until);
  };
  for (const Step& step : about.history) {
    if (step.from == step.to) continue;
    const Date date = calendar::danish_date(step.at);
    if (since || counts(step.to)) {
      pass(date);
      since = date;
    }
    ours = counts(step.to);
    // Time between a decision and its reopening was neither ours nor waiting for the applicant.
    if (step.to != State::returned && !ours) since.reset();
  }
  pass(today);
  clock.running = ours;
  clock.left = target_days - clock.used;
  if (clock.running) clock.due = calendar::add_working_days(today, std::max<int64_t>(clock.left, 0));
  return clock;
}

std::optional<int64_t> days_taken(const Case& about) {
  const Step* decision = decision_of(about);
  if (decision == nullptr || decision->to == State::withdrawn) return std::nullopt;
  return clock_of(about, calendar::danish_date(decision->at), 0).used;
}

std::optional<Forecast> forecast_of(const Clock& clock, std::vector<int64_t> durations, Date today,
                                    int64_t cases_min) {
  if (durations.empty() || static_cast<int64_t>(durations.size()) < cases_min) return std::nullopt;
  std::sort(durations.begin(), durations.end());
  // Nearest rank: the smallest duration that at least that share of the cases kept to.
  const auto rank = [&](size_t tenths) { return durations[(durations.size() * tenths + 9) / 10 - 1]; };
  Forecast out{durations.size(), rank(5), rank(9), std::nullopt};
  if (clock.running)
    out.expected = calendar::add_working_days(today, std::max<int64_t>(out.median - clock.used, 0));
  return out;
}

WaitingLine::WaitingLine(std::span<const Case> cases) {
  for (const Case& each : cases)
    if (in_queue(each)) waiting_.emplace_back(*each.submitted, each.id);
  std::sort(waiting_.begin(), waiting_.end());
}

Place WaitingLine::place_of(const Case& about) const {
  Place out{0, waiting_.size()};
  if (!in_queue(about)) return out;
  const auto before =
      std::lower_bound(waiting_.begin(), waiting_.end(), std::pair(*about.submitted, about.id));
  out.place = 1 + static_cast<size_t>(before - waiting_.begin());
  return out;
}

}  // namespace fvm::casework
