// Who is told of a step, by which notice and by which letter. The texts are in messages/*.txt; letters leave
// through notify's outbox, in the transaction of the step.
#pragma once

#include "audit/ledger.hpp"
#include "casework/service.hpp"

namespace fvm::casework {

// The notice, and for the applicant the letter to the contact's address (for a case that came by e-mail
// without one: to whoever wrote). No address, no letter.
Result<void> tell(const Rules& rules, audit::Writer& writer, const Case& about, const Step& step,
                  Notice notice);

// Where letters to the applicant go; empty: nowhere.
Result<std::string> address_of(const store::Database& store, const Case& about);

// The message key of the notice about an event; empty: none. Its places are {case} and {title}.
std::string_view notice_key(Event event);

}  // namespace fvm::casework
