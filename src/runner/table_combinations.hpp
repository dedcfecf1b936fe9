// What persons are in, as small numbers: every combination of values that the analyst's SELECT gives has one,
// so that the engine groups, writes and joins numbers and no texts. Private to the two jobs.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "duck/database.hpp"
#include "duck/function.hpp"
#include "runner/table.hpp"

namespace fvm::runner {

// --- the first job
// One thread's way to numbers. `texts`: d0, p0 (where there are upper levels), d1 …
// "table.too_many_values", "table.too_many_combinations" (usage).
class TableNumbering {
 public:
  virtual ~TableNumbering() = default;
  virtual Result<void> number(std::span<const duck::ColumnView> texts, std::span<uint32_t> out) = 0;
};

// Numbers combinations in the order in which they are met.
class TableNumbers {
 public:
  explicit TableNumbers(const std::vector<TableDimension>& dimensions);
  ~TableNumbers();
  std::unique_ptr<TableNumbering> numbering() const;
  size_t columns() const;  // of texts
  // table_combination(d0, p0, d1 …) -> UINTEGER.
  duck::ScalarFunction function() const;
  // Writes what has been numbered: combination, d0, p0 (where there are upper levels), d1 …
  Result<void> write(duck::Connection& connection, const std::string& file) const;

  class Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

// --- the second job
struct TableCombinations {
  struct Value {
    TableCodes::Text value, parent;
  };
  std::vector<std::vector<Value>> values;    // of each dimension
  std::vector<std::vector<uint32_t>> index;  // of each dimension: of each combination its value
  size_t size() const { return index.empty() ? 1 : index.front().size(); }
};
// Reads what the first job wrote, and believes none of it: combinations are 0, 1, 2 … once each, no two are
// the same, limits hold; else "table.bad_result" (defect).
Result<TableCombinations> read_combinations(duck::Connection& connection, const std::string& file,
                                            const std::vector<TableDimension>& dimensions);

}  // namespace fvm::runner
