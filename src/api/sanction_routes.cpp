#include "api/sanction_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"
#include "api/oversight_call.hpp"
#include "oversight/security.hpp"
#include "sanction/json.hpp"
#include "sanction/reach.hpp"
#include "sanction/service.hpp"
#include "sanction/visibility.hpp"
#include "selftest/json.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Response;
using sanction::Case;
using sanction::Event;
using sanction::Reach;
using Call = OversightCall;

json::array array_of(const std::vector<std::string>& words) {
  return json::array(words.begin(), words.end());
}

Result<Response> list(const Call& call) {
  const Page page = TRY(page_in(call.request));
  int64_t before = 0;
  if (!page.after.empty()) {
    const auto last = sanction::seen(call.store(), page.after, call.user);
    if (!last.ok()) return page_gone(page);
    before = last->id;
  }
  json::array all;
  for (const Case& about : TRY(sanction::all_seen(call.store(), call.user, before, page.most())))
    all.push_back(sanction::case_json(about));
  return document(200, page_of(std::move(all), "breaches", "case", page));
}

json::object reached_json(const sanction::Reached& reached) {
  return {{"accounts", array_of(reached.accounts)},
          {"projects", array_of(reached.projects)},
          {"members", array_of(reached.members)},
          {"releases", reached.releases},
          {"sessions", reached.sessions}};
}

json::object measure_json(const sanction::Measure& measure) {
  return {{"reach", sanction::name_of(measure.reach)}, {"days", measure.days}};
}

// For those who handle the case: what the rule says, and whom each closing would reach.
Result<void> add_consequences(const Call& call, const Case& about, json::object& out) {
  json::object reach;
  for (const Reach each : {Reach::none, Reach::user, Reach::project, Reach::institution})
    reach[sanction::name_of(each)] = reached_json(TRY(sanction::reached_by(call.store(), about, each)));
  out["would_reach"] = std::move(reach);
  if (!about.severity) return {};
  out["rule"] = measure_json(TRY(sanction::measure_by_rule(call.store(), about, call.setting().world.now())));
  return {};
}

Result<Response> shown(const Call& call, const Case& found) {
  const Case about = sanction::as_seen_by(call.store(), found, call.user);
  json::object out = sanction::case_json(about);
  json::array may;
  const auto allowed = TRY(sanction::allowed_events(call.store(), about, call.user));
  for (const Event event : allowed) may.emplace_back(sanction::name_of(event));
  const bool handles = std::any_of(allowed.begin(), allowed.end(), [](Event event) {
    return event != Event::answer && event != Event::appeal;
  });
  if (handles) TRY(add_consequences(call, about, out));
  out["may"] = std::move(may);
  return document(200, out);
}

Result<Response> show(const Call& call) {
  return shown(call, TRY(sanction::seen(call.store(), call.parameter("number"), call.user)));
}

Result<Response> report(const Call& call) {
  const sanction::Report made{TRY(call.text("user")), TRY(call.text("project")), TRY(call.text("release")),
                              TRY(call.text("words"))};
  return shown(call, TRY(sanction::report(call.ledger(), call.user, made)));
}

Result<Reach> reach_in(const Call& call) {
  const auto reach = sanction::reach_named(TRY(call.text("reach")));
  if (!reach) return usage("api.bad_member", {{"name", "reach"}});
  return *reach;
}

Result<Case> assess(const Call& call, const std::string& words) {
  const auto severity = sanction::severity_named(TRY(call.text("severity")));
  if (!severity) return usage("api.bad_member", {{"name", "severity"}});
  return sanction::assess(call.ledger(), call.parameter("number"), call.user, *severity, words);
}

Result<Case> decide(const Call& call, const std::string& words) {
  std::optional<sanction::Measure> wanted;
  if (!TRY(call.text("reach")).empty()) wanted = {TRY(reach_in(call)), TRY(call.number("days"))};
  return sanction::decide(call.ledger(), call.parameter("number"), call.user, wanted, words);
}

