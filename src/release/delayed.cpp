#include "release/delayed.hpp"

#include <algorithm>
#include <array>

#include "notify/outbox.hpp"
#include "release/came_back.hpp"
#include "release/store.hpp"

namespace fvm::release {
namespace {

constexpr std::array out = {State::sent, State::sampled, State::closed_ok};
constexpr const char* reporter = "fvm-intake";
constexpr int64_t hour = 3'600'000'000, day = 24 * hour;

bool stands_as_sent(State state) {
  return std::find(out.begin(), out.end(), state) != out.end();
}

// When the newest mail was taken by the server next to us.
Time left_at(const Request& request) {
  Time at{};
  for (const Step& step : request.history) {
    if (step.to == State::sent) at = step.at;
  }
  return at;
}

// What is known of the newest mail's delay; nothing when its link was fetched since.
std::optional<Delayed> delay_of(const Request& request, Time now) {
  const Time left = left_at(request);
  std::optional<Delayed> found;
  Time newest{};
  for (const DeliveryFact& fact : request.deliveries) {
    if (fact.at < left) continue;
    if (fact.what == "link_fetched") found.reset();
    if (fact.what == "delay_told" && found) found->told = true;
    if (fact.what != "delayed") continue;
    if (!found) found = Delayed{request.number, request.recipient, fact.at, {}, false};
    found->status = fact.detail;
    newest = fact.at;
  }
  if (found && now.microseconds - newest.microseconds > delay_days_shown * day) found.reset();
  return found;
}

}  // namespace

Result<bool> mail_delayed(audit::Ledger& ledger, std::string_view message_id, const std::string& status) {
  const auto number = TRY(notify::reference_of(ledger.database(), message_id));
  if (!number || !stands_as_sent(TRY(state_of(ledger.database(), *number)))) return false;
  const std::string told = status_or(status, "delayed");
  TRY(ledger.write({reporter, "release.delayed", *number, {{"status", told}}},
                   [&](audit::Writer& writer) -> Result<void> {
                     const Request request = TRY(find(writer, *number));
                     return add_delivery(writer, request.id, {writer.now(), "delayed", reporter, told});
                   }));
  return true;
}

Result<std::vector<Delayed>> delayed(const store::Database& store, Time now) {
  // Few of what was ever sent has such a report: those are asked for first.
  auto row = TRY(store.prepare(
      "SELECT DISTINCT r.id FROM release_delivery d JOIN release_request r ON r.id = d.request "
      "WHERE d.what = 'delayed' AND d.at > ? AND r.state IN ('sent', 'sampled', 'closed_ok') ORDER BY r.id",
      now.microseconds - delay_days_shown * day));
  std::vector<int64_t> ids;
  while (TRY(row.step())) ids.push_back(row.integer(0));
  std::vector<Delayed> all;
  for (const int64_t id : ids) {
    if (auto one = delay_of(TRY(find(store, number_of(id))), now)) all.push_back(std::move(*one));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Delayed& a, const Delayed& b) { return a.since < b.since; });
  return all;
}

Result<size_t> alert_delayed(audit::Ledger& ledger, Time now, int64_t hours) {
  size_t told = 0;
  for (const Delayed& each : TRY(delayed(ledger.database(), now))) {
    if (each.told || now.microseconds - each.since.microseconds < hours * hour) continue;
    const std::string waited = std::to_string((now.microseconds - each.since.microseconds) / hour);
    TRY(ledger.write({"fvm-steward", "release.delay_told", each.number, {{"hours", waited}}},
                     [&](audit::Writer& writer) -> Result<void> {
                       const Request request = TRY(find(writer, each.number));
                       TRY(add_delivery(writer, request.id,
                                        {writer.now(), "delay_told", "fvm-steward", waited}));
                       TRY(notify::tell(writer, request.author, request.number, "notice.delayed"));
                       return notify::tell(writer, "role:operator", request.number, "notice.delayed");
                     }));
    ++told;
  }
  return told;
}

}  // namespace fvm::release
