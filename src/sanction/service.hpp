// Steps of a case about a breach. Each is one transaction with a record for the step and one for every
// session and every release that it stops or gives back. A closing acts in that transaction: on accounts,
// projects and their data (identity/suspension.hpp), open sessions, mail in flight; for everyone in its reach
// and nobody else. Its end gives back exactly what it took, for nothing but the suspension was changed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"
#include "sanction/store.hpp"
#include "sanction/types.hpp"

namespace fvm::sanction {

struct Report {
  std::string user, project, release;  // `release` may be empty; then user and project are needed
  std::string words;
};
// Anybody with an open account may report; who reports himself, it counts for him. Refused or bad input:
// "sanction.no_words", "sanction.no_subject", "release.unknown", "identity.user_unknown", "project.unknown",
// "sanction.not_member" (the user is not on the project).
Result<Case> report(audit::Ledger& ledger, const std::string& reporter, const Report& report);

// Whether that person may take the step as the case stands, for whoever has to know before he looks at what
// was sent: the refusal that the step would give, recorded like it.
Result<void> may_take(audit::Ledger& ledger, std::string_view number, const std::string& who, Event event);

// A person's words at a step: "sanction.no_words" where they are missing; all steps need some.
Result<Case> assess(audit::Ledger& ledger, std::string_view number, const std::string& who, Severity severity,
                    const std::string& words);
// Closes at once until it is decided: the user, or the user and the project.
Result<Case> interim(audit::Ledger& ledger, std::string_view number, const std::string& who, Reach reach,
                     const std::string& words);
// The measure is that of the rule; a milder one needs no other reasons than those it is given with, a harder
// one is refused: "sanction.not_milder".
Result<Case> decide(audit::Ledger& ledger, std::string_view number, const std::string& who,
                    const std::optional<Measure>& wanted, const std::string& words);
// reopen, answer, dismiss, appeal, uphold, overturn, lift. "sanction.too_late": the time to appeal is over.
Result<Case> take_step(audit::Ledger& ledger, std::string_view number, const std::string& who, Event event,
                       const std::string& words);

// The clock: hearings that nobody answered, periods that are over. How many steps were taken; one that fails
// does not keep the others.
Result<size_t> due(audit::Ledger& ledger, Time now);

// What the rule says of the case as it stands, once it is assessed.
Result<Measure> measure_by_rule(const store::Database& store, const Case& about, Time now);

}  // namespace fvm::sanction
