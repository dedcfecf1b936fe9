#include "fvm-portal/figures.hpp"

#include "casework/views.hpp"
#include "release/queue.hpp"
#include "sanction/statistics.hpp"
#include "selftest/service.hpp"

namespace fvm {

Result<api::Figures> measure(const casework::Setting& setting, const config::Config& config, Time now) {
  const store::Database& store = setting.ledger.database();
  api::Figures out;
  const casework::Queue queue = TRY(casework::queue(setting));
  out.waiting = queue.waiting;
  out.decided = queue.forecast_cases;
  if (queue.forecast) out.median = queue.forecast->median, out.nine_of_ten = queue.forecast->nine_of_ten;
  out.review_target = config.release.review_target_days;
  if (const auto measured = TRY(release::measured_review(store, now, out.review_target))) {
    out.review_median = measured->median_days;
    out.reviewed = measured->decided, out.reviewed_within = measured->within_target;
  }
  for (const auto& [project, count] : TRY(release::sent_of_projects(store))) out.releases += count;
  for (const sanction::Cell& cell : TRY(sanction::statistics(store, now)))
    out.breaches.push_back({cell.year, cell.group, cell.cases});
  out.self_test = TRY(selftest::newest(store));
  return out;
}

Result<std::vector<api::News>> news_of(const std::vector<std::string>& lines) {
  constexpr std::string_view bar = " | ";
  std::vector<api::News> out;
  for (const std::string& line : lines) {
    const size_t first = line.find(bar), second = line.find(bar, first + bar.size());
    const auto day = parse_date(line.substr(0, first));
    if (first == std::string::npos || second == std::string::npos || !day.ok())
      return usage("portal.bad_news", {{"line", line}});
    out.push_back({*day, line.substr(first + bar.size(), second - first - bar.size()),
                   line.substr(second + bar.size())});
  }
  return out;
}

}  // namespace fvm
