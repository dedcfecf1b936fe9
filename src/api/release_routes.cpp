#include "api/release_routes.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"
#include "release/json.hpp"
#include "release/look.hpp"
#include "release/permissions.hpp"
#include "release/queue.hpp"
#include "release/retention.hpp"
#include "release/review.hpp"
#include "release/revision.hpp"
#include "release/spotcheck.hpp"
#include "release/visibility.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Response;

// What each handler gets.
struct Call {
  const ReleaseAccess& access;
  const http::Request& request;
  std::string user;
  json::object body;

  const std::string& number() const { return request.parameters.at("number"); }
  const store::Database& store() const { return access.ledger.database(); }
};
using Body = Result<Response> (*)(const Call&);

Result<uint32_t> small_number_in(const json::object& body, const char* name) {
  return static_cast<uint32_t>(TRY(number_in(body, name, 0, std::numeric_limits<uint32_t>::max())));
}

Result<json::object> seen(const Call& call, release::Request request) {
  const auto role = TRY(release::role_of(call.store(), request, call.user, release::Event::vote));
  return release::request_json(release::as_seen_by(std::move(request), role, call.user));
}

Result<release::Request> visible(const Call& call) {
  release::Request request = TRY(release::find(call.store(), call.number()));
  if (TRY(release::may_see(call.store(), request, call.user))) return request;
  return usage("release.unknown", {{"release", call.number()}});
}

// What must be allowed before anything is read of what was sent; empty: that the request may be seen.
using Right = std::function<Result<void>(const Call&)>;

// Whoever may not see a request learns nothing of it, and whoever may not do a thing nothing of what he would
// have to send for it.
Response answer(const ReleaseAccess& access, const http::Request& request, const Right& right, Body handler) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const std::lock_guard lock(access.mutex);
    Call call{access, request, user, {}};
    if (request.parameters.contains("number")) TRY(visible(call));
    if (right) TRY(right(call));
    call.body = TRY(object_or_none_in(request));
    return handler(call);
  });
}

// One of these steps.
Right step(std::initializer_list<release::Event> events) {
  return [events = std::vector(events)](const Call& call) {
    return release::may_take(call.access.ledger, call.number(), call.user, events);
  };
}

Right officer(const char* action) {
  return [action](const Call& call) {
    return release::may_retain(call.access.ledger, call.number(), call.user, action);
  };
}

Result<void> sends(const Call& call) {
  return release::may_send(call.access.ledger, real_world().now(), call.user,
                           call.request.parameters.at("project"));
}

Result<Response> show(const Call& call) {
  return document(200, TRY(seen(call, TRY(visible(call)))));
}

Result<Response> list(const Call& call) {
  const Page page = TRY(page_in(call.request));
  int64_t before = 0;
  if (!page.after.empty()) {
    const auto last = release::find(call.store(), page.after);
    if (!last.ok() || !TRY(release::may_see(call.store(), *last, call.user))) return page_gone(page);
    before = last->id;
  }
  json::array all;
  for (release::Request& request :
       TRY(release::seen_by(call.store(), call.user, call.request.value("project"), before, page.most())))
    all.push_back(TRY(seen(call, std::move(request))));
  return document(200, page_of(std::move(all), "releases", "release", page));
}

Result<Response> record(const Call& call) {
  const auto found = TRY(release::record_of(call.store(), TRY(visible(call))));
  if (!found) return refused("release.no_record", {{"release", call.number()}});
  return Response{200, "application/json", found->document, {{"Cache-Control", "no-store"}}};
}

Result<Response> queue(const Call& call) {
  const int64_t target = call.access.config.release.review_target_days;
  json::array all;
  for (const auto& each : TRY(release::queue_for(call.store(), real_world().now(), target, call.user))) {
    all.push_back(json::object{{"release", each.request.number},
                               {"revision", each.request.revision},
                               {"project", each.request.project},
                               {"author", each.request.author},
                               {"files", each.request.files.size()},
                               {"route", each.request.route},
                               {"reviewers", each.request.reviewers},
                               {"state", release::name_of(each.request.state)},
                               {"days_used", each.used},
                               {"days_left", each.left},
                               {"due", to_text(each.due)},
                               {"voted", each.voted}});
  }
  json::array looks;
  for (const release::Request& each : TRY(release::second_looks_for(call.store(), call.user)))
    looks.push_back(json::object{{"release", each.number},
                                 {"project", each.project},
                                 {"author", each.author},
                                 {"files", each.files.size()},
                                 {"route", each.route},
                                 {"drawn", to_text(each.changed)}});
  const auto measured = TRY(release::measured_review(call.store(), real_world().now(), target));
  json::value median = nullptr;
  if (measured) median = measured->median_days;
  return document(200, {{"target_days", target},
                        {"median_days", median},
                        {"queue", std::move(all)},
                        {"second_looks", std::move(looks)}});
}

