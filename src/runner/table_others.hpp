// Units of another kind that the rows of a table are of: the providers who treated the persons that are
// counted, or the persons that counted providers treated. No cell may be told that is of few of them, by
// itself or with all that was told before. They are judged as if two things were told wherever the counted
// units' number is: their own number, and how many of the counted each of them has. Private to the second
// job.
// docs/architecture/0043-units.md.
#pragma once

#include <memory>

#include "base/world.hpp"
#include "runner/table_sets.hpp"
#include "runner/table_values.hpp"

namespace fvm::runner {

class TableOther {
 public:
  // `job`: of the other kind. `nobody`: combinations in which nobody is counted, which do not count here
  // either.
  TableOther(World& world, const TableJudgement& job, const TableCombinations& combinations,
             std::vector<bool> nobody)
      : world_(world), job_(job), combinations_(combinations), nobody_(std::move(nobody)) {}

  // First: who is where. How many of them have each value.
  Result<TableUnitCounts> open();
  // Then: the cells that must not be told for their sake, of them those that are of few and those of which
  // some few have nearly all.
  struct Forbidden {
    std::vector<bool> cells, few, dominated;
  };
  Result<Forbidden> forbid(const tabular::Shape& shape, const std::vector<uint32_t>& leaf_of);
  // The cells of which each column's sum may be told, of those that are `wanted`; they count as told.
  Result<std::map<size_t, std::vector<bool>>> judge_values(const std::vector<bool>& wanted);
  // Last: these cells are told. Writes its ledger.
  Result<JudgedTable::Other> finish(const std::vector<bool>& told);

 private:
  bool is_there() const { return !job_.pairs.empty(); }
  bool has_columns() const { return !job_.columns.empty() && is_there(); }

  World& world_;
  const TableJudgement& job_;
  const TableCombinations& combinations_;
  std::vector<bool> nobody_;
  // Relations of this kind have the same names as the counted units', in an engine of their own.
  std::optional<duck::Database> database_;
  std::optional<duck::Connection> connection_;
  std::optional<tabular::Shape> shape_;
  TableUnits units_;
  TableAtoms atoms_;
  tabular::Groups groups_;
  std::vector<double> counts_;
  std::optional<TableValues> values_;
  bool single_ = true;
};

// A value that few units of another kind have is not named, however many of the counted have it: it is
// as if one had it.
void name_for_all(const TableUnitCounts& others, double threshold, TableUnitCounts& counted);

}  // namespace fvm::runner
