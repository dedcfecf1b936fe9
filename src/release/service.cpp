#include "release/service.hpp"

#include <algorithm>

#include "disclosure/text.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"
#include "release/permissions.hpp"
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
  const identity::User who = TRY(identity::find_user(store, author));
  if (who.closed) return refused("identity.user_closed", {{"user", who.name}});
  if (!TRY(identity::is_member(store, project, who.name))) {
    return refused("release.not_member", {{"user", who.name}, {"project", project}});
  }
  TRY(extract::may_be_used(TRY(extract::open_project(store, project)), now));
  const auto institution = TRY(identity::find_institution(store, who.institution_name));
  if (!identity::recipient_allowed(institution, recipient)) {
    return refused("release.recipient_not_allowed", {{"institution", institution.name}});
  }
  return {};
}

// Who is told of a step: the author by name, the others by role.
Result<void> tell(audit::Writer& writer, const Request& request, const Transition& step) {
  if (step.notice == Notice::none) return {};
  if (step.notice == Notice::author) {
    static constexpr std::pair<State, std::string_view> texts[] = {
        {State::blocked, "notice.blocked"},   {State::approved, "notice.approved"},
        {State::rejected, "notice.rejected"}, {State::withdrawn, "notice.withdrawn"},
        {State::sent, "notice.sent"},         {State::held, "notice.held"},
        {State::recalled, "notice.recalled"},
    };
    for (const auto& [state, key] : texts) {
      if (state == step.to) return notify::tell(writer, request.author, request.number, key);
    }
    return {};
  }
  if (step.notice == Notice::reviewers)
    return notify::tell(writer, "role:reviewer", request.number, "notice.to_review");
  return notify::tell(writer, "role:operator", request.number,
                      step.to == State::recalled ? "notice.recalled" : "notice.to_decide");
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
Result<void> follow(audit::Writer& writer, const Request& request, State to) {
  if (to == State::approved) return notify::enqueue(writer, request.number);
  if (to == State::held || to == State::withdrawn || to == State::sent)
    return notify::finish(writer, request.number);
  return {};
}

Result<Request> take_step_inside(audit::Writer& writer, std::string_view number, const Actor& actor,
                                 Event event, const std::string& reason, const Body& body) {
  Request request = TRY(find(writer, number));
  const Role role = actor.program ? *actor.program : TRY(role_of(writer, request, actor.name, event));
  const auto step = next(request.state, event, role);
  if (!step) return refusal(request, event, role);
  writer.subject(request.number);
  writer.fact("from", std::string(name_of(step->from)));
  writer.fact("to", std::string(name_of(step->to)));
  writer.fact("role", std::string(name_of(role)));
  if (body) TRY(body(writer, request));
  TRY(insert_step(writer, request, {writer.now(), actor.name, role, event, step->from, step->to, reason}));
  TRY(follow(writer, request, step->to));
  if (step->to == State::sent) TRY(note_outside(writer, request));
  TRY(tell(writer, request, *step));
  return find(writer, request.number);
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

// The newest approval's reviewer must still be nobody of the project: an approval by somebody who was made a
// member meanwhile is a team-mate's. What was cleared had no reviewer: every file must be a safe table's.
Result<void> check_decision(const store::Database& store, const Request& request) {
  const auto approved = std::find_if(request.history.rbegin(), request.history.rend(), [](const Step& step) {
    return step.event == Event::approve || step.event == Event::clear;
  });
  if (approved == request.history.rend())
    return refused("release.not_reviewer", {{"release", request.number}});
  TRY(check_tables(store, request, approved->event == Event::clear));
  if (approved->event == Event::clear) return {};
  if (TRY(identity::is_member(store, request.project, approved->actor)))
    return refused("release.member_review", {{"release", request.number}});
  return {};
}

}  // namespace

bool is_file_name(const std::string& name) {
  constexpr size_t name_bytes_max = 255;
  return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
         name.find('/') == std::string::npos && !has_control(name) && disclosure::to_utf8(name) == name;
}

Result<void> may_leave(const store::Database& store, Time now, const Request& request) {
  TRY(check_author(store, now, request.author, request.project, request.recipient));
  TRY(check_decision(store, request));
  for (const File& file : request.files) {
    if (file.approved_sha256.empty() || file.approved_sha256 != file.sha256)
      return refused("release.not_approved_bytes", {{"release", request.number}, {"file", file.name}});
  }
  return {};
}

Result<void> may_begin(const store::Database& store, Time now, const std::string& author,
                       const Draft& draft) {
  TRY(check_draft(draft));
  return check_author(store, now, author, draft.project, draft.recipient);
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
  if (!number.ok() && number.error().kind == Kind::refused) {
    TRY(ledger.record(
        {author, "release.refused", draft.project, {{"event", "begin"}, {"why", number.error().code}}}));
  }
  return number;
}

Result<Request> take_step(audit::Ledger& ledger, std::string_view number, const Actor& actor, Event event,
                          const std::string& reason, const Body& body) {
  auto done = ledger.write(
      {actor.name, "release." + std::string(name_of(event)), std::string(number), {}},
      [&](audit::Writer& writer) { return take_step_inside(writer, number, actor, event, reason, body); });
  if (!done.ok() && done.error().kind == Kind::refused) {
    TRY(ledger.record({actor.name,
                       "release.refused",
                       std::string(number),
                       {{"event", std::string(name_of(event))}, {"why", done.error().code}}}));
  }
  return done;
}

Result<Request> approve(audit::Ledger& ledger, std::string_view number, const std::string& reviewer,
                        const std::string& reason) {
  return take_step(ledger, number, user(reviewer), Event::approve, reason,
                   [](audit::Writer& writer, Request& request) -> Result<void> {
                     for (File& file : request.files) {
                       file.approved_sha256 = file.sha256;
                       writer.fact("sha256_" + std::to_string(file.position), file.sha256);
                       TRY(update_file(writer, request, file));
                     }
                     return {};
                   });
}

Result<Request> reject(audit::Ledger& ledger, std::string_view number, const std::string& reviewer,
                       const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, user(reviewer), Event::reject, reason);
}

Result<Request> withdraw(audit::Ledger& ledger, std::string_view number, const std::string& who,
                         const std::string& reason) {
  return take_step(ledger, number, user(who), Event::withdraw, reason);
}

Result<Request> settle(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       Verdict verdict, const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, user(who), verdict == Verdict::again ? Event::resume : Event::settle,
                   reason);
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
        return notify::queue_letter(
            writer, notify::compose_letter(request.number, request.recipient, "mail.recall_subject",
                                           "mail.recall_text", {{"release", request.number}}));
      });
}

Result<Request> hold(audit::Ledger& ledger, std::string_view number, const Actor& actor,
                     const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, actor, Event::hold, reason);
}

}  // namespace fvm::release
