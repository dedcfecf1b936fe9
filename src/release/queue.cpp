#include "release/queue.hpp"

#include <algorithm>
#include <array>

#include "calendar/calendar.hpp"
#include "release/permissions.hpp"
#include "release/visibility.hpp"

namespace fvm::release {
namespace {

constexpr std::array in_review = {State::in_review, State::independent, State::consolidating};
constexpr int64_t hour_microseconds = 3'600'000'000, day_microseconds = 24 * hour_microseconds;

bool enters(const Step& step) {
  return step.event == Event::pass || step.event == Event::pass_two;
}

// When this revision came into review; the last time if it was checked twice.
Time entered(const Request& request) {
  Time at = request.created;
  for (const Step& step : request.history) {
    if (step.revision == request.revision && enters(step)) at = step.at;
  }
  return at;
}

int64_t days_between(Time from, Time to) {
  return calendar::working_days(calendar::danish_date(from), calendar::danish_date(to));
}

template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Result<std::vector<Waiting>> queue_for(const store::Database& store, Time now, int64_t target_days,
                                       std::string_view viewer) {
  std::vector<Waiting> all;
  for (const Request& request : TRY(in_states(store, in_review))) {
    const Role role = TRY(role_of(store, request, viewer, Event::vote));
    if (role != Role::reviewer) continue;
    const Time since = entered(request);
    Waiting each{.request = as_seen_by(request, role, viewer)};
    each.used = days_between(since, now);
    each.left = target_days - each.used;
    each.due = calendar::add_working_days(calendar::danish_date(since), target_days);
    each.voted = std::any_of(request.votes.begin(), request.votes.end(),
                             [&](const Vote& vote) { return vote.reviewer == viewer; });
    all.push_back(std::move(each));
  }
  std::stable_sort(all.begin(), all.end(), [](const Waiting& a, const Waiting& b) {
    return entered(a.request) < entered(b.request);
  });
  return all;
}

Result<std::optional<Measured>> measured_review(const store::Database& store, Time now, int64_t target_days) {
  auto row = TRY(store.prepare(
      "SELECT p.at, d.at FROM release_step d JOIN release_step p ON p.id = (SELECT max(id) FROM release_step "
      "WHERE request = d.request AND revision = d.revision AND event IN ('pass', 'pass_two') AND id < d.id) "
      "WHERE d.event IN ('approve', 'reject', 'send_back') AND d.at >= ?",
      Time{now.microseconds - measured_days * day_microseconds}));
  std::vector<int64_t> days;
  std::vector<double> hours;
  Measured out;
  while (TRY(row.step())) {
    const Time entered_at = row.time(0), decided = row.time(1);
    days.push_back(days_between(entered_at, decided));
    hours.push_back(static_cast<double>(decided.microseconds - entered_at.microseconds) / hour_microseconds);
    out.within_target += days.back() <= target_days;
  }
  if (days.empty()) return std::optional<Measured>();
  out.decided = days.size(), out.median_days = median(days), out.median_hours = median(hours);
  return std::optional<Measured>(out);
}

}  // namespace fvm::release
