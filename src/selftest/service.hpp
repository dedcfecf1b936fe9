// All checks one after the other; what came of them is kept and told.
#pragma once

#include <optional>

#include "selftest/types.hpp"

namespace fvm::selftest {

Result<void> migrate(audit::Ledger& ledger);

// Runs every check and keeps the run with one record in the ledger ("selftest.run"). Security officers and
// operators are told of one that did not hold.
Result<Run> run(const Setting& setting, std::string_view actor);

// The newest; nothing: it never ran.
Result<std::optional<Run>> newest(const store::Database& store);

// Whether it is time: by night, not more often than once a night, the first time an hour after `since` (when
// the program began); and in the daytime if no night has seen one for more than a day.
bool is_due(const std::optional<Run>& newest, Time since, Time now);

}  // namespace fvm::selftest
