// What fvm-steward is asked about desktops: by fvm-portal (AskDesktop), and by fvm-desk (all the others,
// which need the key beside the steward's socket: power.hpp).
#pragma once

#include "wire/messages.hpp"

namespace fvm::wire {

// From fvm-portal. `act`: "look", "open" (starts one if the user has none in that project, and answers with a
// ticket for fvm-desk) or "end". `login`: the public name of the portal's session that asks; when that is
// logged out, the desktop ends. Answered by pieces of a table: one JSON document (DesktopView in
// web/src/shapes.ts).
struct AskDesktop {
  static constexpr Type type = static_cast<Type>(90);
  std::string act, project, user, login, language;
  void fields(auto&& f) { f(act), f(project), f(user), f(login), f(language); }
};

// A ticket opens one desktop, once, for a minute.
struct RedeemTicket {
  static constexpr Type type = static_cast<Type>(91);
  std::string ticket;
  void fields(auto&& f) { f(ticket); }
};
// Whose it is, and to whose MitID the account is bound as the case database has it: fvm-desk checks both.
struct Redeemed {
  static constexpr Type type = static_cast<Type>(92);
  std::string hold;  // names this desktop to the steward from now on
  std::string project, user, professional, session, language;
  void fields(auto&& f) { f(hold), f(project), f(user), f(professional), f(session), f(language); }
};

// The desktop's screen: a connected socket comes with the reply. The one who had it before loses it. Stays
// open while the screen is shown; closed by the steward when it may no longer be.
struct TakeScreen {
  static constexpr Type type = static_cast<Type>(93);
  std::string hold;
  void fields(auto&& f) { f(hold); }
};
struct ScreenTaken {
  static constexpr Type type = static_cast<Type>(94);
  void fields(auto&&) {}
};

// For the ledger: whoever came with a ticket was refused.
struct NoteRefusal {
  static constexpr Type type = static_cast<Type>(95);
  std::string hold, reason;  // an error's code
  void fields(auto&& f) { f(hold), f(reason); }
};

}  // namespace fvm::wire
