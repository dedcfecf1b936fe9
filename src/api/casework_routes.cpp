#include "api/casework_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"
#include "casework/views.hpp"
#include "casework/visibility.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using casework::Event;
using http::Request;
using http::Response;

// What each handler gets.
struct Call {
  const casework::Setting& setting;
  const Request& request;
  std::string user;

  const std::string& number() const { return request.parameters.at("number"); }
  casework::Actor actor() const { return casework::user(user); }
};
using Body = Result<Response> (*)(const Call&);

Response answer(CaseworkAccess& access, const Request& request, Body body) {
  return for_actor(request, [&](const std::string& user) {
    const std::lock_guard lock(access.mutex);
    return body({access.setting, request, user});
  });
}

// {"text": "…", "to": "…"}; an empty body is no words.
Result<casework::Words> words_in(const Request& request) {
  if (request.body.empty()) return casework::Words{};
  casework::Words words;
  for (const auto& [name, member] : TRY(object_in(request))) {
    if (!member.is_string() || (name != "text" && name != "to"))
      return usage("api.bad_member", {{"name", std::string(name)}});
    (name == "text" ? words.text : words.subject) = member.get_string();
  }
  return words;
}

Result<Response> show(const Call& call, unsigned status, const std::string& number) {
  return document(status, casework::to_json_view(TRY(casework::view(call.setting, number, call.user))));
}

// A step on the text: the case and the findings, or 422 with the findings and nothing changed.
Result<Response> finish(const Call& call, unsigned status, const casework::Outcome& outcome) {
  json::object out;
  if (!outcome.done) {
    Response refused = http::problem(422, "application.not_done");
    out = json::parse(refused.body).get_object();
    out["findings"] = casework::to_json_view(outcome.findings);
    refused.body = json::serialize(out);
    return refused;
  }
  out = casework::to_json_view(TRY(casework::view(call.setting, outcome.about.number, call.user)));
  out["findings"] = casework::to_json_view(outcome.findings);
  return document(status, out);
}

Result<Response> list(const Call& call) {
  casework::Filter filter;
  if (const auto state = call.request.query.find("state"); state != call.request.query.end()) {
    const auto known = casework::state_named(state->second);
    if (!known) return usage("casework.no_such_state", {{"state", state->second}});
    filter.states = {*known};
  }
  const Page page = TRY(page_in(call.request));
  filter.most = page.most();
  if (!page.after.empty()) {
    const auto last = casework::find_visible(call.setting.ledger.database(), page.after, call.user);
    if (!last.ok()) return page_gone(page);
    filter.after = last->id;
  }
  json::array all;
  for (const auto& each : TRY(casework::views(call.setting, filter, call.user)))
    all.push_back(casework::to_json_view(each));
  return document(200, page_of(std::move(all), "cases", "case", page));
}

Result<Response> begin(const Call& call) {
  const casework::Draft draft{.text = call.request.body};
  return finish(call, 201, TRY(casework::begin(call.setting, call.actor(), draft)));
}

// Which text stands there now: If-Match of the next one.
Result<Response> tagged(const Call& call, Result<Response> answer) {
  if (!answer.ok() || answer->status != 200) return answer;
  const auto newest =
      TRY(casework::visible_version(call.setting.ledger.database(), call.number(), call.user, {}));
  answer->headers.emplace_back("ETag", '"' + casework::stamp_of(newest) + '"');
  return answer;
}

Result<Response> save(const Call& call) {
  casework::Draft draft{.text = call.request.body};
  if (const std::string_view stamp = call.request.header("if-match"); !stamp.empty()) {
    const bool quoted = stamp.size() > 1 && stamp.front() == '"' && stamp.back() == '"';
    draft.replaces = quoted ? stamp.substr(1, stamp.size() - 2) : stamp;
  }
  auto saved = casework::save(call.setting, call.number(), call.actor(), draft);
  constexpr unsigned precondition_failed = 412;
  if (!saved.ok() && saved.error().code == "casework.saved_meanwhile")
    return with_status(http::problem(saved.error()), precondition_failed);
  return tagged(call, finish(call, 200, TRY(saved)));
}

