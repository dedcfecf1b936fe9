// Holdings in the first job: who has the units of the rows that were counted. Private to it.
// docs/architecture/0048-holdings.md
#pragma once

#include <string>

#include "duck/database.hpp"
#include "runner/table.hpp"

namespace fvm::runner {

// Where and how the first job writes pairs, in COPY … TO.
std::string copy_to(const std::string& file);

// Of the file `rows` (unit, unit1 …, holder, combination, x0 …) writes holdings.parquet and holders.parquet.
// "table.contributor_twice" (usage).
Result<void> part_holdings(duck::Connection& own, const TableQuestion& question, const CountedUnits& units,
                           const std::string& rows);

}  // namespace fvm::runner
