// Numbers rounded to a base for all groups of persons that the institution's tables tell apart: see
// tabular/rounding.hpp and docs/architecture/0020-rounding.md. Private to the second job.
#pragma once

#include "runner/table.hpp"

namespace fvm::runner {

// Groups of persons, here and in all tables before.
inline constexpr size_t table_rounded_groups_max = 2'000'000;

// What headings are made of: of each dimension its values and their upper levels, with rounded numbers
// instead of counts, and none whose number is 0.
struct RoundedValues {
  std::vector<TableValue> values;
  std::map<TableCodes::Text, uint64_t> parents;
};

class TableRounding {
 public:
  // Needs the relations pairs and person of the second job.
  TableRounding(duck::Connection& connection, const TableJudgement& job, bool single)
      : connection_(connection), job_(job), single_(single) {}

  // Divides what was released before among the new groups; writes atoms.parquet (unit, atom) and
  // places.parquet (atom, rounded).
  Result<void> divide();
  Result<RoundedValues> values_of(size_t dimension);
  // Of all cells, after the codes are in the tables code0 (value, parent, code) …
  Result<std::vector<double>> counts(const tabular::Shape& shape);

 private:
  Result<void> make_places();
  Result<void> make_groups();
  Result<std::vector<std::vector<uint32_t>>> read_places();
  Result<void> write(const std::vector<uint64_t>& numbers);
  std::string columns() const;  // "d0, p0, d1"

  duck::Connection& connection_;
  const TableJudgement& job_;
  bool single_;
};

}  // namespace fvm::runner
