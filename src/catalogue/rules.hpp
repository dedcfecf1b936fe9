// What a catalogue must hold to: pure checks, without files or places in them.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::catalogue {

// The first thing wrong with a variable by itself, or none.
std::optional<Error> check_variable(const Variable& variable);

// The first thing wrong with a table among the others: a person that is not a person variable, a period that
// is not a date, keys that do not exist, a parent that does not exist or leads to nobody.
std::optional<Error> check_table(const Catalogue& catalogue, const Table& table);

}  // namespace fvm::catalogue