// What a reviewer's page needs beside the request.
Result<Response> review_of(const Call& call) {
  const release::Request request = TRY(visible(call));
  json::array may, previous;
  for (const auto event : TRY(release::allowed_events(call.store(), request, call.user)))
    may.emplace_back(release::name_of(event));
  if (request.revision > 1) {
    for (const auto& file : TRY(release::files_of(call.store(), request, request.revision - 1)))
      previous.push_back({{"file", file.position}, {"name", file.name}, {"sha256", file.sha256}});
  }
  const bool look = release::may_look(call.store(), request, call.user).ok();
  return document(200, {{"may", std::move(may)}, {"may_look", look}, {"previous", std::move(previous)}});
}

Response raw_document(std::string json) {
  return {200, "application/json", std::move(json), {{"Cache-Control", "no-store"}}};
}

// Decided and recorded by whoever reads the file; nothing of the store is touched here.
Response look(const ReleaseAccess& access, const http::Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    Looked wanted{request.parameters.at("number"), user};
    const std::string revision = request.value("revision");
    // No file is the 0th: whether he may look at all is said before that.
    if (!is_number(request.parameters.at("position"), wanted.position) ||
        (!revision.empty() && !is_number(revision, wanted.revision)))
      wanted.position = 0;
    return raw_document(TRY(access.look(wanted)));
  });
}

Result<release::Ballot> ballot_in(const json::object& body) {
  const std::string word = TRY(text_in(body, "verdict"));
  const auto ballot = release::ballot_named(word == "return" ? "send_back" : word);
  if (!ballot) return usage("api.bad_member", {{"name", "verdict"}});
  return *ballot;
}

Result<Response> review(const Call& call) {
  release::Opinion opinion{.ballot = TRY(ballot_in(call.body)),
                           .reason = TRY(text_in(call.body, "reason")),
                           .revision = TRY(small_number_in(call.body, "revision"))};
  if (const auto* comments = call.body.if_contains("comments")) {
    if (!comments->is_array()) return usage("api.bad_member", {{"name", "comments"}});
    for (const json::value& each : comments->get_array()) {
      if (!each.is_object()) return usage("api.bad_member", {{"name", "comments"}});
      opinion.comments.emplace_back(TRY(small_number_in(each.get_object(), "file")),
                                    TRY(text_in(each.get_object(), "text")));
    }
  }
  return document(200, TRY(seen(call, TRY(release::give_opinion(real_world(), call.access.ledger,
                                                                call.number(), call.user, opinion)))));
}

using WithReason = Result<release::Request> (*)(const Call&, const std::string& reason);
template <WithReason step>
Result<Response> with_reason(const Call& call) {
  return document(200, TRY(seen(call, TRY(step(call, TRY(text_in(call.body, "reason")))))));
}

Result<release::Request> escalate(const Call& call, const std::string& reason) {
  return release::escalate(call.access.ledger, call.number(), call.user, reason);
}
Result<release::Request> withdraw(const Call& call, const std::string& reason) {
  return release::withdraw(call.access.ledger, call.number(), call.user, reason);
}
Result<release::Request> recall(const Call& call, const std::string& reason) {
  return release::recall(call.access.ledger, call.number(), call.user, reason);
}
Result<release::Request> hold(const Call& call, const std::string& reason) {
  return release::hold(call.access.ledger, call.number(), release::user(call.user), reason);
}
Result<release::Request> close_look(const Call& call, const std::string& reason) {
  return release::close_look(call.access.ledger, call.number(), call.user, reason);
}
Result<release::Request> report_finding(const Call& call, const std::string& reason) {
  return release::report_finding(call.access.ledger, call.number(), call.user,
                                 TRY(text_in(call.body, "rule")), reason);
}

Result<release::Request> retain(const Call& call, const std::string& reason) {
  return release::retain(call.access.ledger, call.number(), call.user, reason);
}
Result<release::Request> let_go(const Call& call, const std::string& reason) {
  return release::let_go(call.access.ledger, call.number(), call.user, reason);
}

// The courier takes it up within a minute.
Result<Response> explain(const Call& call) {
  const std::string text = TRY(text_in(call.body, "text"));
  return document(
      200, TRY(seen(call, TRY(release::answer(call.access.ledger, release::Rules::of(call.access.config),
                                              call.number(), call.user, text)))));
}

