#include "api/gate.hpp"

#include <algorithm>

#include "api/desktop_routes.hpp"
#include "api/json_route.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "http/cookies.hpp"

namespace fvm::api {
namespace {

constexpr size_t seen_max = 100'000;
constexpr int64_t second = 1'000'000;

bool changes_something(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

Time first_seen(const account::Session& session) {
  return session.stepped_up ? std::max(*session.stepped_up, session.created) : session.created;
}

}  // namespace

bool Sightings::see(const account::Session& session, Time now, int64_t idle_seconds) {
  const std::lock_guard lock(mutex_);
  if (seen_.size() > seen_max) {
    std::erase_if(seen_, [&](const auto& each) {
      return now.microseconds - each.second.microseconds > idle_seconds * second;
    });
  }
  Time& last = seen_.try_emplace(session.id, first_seen(session)).first->second;
  last = std::max(last, first_seen(session));
  if (now.microseconds - last.microseconds > idle_seconds * second) return false;
  last = now;
  return true;
}

Time Sightings::last(const account::Session& session) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(session.id);
  return found == seen_.end() ? first_seen(session) : found->second;
}

Result<std::optional<account::Session>> Gate::find(const http::Request& request, Time now) {
  if (const auto* session = std::any_cast<account::Session>(&request.found)) return std::optional(*session);
  const std::string_view token = http::cookie(request, session_cookie);
  if (token.empty()) return std::optional<account::Session>();
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  return account::find_session(store, token, request.header("user-agent"), now);
}

Result<account::Session> Gate::session(const http::Request& request) {
  const Time now = world_.now();
  auto found = TRY(find(request, now));
  if (!found) return refused("login.needed");
  if (!sightings_.see(*found, now, options_.idle_seconds)) {
    const auto ended = account::end_session(ledger_, "fvm-portal", found->user.name, found->id, "idle");
    // Another request of the same browser may have been quicker.
    if (!ended.ok() && ended.error().code != "account.session.unknown") return ended.error();
    return refused("login.needed");
  }
  return std::move(*found);
}

bool Gate::recognise(http::Request& request) {
  const Time now = world_.now();
  auto found = find(request, now);
  if (!found.ok() || !found->has_value()) return false;
  const Time last = sightings_.last(**found);
  request.found = std::move(**found);
  return now.microseconds - last.microseconds <= options_.idle_seconds * second;
}

std::string Gate::csrf_token(std::string_view secret) {
  return crypto::sha256_hex("fvm-csrf\n" + std::string(secret));
}

Result<void> Gate::meant(const http::Request& request, std::string_view secret) const {
  const std::string_view origin = request.header("origin"), site = request.header("sec-fetch-site");
  const bool elsewhere =
      (!origin.empty() && origin != options_.origin) || (!site.empty() && site != "same-origin");
  if (elsewhere || !crypto::same_secret(request.header(csrf_header), csrf_token(secret)))
    return refused("login.csrf");
  return {};
}

Result<void> Gate::fresh(const account::Session& session) const {
  // Logging in is itself both factors.
  if (world_.now().microseconds - first_seen(session).microseconds <= options_.step_up_seconds * second)
    return {};
  return refused("login.step_up");
}

Result<account::Session> Gate::admitted(const http::Request& request) {
  auto who = TRY(session(request));
  const bool changes = changes_something(request.method);
  if (const int64_t wait = (changes ? changing_ : looking_).wait_seconds(who.id, world_.now()); wait > 0)
    return http::too_fast(wait);
  if (changes) TRY(meant(request, http::cookie(request, session_cookie)));
  return who;
}

Result<http::Request> Gate::passed(http::Request request, const http::Route& route) {
  const auto who = TRY(admitted(request));
  const auto event = request.parameters.find("event");
  if (asks_step_up(route.method, route.pattern, event == request.parameters.end() ? "" : event->second))
    TRY(fresh(who));
  request.headers[actor_header] = who.user.name;
  request.headers[login_header] = who.id;
  return request;
}

void Gate::add_guarded(http::Router& router, const http::Router& behind) {
  for (const http::Route& route : behind.routes()) {
    http::Route guarded = route;
    guarded.handler = [this, &route](const http::Request& request) {
      auto let_in = passed(request, route);
      return let_in.ok() ? route.handler(*let_in) : gate_problem(let_in.error());
    };
    router.add(std::move(guarded));
  }
}

bool asks_step_up(std::string_view method, std::string_view pattern, std::string_view event) {
  const auto acts = step_up_events();
  if (method != "POST") return false;
  if (pattern == "/api/v1/applications/{number}/agreements") return true;
  if (pattern.starts_with("/api/v1/releases/")) return true;  // a review, a recall
  if (pattern.starts_with("/api/v1/breaches/")) return true;  // a closing
  if (pattern.starts_with("/api/v1/accounts")) return true;   // a new account, a code
  if (pattern.starts_with("/api/v1/institutions")) return true;
  if (pattern.starts_with("/api/v1/deliveries/")) return true;            // what is unusual, into the mirror
  if (pattern == "/api/v1/links/{number}/files/{position}") return true;  // fetching what was sent home
  if (pattern == "/api/v1/projects/{project}/releases") return true;      // sending home
  return pattern == "/api/v1/applications/{number}/steps/{event}" &&
         std::find(acts.begin(), acts.end(), event) != acts.end();
}

std::span<const std::string_view> step_up_events() {
  static constexpr std::string_view acts[] = {"approve", "reject",    "reopen",
                                              "close",   "hand_over", "withdraw"};
  return acts;
}

bool is_way_in(const http::Request& request) {
  constexpr std::string_view asking[] = {"/login/mitid", "/login/callback", "/login/step-up"};
  const bool asks = std::find(std::begin(asking), std::end(asking), request.path) != std::end(asking);
  return asks || (request.method == "POST" && request.path.starts_with("/api/login/"));
}

http::Response gate_problem(const Error& error) {
  constexpr unsigned unauthorized = 401, too_many = 429;
  if (int64_t seconds = 0; error.code == "api.too_fast" && is_number(error.argument("seconds"), seconds))
    return http::come_back(too_many, error, seconds);
  return error.code == "login.needed" ? http::problem(unauthorized, error) : http::problem(error);
}

}  // namespace fvm::api
