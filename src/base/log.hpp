// One line per event on standard error: time, program, event, key=value. Never row values, never identifiers.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fvm {

// Sets the program name that every line carries; call once at start.
void log_as(std::string_view program);
void log_event(std::string_view event, const Arguments& facts = {});
void log_error(std::string_view event, const Error& error);

}  // namespace fvm