Result<Response> resubmit(const Call& call) {
  const auto files = TRY(texts_in(call.body, "files"));
  const auto request =
      TRY(release::resubmit(call.access.ledger, call.number(), call.user, files,
                            TRY(flag_in(call.body, "declared")), TRY(text_in(call.body, "reason"))));
  call.access.wake(request.number);
  return document(200, TRY(seen(call, request)));
}

Result<Response> send(const Call& call) {
  const release::Draft draft{.project = call.request.parameters.at("project"),
                             .recipient = TRY(text_in(call.body, "recipient")),
                             .purpose = TRY(text_in(call.body, "purpose")),
                             .files = TRY(texts_in(call.body, "files")),
                             .declared = TRY(flag_in(call.body, "declared"))};
  const std::string number = TRY(release::begin(call.access.ledger, call.user, draft));
  auto begun = document(201, TRY(seen(call, TRY(release::find(call.store(), number)))));
  call.access.wake(number);
  return begun;
}

Result<std::vector<std::string>> together_in(const http::Request& request) {
  const std::string asked = request.value("files");
  if (asked.empty()) return std::vector<std::string>();
  boost::system::error_code failed;
  const json::value names = json::parse(asked, failed);
  if (failed) return usage("api.bad_member", {{"name", "files"}});
  return texts_of(names, "files");
}

// Without the lock: whoever looks at a folder takes his time.
Response outbox(const ReleaseAccess& access, const http::Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const auto together = together_in(request);
    // Whether the outbox is his is said before what is wrong with the list.
    auto told = TRY(access.outlook(request.parameters.at("project"), user,
                                   together.ok() ? *together : std::vector<std::string>()));
    if (!together.ok()) return together.error();
    return raw_document(std::move(told));
  });
}

}  // namespace

void add_release_routes(http::Router& router, const ReleaseAccess& access) {
  using release::Event;
  const auto add = [&](const char* method, const std::string& path, const char* summary, Body handler,
                       const Right& right = {}) {
    router.add({method, "/api/v1/" + path, summary, [&access, handler, right](const http::Request& r) {
                  return answer(access, r, right, handler);
                }});
  };
  const Right votes = step({Event::approve, Event::send_back, Event::reject, Event::complete, Event::vote});
  add("GET", "releases", "Requests that the actor may see", list);
  add("GET", "releases/{number}", "One of them", show);
  add("GET", "releases/{number}/record", "Its disclosure record", record);
  add("GET", "releases/{number}/review", "What the actor may do with it, and the revision before", review_of);
  add("POST", "releases/{number}/review", "Approves, sends back or rejects", review, votes);
  add("POST", "releases/{number}/escalate", "Asks for a second reviewer", with_reason<escalate>,
      step({Event::escalate}));
  add("POST", "releases/{number}/withdraw", "Takes it back", with_reason<withdraw>, step({Event::withdraw}));
  add("POST", "releases/{number}/hold", "Stops an approved one", with_reason<hold>, step({Event::hold}));
  add("POST", "releases/{number}/close", "Ends a second look: nothing was found", with_reason<close_look>,
      step({Event::close}));
  add("POST", "releases/{number}/find", "Ends a second look with what a rule should have seen",
      with_reason<report_finding>, step({Event::find}));
  add("POST", "releases/{number}/retain", "Keeps its copies for as long as it takes", with_reason<retain>,
      officer("release.retain"));
  add("POST", "releases/{number}/let_go", "Keeps them no longer than usual", with_reason<let_go>,
      officer("release.let_go"));
  add("POST", "releases/{number}/recall", "Asks the receiver to destroy it", with_reason<recall>,
      step({Event::recall}));
  add("POST", "releases/{number}/answer", "Explains what the check asks about", explain,
      step({Event::answer}));
  router.add({"GET", "/api/v1/releases/{number}/files/{position}", "What a reviewer sees of one of its files",
              [&access](const http::Request& r) { return look(access, r); }});
  add("POST", "releases/{number}/resubmit", "Other files instead of those that were sent back", resubmit,
      step({Event::resubmit}));
  add("POST", "projects/{project}/releases", "Sends files of the actor's outbox home", send, sends);
  router.add({"GET", "/api/v1/projects/{project}/outbox",
              "What the actor could send, and what would come of it",
              [&access](const http::Request& r) { return outbox(access, r); }});
  add("GET", "review", "What waits for reviewers, with its clock", queue);
}

}  // namespace fvm::api
