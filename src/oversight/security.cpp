#include "oversight/security.hpp"

#include <algorithm>
#include <array>

#include "audit/page.hpp"
#include "identity/service.hpp"
#include "release/store.hpp"
#include "selftest/service.hpp"

namespace fvm::oversight {
namespace {

constexpr std::array looked_at = {release::State::sampled, release::State::closed_ok, release::State::finding,
                                  release::State::recalled};
constexpr int64_t day_microseconds = 86'400'000'000;

Result<std::vector<Drawn>> drawn_of(const store::Database& store) {
  std::vector<Drawn> all;
  for (const auto& request : TRY(release::in_states(store, looked_at))) {
    const auto drawn = std::find_if(request.history.rbegin(), request.history.rend(),
                                    [](const auto& step) { return step.event == release::Event::sample; });
    if (drawn != request.history.rend())
      all.push_back({request.number, request.project, request.state, drawn->at});
  }
  std::sort(all.begin(), all.end(), [](const Drawn& a, const Drawn& b) { return b.at < a.at; });
  return all;
}

Result<void> count_logins(const Setting& setting, SecurityView& view) {
  constexpr size_t logins_max = 20'000;
  const Time since{setting.world.now().microseconds - login_days * day_microseconds};
  const auto page = TRY(
      audit::page_of(setting.world, setting.instance.audit(),
                     {.action = "login.", .since = to_text(since).substr(0, 10), .records_max = logins_max}));
  for (const audit::Entry& entry : page.entries) {
    LoginDay& day = view.logins[entry.time.substr(0, 10)];
    day.failed += entry.action == "login.failed";
    day.refused += entry.action == "login.refused";
    day.opened += entry.action == "login.opened";
  }
  view.logins_whole = page.next == 0;
  return {};
}

}  // namespace

Result<SecurityView> security_view(const Setting& setting, const std::string& user, const Aside& aside) {
  TRY(identity::require_role(setting.store(), user, identity::Role::security));
  SecurityView view;
  view.closed = TRY(identity::suspensions(setting.store()));
  std::erase_if(view.closed, [](const identity::Suspension& each) { return each.ended.has_value(); });
  view.periods = TRY(release::periods(setting.store()));
  view.self_test = TRY(selftest::newest(setting.store()));
  view.drawn = TRY(drawn_of(setting.store()));
  view.looks = TRY(release::second_looks(setting.store()));
  for (auto& request : TRY(release::retained_now(setting.store()))) {
    if (request.author == user || TRY(identity::is_member(setting.store(), request.project, user))) continue;
    view.retained.push_back({request.number, request.project, std::move(*request.retained)});
  }
  Result<void> counted;
  aside([&] { counted = count_logins(setting, view); });
  TRY(std::move(counted));
  return view;
}

}  // namespace fvm::oversight
