#include "api/project_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "api/json_route.hpp"
#include "base/running.hpp"
#include "enclave/service.hpp"
#include "enclave/usage.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "mirror/freshness.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using extract::Project;
using http::Request;
using http::Response;

constexpr int64_t microseconds_per_day = 86'400'000'000;

// What each handler gets.
struct Call {
  const ProjectAccess& access;
  const Request& request;
  const store::Database& store;
  std::string user;
};
using Body = Result<Response> (*)(const Call&);

Response answer(const ProjectAccess& access, const Request& request, Body body) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const auto lent = TRY(access.readers.lend());
    return body({access, request, lent, user});
  });
}

Result<bool> may_work(const Call& call) {
  const auto user = identity::find_user(call.store, call.user);
  if (!user.ok() && user.error().kind == Kind::usage) return false;
  return TRY(user).may_act_as(identity::Role::analyst);
}

// In one word, for a page; what it means is in messages (web.project_*).
std::string_view state_of(const Call& call, const Project& project) {
  constexpr std::string_view names[] = {"running", "held", "coming", "ended"};
  const Date today = date_of_days(call.access.world.now().microseconds / microseconds_per_day);
  const auto standing = extract::standing_of(project, today);
  if (standing == extract::Standing::running && project.version == 0) return "unbuilt";
  return names[static_cast<size_t>(standing)];
}

json::object outline(const Call& call, const Project& project) {
  json::value built = nullptr;
  if (project.version > 0) built = to_text(project.built);
  return {{"project", project.number},
          {"title", project.title},
          {"authority", project.authority},
          {"state", state_of(call, project)},
          {"valid_from", to_text(project.valid_from)},
          {"valid_to", to_text(project.valid_to)},
          {"version", project.version},
          {"built", built}};
}

Result<Response> list(const Call& call) {
  json::array mine;
  if (TRY(may_work(call))) {
    for (const std::string& number : TRY(extract::list_projects(call.store))) {
      if (TRY(identity::is_member(call.store, number, call.user)))
        mine.push_back(outline(call, TRY(extract::open_project(call.store, number))));
    }
  }
  return document(200, {{"projects", std::move(mine)}});
}

// When registers delivered what a project's tables are made of, by "schema.table". Without a catalogue:
// nothing is known.
Result<std::map<std::string, Time>> deliveries(const Call& call) {
  std::map<std::string, Time> out;
  const auto newest = call.access.catalogues.newest(call.store);
  if (!newest.ok()) return out;
  for (const auto& table : TRY(mirror::freshness(call.store, **newest)))
    if (table.delivered) out[catalogue::folded(table.register_name + "." + table.table)] = *table.delivered;
  return out;
}

json::object to_json(const extract::Column& column, const std::optional<Time>& used) {
  return {{"name", column.name},
          {"type", column.is_pseudonym() ? "integer" : catalogue::to_text(column.type)},
          {"class", catalogue::to_text(column.what)},
          {"da", column.text_da},
          {"en", column.text_en},
          {"last_used", text_or_null(used)}};
}

Result<json::array> tables(const Call& call, const Project& project) {
  const auto delivered = TRY(deliveries(call));
  std::map<std::string, std::optional<Time>> used;
  if (project.version > 0)
    for (const auto& each : TRY(enclave::usage_of(call.store, project)))
      used[each.schema + "." + each.table + "." + each.column] = std::max(each.last_used, each.last_whole);
  json::array out;
  for (const extract::ProjectTable& table : project.tables) {
    const std::string name = table.schema + "." + table.name;
    json::array columns;
    for (const extract::Column& column : table.columns)
      columns.push_back(to_json(column, used[name + "." + column.name]));
    const auto found = delivered.find(catalogue::folded(name));
    const auto when = found == delivered.end() ? std::nullopt : std::optional<Time>(found->second);
    out.push_back(json::object{{"name", name},
                               {"da", table.text_da},
                               {"en", table.text_en},
                               {"delivered", text_or_null(when)},
                               {"columns", std::move(columns)}});
  }
  return out;
}

// Who is on, and how much of his quota the actor uses, whichever project it is in.
Result<void> add_sessions(const Call& call, const Project& project, json::object& out) {
  json::array open;
  for (const auto& each : TRY(enclave::list(call.store, project.number, true)))
    open.push_back(json::object{{"session", enclave::session_name(each.number)},
                                {"user", each.user},
                                {"started", to_text(each.started)}});
  uint64_t mine = 0;
  for (const auto& each : TRY(enclave::list(call.store, "", true))) mine += each.user == call.user ? 1 : 0;
  out["sessions"] = std::move(open);
  out["quota"] = json::object{{"sessions_open", mine},
                              {"sessions_max", call.access.config.session.sessions_max},
                              {"file_bytes_max", call.access.config.release.file_bytes_max}};
  return {};
}

Result<json::array> recipients(const Call& call) {
  json::array out;
  const auto user = TRY(identity::find_user(call.store, call.user));
  for (const auto& institution : TRY(identity::list_institutions(call.store)))
    if (institution.id == user.institution)
      out = json::array(institution.recipients.begin(), institution.recipients.end());
  return out;
}

// New data on their way: how many tables of all. Their rows are nobody's to see.
json::value building(const Call& call, const Project& project) {
  for (const RunningJob& job : running_jobs(call.access.world, call.access.jobs)) {
    if (job.kind == "build" && job.subject == project.number)
      return json::object{{"done", job.done}, {"total", job.total}};
  }
  return nullptr;
}

Result<Response> show(const Call& call) {
  const std::string& number = call.request.parameters.at("project");
  // Whoever is no member learns nothing, not even a number that is near.
  if (!TRY(may_work(call)) || !TRY(identity::is_member(call.store, number, call.user)))
    return usage("project.unknown", {{"name", number}});
  const Project project = TRY(extract::open_project(call.store, number));
  json::object out = outline(call, project);
  out["building"] = building(call, project);
  out["tables"] = TRY(tables(call, project));
  out["members"] = json::array(project.members.begin(), project.members.end());
  out["recipients"] = TRY(recipients(call));
  TRY(add_sessions(call, project, out));
  return document(200, out);
}

}  // namespace

void add_project_routes(http::Router& router, const ProjectAccess& access) {
  router.add({"GET", "/api/v1/projects", "The projects that the actor is a member of",
              [&access](const Request& request) { return answer(access, request, list); }});
  router.add({"GET", "/api/v1/projects/{project}", "One of them: its data, members and sessions",
              [&access](const Request& request) { return answer(access, request, show); }});
}

}  // namespace fvm::api
