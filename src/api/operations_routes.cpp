#include "api/operations_routes.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"
#include "api/oversight_call.hpp"
#include "oversight/accounts.hpp"
#include "oversight/ledger.hpp"
#include "oversight/operations.hpp"
#include "selftest/json.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Response;
using Call = OversightCall;

json::object to_json(const identity::Institution& institution);
json::object to_json(const account::Standing& standing);
json::object to_json(const identity::Suspension& pause);
json::object to_json(const audit::Entry& entry);

json::array unusual_json(const std::vector<mirror::Finding>& findings) {
  json::array all;
  for (const mirror::Finding& finding : findings)
    all.push_back(json::object{{"da", mirror::sentence(finding, Language::danish)},
                               {"en", mirror::sentence(finding, Language::english)}});
  return all;
}

json::object to_json(const mirror::DeliveryLine& line) {
  return {{"delivery", line.number},
          {"table", line.table},
          {"actor", line.actor},
          {"status", mirror::to_text(line.status)},
          {"started", to_text(line.started)},
          {"done", text_or_null(line.done)},
          {"rows_read", line.rows_read},
          {"rows_accepted", line.rows_accepted},
          {"rows_rejected", line.rows_rejected},
          {"unusual", unusual_json(line.findings)}};
}

json::object to_json(const oversight::Fresh& fresh) {
  const auto number_or_null = [](const std::optional<int64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  return {{"table", fresh.table.register_name + "." + fresh.table.table},
          {"frequency", fresh.table.update_frequency},
          {"delivered", text_or_null(fresh.table.delivered)},
          {"rows", fresh.table.rows},
          {"days", number_or_null(fresh.days)},
          {"days_allowed", number_or_null(fresh.days_allowed)},
          {"late", fresh.late()}};
}

json::object to_json(const release::Delayed& mail) {
  return {{"release", mail.number},
          {"recipient", mail.recipient},
          {"since", to_text(mail.since)},
          {"status", mail.status},
          {"told", mail.told}};
}

json::object to_json(const release::VirusScanner& scanner) {
  return {{"state", release::name_of(scanner.state)}, {"version", scanner.version}};
}

json::object to_json(const oversight::Disk& disk) {
  return {{"folders", json::array(disk.folders.begin(), disk.folders.end())},
          {"bytes", disk.bytes},
          {"free_bytes", disk.free_bytes}};
}

json::object to_json(const RunningJob& job) {
  return {{"kind", job.kind}, {"subject", job.subject}, {"step", job.step}, {"unit", job.unit},
          {"done", job.done}, {"total", job.total},     {"rows", job.rows}, {"began", to_text(job.began)}};
}

json::object to_json(const extract::BuildLine& build) {
  return {{"build", build.build},
          {"project", build.project},
          {"state", build.state},
          {"started", to_text(build.started)},
          {"ended", text_or_null(build.ended)},
          {"persons", build.persons},
          {"rows", build.rows},
          {"reason", build.reason}};
}

template <class Items>
json::array all_json(const Items& items) {
  json::array all;
  for (const auto& each : items) all.push_back(to_json(each));
  return all;
}

json::array freshness_json(const ServiceFacts& facts) {
  const auto known = facts.catalogue();
  if (!known.ok()) return {};  // before the first import
  std::vector<mirror::TableFreshness> tables;
  for (size_t i = 0; i < known->tables.size(); ++i) {
    if (mirror::is_told(known->search->catalogue()->tables[i], known->tables[i]))
      tables.push_back(known->tables[i]);
  }
  return all_json(oversight::against_target(std::move(tables), real_world().now()));
}

Result<Response> operations(const Call& call, const ServiceFacts& facts) {
  const auto view = TRY(oversight::operations_view(call.setting(), call.user));
  return document(200, {{"version", facts.version},
                        {"programs", programs_json(facts.programs())},
                        {"freshness", freshness_json(facts)},
                        {"deliveries", all_json(view.deliveries)},
                        {"jobs", all_json(view.jobs)},
                        {"builds", all_json(view.builds)},
                        {"held", json::array(view.held_releases.begin(), view.held_releases.end())},
                        {"delayed", all_json(view.delayed_mails)},
                        {"virus_scanner", to_json(view.virus_scanner)},
                        {"self_test", view.self_test ? json::value(selftest::run_json(*view.self_test))
                                                     : json::value(nullptr)},
                        {"sessions", view.sessions},
                        {"closed", view.suspended},
                        {"disks", all_json(view.disks)},
                        {"ledger",
                         {{"records", view.ledger.size},
                          {"bytes", view.ledger_bytes},
                          {"checkpointed", view.ledger.checkpointed},
                          {"checkpoint_at", text_or_null(view.checkpointed)}}}});
}

Result<Response> settings(const Call& call) {
  json::array all;
  for (const config::Listed& each : TRY(oversight::settings_view(call.setting(), call.user)))
    all.push_back(json::object{{"name", each.name}, {"value", each.value}, {"usual", each.usual}});
  return document(200, {{"settings", std::move(all)}});
}

OversightBody decide(mirror::Decision decision) {
  return [decision](const Call& call) -> Result<Response> {
    const std::string text = call.parameter("number");
    int64_t number = 0;
    if (!is_number(text, number)) return usage("deliver.not_held", {{"number", text}});
    TRY(oversight::decide_delivery(call.setting(), call.user, number, decision, TRY(call.text("reason"))));
    return document(200, {{"delivery", number}, {"taken", decision == mirror::Decision::take}});
  };
}

json::object to_json(const identity::Institution& institution) {
  return {{"name", institution.name},
          {"cvr", institution.cvr},
          {"recipients", json::array(institution.recipients.begin(), institution.recipients.end())},
          {"delivery", identity::to_text(institution.delivery)},
          {"closed", institution.closed}};
}

json::object to_json(const identity::User& user) {
  json::array roles;
  for (const identity::Role role : user.roles) roles.emplace_back(identity::to_text(role));
  return {{"user", user.name},           {"institution", user.institution_name},
          {"roles", std::move(roles)},   {"closed", user.closed},
          {"suspended", user.suspended}, {"created", to_text(user.created)}};
}

json::object to_json(const account::Standing& standing) {
  json::object out = to_json(standing.user);
  out["bound"] = standing.bound, out["activated"] = standing.activated;
  out["code_expires"] = text_or_null(standing.code_expires);
  out["locked_until"] = text_or_null(standing.locked_until);
  return out;
}

json::object to_json(const identity::Suspension& pause) {
  return {{"scope", identity::name_of(pause.scope)},
          {"subject", pause.subject},
          {"reference", pause.reference},
          {"began", to_text(pause.began)},
          {"until", pause.until ? json::value(to_text(*pause.until)) : json::value(nullptr)}};
}

Result<Response> people(const Call& call) {
  const Page page = TRY(page_in(call.request));
  std::string after;
  if (!page.after.empty()) {
    const auto last = identity::find_user(call.store(), page.after);
    if (!last.ok()) return page_gone(page);
    after = last->name;
  }
  const auto all = TRY(oversight::people(call.setting(), call.user, after, page.most()));
  json::object out = page_of(all_json(all.accounts), "accounts", "user", page);
  out["institutions"] = all_json(all.institutions), out["pauses"] = all_json(all.pauses);
  return document(200, out);
}

Result<Response> add_institution(const Call& call) {
  return document(
      201, to_json(TRY(oversight::add_institution(call.setting(), call.user, TRY(call.text("name")),
                                                  TRY(call.text("cvr")), TRY(call.texts("recipients"))))));
}

Result<Response> set_recipients(const Call& call) {
  return document(200,
                  to_json(TRY(oversight::set_recipients(call.setting(), call.user, call.parameter("cvr"),
                                                        TRY(call.texts("add")), TRY(call.texts("remove"))))));
}

Result<Response> close_institution(const Call& call) {
  return document(200, to_json(TRY(oversight::close_institution(
                           call.setting(), call.user, call.parameter("cvr"), TRY(call.text("reason"))))));
}

// An account's name or an institution's number is in the path.
struct Paused {
  identity::Scope scope;
  const char* parameter;
};
constexpr Paused account_paused{identity::Scope::user, "user"};
constexpr Paused institution_paused{identity::Scope::institution, "cvr"};

OversightBody pause(const Paused& what) {
  return [&what](const Call& call) -> Result<Response> {
    sanction::PauseOrder order{what.scope, call.parameter(what.parameter), TRY(call.text("reason")),
                               std::nullopt};
    if (const auto until = TRY(call.text("until")); !until.empty()) order.until = TRY(parse_date(until));
    return document(201, to_json(TRY(oversight::pause(call.setting(), call.user, order))));
  };
}

OversightBody end_pause(const Paused& what) {
  return [&what](const Call& call) -> Result<Response> {
    TRY(oversight::end_pause(call.setting(), call.user, what.scope, call.parameter(what.parameter),
                             TRY(call.text("reason"))));
    return people(call);
  };
}

Result<Response> set_delivery(const Call& call) {
  return document(200, to_json(TRY(oversight::set_delivery(call.setting(), call.user, call.parameter("cvr"),
                                                           TRY(call.text("delivery"))))));
}

Result<Response> add_account(const Call& call) {
  const oversight::NewAccount wanted{TRY(call.text("user")), TRY(call.text("institution")),
                                     TRY(call.texts("roles"))};
  return document(201, to_json(TRY(oversight::add_account(call.setting(), call.user, wanted))));
}

Result<Response> issue_code(const Call& call) {
  account::CodeOrder order{.user = call.parameter("user"), .professional = TRY(call.text("professional"))};
  if (const int64_t hours = TRY(call.number("hours")); hours != 0) order.hours = hours;
  const auto issued = TRY(oversight::issue_code(call.setting(), call.user, order));
  return document(201, {{"user", issued.user},
                        {"code", issued.code},
                        {"purpose", account::to_text(issued.purpose)},
                        {"expires", to_text(issued.expires)}});
}

Result<Response> close_account(const Call& call) {
  return document(200, to_json(TRY(oversight::close_account(call.setting(), call.user, call.parameter("user"),
                                                            TRY(call.text("reason"))))));
}

json::object to_json(const audit::Entry& entry) {
  json::object facts;
  for (const auto& [name, value] : entry.facts) facts[name] = value;
  return {{"time", entry.time},
          {"actor", entry.actor},
          {"action", entry.action},
          {"subject", entry.subject},
          {"facts", std::move(facts)}};
}

Result<Response> search(const Call& call) {
  audit::Wanted wanted{.actor = call.request.value("actor"),
                       .action = call.request.value("action"),
                       .subject = call.request.value("about")};
  const std::string before = call.request.value("before");
  if (!before.empty() && !is_number(before, wanted.before))
    return usage("api.bad_member", {{"name", "before"}});
  const auto page = TRY(oversight::search(call.setting(), call.user, std::move(wanted), call.aside()));
  json::value next = nullptr;
  if (page.next != 0) next = std::to_string(page.next);
  return document(200, {{"records", all_json(page.entries)}, {"next", next}});
}

}  // namespace

