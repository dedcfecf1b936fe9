#include "release/service.hpp"

#include <algorithm>

#include "audit/refusal.hpp"
#include "base/blank.hpp"
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
  const auto id = id_of(number);
  return audit::record_refusal(ledger, who, "release.refused", id ? number_of(*id) : std::string(number),
                               name_of(event), error);
}

// A step, or several that may not stand alone; that it was refused is recorded too.
Result<Request> in_transaction(audit::Ledger& ledger, std::string_view number, const Actor& actor,
                               Event event, const std::function<Result<Request>(audit::Writer&)>& body) {
  auto done =
      ledger.write({actor.name, "release." + std::string(name_of(event)), std::string(number), {}}, body);
  if (!done.ok()) TRY(record_refusal(ledger, number, actor.name, event, done.error()));
  return done;
}

}  // namespace

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
