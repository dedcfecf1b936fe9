// What is shown of released tables.
#pragma once

#include <string>
#include <vector>

#include "fvm/context.hpp"
#include "safetable/closest.hpp"
#include "safetable/outputs.hpp"
#include "safetable/outside.hpp"
#include "safetable/types.hpp"
#include "safetable/verify.hpp"

namespace fvm::cli {

std::string ending_of(const std::string& file);  // "t.xlsx" -> "xlsx"
Result<void> print_explanation(const Context& context, const safetable::Record& record,
                               const std::string& cell);
// One released table, without what is said of all.
void print_table_line(const Context& context, const safetable::Record& record,
                      const std::vector<safetable::Recall>& recalls);
Result<void> print_ledger(const Context& context, const std::string& project,
                          const std::vector<safetable::Record>& records,
                          const std::vector<safetable::Recall>& recalls,
                          const std::vector<safetable::OutsideFile>& outside);
void print_calls(const Context& context, const std::vector<safetable::Call>& calls);
void print_verified(const Context& context, const safetable::Verified& verified);

}  // namespace fvm::cli
