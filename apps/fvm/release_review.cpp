#include "fvm/release_review.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <memory>

#include "fvm/context.hpp"
#include "fvm/release_keep.hpp"
#include "fvm/release_send.hpp"
#include "fvm/release_views.hpp"
#include "release/permissions.hpp"
#include "release/queue.hpp"
#include "release/review.hpp"
#include "release/revision.hpp"
#include "release/visibility.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct ReviewFlags {
  std::string number, reason;
  std::vector<std::string> files;
  bool approve = false, send_back = false, reject = false;
  uint32_t revision = 0;
};

// "2=Row 7 shows three persons" -> (2, "Row 7 …").
Result<std::pair<uint32_t, std::string>> comment_of(const std::string& text) {
  const size_t sign = text.find('=');
  uint32_t position = 0;
  const auto read = std::from_chars(text.data(), text.data() + std::min(sign, text.size()), position);
  if (sign == std::string::npos || read.ec != std::errc() || read.ptr != text.data() + sign)
    return usage("release.comment_unreadable", {{"text", text}});
  return std::make_pair(position, text.substr(sign + 1));
}

Result<void> review(Context& context, const ReviewFlags& flags) {
  if (flags.approve + flags.send_back + flags.reject != 1) return usage("release.one_verdict");
  release::Opinion opinion{.reason = flags.reason, .revision = flags.revision};
  opinion.ballot = flags.approve  ? release::Ballot::approve
                   : flags.reject ? release::Ballot::reject
                                  : release::Ballot::send_back;
  for (const std::string& text : flags.files) opinion.comments.push_back(TRY(comment_of(text)));
  const Services services = TRY(open_services(context));
  const auto request =
      TRY(release::give_opinion(context.world, *services.ledger, flags.number, context.user, opinion));
  crash_point("release.approved");
  if (request.state == release::State::approved) wake_courier(services, request.number);
  show_request(context, TRY(seen(context, services, request)), {});
  return {};
}

Result<void> escalate(Context& context, const ReviewFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto request = TRY(release::escalate(*services.ledger, flags.number, context.user, flags.reason));
  show_request(context, TRY(seen(context, services, request)), {});
  return {};
}

json::object to_json(const release::Waiting& each) {
  return {{"release", each.request.number},
          {"project", each.request.project},
          {"revision", each.request.revision},
          {"route", each.request.route},
          {"reviewers", each.request.reviewers},
          {"state", release::name_of(each.request.state)},
          {"days_used", each.used},
          {"days_left", each.left},
          {"due", to_text(each.due)},
          {"voted", each.voted}};
}

Result<void> queue(Context& context, const ReviewFlags&) {
  const Services services = TRY(open_services(context));
  const int64_t target = services.config.release.review_target_days;
  const Time now = context.world.now();
  const auto all = TRY(release::queue_for(services.database(), now, target, context.user));
  const auto measured = TRY(release::measured_review(services.database(), now, target));
  json::array items;
  for (const auto& each : all) {
    items.push_back(to_json(each));
    if (context.json) continue;
    const char* key = each.left < 0 ? "release.queue_overdue" : "release.queue_due";
    print(each.request.number + "/" + std::to_string(each.request.revision) + "  " + each.request.project +
          "  " + each.request.route + "  " +
          message(context.language, key, {{"used", std::to_string(each.used)}, {"due", to_text(each.due)}}) +
          (each.voted ? "  " + message(context.language, "release.queue_voted") : ""));
  }
  json::value figures = nullptr;
  if (measured) {
    figures = json::object{{"decided", measured->decided},
                           {"median_days", measured->median_days},
                           {"median_hours", measured->median_hours},
                           {"within_target", measured->within_target}};
  }
  if (context.json) {
    print(json::serialize(
        json::object{{"target_days", target}, {"measured", figures}, {"queue", std::move(items)}}));
    return {};
  }
  if (measured)
    say(context, "release.queue_measured",
        {{"target", std::to_string(target)},
         {"median", std::to_string(measured->median_days)},
         {"decided", std::to_string(measured->decided)},
         {"within", std::to_string(measured->within_target)}});
  else
    say(context, "release.queue_unmeasured", {{"target", std::to_string(target)}});
  return {};
}

constexpr std::string_view change_words[] = {"same", "changed", "added", "removed"};
constexpr const char* change_keys[] = {"release.file_same", "release.file_changed", "release.file_added",
                                       "release.file_removed"};

// What stands in a file is for those who decide on it and those who made it.
Result<void> may_read(const Services& services, const release::Request& request, const std::string& user) {
  const auto role = TRY(release::role_of(services.database(), request, user, release::Event::vote));
  if (role == release::Role::author || role == release::Role::member || role == release::Role::reviewer)
    return {};
  return refused("release.not_readable", {{"release", request.number}});
}

