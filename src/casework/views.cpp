#include "casework/views.hpp"

#include <algorithm>

#include "calendar/calendar.hpp"
#include "identity/service.hpp"
#include "store/pages.hpp"

namespace fvm::casework {
namespace {

// Durations of the cases of one kind that were decided last, from their histories.
Result<std::vector<int64_t>> durations(const store::Database& store, Kind kind) {
  std::vector<int64_t> out;
  for (const Case& each : TRY(decided_last(store, kind, forecast_cases_max)))
    if (const auto days = days_taken(each)) out.push_back(*days);
  return out;
}

Result<std::vector<notify::Notice>> notices_for(const store::Database& store, const Case& about,
                                                std::string_view user) {
  const auto who = TRY(identity::find_user(store, user));
  auto all = TRY(notify::notices(store, about.number));
  std::erase_if(all, [&](const notify::Notice& notice) {
    const std::string_view audience = notice.audience;
    if (audience == who.name) return false;
    const auto role = audience.starts_with("role:") ? identity::role_of(audience.substr(5)) : std::nullopt;
    return !role || !who.has(*role);
  });
  return all;
}

// Steps that belong to our programs (activate, warn, sign by mail …) are not a person's, whatever his role.
std::vector<OpenStep> steps_for(const Case& about, const Facts& facts) {
  std::vector<OpenStep> out;
  for (const Event event : all_events()) {
    if (about.kind == Kind::amendment && (event == Event::amend || event == Event::extend)) continue;
    if (const auto step = next(about.state, event, role_of(facts, event)))
      out.push_back({event, step->to, needs_words(event)});
  }
  return out;
}

Result<std::vector<std::string>> staff_of(const store::Database& store) {
  std::vector<std::string> out;
  for (const identity::User& user : TRY(identity::list_users(store))) {
    if (user.may_act_as(identity::Role::caseworker)) out.push_back(user.name);
  }
  return out;
}

Error unknown_case(std::string_view number) {
  return usage("casework.unknown", {{"case", std::string(number)}});
}

// Drafts of somebody else's are not shown; what was handed in is.
bool may_see_text(const Case& about, Sight sight, std::string_view user, const Version& version) {
  if (sight == Sight::nothing) return false;
  if (version.submitted || about.applicant == user) return true;
  return sight == Sight::inside && about.origin == Origin::mail && about.applicant.empty();
}

}  // namespace

Result<View> view(const Setting& setting, std::string_view number, std::string_view user) {
  const store::Database& store = setting.ledger.database();
  const Case whole = TRY(find(store, number));
  View out;
  const Facts facts = TRY(facts_of(store, whole, user));
  out.sight = sight_of(facts);
  if (out.sight == Sight::nothing) return unknown_case(number);
  out.about = seen(whole, out.sight);
  out.steps = steps_for(whole, facts);
  if (out.sight == Sight::inside) out.staff = TRY(staff_of(store));
  const Date today = calendar::danish_date(setting.world.now());
  out.clock = clock_of(whole, today, setting.rules.target_days);
  out.place = WaitingLine(TRY(waiting(store))).place_of(whole);
  auto past = TRY(durations(store, whole.kind));
  out.forecast_cases = past.size();
  out.forecast = forecast_of(out.clock, std::move(past), today, setting.rules.forecast_cases_min);
  if (whole.submitted_version > 0)
    out.remarks = TRY(version_of(store, whole, whole.submitted_version)).remarks;
  out.notices = TRY(notices_for(store, whole, user));
  out.letters = TRY(notify::letters_about(store, whole.number));
  for (const Case& child : TRY(list(store, {.parent = whole.number}))) out.children.push_back(child.number);
  return out;
}

Result<std::vector<View>> views(const Setting& setting, const Filter& filter, std::string_view user) {
  const store::Database& store = setting.ledger.database();
  const Date today = calendar::danish_date(setting.world.now());
  const WaitingLine line(TRY(waiting(store)));
  const Viewer viewer = TRY(viewer_of(store, user));
  Filter wanted = filter;
  if (!viewer.caseworker && !viewer.decision_maker) {
    wanted.applicant = viewer.name.empty() ? std::string(user) : viewer.name;
    if (viewer.signatory) wanted.signs_for = viewer.cvr;
  }
  return store::seen_page<View>(
      filter.most,
      [&](int64_t count) -> Result<std::vector<Case>> {
        wanted.most = count;
        auto some = TRY(list_whole(store, wanted));
        if (!some.empty()) wanted.after = some.back().id;
        return some;
      },
      [&](const Case& whole) -> Result<std::optional<View>> {
        const Facts facts = facts_of(viewer, whole);
        View one;
        one.sight = sight_of(facts);
        if (one.sight == Sight::nothing) return std::optional<View>();
        one.clock = clock_of(whole, today, setting.rules.target_days);
        one.place = line.place_of(whole);
        one.about = seen(whole, one.sight);
        one.steps = steps_for(whole, facts);
        return std::optional(std::move(one));
      });
}

Result<Queue> queue(const Setting& setting) {
  const store::Database& store = setting.ledger.database();
  Queue out;
  out.target_days = setting.rules.target_days;
  for (const Case& each : TRY(list(store))) {
    out.waiting += counts(each.state);
    out.with_applicants += each.state == State::returned;
  }
  auto past = TRY(durations(store, Kind::application));
  out.forecast_cases = past.size();
  const Date today = calendar::danish_date(setting.world.now());
  out.forecast = forecast_of({}, std::move(past), today, setting.rules.forecast_cases_min);
  return out;
}

Result<Version> visible_version(const store::Database& store, std::string_view number, std::string_view user,
                                std::optional<int64_t> version) {
  const Case about = TRY(find(store, number));
  const Sight sight = TRY(sight_of(store, about, user));
  if (sight == Sight::nothing) return unknown_case(number);
  auto all = TRY(versions_of(store, about));
  std::erase_if(all, [&](const Version& v) { return !may_see_text(about, sight, user, v); });
  const auto found = std::find_if(all.rbegin(), all.rend(),
                                  [&](const Version& v) { return !version || v.version == *version; });
  if (found != all.rend()) return std::move(*found);
  return usage("casework.no_version",
               {{"case", about.number}, {"version", version ? std::to_string(*version) : "–"}});
}

Result<Compared> compare(const store::Database& store, std::string_view number, std::string_view user,
                         std::optional<int64_t> before, std::optional<int64_t> after) {
  const Version to = TRY(visible_version(store, number, user, after));
  const Version from = TRY(visible_version(store, number, user, before ? *before : to.version - 1));
  return Compared{from.version, to.version,
                  difference(read_version(from, std::string(number)), read_version(to, std::string(number))),
                  line_difference(from.text, to.text)};
}

}  // namespace fvm::casework
