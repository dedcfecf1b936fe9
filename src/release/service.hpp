// Steps of a release request. Each is one transaction with one record in the ledger; each looks the state up
// inside the transaction and follows states.def, so two people or two programs at once cannot both win.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "release/store.hpp"
#include "release/types.hpp"

namespace fvm::release {

// Who acts: a user, or one of our programs in its role.
struct Actor {
  std::string name;
  std::optional<Role> program;  // checker, courier or sanction
};
inline Actor user(std::string name) {
  return {std::move(name), std::nullopt};
}
inline Actor checker() {
  return {"fvm-checker", Role::checker};
}
inline Actor courier() {
  return {"fvm-courier", Role::courier};
}

// A closing of a user, project or institution; `reference`: the case that it rests on.
inline Actor sanction(const std::string& reference) {
  return {reference, Role::sanction};
}

struct Draft {
  std::string project, recipient, purpose;
  std::vector<std::string> files;  // names in the author's /outbox
  bool declared = false;           // "I have checked every file by hand"
};

// One name in one folder, in valid UTF-8: what is not cannot be handed to the scan, nor shown to anybody.
// What the name means is the scan's business.
bool is_file_name(const std::string& name);

// Makes the request in state `staged` and returns its number. Refused: "release.not_member",
// "release.not_declared", "release.recipient_not_allowed", a project that is closed, expired or not built;
// bad input: "release.no_purpose", "release.bad_file_name", "release.bad_address". A refusal is recorded in
// the ledger too.
Result<std::string> begin(audit::Ledger& ledger, const std::string& author, const Draft& draft);

// Whether somebody may send from a project as things are now, and so look at what stands in his /outbox: an
// open account, a member, a project that may be used. Whoever is no member learns nothing of the project.
Result<void> may_stage(const store::Database& store, Time now, const std::string& who,
                       const std::string& project);

// The same for whoever begins to send, before anything of the draft is looked at; a refusal is recorded.
Result<void> may_send(audit::Ledger& ledger, Time now, const std::string& who, const std::string& project);

// Whether `begin` would refuse the draft as things are now; changes nothing.
Result<void> may_begin(const store::Database& store, Time now, const std::string& author, const Draft& draft);

// What a step changes besides the state; runs in its transaction.
using Body = std::function<Result<void>(audit::Writer&, Request&)>;

// Takes one step and returns the request as it then is. A step that states.def does not list for this actor
// is refused and the refusal recorded. `reason` is kept in the history.
Result<Request> take_step(audit::Ledger& ledger, std::string_view number, const Actor& actor, Event event,
                          const std::string& reason = {}, const Body& body = {});

// Whether that person may take one of these steps as the request stands, for whoever has to know before he
// looks at what was sent: the refusal that take_step would give for the last of them, recorded like it.
Result<void> may_take(audit::Ledger& ledger, std::string_view number, const std::string& who,
                      const std::vector<Event>& events);

// The same as part of a greater change, in its transaction, with a record of its own (audit::Writer::also).
Result<void> take_step_with(audit::Writer& writer, std::string_view number, const Actor& actor, Event event,
                            const std::string& reason);

// Whether an approved request may leave now: the rules as they are, not as they were at approval. The author
// is an open account and a member, the project may be used, the recipient is on the list, whoever approved is
// no member, no file is of a safe table that was recalled, and every file is the approved one. Ask in the
// transaction that moves to `sending`.
Result<void> may_leave(const store::Database& store, Time now, const Request& request);

// Whether the author or the project is closed for a time.
Result<bool> is_closed_for_now(const store::Database& store, const Request& request);
// Nothing of anybody who is closed is approved, admitted or let go on: "release.closed_for_now".
Result<void> check_not_closed(const store::Database& store, const Request& request);

Result<Request> withdraw(audit::Ledger& ledger, std::string_view number, const std::string& who,
                         const std::string& reason);
// An operator's word on a held one: `again` lets it go on, else it is settled as arrived.
enum class Verdict { again, arrived };
Result<Request> settle(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       Verdict verdict, const std::string& reason);
// What was sent should not have been: the receiver is asked by letter to destroy it, and the safe tables that
// it holds are recalled with it. The author or an operator, with a reason.
Result<Request> recall(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason);
// The mail came back. Tried again from `bounced`; `lasting`: held, in the same transaction.
Result<Request> bounce(audit::Ledger& ledger, std::string_view number, const Actor& actor, bool lasting,
                       const std::string& reason);
Result<Request> hold(audit::Ledger& ledger, std::string_view number, const Actor& actor,
                     const std::string& reason);

}  // namespace fvm::release
