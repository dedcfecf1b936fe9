// Which rules a table is judged by, and how its notes say so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include "config/instance.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// The rules for a table that counts `unit` ("persons") and reads `registers`: defaults, what the
// configuration says, and never below release.cell_count_min. Errors: those of disclosure::RuleSettings.
Result<Rules> rules_of(const config::Config& config, const std::vector<std::string>& registers,
                       std::string_view unit);
// The same for a table made from `data`, as far as it is about units of that kind.
Result<Rules> rules_for(const config::Config& config, const std::vector<DataVersion>& data, UnitKind kind);

// "5 persons", or "5 persons or 4 providers": fewer of whom a cell must not tell.
std::string few_of(const Record& record, Language language);

// The rules that had a say in the table, with their values, and the registers that they are the strictest of.
std::string rules_note(const Record& record, Language language);
// A parameter's sentence with its value: "At least 5 units in a cell."
std::string rule_sentence(const disclosure::ParameterRow& row, double value, Language language);

}  // namespace fvm::safetable
