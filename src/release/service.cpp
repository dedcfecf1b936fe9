#include "release/service.hpp"

#include <algorithm>

#include "disclosure/text.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"
#include "release/permissions.hpp"
#include "release/record.hpp"
#include "safetable/outputs.hpp"
#include "safetable/outside.hpp"

namespace fvm::release {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

Result<void> check_draft(const Draft& draft) {
  if (draft.files.empty() || draft.files.size() > files_max) {
    return usage("release.files_count", {{"files_max", std::to_string(files_max)}});
  }
  for (size_t i = 0; i < draft.files.size(); ++i) {
    const std::string& name = draft.files[i];
    if (!is_file_name(name)) {
      return usage("release.bad_file_name", {{"position", std::to_string(i + 1)}});
    }
    if (std::count(draft.files.begin(), draft.files.end(), name) > 1)
      return usage("release.file_twice", {{"file", name}});
  }
  if (is_blank(draft.purpose) || draft.purpose.size() > purpose_bytes_max) {
    return usage("release.no_purpose", {{"bytes_max", std::to_string(purpose_bytes_max)}});
  }
  if (!draft.declared) return refused("release.not_declared");
  return {};
}

Result<void> check_author(const store::Database& store, Time now, const std::string& author,
                          const std::string& project, const std::string& recipient) {
  TRY(may_stage(store, now, author, project));
  const identity::User who = TRY(identity::find_user(store, author));
  const auto institution = TRY(identity::find_institution(store, who.institution_name));
  if (!identity::recipient_allowed(institution, recipient)) {
    return refused("release.recipient_not_allowed", {{"institution", institution.name}});
  }
  return {};
}

struct Text {
  State state;
  std::string_view key;
};
constexpr Text author_texts[] = {
    {State::blocked, "notice.blocked"},   {State::approved, "notice.approved"},
    {State::rejected, "notice.rejected"}, {State::withdrawn, "notice.withdrawn"},
    {State::sent, "notice.sent"},         {State::held, "notice.held"},
    {State::recalled, "notice.recalled"}, {State::questioned, "notice.questioned"},
    {State::returned, "notice.returned"}, {State::expired, "notice.expired"},
    {State::bounced, "notice.bounced"},
};
constexpr Text administrator_texts[] = {
    {State::recalled, "notice.recalled"}, {State::finding, "notice.finding"}, {State::sent, "notice.sent"}};

// Who is told of a step: the author by name, the others by role.
Result<void> tell(audit::Writer& writer, const Request& request, const Transition& step) {
  const auto key_in = [&](std::span<const Text> texts, std::string_view otherwise) {
    for (const Text& text : texts) {
      if (text.state == step.to) return text.key;
    }
    return otherwise;
  };
  switch (step.notice) {
    case Notice::none:
      return {};
    case Notice::author:
      return notify::tell(writer, request.author, request.number, key_in(author_texts, "notice.to_decide"));
    case Notice::reviewers:
      return notify::tell(writer, "role:reviewer", request.number, "notice.to_review");
    case Notice::inspectors:
      return notify::tell(writer, "role:reviewer", request.number, "notice.to_inspect");
    case Notice::administrators:
      break;
  }
  return notify::tell(writer, "role:operator", request.number,
                      key_in(administrator_texts, "notice.to_decide"));
}

// What is sent otherwise than as a safe table is out all the same, with counts that the exact audit does not
// know.
Result<void> note_outside(audit::Writer& writer, const Request& request) {
  const auto project = TRY(extract::open_project(writer, request.project));
  size_t files = 0, tables = 0;
  for (const File& file : request.files) {
    if (file.table != 0) continue;
    TRY(safetable::insert_outside(writer, project.cvr,
                                  {request.project, request.number, file.name, file.sha256, file.position,
                                   writer.now(), file.tables, file.same_as}));
    ++files, tables += file.tables;
  }
  if (files == 0) return {};
  writer.fact("files_outside_audit", std::to_string(files));
  writer.fact("tables_outside_audit", std::to_string(tables));
  return {};
}

// The outbox follows the states: a mail waits from `approved` on and is off the list in every resting state.
// One whose bytes may be on their way when a closing stops it keeps its phase: the courier will learn what
// became of it.
Result<void> follow(audit::Writer& writer, const Request& request, const Transition& step) {
  const State to = step.to;
  if (to == State::approved || to == State::bounced) return notify::enqueue(writer, request.number);
  if (step.event == Event::suspend && step.from == State::sending) {
    const auto mail = TRY(notify::find(writer, request.number));
    if (mail && mail->phase == notify::Phase::data) return {};
  }
  if (to == State::held || to == State::withdrawn || to == State::sent)
    return notify::finish(writer, request.number);
  return {};
}

// What a place in the table asks for besides: an answer of the mail server to a held one is believed only if
// a closing stopped it while it was being sent.
Result<void> check_step(const Request& request, Event event, Role role) {
  if (event != Event::accept || request.state != State::held) return {};
  const Step& last = request.history.back();
  if (last.event == Event::suspend && last.from == State::sending) return {};
  return refusal(request, event, role);
}

// The step that the table lists for this actor.
Result<Transition> find_step(const store::Database& store, const Request& request, const Actor& actor,
                             Event event) {
  const Role role = actor.program ? *actor.program : TRY(role_of(store, request, actor.name, event));
  const auto step = next(request.state, event, role);
  if (!step) return refusal(request, event, role);
  TRY(check_step(request, event, role));
  return *step;
}

// What every step does.
Result<void> write_step(audit::Writer& writer, const Request& request, const std::string& actor,
                        const Transition& step, const std::string& reason) {
  const uint32_t revision = request.revision + (step.event == Event::resubmit ? 1 : 0);
  TRY(insert_step(writer, request,
                  {writer.now(), actor, step.role, step.event, step.from, step.to,
                   disclosure::to_utf8(reason), revision}));
  TRY(follow(writer, request, step));
  if (step.to == State::sent) TRY(note_outside(writer, request));
  return tell(writer, request, step);
}

Result<Request> take_step_inside(audit::Writer& writer, std::string_view number, const Actor& actor,
                                 Event event, const std::string& reason, const Body& body) {
  Request request = TRY(find(writer, number));
  const Transition step = TRY(find_step(writer, request, actor, event));
  writer.subject(request.number);
  writer.fact("from", std::string(name_of(step.from)));
  writer.fact("to", std::string(name_of(step.to)));
  writer.fact("role", std::string(name_of(step.role)));
  if (body) TRY(body(writer, request));
  TRY(write_step(writer, request, actor.name, step, reason));
  return find(writer, request.number);
}

// As the request is called, however it was typed: who may not see of whom it is finds it by that.
Result<void> record_refusal(audit::Ledger& ledger, std::string_view number, const std::string& who,
                            Event event, const Error& error) {
  if (error.kind != Kind::refused) return {};
  const auto id = id_of(number);
  return ledger.record({who,
                        "release.refused",
                        id ? number_of(*id) : std::string(number),
                        {{"event", std::string(name_of(event))}, {"why", error.code}}});
}

// A step, or several that may not stand alone; that it was refused is recorded too.
Result<Request> in_transaction(audit::Ledger& ledger, std::string_view number, const Actor& actor,
                               Event event, const std::function<Result<Request>(audit::Writer&)>& body) {
  auto done =
      ledger.write({actor.name, "release." + std::string(name_of(event)), std::string(number), {}}, body);
  if (!done.ok()) TRY(record_refusal(ledger, number, actor.name, event, done.error()));
  return done;
}

// A file of a safe table leaves as one only while the table is in force.
Result<void> check_tables(const store::Database& store, const Request& request, bool all) {
  const auto project = TRY(extract::open_project(store, request.project));
  for (const File& file : request.files) {
    if (file.table == 0 && !all) continue;
    if (!TRY(safetable::in_force(store, project.cvr, file.table, file.sha256)))
      return refused("release.table_recalled",
                     {{"release", request.number}, {"table", std::to_string(file.table)}});
  }
  return {};
}

// Whoever let it leave must still be nobody of the project: an approval by somebody who was made a member
// meanwhile is a team-mate's.
Result<void> check_voters(const store::Database& store, const Request& request, const Step& approved) {
  std::vector<std::string> names = {approved.actor};
  if (approved.role == Role::checker) {
    names.clear();
    for (const Vote& vote : request.votes) {
      if (vote.ballot == Ballot::approve) names.push_back(vote.reviewer);
    }
  }
  if (names.size() < std::min(request.reviewers, approved.role == Role::checker ? 2u : 1u))
    return refused("release.not_reviewer", {{"release", request.number}});
  for (const std::string& name : names) {
    if (name == request.author) return refused("release.own_review", {{"release", request.number}});
    if (TRY(identity::is_member(store, request.project, name)))
      return refused("release.member_review", {{"release", request.number}});
  }
  return {};
}

// This revision was approved, or cleared. What was cleared as safe tables must be so to the last file.
Result<void> check_decision(const store::Database& store, const Request& request) {
  const auto approved = std::find_if(request.history.rbegin(), request.history.rend(), [&](const Step& step) {
    return step.revision == request.revision && (step.event == Event::approve || step.event == Event::clear);
  });
  if (approved == request.history.rend())
    return refused("release.not_reviewer", {{"release", request.number}});
  const bool cleared = approved->event == Event::clear;
  const bool tables = request.route.empty() || request.route == "safe_table";
  TRY(check_tables(store, request, cleared && tables));
  return cleared ? Result<void>() : check_voters(store, request, *approved);
}

}  // namespace

