// Passwords, one-time codes, lock-out and the sessions of browsers. Changing takes the ledger and writes one
// record each. Everything here comes after MitID Erhverv: attempts are counted against whoever makes them
// (his professional uuid), so nobody can lock out somebody else, and nobody without MitID can guess at all.
//
// One text and one duration for every reason why an attempt is refused ("account.refused",
// "account.code_refused"): unknown user, wrong password, another's MitID, closed, locked. The ledger says
// which.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "account/password.hpp"
#include "account/rules.hpp"
#include "account/types.hpp"
#include "audit/ledger.hpp"

namespace fvm::account {

inline constexpr int64_t sessions_max = 5;  // of one user; the oldest gives way

// The tables of this room; after identity's.
Result<void> migrate(audit::Ledger& ledger);

// What trying to log in needs. Safe from several threads, each call costs PasswordCost: bound how many run.
struct Setting {
  World& world;
  audit::Ledger& ledger;
  Path store_file;  // read through a handle of its own for each call
  CommonPasswords common;
  PasswordCost cost;
  std::string stand_in;  // a hash of nobody's password: what is unknown costs the same time
  int64_t session_seconds = 8 * 3600;
};
Result<Setting> open_setting(World& world, audit::Ledger& ledger, const Path& store_file,
                             CommonPasswords common, PasswordCost cost = {});

// A one-time code for an open account: to activate it, or, when it is active, to set a new password. An older
// code is void. With `professional`, only that MitID Erhverv user may use it. "account.bound_elsewhere" when
// the account is bound to another one.
struct CodeOrder {
  std::string user, professional;
  int64_t hours = 72;
};
Result<IssuedCode> issue_code(World& world, audit::Ledger& ledger, const std::string& actor,
                              const CodeOrder& order);
// Uses up a code and sets the password: together with MitID Erhverv, never without. Binds the account to the
// professional uuid the first time; ends the account's sessions. The user then logs in like any other day.
// What is wrong with the password is told (rules.hpp) and costs no attempt.
Result<identity::User> use_code(const Setting& setting, const Proof& proof, const CodeAttempt& attempt);

// Both factors: a session, or "account.refused".
Result<Opened> log_in(const Setting& setting, const Proof& proof, const Attempt& attempt,
                      std::string_view user_agent);

// The session of a token, if it is neither ended nor past its time, its account is open and still bound to
// whom it was, and the browser is the same. Reads only.
Result<std::optional<Session>> find_session(const store::Database& store, std::string_view token,
                                            std::string_view user_agent, Time now);
// The open ones of a user, newest first.
Result<std::vector<Session>> sessions_of(const store::Database& store, std::string_view user, Time now);
// "account.session.unknown" when it is not an open one of that user.
Result<void> end_session(audit::Ledger& ledger, const std::string& actor, std::string_view user,
                         std::string_view id, std::string_view reason);
// Why a session was ended; nothing while it is not, or when there is none of that name.
Result<std::optional<std::string>> why_ended(const store::Database& store, std::string_view id);
// All of them; how many there were.
Result<int64_t> end_all_sessions(audit::Ledger& ledger, const std::string& actor, std::string_view user,
                                 std::string_view reason);
// MitID Erhverv has said anew who this is: the same person ("account.other_person"), and a new token.
Result<Opened> step_up(const Setting& setting, const Session& session, const Proof& proof);

// The professional uuid that an account is bound to; empty: none.
Result<std::string> professional_of(const store::Database& store, std::string_view user);
Result<Standing> standing_of(const store::Database& store, std::string_view user, Time now);
// Forgets MitID and password (another employment, a lost MitID): a new code begins it all anew.
Result<void> unbind(audit::Ledger& ledger, const std::string& actor, std::string_view user,
                    const std::string& reason);
// Lets the person to whom the account is bound try again at once.
Result<void> unlock(audit::Ledger& ledger, const std::string& actor, std::string_view user);

// A login that did not get so far as a password: `reason` is an error code of room oidc.
Result<void> note_refusal(audit::Ledger& ledger, std::string_view reason);

}  // namespace fvm::account
