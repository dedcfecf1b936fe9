// How long copies are kept: so many days from the end of their request, then what opens them is destroyed and
// so are the bytes; what was sent stays on record by its SHA-256. Not while the request is open or may still
// be drawn for a second look, not while a case about it is open, not while a security officer retains it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "release/copies.hpp"
#include "release/types.hpp"

namespace fvm::release {

// When the request ended: no step leads on, or it was sent and the lot of its period is over without it.
// `lot_is_over`: of the period in which it was sent. Pure.
std::optional<Time> ended_at(const Request& request, bool lot_is_over);

// Whether that person may keep copies or let them go, for whoever has to know before he looks at what was
// sent: the same refusal, recorded like it; "release.unknown".
Result<void> may_retain(audit::Ledger& ledger, std::string_view number, const std::string& who,
                        std::string_view action);

// A security officer, nobody of the project, keeps the copies of a request for as long as it takes (legal
// hold). "release.retained_already", "release.bytes_gone" (refused), "release.no_reason" (usage),
// "release.not_security" (refused); refusals are recorded too.
Result<Request> retain(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason);
// "release.not_retained" (refused).
Result<Request> let_go(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason);

struct RetentionRules {
  int64_t days = 1826;
  // Whether a case about it is open (room sanction); asked in the transaction that decides.
  std::function<Result<bool>(const store::Database&, const Request&)> concerned;
};
struct Destroyed {
  size_t requests = 0;  // whose time was over
  size_t copies = 0;    // destroyed: those that no other request needs
};
// Decides what is over, in one transaction for each request, and destroys what nobody needs any more, also
// what a crash left of that. One that fails is logged and does not hold up the others.
Result<Destroyed> destroy_due(audit::Ledger& ledger, const KeptCopies& copies, Time now,
                              const RetentionRules& rules);

// Retained just now, oldest first.
Result<std::vector<Request>> retained_now(const store::Database& store);

}  // namespace fvm::release
