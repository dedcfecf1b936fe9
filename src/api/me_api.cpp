// Who is logged in here, where else, and out again.
#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/login_access.hpp"
#include "http/cookies.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using account::Session;
using http::Request;
using http::Response;

json::object shown(const LoginAccess& access, const Session& session, const Session& current) {
  return {{"session", session.id},
          {"browser", session.browser},
          {"created", to_text(session.created)},
          {"seen", to_text(access.gate.sightings().last(session))},
          {"expires", to_text(session.expires)},
          {"current", session.id == current.id}};
}

Result<Response> me(LoginAccess& access, const Request& request, const Session& session) {
  json::array roles;
  for (const auto role : session.user.roles) roles.emplace_back(identity::to_text(role));
  return document(200, {{"user", session.user.name},
                        {"institution", session.user.institution_name},
                        {"roles", std::move(roles)},
                        {"assurance", session.assurance},
                        {"session", shown(access, session, session)},
                        {"step_up_needed", !access.gate.fresh(session).ok()},
                        {"csrf", Gate::csrf_token(http::cookie(request, session_cookie))}});
}

Result<Response> sessions(LoginAccess& access, const Request&, const Session& session) {
  const auto lent = TRY(access.gate.readers().lend());
  const store::Database& store = lent;
  json::array all;
  for (const Session& each : TRY(account::sessions_of(store, session.user.name, access.world.now())))
    all.push_back(shown(access, each, session));
  return document(200, {{"sessions", std::move(all)}});
}

Result<Response> end_one(LoginAccess& access, const Request& request, const Session& session) {
  const std::string& name = session.user.name;
  TRY(account::end_session(access.ledger, name, name, request.parameters.at("id"), "user"));
  return document(200, {{"ended", request.parameters.at("id")}});
}

Result<Response> log_out(LoginAccess& access, const Request&, const Session& session) {
  TRY(account::end_session(access.ledger, session.user.name, session.user.name, session.id, "logout"));
  Response response = document(200, {{"ended", session.id}});
  response.headers.push_back(http::drop_cookie(session_cookie));
  response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  return response;
}

using Body = Result<Response> (*)(LoginAccess&, const Request&, const Session&);

Result<Response> answer(LoginAccess& access, const Request& request, Body body) {
  const Session session = TRY(access.gate.admitted(request));
  return body(access, request, session);
}

}  // namespace

void add_me_api(http::Router& router, LoginAccess& access) {
  const auto add = [&](const char* method, const char* path, const char* summary, Body body) {
    router.add({method, path, summary, [&access, body](const Request& request) {
                  auto answered = answer(access, request, body);
                  return answered.ok() ? std::move(*answered) : gate_problem(answered.error());
                }});
  };
  add("GET", "/api/me", "Who is logged in", me);
  add("GET", "/api/me/sessions", "The browsers that one is logged in with", sessions);
  add("DELETE", "/api/me/sessions/{id}", "Logs one of them out", end_one);
  add("POST", "/logout", "Logs this browser out", log_out);
}

}  // namespace fvm::api
