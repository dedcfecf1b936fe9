// How a variable is stored: one rule for the mirror that writes and the projects that read.
#pragma once

#include <string>

#include "catalogue/types.hpp"

namespace fvm::catalogue {

// Stored as a pseudonym: persons, relatives, providers.
bool is_pseudonym(Class what);

// The Delta type of the variable's column: "long" for pseudonyms and integers, "double", "date", "timestamp",
// "string".
std::string delta_type(const Variable& variable);

}  // namespace fvm::catalogue
