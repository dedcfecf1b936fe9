#include "desk/routes.hpp"

#include <boost/json.hpp>

#include "base/log.hpp"
#include "http/cookies.hpp"

namespace fvm::desk {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

constexpr const char* callback_path = "/login/callback";

Language language_of(std::string_view word) {
  return word == "en" ? Language::english : Language::danish;
}

Response redirect(const std::string& to) {
  return {303, "text/plain; charset=utf-8", "", {{"Location", to}, {"Cache-Control", "no-store"}}};
}

Response open(Access& access, const Request& request) {
  const Language language = language_of(request.value("language"));
  const auto left = access.doorman.leave(request.value("ticket"));
  if (!left.ok()) {
    log_event("desk.refused", {{"reason", left.error().code}});
    return mistake_page(access.site, language, left.error());
  }
  Response response = redirect(left->url);
  // Lax: MitID sends the browser back from another site. The language goes along.
  response.headers.push_back(http::set_cookie(way_cookie,
                                              left->way + (language == Language::english ? ".en" : ""),
                                              way_seconds, http::SameSite::lax));
  return response;
}

Response callback(Access& access, const Request& request) {
  const std::string_view held = http::cookie(request, way_cookie);
  const size_t dot = held.find('.');
  const Language language = language_of(dot == std::string_view::npos ? "" : held.substr(dot + 1));
  const auto arrived = access.doorman.arrive(
      std::string(held.substr(0, dot)),
      {request.value("state"), request.value("code"), request.value("iss"), request.value("error")},
      request.header("user-agent"));
  if (!arrived.ok()) {
    log_event("desk.refused", {{"reason", arrived.error().code}});
    return mistake_page(access.site, language, arrived.error());
  }
  log_event("desk.arrived", {{"session", arrived->second.session}});
  Response response = redirect(screen_path(language));
  response.headers.push_back(
      http::set_cookie(visit_cookie, arrived->first, visit_seconds, http::SameSite::strict));
  response.headers.push_back(http::drop_cookie(way_cookie));
  return response;
}

Response unauthorized(const Error& error) {
  Response response = http::problem(error);
  if (error.kind == Kind::refused) response.status = 401;
  return response;
}

Response visit(Access& access, const Request& request) {
  const auto visitor =
      access.doorman.visitor(std::string(http::cookie(request, visit_cookie)), request.header("user-agent"));
  if (!visitor.ok()) return unauthorized(visitor.error());
  const json::object shown{{"project", visitor->grant.project},
                           {"user", visitor->grant.user},
                           {"session", visitor->grant.session}};
  return {200, "application/json", json::serialize(shown), {{"Cache-Control", "no-store"}}};
}

// What a screen's tunnel keeps while it is open.
struct Sight {
  screen::FromBrowser inward;
  screen::FromScreen outward;
  uint64_t acts = 0;
  Time last_act;
};

http::Tunnel joined(Access& access, const std::string& secret, const Visitor& visitor, Shown shown) {
  auto sight = std::make_shared<Sight>();
  sight->last_act = access.world.now();
  access.doorman.count(secret, 1);
  log_event("desk.screen_opened", {{"session", visitor.grant.session}});
  http::Tunnel tunnel{std::move(shown.screen), std::move(shown.leash), {}, {}, {}, {}};
  tunnel.from_browser = [sight](std::string_view bytes) { return sight->inward.pass(bytes); };
  tunnel.from_peer = [sight](std::string_view bytes) { return sight->outward.look(bytes); };
  tunnel.may_go_on = [&access, sight]() -> Result<void> {
    const Time now = access.world.now();
    if (sight->acts != sight->inward.acts()) sight->last_act = now;
    sight->acts = sight->inward.acts();
    if (now.microseconds - sight->last_act.microseconds <= access.idle_seconds * 1'000'000) return {};
    return refused("desk.idle");
  };
  tunnel.on_ended = [&access, secret, session = visitor.grant.session,
                     hold = visitor.grant.hold](const http::TunnelSeen& seen) {
    access.doorman.count(secret, -1);
    log_event("desk.screen_closed", {{"session", session},
                                     {"code", std::to_string(static_cast<unsigned>(seen.end))},
                                     {"reason", seen.reason},
                                     {"bytes_in", std::to_string(seen.bytes_in)},
                                     {"bytes_out", std::to_string(seen.bytes_out)}});
    // Somebody tried to carry out what may not leave: for the ledger.
    if (seen.end == http::TunnelEnd::refused) (void)access.steward.note_refusal(hold, seen.reason).ok();
  };
  return tunnel;
}

Result<http::Tunnel> join(Access& access, const Request& request) {
  // Browsers always say where a WebSocket's page comes from; another site's page has our cookies too,
  // perhaps.
  if (request.path != "/screen") return usage("desk.no_page.unknown");
  if (request.header("origin") != access.origin) return refused("desk.foreign_origin");
  const std::string secret(http::cookie(request, visit_cookie));
  const Visitor visitor = TRY(access.doorman.visitor(secret, request.header("user-agent")));
  if (visitor.screens >= screens_of_one_max) return refused("desk.too_many");
  return joined(access, secret, visitor, TRY(access.steward.take_screen(visitor.grant.hold)));
}

}  // namespace

void add_routes(http::Router& router, Access& access) {
  const auto add = [&](const char* path, const char* summary, Response (*answer)(Access&, const Request&)) {
    router.add({"GET", path, summary, [&access, answer](const Request& r) { return answer(access, r); }});
  };
  add("/open", "The way in, with a ticket", open);
  add(callback_path, "Back from MitID Erhverv", callback);
  add("/api/visit", "Whose desktop this browser may show", visit);
  for (const Language language : {Language::danish, Language::english}) {
    router.add({"GET", screen_path(language), "The page with the screen",
                [&access, language](const Request&) { return screen_page(access.site, language); }});
  }
  router.add({"GET", "/assets/{name}", "Scripts, styles and letters",
              [&access](const Request& request) { return access.site.assets.answer(request); }});
  router.add({"GET", "/health", "That it runs", [](const Request&) {
                return Response{200, "application/json", "{}", {{"Cache-Control", "no-store"}}};
              }});
}

http::Acquaintance acquaintance(Access& access) {
  return {[&access](const Request& request) {
            const std::string secret(http::cookie(request, visit_cookie));
            return !secret.empty() && access.doorman.visitor(secret, request.header("user-agent")).ok();
          },
          [](const Request& request) { return request.path == "/open" || request.path == callback_path; }};
}

http::Upgrade screens(Access& access, http::Strangers& strangers) {
  return [&access, &strangers](Request request) -> std::variant<Response, http::Tunnel> {
    if (auto wait = strangers.refusal(request)) return std::move(*wait);
    auto tunnel = join(access, request);
    if (tunnel.ok()) return std::move(*tunnel);
    log_event("desk.refused", {{"reason", tunnel.error().code}});
    const bool is_nobody = tunnel.error().code == "desk.no_visit";
    return is_nobody ? unauthorized(tunnel.error()) : http::problem(tunnel.error());
  };
}

}  // namespace fvm::desk