bool is_file_name(const std::string& name) {
  constexpr size_t name_bytes_max = 255;
  return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
         name.find('/') == std::string::npos && !has_control(name) && disclosure::to_utf8(name) == name;
}

Result<bool> is_closed_for_now(const store::Database& store, const Request& request) {
  const auto author = TRY(identity::find_user(store, request.author));
  const auto project = TRY(extract::open_project(store, request.project));
  return author.suspended || project.suspended;
}

Result<void> check_not_closed(const store::Database& store, const Request& request) {
  if (!TRY(is_closed_for_now(store, request))) return {};
  return refused("release.closed_for_now", {{"release", request.number}});
}

Result<void> may_leave(const store::Database& store, Time now, const Request& request) {
  TRY(check_author(store, now, request.author, request.project, request.recipient));
  TRY(check_decision(store, request));
  TRY(check_record(store, request));
  for (const File& file : request.files) {
    if (file.approved_sha256.empty() || file.approved_sha256 != file.sha256)
      return refused("release.not_approved_bytes", {{"release", request.number}, {"file", file.name}});
  }
  return {};
}

Result<void> may_stage(const store::Database& store, Time now, const std::string& who,
                       const std::string& project) {
  const identity::User user = TRY(identity::find_user(store, who));
  TRY(identity::require_open(user));
  if (!TRY(identity::is_member(store, project, user.name))) {
    return refused("release.not_member", {{"user", user.name}, {"project", project}});
  }
  return extract::may_be_used(TRY(extract::open_project(store, project)), now);
}