Result<Case> take(const Call& call, Event event) {
  const std::string words = TRY(call.text("words")), &number = call.parameter("number");
  if (event == Event::assess) return assess(call, words);
  if (event == Event::decide) return decide(call, words);
  if (event == Event::interim)
    return sanction::interim(call.ledger(), number, call.user, TRY(reach_in(call)), words);
  return sanction::take_step(call.ledger(), number, call.user, event, words);
}

Result<Event> event_in(const Call& call) {
  const auto events = sanction::all_events();
  const auto event = std::find_if(events.begin(), events.end(), [&](Event each) {
    return sanction::name_of(each) == call.parameter("event");
  });
  if (event == events.end()) return usage("api.bad_member", {{"name", "event"}});
  return *event;
}

// Whoever may not see the case learns nothing of it, whatever he asks for; whoever may not take a step
// nothing of what it takes.
Result<void> may_take(const Call& call) {
  TRY(sanction::seen(call.store(), call.parameter("number"), call.user));
  return sanction::may_take(call.ledger(), call.parameter("number"), call.user, TRY(event_in(call)));
}

Result<Response> step(const Call& call) {
  return shown(call, TRY(take(call, TRY(event_in(call)))));
}

json::array periods_json(const std::vector<release::Period>& periods) {
  json::array all;
  for (const auto& each : periods)
    all.push_back(json::object{{"period", each.id},
                               {"first", to_text(each.first)},
                               {"last", to_text(each.last)},
                               {"revealed", each.revealed}});
  return all;
}

json::array logins_json(const oversight::SecurityView& view) {
  json::array all;
  for (const auto& [day, counts] : view.logins)
    all.push_back(json::object{
        {"day", day}, {"failed", counts.failed}, {"refused", counts.refused}, {"opened", counts.opened}});
  return all;
}

Result<Response> security(const Call& call) {
  const auto view = TRY(oversight::security_view(call.setting(), call.user, call.aside()));
  json::array closed, drawn, looks, retained;
  for (const auto& each : view.closed)
    closed.push_back(json::object{{"scope", identity::name_of(each.scope)},
                                  {"subject", each.subject},
                                  {"case", each.reference},
                                  {"began", to_text(each.began)}});
  for (const auto& each : view.drawn)
    drawn.push_back(json::object{{"release", each.number},
                                 {"project", each.project},
                                 {"state", release::name_of(each.state)},
                                 {"at", to_text(each.at)}});
  for (const auto& each : view.looks)
    looks.push_back(json::object{{"route", each.route}, {"looked", each.looked}, {"found", each.found}});
  for (const auto& each : view.retained)
    retained.push_back(json::object{{"release", each.number},
                                    {"project", each.project},
                                    {"by", each.retained.by},
                                    {"since", to_text(each.retained.since)},
                                    {"reason", each.retained.reason}});
  return document(200, {{"closed", std::move(closed)},
                        {"retained", std::move(retained)},
                        {"drawn", std::move(drawn)},
                        {"second_looks", std::move(looks)},
                        {"periods", periods_json(view.periods)},
                        {"login_days", oversight::login_days},
                        {"logins", logins_json(view)},
                        {"self_test", view.self_test ? json::value(selftest::run_json(*view.self_test))
                                                     : json::value(nullptr)},
                        {"logins_whole", view.logins_whole}});
}

}  // namespace

void add_sanction_routes(http::Router& router, const OversightAccess& access) {
  const auto add = [&](const char* method, const char* path, const char* summary, OversightBody body,
                       const OversightRight& right = {}) {
    add_oversight_route(router, access, {method, path, summary, {}}, std::move(body), right);
  };
  add("GET", "/api/v1/breaches", "Breaches that the actor may see", list);
  add("POST", "/api/v1/breaches", "Reports one", report);
  add("GET", "/api/v1/breaches/{number}", "One of them, and what the actor may do", show);
  add("POST", "/api/v1/breaches/{number}/steps/{event}", "Takes a step", step, may_take);
  add("GET", "/api/v1/security", "Who is closed, second looks, failed logins", security);
}

}  // namespace fvm::api
