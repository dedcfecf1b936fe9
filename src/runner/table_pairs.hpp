// The different pairs of person and combination that a SELECT gives, gathered while it runs: cheaper than a
// GROUP BY, as long as they fit into memory. Private to the first job.
#pragma once

#include <memory>

#include "runner/table_combinations.hpp"

namespace fvm::runner {

class TablePairs {
 public:
  // At most about so many bytes of pairs.
  TablePairs(TableNumbers numbers, uint64_t bytes_max);
  ~TablePairs();
  // table_pair(unit, d0, p0, d1 …) -> INTEGER: 1, of every row. Rows without a unit are passed over.
  duck::ScalarFunction function() const;

  // After the statement that called it for so many rows: whether it has seen just these, once each, and had
  // room for all their pairs. Else nothing it holds may be used.
  bool is_whole(uint64_t rows);
  // unit, combination.
  Result<void> write(duck::Connection& connection, const std::string& file);

  class Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace fvm::runner