Result<void> may_begin(const store::Database& store, Time now, const std::string& author,
                       const Draft& draft) {
  TRY(check_draft(draft));
  return check_author(store, now, author, draft.project, draft.recipient);
}

namespace {

Result<void> record_not_begun(audit::Ledger& ledger, const std::string& author, const std::string& project,
                              const Error& error) {
  if (error.kind != Kind::refused) return {};
  return ledger.record({author, "release.refused", project, {{"event", "begin"}, {"why", error.code}}});
}

}  // namespace

Result<void> may_send(audit::Ledger& ledger, Time now, const std::string& who, const std::string& project) {
  const auto may = may_stage(ledger.database(), now, who, project);
  if (!may.ok()) TRY(record_not_begun(ledger, who, project, may.error()));
  return may;
}

Result<std::string> begin(audit::Ledger& ledger, const std::string& author, const Draft& draft) {
  Request request{.project = draft.project,
                  .author = author,
                  .recipient = draft.recipient,
                  .purpose = disclosure::to_utf8(draft.purpose),
                  .state = State::staged};
  for (const std::string& name : draft.files) {
    request.files.push_back({.position = static_cast<uint32_t>(request.files.size() + 1), .name = name});
  }
  TRY(check_draft(draft));
  const auto number =
      ledger.write({author, "release.begun", draft.project, {{"files", std::to_string(draft.files.size())}}},
                   [&](audit::Writer& writer) -> Result<std::string> {
                     TRY(check_author(writer, writer.now(), author, draft.project, draft.recipient));
                     request.author = TRY(identity::find_user(writer, author)).name;
                     const std::string made = number_of(TRY(insert_request(writer, request)));
                     writer.subject(made);
                     writer.fact("project", draft.project);
                     return made;
                   });
  if (!number.ok()) TRY(record_not_begun(ledger, author, draft.project, number.error()));
  return number;
}