// Whoever does not see the case is told so whatever he asks of it.
Result<casework::Case> visible(const Call& call) {
  return casework::find_visible(call.setting.ledger.database(), call.number(), call.user);
}

Result<Response> read(const Call& call) {
  TRY(visible(call));
  const auto version = TRY(version_in(call.request, "version"));
  const auto found =
      TRY(casework::visible_version(call.setting.ledger.database(), call.number(), call.user, version));
  return Response{200,
                  "application/toml",
                  found.text,
                  {{"Cache-Control", "no-store"}, {"ETag", '"' + casework::stamp_of(found) + '"'}}};
}

Result<Response> check(const Call& call) {
  const auto found = TRY(casework::check(call.setting, call.number(), call.actor()));
  return document(200, {{"findings", casework::to_json_view(found)}});
}

Result<Response> difference(const Call& call) {
  TRY(visible(call));
  const auto before = TRY(version_in(call.request, "before")),
             after = TRY(version_in(call.request, "version"));
  return document(200, casework::to_json_view(TRY(casework::compare(
                           call.setting.ledger.database(), call.number(), call.user, before, after))));
}

// Events that a person may ask for by this door; the others are our programs' own.
constexpr Event by_people[] = {
    Event::submit,    Event::answer,  Event::amend,   Event::extend, Event::withdraw, Event::hand_over,
    Event::assign,    Event::request, Event::comment, Event::note,   Event::ask,      Event::opine,
    Event::recommend, Event::approve, Event::reject,  Event::reopen, Event::close};

bool is_by_people(Event event) {
  return std::find(std::begin(by_people), std::end(by_people), event) != std::end(by_people);
}

Result<Response> step(const Call& call) {
  const std::string& name = call.request.parameters.at("event");
  const auto event = casework::event_named(name);
  if (!event || !is_by_people(*event)) return http::problem(404, "http.not_found");
  TRY(casework::may_take(call.setting, call.number(), call.actor(), *event));
  const casework::Words words = TRY(words_in(call.request));
  if (event == Event::submit)
    return finish(call, 200, TRY(casework::submit(call.setting, call.number(), call.actor(), words)));
  if (event == Event::answer)
    return finish(call, 200, TRY(casework::answer(call.setting, call.number(), call.actor(), words)));
  if (event == Event::amend || event == Event::extend) {
    const auto branch = event == Event::amend ? casework::amend : casework::extend;
    return show(call, 201, TRY(branch(call.setting, call.number(), call.actor(), words)).number);
  }
  const auto about = TRY(casework::take_step(call.setting, call.number(), call.actor(), *event, words));
  if (event == Event::hand_over)
    return document(200, {{"case", about.number}, {"applicant", about.applicant}});
  return show(call, 200, about.number);
}

}  // namespace

void add_casework_routes(http::Router& router, CaseworkAccess& access) {
  const auto add = [&](const char* method, const char* pattern, const char* summary, Body body) {
    router.add(
        {method, pattern, summary, [&access, body](const Request& r) { return answer(access, r, body); }});
  };
  add("GET", "/api/v1/applications", "The cases that the actor may see", list);
  add("POST", "/api/v1/applications", "A new application from its TOML document", begin);
  add("GET", "/api/v1/applications/{number}", "One case",
      [](const Call& call) { return show(call, 200, call.number()); });
  add("GET", "/api/v1/applications/{number}/document", "Its text", read);
  add("PUT", "/api/v1/applications/{number}/document", "A new text for a draft or a returned case", save);
  add("GET", "/api/v1/applications/{number}/findings", "What is wrong with its newest text", check);
  add("GET", "/api/v1/applications/{number}/difference", "What changed between two texts", difference);
  add("POST", "/api/v1/applications/{number}/steps/{event}", "Takes a step", step);
  add("GET", "/api/v1/queue", "How many wait, and how long it takes",
      [](const Call& call) -> Result<Response> {
        return document(200, casework::to_json_view(TRY(casework::queue(call.setting))));
      });
}

}  // namespace fvm::api
