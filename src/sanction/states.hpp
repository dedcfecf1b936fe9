// States of a case about a breach and the one table of allowed steps (states.def). Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fvm::sanction {

// Who is told when a step has been taken.
enum class Notice { none, subject, deciders };

#define STATES_DEF "sanction/states.def"
#include "base/states.inc"

}  // namespace fvm::sanction
