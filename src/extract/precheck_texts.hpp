// Every remark of the pre-check with what to do about it. Private to this room.
#pragma once

#include "extract/precheck.hpp"

namespace fvm::extract {

// Key of the sentence that says what to do; every remark has one.
std::string_view advice_of(std::string_view code);
Remark remark(Severity severity, const std::string& code, Arguments arguments);

}  // namespace fvm::extract
