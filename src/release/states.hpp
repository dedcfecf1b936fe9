// States of a release request and the one table of allowed steps (states.def). Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fvm::release {

// Who is told when a step has been taken.
enum class Notice { none, author, reviewers, inspectors, administrators };

#define STATES_DEF "release/states.def"
#include "base/states.inc"

}  // namespace fvm::release
