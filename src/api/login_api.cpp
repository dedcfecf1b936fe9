// The second factor: user name and password, or one-time code and a new password; always after MitID Erhverv.
#include <boost/json.hpp>
#include <chrono>

#include "api/json_route.hpp"
#include "api/login_access.hpp"
#include "http/cookies.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

constexpr size_t field_bytes_max = 1024;

std::optional<OnTheWay> proved(const LoginAccess& access, const Request& request) {
  auto way = access.seal.open(http::cookie(request, way_cookie));
  return way && way->stage == Stage::proved ? way : std::nullopt;
}

Response where(const LoginAccess& access, const Request& request) {
  const auto way = proved(access, request);
  json::object out{{"configured", access.provider != nullptr}, {"stage", way ? "mitid" : "none"}};
  if (way) {
    out["next"] = way->next;
    out["csrf"] = Gate::csrf_token(http::cookie(request, way_cookie));
  }
  return document(200, out);
}

// The texts that `names` name, all of them; "api.bad_json", "api.bad_member".
Result<std::vector<std::string>> texts(const Request& request, std::initializer_list<const char*> names) {
  const json::object fields = TRY(object_in(request));
  std::vector<std::string> out;
  for (const char* name : names) {
    const auto* found = fields.if_contains(name);
    if (found == nullptr || !found->is_string() || found->get_string().size() > field_bytes_max)
      return usage("api.bad_member", {{"name", name}});
    out.emplace_back(found->get_string());
  }
  return out;
}

using Locked = std::unique_lock<std::timed_mutex>;

// What both have in common: MitID Erhverv is settled, the request is meant, it is one's turn.
template <class Body>
Response second_factor(LoginAccess& access, const Request& request, Body body) {
  const auto way = proved(access, request);
  if (!way || access.accounts == nullptr) return gate_problem(refused("login.needed"));
  const auto meant = access.gate.meant(request, http::cookie(request, way_cookie));
  if (!meant.ok()) return http::problem(meant.error());
  // Whoever MitID has named, not the user name that he types: nobody uses up somebody else's turns.
  if (const int64_t wait = access.attempts.wait_seconds(way->proof.professional, access.world.now());
      wait > 0)
    return gate_problem(http::too_fast(wait));
  const Locked turn(access.hashing, std::chrono::seconds(hashing_wait_seconds));
  if (!turn.owns_lock()) return http::problem(surroundings("login.busy"));
  auto done = body(*way);
  return done.ok() ? std::move(*done) : http::problem(done.error());
}

Response log_in(LoginAccess& access, const Request& request) {
  return second_factor(access, request, [&](const OnTheWay& way) -> Result<Response> {
    const auto typed = TRY(texts(request, {"user", "password"}));
    const auto opened =
        TRY(account::log_in(*access.accounts, way.proof, {typed[0], typed[1]}, request.header("user-agent")));
    Response response = document(200, {{"next", way.next}});
    response.headers.push_back(http::set_cookie(session_cookie, opened.token,
                                                access.accounts->session_seconds, http::SameSite::strict));
    response.headers.push_back(http::drop_cookie(way_cookie));
    return response;
  });
}

Response activate(LoginAccess& access, const Request& request) {
  return second_factor(access, request, [&](const OnTheWay& way) -> Result<Response> {
    const auto typed = TRY(texts(request, {"user", "code", "password"}));
    TRY(account::use_code(*access.accounts, way.proof, {typed[0], typed[1], typed[2]}));
    // The password has been chosen, not yet shown: the user logs in with it like any other day.
    return document(200,
                    {{"next", way.language == Language::danish ? "/login/password" : "/en/login/password"}});
  });
}

}  // namespace

void add_login_api(http::Router& router, LoginAccess& access) {
  router.add({"GET", "/api/login", "How far this browser has come with logging in",
              [&access](const Request& r) { return where(access, r); }});
  router.add({"POST", "/api/login/password", "User name and password: the second factor",
              [&access](const Request& r) { return log_in(access, r); }});
  router.add({"POST", "/api/login/activate", "A one-time code and a new password",
              [&access](const Request& r) { return activate(access, r); }});
}

}  // namespace fvm::api
