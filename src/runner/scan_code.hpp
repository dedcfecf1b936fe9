// Programs in R, SAS, Stata, Python and SQL: values written in them, conditions that single out one person,
// and comments.
#pragma once

#include <string_view>

#include "runner/scan.hpp"

namespace fvm::runner {

bool is_code(std::string_view extension);
void scan_code(std::string_view utf8, std::string_view extension, Scan& scan);

}  // namespace fvm::runner
