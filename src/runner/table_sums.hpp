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
// too. By cell.
std::vector<tabular::Status> protect_sums(const tabular::Shape& shape, const JudgedTable& table,
                                          const std::vector<bool>& sensitive);
// Which may be told where the sums are these, so that no hidden one is known nearly either. `protection`: as
// above. Errors (defect): "tabular.no_solution".
Result<std::vector<bool>> open_sums(const tabular::Shape& shape, const disclosure::RuleValues& rules,
                                    std::vector<tabular::Status> protection, std::vector<double> sums);
std::vector<bool> are_open(const std::vector<tabular::Status>& status);

}  // namespace fvm::runner
