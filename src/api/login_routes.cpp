// The pages of logging in, the way to MitID Erhverv and back.
#include <fmt/format.h>

#include <algorithm>

#include "api/login_access.hpp"
#include "api/page.hpp"
#include "base/log.hpp"
#include "http/cookies.hpp"
#include "identity/service.hpp"

namespace fvm::api {
namespace {

using http::Request;
using http::Response;

constexpr int64_t second = 1'000'000;

std::string path_of(Language language, std::string_view path) {
  return (language == Language::danish ? "" : "/en") + std::string(path);
}

// Where to go on afterwards: a path of ours, or one's own page.
std::string next_of(const Request& request, Language language) {
  const std::string asked = request.value("next");
  return is_own_path(asked) ? asked : path_of(language, "/me");
}

Language language_of(const Request& request) {
  return request.value("language") == "en" ? Language::english : Language::danish;
}

Response redirect(const std::string& to) {
  return {303, "text/plain; charset=utf-8", "", {{"Location", to}, {"Cache-Control", "no-store"}}};
}

std::string link(Language language, std::string_view key, const std::string& to, std::string_view style) {
  return fmt::format("<p><a class=\"{}\" href=\"{}\">{}</a></p>\n", style, http::escape_html(to),
                     text(language, key));
}

struct PageKind {
  std::string_view title, lead;  // messages
  const char* path;
  const char* form;  // what the script draws, empty: nothing
};
constexpr PageKind login_kind{"web.login_title", "web.login_lead", "/login", ""};
constexpr PageKind form_kinds[] = {
    {"web.password_title", "web.password_lead", "/login/password", "login-password"},
    {"web.activate_title", "web.activate_lead", "/login/activate", "login-activate"},
    {"web.me_title", "web.me_lead", "/me", "me"},
};

Response page(const LoginAccess& access, Language language, const PageKind& kind,
              const std::string& content) {
  const bool danish = language == Language::danish;
  Response made = render(access.facts, access.assets, language,
                         {.title = message(language, kind.title),
                          .lead = message(language, kind.lead),
                          .place = Place::mine,
                          .other = path_of(other_than(language), kind.path),
                          .body = content});
  made.headers = {{"Cache-Control", "no-store"}, {"Content-Language", danish ? "da" : "en"}};
  return made;
}

// What it is about can be read without the script.
std::string form_place(Language language, const char* id) {
  return fmt::format("<div id=\"{}\"></div>\n<noscript><p>{}</p></noscript>\n", id,
                     text(language, "web.login_noscript"));
}

Response login_page(const LoginAccess& access, const Request& request, Language language) {
  if (access.provider == nullptr)
    return page(access, language, login_kind,
                fmt::format("<p role=\"alert\">{}</p>\n", text(language, "web.login_closed")));
  const std::string words = language == Language::danish ? "" : "&language=en";
  const std::string next = "next=" + net::percent_encode(next_of(request, language)) + words;
  return page(access, language, login_kind,
              link(language, "web.login_button", "/login/mitid?" + next, "button button-primary") +
                  fmt::format("<h2>{}</h2>\n<p>{}</p>\n", text(language, "web.login_first_heading"),
                              text(language, "web.login_first_text")) +
                  link(language, "web.login_first_link", "/login/mitid?then=activate&" + next,
                       "button button-secondary"));
}

// A mistake on the way, as a page: what happened, and the way back to the beginning.
Response mistake(const LoginAccess& access, Language language, const Error& error) {
  Response made =
      page(access, language, login_kind,
           fmt::format("<div class=\"alert alert-error\" role=\"alert\"><div class=\"alert-body\"><p "
                       "class=\"alert-text\">{}</p></div></div>\n",
                       http::escape_html(describe(language, error))) +
               link(language, "web.login_again", path_of(language, "/login"), "button button-primary"));
  made.status = error.kind == Kind::surroundings ? 503 : 403;
  // Another site can send a browser here with rubbish: that must not end a login that is on its way.
  if (error.code != "oidc.state") made.headers.push_back(http::drop_cookie(way_cookie));
  return made;
}

struct Turn {
  std::counting_semaphore<outgoing_max>& semaphore;
  bool mine;
  explicit Turn(std::counting_semaphore<outgoing_max>& s)
      : semaphore(s), mine(s.try_acquire_for(std::chrono::seconds(2))) {}
  ~Turn() {
    if (mine) semaphore.release();
  }
};

Result<Response> leave(LoginAccess& access, OnTheWay way) {
  if (access.provider == nullptr) return refused("login.closed");
  const Turn turn(access.outgoing);
  if (!turn.mine) return surroundings("login.busy");
  auto begun = TRY(access.provider->begin(way.aim == Aim::step_up ? oidc::Ask::anew : oidc::Ask::login));
  way.stage = Stage::away;
  way.flow = std::move(begun.flow);
  way.until = Time{access.world.now().microseconds + on_the_way_seconds * second};
  Response response = redirect(begun.url);
  // Lax: MitID Erhverv sends the browser back from another site.
  response.headers.push_back(
      http::set_cookie(way_cookie, access.seal.seal(way), on_the_way_seconds, http::SameSite::lax));
  return response;
}

Response begin(LoginAccess& access, const Request& request) {
  OnTheWay way;
  way.language = language_of(request);
  way.aim = request.value("then") == "activate" ? Aim::activate : Aim::login;
  way.next = next_of(request, way.language);
  auto left = leave(access, std::move(way));
  return left.ok() ? std::move(*left) : mistake(access, language_of(request), left.error());
}

// Only for somebody who is logged in; others log in, which is as good.
Response step_up(LoginAccess& access, const Request& request) {
  OnTheWay way;
  way.language = language_of(request);
  way.next = next_of(request, way.language);
  if (!access.gate.session(request).ok())
    return redirect(path_of(way.language, "/login") + "?next=" + net::percent_encode(way.next));
  way.aim = Aim::step_up;
  way.session = http::cookie(request, session_cookie);
  auto left = leave(access, std::move(way));
  return left.ok() ? std::move(*left) : mistake(access, language_of(request), left.error());
}

Result<account::Proof> prove(LoginAccess& access, const OnTheWay& way, const Request& request) {
  const Turn turn(access.outgoing);
  if (!turn.mine) return surroundings("login.busy");
  const auto identity =
      TRY(access.provider->finish(way.flow, {request.value("state"), request.value("code"),
                                             request.value("iss"), request.value("error")}));
  const auto lent = TRY(access.gate.readers().lend());
  const store::Database& store = lent;
  if (!identity::find_institution(store, identity.cvr).ok())
    return refused("oidc.cvr_unknown", {{"cvr", identity.cvr}});
  return account::Proof{identity.professional, identity.cvr, identity.assurance};
}

Result<Response> arrive(LoginAccess& access, const OnTheWay& way, const account::Proof& proof,
                        const Request& request) {
  if (way.aim == Aim::step_up) {
    const auto lent = TRY(access.gate.readers().lend());
    const store::Database& store = lent;
    const auto session =
        TRY(account::find_session(store, way.session, request.header("user-agent"), access.world.now()));
    if (!session) return refused("login.needed");
    const auto higher = TRY(account::step_up(*access.accounts, *session, proof));
    Response response = redirect(way.next);
    response.headers.push_back(http::set_cookie(session_cookie, higher.token,
                                                access.accounts->session_seconds, http::SameSite::strict));
    response.headers.push_back(http::drop_cookie(way_cookie));
    return response;
  }
  OnTheWay proved{
      .stage = Stage::proved, .aim = way.aim, .language = way.language, .next = way.next, .proof = proof};
  proved.until = Time{access.world.now().microseconds + on_the_way_seconds * second};
  Response response =
      redirect(path_of(way.language, way.aim == Aim::activate ? "/login/activate" : "/login/password"));
  response.headers.push_back(
      http::set_cookie(way_cookie, access.seal.seal(proved), on_the_way_seconds, http::SameSite::lax));
  return response;
}

// Anybody can send rubbish here, so only what the broker itself has said goes into the ledger.
bool is_for_the_ledger(const Error& error) {
  constexpr std::string_view by_anybody[] = {"oidc.state", "oidc.late", "oidc.denied", "oidc.code",
                                             "login.needed"};
  return error.kind == Kind::refused &&
         std::find(std::begin(by_anybody), std::end(by_anybody), error.code) == std::end(by_anybody) &&
         !error.code.starts_with("account.");
}

Response callback(LoginAccess& access, const Request& request) {
  const auto way = access.seal.open(http::cookie(request, way_cookie));
  if (access.provider == nullptr || !way || way->stage != Stage::away)
    return mistake(access, way ? way->language : Language::danish, refused("oidc.state"));
  const auto proof = prove(access, *way, request);
  auto answer = proof.ok() ? arrive(access, *way, *proof, request) : Result<Response>(proof.error());
  if (answer.ok()) return std::move(*answer);
  log_event("login.refused", {{"reason", answer.error().code}});
  if (is_for_the_ledger(answer.error())) (void)account::note_refusal(access.ledger, answer.error().code);
  return mistake(access, way->language, answer.error());
}

}  // namespace

void add_login_routes(http::Router& router, LoginAccess& access) {
  const auto add = [&](const char* path, const char* summary, auto handler) {
    router.add({"GET", path, summary, [&access, handler](const Request& r) { return handler(access, r); }});
  };
  for (const Language language : {Language::danish, Language::english}) {
    router.add({"GET", path_of(language, "/login"), "The way in",
                [&access, language](const Request& r) { return login_page(access, r, language); }});
    for (const PageKind& kind : form_kinds) {
      router.add({"GET", path_of(language, kind.path), "A page: " + message(Language::english, kind.title),
                  [&access, language, &kind](const Request&) {
                    return page(access, language, kind, form_place(language, kind.form));
                  }});
    }
  }
  add("/login/mitid", "To MitID Erhverv", begin);
  add("/login/callback", "Back from MitID Erhverv", callback);
  add("/login/step-up", "To MitID Erhverv anew, for an act that asks for it", step_up);
}

}  // namespace fvm::api
