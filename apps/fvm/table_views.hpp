// What is shown of released tables.
#pragma once

#include <string>
#include <vector>

#include "fvm/context.hpp"
#include "safetable/types.hpp"

namespace fvm::cli {

// The table's document as JSON with what the ledger says of it, and of `cell` when one is named.
Result<std::string> table_json(const safetable::Record& record, const std::string& cell, Language language);
Result<void> print_explanation(const Context& context, const safetable::Record& record,
                               const std::string& cell);
Result<void> print_ledger(const Context& context, const std::string& project,
                          const std::vector<safetable::Record>& records);

}  // namespace fvm::cli
