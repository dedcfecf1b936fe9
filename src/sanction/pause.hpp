// Closings that are no sanction: a pause of an account (a lost token, leave) or of an institution (as it
// wishes), with a last day or until it is ended; and an institution that leaves for good. What they close and
// what their end gives back is what a sanction would; they count against nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/suspension.hpp"
#include "identity/types.hpp"

namespace fvm::sanction {

// What follows when something has been closed or opened, in the same transaction: what could leave is held or
// let go again (release/suspend.hpp), sessions are marked (enclave::end_disallowed then ends them); how many
// of each is in the record.
Result<void> follow_closing(audit::Writer& writer, const std::string& reference);

struct PauseOrder {
  identity::Scope scope = identity::Scope::user;  // or institution
  std::string subject;                            // user name; name or CVR number
  std::string reason;                             // kept in the ledger
  std::optional<Date> until;                      // its last day, by the Danish calendar
};
// "sanction.paused_already", "identity.user_closed", "identity.institution_closed" (refused),
// "sanction.pause_over" (usage) for a last day that is over, "identity.no_reason" (usage),
// "sanction.pause_of_what" (usage) for a project. The account is told.
Result<identity::Suspension> pause(audit::Ledger& ledger, const std::string& actor, const PauseOrder& order);
// "sanction.not_paused" (refused): what a case closed is not opened here.
Result<void> end_pause(audit::Ledger& ledger, const std::string& actor, identity::Scope scope,
                       std::string_view subject, const std::string& reason);
// Those in force, oldest first.
Result<std::vector<identity::Suspension>> pauses(const store::Database& store);
// The one in force, if any.
Result<std::optional<identity::Suspension>> pause_of(const store::Database& store, identity::Scope scope,
                                                     std::string_view subject);
// Ends those whose last day is over; how many.
Result<size_t> end_overdue_pauses(audit::Ledger& ledger, Time now);

// For good: its accounts are closed, nothing is mailed to it, its projects are closed until they are ended
// (fvm project end). "identity.institution_closed" (refused), "identity.no_reason" (usage),
// "sanction.own_institution" (refused) for the institution of whoever asks.
Result<identity::Institution> close_institution(audit::Ledger& ledger, const std::string& actor,
                                                std::string_view name_or_cvr, const std::string& reason);

}  // namespace fvm::sanction
