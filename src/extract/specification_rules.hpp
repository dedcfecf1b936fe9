// How single values of a specification must look. Pure; private to this room.
#pragma once

#include <string_view>

namespace fvm::extract {

// A word of the caseworker's own for an event or a cohort: small letters, digits and "_", a letter first, at
// most 40 bytes. "first_purchase".
bool is_event_name(std::string_view text);
bool is_blank(std::string_view text);
// "FVM-2026-0017".
bool is_project_number(std::string_view text);
bool is_eight_digits(std::string_view text);
// Of a CVR number of eight digits.
bool has_check_digit(std::string_view cvr);

}  // namespace fvm::extract