void add_operations_routes(http::Router& router, const OversightAccess& access, const ServiceFacts& facts) {
  const auto get = [&](const char* path, const char* summary, OversightBody body,
                       const OversightRight& right = {}) {
    add_oversight_route(router, access, {"GET", path, summary, {}}, std::move(body), right);
  };
  const OversightRight operators = [](const Call& call) -> Result<void> {
    TRY(identity::require_role(call.store(), call.user, identity::Role::operator_));
    return {};
  };
  // `act`: what an attempt of somebody who is no operator is called in the ledger.
  const auto post = [&](const char* path, const char* summary, const char* act, OversightBody body) {
    add_oversight_route(
        router, access, {"POST", path, summary, {}}, std::move(body),
        [act](const Call& call) { return oversight::require_operator(call.setting(), call.user, act); });
  };
  get("/api/v1/operations", "Whether it runs",
      [&facts](const Call& call) { return operations(call, facts); });
  get("/api/v1/settings", "The settings of the instance, and what is usual", settings);
  get("/api/v1/accounts", "Institutions and accounts", people, operators);
  post("/api/v1/accounts", "A new account", "user.add", add_account);
  post("/api/v1/accounts/{user}/code", "A one-time code", "user.code", issue_code);
  post("/api/v1/accounts/{user}/close", "Closes an account for good", "user.close", close_account);
  post("/api/v1/institutions", "A new institution", "institution.add", add_institution);
  post("/api/v1/accounts/{user}/pause", "Closes an account for a time", "account.pause",
       pause(account_paused));
  post("/api/v1/accounts/{user}/resume", "Opens a paused account", "account.end_pause",
       end_pause(account_paused));
  post("/api/v1/institutions/{cvr}/recipients", "Where its results may be mailed", "institution.recipients",
       set_recipients);
  post("/api/v1/institutions/{cvr}/pause", "Closes an institution for a time", "account.pause",
       pause(institution_paused));
  post("/api/v1/institutions/{cvr}/resume", "Opens a paused institution", "account.end_pause",
       end_pause(institution_paused));
  post("/api/v1/institutions/{cvr}/close", "Closes an institution for good", "institution.close",
       close_institution);
  post("/api/v1/institutions/{cvr}/delivery", "How results reach it", "institution.delivery", set_delivery);
  post("/api/v1/deliveries/{number}/take", "Takes in a delivery that is held", "delivery.decide",
       decide(mirror::Decision::take));
  post("/api/v1/deliveries/{number}/refuse", "Refuses a delivery that is held", "delivery.decide",
       decide(mirror::Decision::refuse));
  get("/api/v1/ledger", "Search in the ledger, newest first", search,
      [](const Call& call) { return oversight::may_search(call.setting(), call.user); });
}

}  // namespace fvm::api
