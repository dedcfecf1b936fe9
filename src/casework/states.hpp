// States of a case and the one table of allowed steps (states.def). Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fvm::casework {

// Who is told when a step has been taken. `caseworker`: the one it is assigned to, else all of them; `both`:
// that and the applicant.
enum class Notice { none, applicant, caseworker, both, adviser, decision_makers };

#define STATES_DEF "casework/states.def"
#include "base/states.inc"

// A working day in it is one of the days that the service has used.
bool counts(State state);
// The applicant may not see it.
bool is_internal(Event event);
// It may not be taken without words: a reason, a question, an answer.
bool needs_words(Event event);
std::optional<Event> event_named(std::string_view name);

}  // namespace fvm::casework
