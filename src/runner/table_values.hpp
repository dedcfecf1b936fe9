// What was told of persons' values, by all tables of an institution. A sum is of persons and values: the same
// persons a month later, of whom one earns more, are other ones by one. So the ledger knows a person's value
// as it knows a person: by a number that is made of both (a digest, from which neither can be read), and what
// must not follow from all sums together is the sum of 1 … t − 1 of these. Private to the second job.
// docs/architecture/0026-values.md.
#pragma once

#include <functional>

#include "base/world.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {

class TableValues {
 public:
  TableValues(World& world, duck::Connection& connection, const TableJudgement& job,
              const tabular::Shape& shape)
      : world_(world), connection_(connection), job_(job), shape_(shape) {}

  // What sums told before: ledger/NUMBER-values.parquet and -values.bin of `job.values`.
  Result<void> open();
  // The cells whose sum of the column may be told, of those that are `wanted`; they are taken for told from
  // now on. Persons who have nothing are not in a sum. `member` as for make_figures, and `person`.
  Result<std::vector<bool>> judge(size_t column, const std::vector<bool>& wanted);
  // The same of how many counted units each has, as if that were told: of other units than these. A number
  // that differs by what one of them has singles him out, though he is in both cells.
  Result<std::vector<bool>> judge_numbers(const std::vector<bool>& wanted);
  // The same for every column of which the job's measures tell more than percentiles. `wanted`: of a column.
  // Empty: there is none.
  using Wanted = std::function<std::vector<bool>(size_t column)>;
  Result<std::map<size_t, std::vector<bool>>> judge_all(const Wanted& wanted);
  // Writes values.parquet (unit, atom, and holders where some are held) and values.bin.
  Result<void> write();

 private:
  Result<void> meet(const std::string& values);
  // The table that these values are in, by their atoms, which are noted.
  Result<tabular::CountTable> divide(const std::string& values);
  std::string holder() const;
  Result<std::vector<bool>> judge_sets(const std::string& values, const std::vector<bool>& wanted);

  World& world_;
  duck::Connection& connection_;
  const TableJudgement& job_;
  const tabular::Shape& shape_;
  tabular::Knowledge known_;
  bool has_holders_ = false;  // of some values it is known whose they are
};

}  // namespace fvm::runner
