// How single values of a specification must look. Pure; private to this room.
#pragma once

#include <string_view>

namespace fvm::extract {

bool is_blank(std::string_view text);
// "FVM-2026-0017".
bool is_project_number(std::string_view text);
bool is_eight_digits(std::string_view text);
// Of a CVR number of eight digits.
bool has_check_digit(std::string_view cvr);

}  // namespace fvm::extract
