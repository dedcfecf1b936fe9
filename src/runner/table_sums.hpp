// Which cells' sums may be told beside each other. Private to the judgement of a table.
#pragma once

#include <vector>

#include "disclosure/rule_values.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {

// Of larger tables only what follows exactly is hidden.
inline constexpr size_t sums_widened_cells_max = 100'000;

// Sums add up along the table also where persons are counted once: what the counts hide (`table.marks`), and
// what may not be told by itself (`sensitive`; empty: nothing more), is protected by the sums' own equations
// too; and where the sums are known (`sums`; empty: they are not), from being known nearly. By cell. Errors
// (defect): "tabular.no_solution".
Result<std::vector<bool>> open_sums(const tabular::Shape& shape, const JudgedTable& table,
                                    const disclosure::RuleValues& rules, const std::vector<bool>& sensitive,
                                    const std::vector<double>& sums);

}  // namespace fvm::runner