Result<void> may_take(audit::Ledger& ledger, std::string_view number, const std::string& who,
                      const std::vector<Event>& events) {
  const Request request = TRY(find(ledger.database(), number));
  Result<void> may;
  for (const Event event : events) {
    const auto step = find_step(ledger.database(), request, user(who), event);
    if (step.ok()) return {};
    may = step.error();
  }
  TRY(record_refusal(ledger, number, who, events.back(), may.error()));
  return may;
}

Result<Request> take_step(audit::Ledger& ledger, std::string_view number, const Actor& actor, Event event,
                          const std::string& reason, const Body& body) {
  return in_transaction(ledger, number, actor, event, [&](audit::Writer& writer) {
    return take_step_inside(writer, number, actor, event, reason, body);
  });
}

Result<void> take_step_with(audit::Writer& writer, std::string_view number, const Actor& actor, Event event,
                            const std::string& reason) {
  const Request request = TRY(find(writer, number));
  const Transition step = TRY(find_step(writer, request, actor, event));
  writer.also({actor.name,
               "release." + std::string(name_of(event)),
               request.number,
               {{"from", std::string(name_of(step.from))},
                {"to", std::string(name_of(step.to))},
                {"role", std::string(name_of(step.role))}}});
  return write_step(writer, request, actor.name, step, reason);
}

Result<Request> withdraw(audit::Ledger& ledger, std::string_view number, const std::string& who,
                         const std::string& reason) {
  return take_step(ledger, number, user(who), Event::withdraw, reason);
}

Result<Request> settle(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       Verdict verdict, const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  const Event event = verdict == Verdict::again ? Event::resume : Event::settle;
  return take_step(ledger, number, user(who), event, reason,
                   [&](audit::Writer& writer, Request& request) -> Result<void> {
                     if (event != Event::resume) return {};
                     // Whether it may leave is asked again when it does.
                     TRY(check_not_closed(writer, request));
                     return ensure_record(writer, request);
                   });
}

Result<Request> recall(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(
      ledger, number, user(who), Event::recall, reason,
      [&](audit::Writer& writer, Request& request) -> Result<void> {
        const auto project = TRY(extract::open_project(writer, request.project));
        writer.fact("cvr", project.cvr);
        for (const File& file : request.files) {
          if (file.table == 0) continue;
          writer.fact("table_" + std::to_string(file.position), std::to_string(file.table));
          TRY(safetable::recall_with(writer, who, project.cvr, file.table, request.number + ": " + reason));
        }
        const bool by_link = request.link && request.link->revision == request.revision;
        const auto text = by_link ? "mail.recall_link_text" : "mail.recall_text";
        return notify::queue_letter(
            writer, notify::compose_letter(request.number, request.recipient, "mail.recall_subject", text,
                                           {{"release", request.number}}));
      });
}

Result<Request> hold(audit::Ledger& ledger, std::string_view number, const Actor& actor,
                     const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, actor, Event::hold, reason);
}

Result<Request> bounce(audit::Ledger& ledger, std::string_view number, const Actor& actor, bool lasting,
                       const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  if (!lasting) return take_step(ledger, number, actor, Event::bounce, reason);
  // In one: a bounced one goes again by itself.
  return in_transaction(ledger, number, actor, Event::bounce, [&](audit::Writer& writer) -> Result<Request> {
    TRY(take_step_inside(writer, number, actor, Event::bounce, reason, {}));
    TRY(take_step_with(writer, number, actor, Event::hold, reason));
    return find(writer, number);
  });
}

}  // namespace fvm::release
