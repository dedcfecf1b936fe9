// Who is in the table: the first job's pairs joined with the project's map. Private to the second job.
#pragma once

#include <span>

#include "runner/table_combinations.hpp"
#include "runner/table_rows.hpp"

namespace fvm::runner {

// Units of one part, by their number in the mirror, which all projects share, and the combinations of values
// that each is in.
struct TableUnits {
  struct Part {
    std::vector<int64_t> mirror;
    std::vector<uint32_t> combinations;  // one each, or
    std::vector<uint32_t> ends;          // of each unit: where its own end; empty: one each
    std::span<const uint32_t> of(size_t unit) const {
      if (ends.empty()) return {&combinations[unit], 1};
      const size_t begin = unit == 0 ? 0 : ends[unit - 1];
      return {&combinations[begin], ends[unit] - begin};
    }
  };
  std::vector<Part> parts;
  bool single = true;  // nobody is in two combinations
};
// (project, mirror) of everybody who is a unit of the job's kind, as a relation in brackets.
std::string unit_map(const TableJudgement& job);

// Reads the job's pairs, or the relation `pairs` if it is named, which nothing is believed of, and the
// population. "table.unit_unknown", "table.provider_unknown" (usage), "table.bad_result" (defect).
Result<TableUnits> read_units(duck::Connection& connection, const TableJudgement& job, size_t combinations,
                              const std::string& pairs = {});

// As if nobody were in these combinations.
void leave_out(TableUnits& units, const std::vector<bool>& combinations);

// How many units there are: of each combination, of each dimension's values and upper levels.
struct TableUnitCounts {
  std::vector<uint64_t> combinations;
  std::vector<std::vector<TableValue>> values;                // those that have units
  std::vector<std::map<TableCodes::Text, uint64_t>> parents;  // of dimensions that have upper levels
};
TableUnitCounts count_units(const TableUnits& units, const TableCombinations& combinations,
                            const TableJudgement& job);

}  // namespace fvm::runner