Result<void> compare(Context& context, const ReviewFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto request = TRY(find_visible(context, services, flags.number));
  TRY(may_read(services, request, context.user));
  const auto changes =
      TRY(release::changes_since_before(kept_copies(context, services), services.database(), request));
  json::array all;
  for (const release::FileChange& change : changes) {
    const auto what = static_cast<size_t>(change.what);
    json::array removed(change.removed_lines.begin(), change.removed_lines.end());
    json::array added(change.added_lines.begin(), change.added_lines.end());
    all.push_back(json::object{{"name", change.name},
                               {"change", change_words[what]},
                               {"removed", std::move(removed)},
                               {"added", std::move(added)}});
    if (context.json) continue;
    print(change.name + "  " + message(context.language, change_keys[what]));
    for (const std::string& line : change.removed_lines) print("- " + line);
    for (const std::string& line : change.added_lines) print("+ " + line);
  }
  if (context.json)
    print(json::serialize(json::object{
        {"release", request.number}, {"revision", request.revision}, {"files", std::move(all)}}));
  if (changes.empty()) say(context, "release.first_revision", {{"release", request.number}});
  return {};
}

Result<void> record(Context& context, const ReviewFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto request = TRY(find_visible(context, services, flags.number));
  const auto found = TRY(release::record_of(services.database(), request));
  if (!found) return refused("release.no_record", {{"release", request.number}});
  print(found->document);
  return {};
}

using Body = Result<void> (*)(Context&, const ReviewFlags&);

Verb* add(Verb& parent, Context& context, const std::shared_ptr<ReviewFlags>& flags, const char* name,
          const char* what, const char* example, Body body) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  return verb;
}

}  // namespace

Result<release::Request> seen(const Context& context, const Services& services, release::Request request) {
  const auto role = TRY(release::role_of(services.database(), request, context.user, release::Event::vote));
  return release::as_seen_by(std::move(request), role, context.user);
}

Result<release::Request> find_visible(const Context& context, const Services& services,
                                      const std::string& number) {
  release::Request request = TRY(release::find(services.database(), number));
  if (!TRY(release::may_see(services.database(), request, context.user)))
    return usage("release.unknown", {{"release", number}});
  return seen(context, services, std::move(request));
}

Result<std::vector<release::Request>> only_visible(const Context& context, const Services& services,
                                                   std::vector<release::Request> requests) {
  std::vector<release::Request> out;
  for (release::Request& request : requests) {
    if (TRY(release::may_see(services.database(), request, context.user)))
      out.push_back(TRY(seen(context, services, std::move(request))));
  }
  return out;
}

void add_release_review(Verb& release, Context& context) {
  const auto flags = std::make_shared<ReviewFlags>();
  Verb* reviewing = add(release, context, flags, "review",
                        "approve, send back or reject; reviewers outside the project only",
                        "fvm release review H-000001 --return --reason \"Se fil 1\" --file \"1=Række 7 viser "
                        "tre personer\" --as rita",
                        review);
  reviewing->add_option("number", flags->number, "release number")->required();
  reviewing->add_option("--reason", flags->reason, "why; kept in the history");
  reviewing->add_flag("--approve", flags->approve, "these bytes may leave");
  reviewing->add_flag("--return", flags->send_back, "not like this; say what to mend");
  reviewing->add_flag("--reject", flags->reject, "they may not; give a reason");
  reviewing->add_option("--file", flags->files, "NUMBER=what to mend in that file (several)");
  reviewing->add_option("--revision", flags->revision, "which you have looked at, when there are several");
  Verb* escalating = add(release, context, flags, "escalate", "ask for a second reviewer",
                         "fvm release escalate H-000001 --reason \"Små byer\" --as rita", escalate);
  escalating->add_option("number", flags->number, "release number")->required();
  escalating->add_option("--reason", flags->reason, "why; kept in the history");
  add(release, context, flags, "queue", "what waits for reviewers, with its clock",
      "fvm release queue --as rita", queue);
  Verb* comparing = add(release, context, flags, "compare", "what is new since the revision before",
                        "fvm release compare H-000001 --as rita", compare);
  comparing->add_option("number", flags->number, "release number")->required();
  Verb* recording = add(release, context, flags, "record",
                        "the disclosure record: rules, parameters, versions, findings, as JSON",
                        "fvm release record H-000001 --as anna", record);
  recording->add_option("number", flags->number, "release number")->required();
}

}  // namespace fvm::cli
