// The second half of reading a condition: names and types. Private to this room.
#pragma once

#include "extract/condition.hpp"

namespace fvm::extract {

// Resolves variables and functions and gives every node its type; errors as read_condition.
Result<void> check_condition(Expression& expression, const catalogue::Table& table);

}  // namespace fvm::extract
