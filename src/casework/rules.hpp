// What a step asks for besides its place in the table, and what it changes in the case. Pure: no clock, no
// store.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "casework/types.hpp"

namespace fvm::casework {

// What comes with a step.
struct Words {
  std::string text;     // reason, question, answer, comment
  std::string subject;  // assign, ask, hand_over: an account; recommend: "approve" or "reject"
};

// "casework.no_words", "casework.words_too_long", "casework.no_subject", "casework.recommend_what",
// "casework.wrong_kind", "casework.ask_somebody_else".
Result<void> check_step(const Case& about, Event event, const std::string& actor, const Words& words);

// The case after the step: state, caseworker, what was handed in. `step.subject` is filled in where the step
// itself decides it.
void apply(Case& about, Step& step);

}  // namespace fvm::casework
