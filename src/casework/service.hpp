// Steps of a case. Each is one transaction with one record in the ledger; each looks the state up inside the
// transaction and follows states.def, so two people or two programs at once cannot both win. A refused step
// is recorded too.
//
// STABLE for the rooms above: Setting, Hooks, Actor, begin, save, submit, take_step, activate, due.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "casework/rules.hpp"
#include "casework/store.hpp"
#include "casework/types.hpp"

namespace fvm::casework {

// What higher rooms do at a step; each may be empty. casework never includes them.
struct Hooks {
  // Before a text is handed in (submit, answer), outside any transaction: its remarks are kept with the
  // version. A blocking one (weight above note) refuses the step.
  std::function<Result<std::vector<Finding>>(const Case&, const Application&)> precheck;
  // In the transaction of every step, after the state has changed: agreements are made on `approve`.
  std::function<Result<void>(audit::Writer&, const Case&, const Step&)> in_step;
  // After the commit, and again by `due` if it failed or a crash came between: must be safe to repeat.
  // Agreements' files on `approve`, access on the last `sign`, the end on `close` and `expire`.
  std::function<Result<void>(const Case&, const Step&)> after_step;
  // Which steps it is for; empty: every step.
  std::function<bool(Event)> follows;
  // Leaves after_step to `due` of another program: for one that may not start jobs itself.
  bool follow_later = false;
  // Whether a project of that number exists though no case does (made by hand).
  std::function<Result<bool>(const store::Database&, const std::string& number)> number_taken;
};

// Settings of the clock.
struct Rules {
  int64_t target_days = 30;                      // working days from handed in to decided
  int64_t warning_days = 60;                     // calendar days before the end at which people are told
  int64_t forecast_cases_min = 5;                // decided cases below which no forecast is given
  std::string service = "Forvaltningsmaskinen";  // as letters name it
};

struct Setting {
  World& world;
  audit::Ledger& ledger;
  Rules rules{};
  Hooks hooks{};
};

// Who acts: a user, or one of our programs.
struct Actor {
  std::string name;
  bool system = false;
};
inline Actor user(std::string name) {
  return {std::move(name), false};
}
inline Actor program(std::string name) {
  return {std::move(name), true};
}

// What a step changes besides the state; runs in its transaction, before the hook `in_step`.
using Body = std::function<Result<void>(audit::Writer&, Case&)>;

struct Draft {
  std::string text;                       // TOML; may be incomplete
  std::string file = "application.toml";  // for messages
  // From an order sheet; nothing: what an order sheet said before stays.
  std::optional<std::vector<OrderItem>> order = std::nullopt;
  // By e-mail: who wrote, and no account. Only a program or a caseworker may begin such a case.
  Origin origin = Origin::account;
  std::string mail_from;
  // The stamp of the text that this one was made from; another one stands there: "casework.saved_meanwhile".
  std::optional<std::string> replaces = std::nullopt;
  Body body = {};  // runs in the transaction that makes the case
};

// A case and what was found in its text. `done` is false when the findings refused the step.
struct Outcome {
  Case about;
  std::vector<Finding> findings;
  bool done = true;
};

// A new case in state `draft`. An account needs the role applicant ("identity.role_missing"); its institution
// is the authority that applies. A text that is no TOML is refused: done is false and no case is made.
Result<Outcome> begin(const Setting& setting, const Actor& actor, const Draft& draft);
// A new text for a draft or a returned case.
Result<Outcome> save(const Setting& setting, std::string_view number, const Actor& actor, const Draft& draft);
// What is wrong with the newest text, the pre-check's remarks last: for whoever may save another; for the
// service with the text that was handed in ("casework.not_allowed" and its kin for everybody else, without a
// record: nothing is tried).
Result<std::vector<Finding>> check(const Setting& setting, std::string_view number, const Actor& actor);
// Hands in what is saved: from a draft (submit) or as the answer to a request (answer; `words` needed). With
// findings that block, nothing changes and done is false.
Result<Outcome> submit(const Setting& setting, std::string_view number, const Actor& actor,
                       const Words& words = {});
Result<Outcome> answer(const Setting& setting, std::string_view number, const Actor& actor,
                       const Words& words);

// Whether that person may take the step as the case stands, for whoever has to know before he looks at what
// was sent: the refusal that take_step would give, recorded like it.
Result<void> may_take(const Setting& setting, std::string_view number, const Actor& actor, Event event);

// Takes one step and returns the case as it then is. Refused: "casework.not_allowed" and its more exact
// kin; usage: those of check_step, "casework.unknown". For the steps below use their own functions.
Result<Case> take_step(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                       const Words& words = {}, const Body& body = {});

// A change of a case that is active: a case of its own, in draft, with the text that is in force. One at a
// time: "casework.not_allowed" while another is open.
Result<Case> amend(const Setting& setting, std::string_view number, const Actor& actor,
                   const Words& words = {});
// A new application that refers to the old, in draft, with the text that is in force.
Result<Case> extend(const Setting& setting, std::string_view number, const Actor& actor,
                    const Words& words = {});

// Every agreement of the case is accepted: it becomes active; an amendment is adopted by its parent, an
// extension takes over from it. One transaction. For the room that knows the agreements.
Result<Case> activate(const Setting& setting, std::string_view number, const Actor& actor,
                      const Body& body = {});

struct Due {
  size_t warned = 0, expired = 0, caught_up = 0, failed = 0;
};
// What the clock says: warnings, ends of access; and `after_step` where a crash or a failure left it undone.
// Safe to call as often as wanted. For fvm-steward.
Result<Due> due(const Setting& setting);

}  // namespace fvm::casework
