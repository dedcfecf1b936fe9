// What may be told to everybody about breaches: numbers of cases by year, severity and outcome, none of which
// tells about few. Pure but for the reading.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sanction/types.hpp"
#include "store/database.hpp"

namespace fvm::sanction {

inline constexpr size_t told_min = 5;  // fewer than so many cases, but some, are not told

struct Cell {
  std::string year, group;      // "2026", "minor" …; group "all": the year's sum
  std::optional<size_t> cases;  // nothing: not told
};
// One table: years by groups with their sums. A number from 1 to 4 is hidden; and where it alone, or few with
// it, could be worked out from the sum, the next smallest is hidden too, or the sum.
std::vector<Cell> safe_counts(const std::map<std::string, std::map<std::string, size_t>>& counts);

// Of assessed cases, by the year in which they were reported: "minor", "serious". Only of years that are
// over: a number that grows by one tells of one.
Result<std::vector<Cell>> statistics(const store::Database& store, Time now);

}  // namespace fvm::sanction
