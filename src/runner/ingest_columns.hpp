// How each stored column of a delivery is read: one rule, used by the fast pass as a DuckDB function over
// whole vectors and by the slow pass value by value.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "duck/function.hpp"
#include "runner/ingest_job.hpp"
#include "runner/ingest_persons.hpp"
#include "runner/keeper_pool.hpp"
#include "runner/values.hpp"

namespace fvm::runner {

// Reads one column's values as one file writes them.
class ColumnReader {
 public:
  // "ingest.bad_format" when the column's date format is none.
  static Result<ColumnReader> of(const IngestColumn& column, char decimal);

  // The rule that a value breaks ("finding.date"), or empty. `text` is UTF-8 and may be empty.
  std::string broken_rule(std::string_view text) const;
  // Empty, or what counts as empty: only spaces where text is not what is stored, all zeros for a relative.
  bool is_empty(std::string_view text) const;
  bool needs_function() const { return column_.is_identifier() || column_.type != catalogue::Type::text; }
  duck::Kind kind() const;  // what the mirror stores

  // The same over a vector: NULL where empty, a value outside the type's range of sense where broken (see
  // is_broken in ingest_columns.cpp, which keep_function looks for).
  duck::ScalarFunction function(const std::string& name, KeeperPool& keeper) const;

 private:
  ColumnReader(const IngestColumn& column, DateFormat format, char decimal)
      : column_(column), format_(std::move(format)), decimal_(decimal) {}
  std::optional<uint64_t> pack(std::string_view text) const;
  duck::ScalarFunction identifier_function(KeeperPool& keeper) const;

  IngestColumn column_;
  DateFormat format_;
  char decimal_;
};

// What the fast pass has seen so far; read by the progress thread too.
struct IngestCounts {
  std::atomic<uint64_t> rows = 0, broken = 0;
  std::deque<PersonCounts> persons;  // one for each stored column; those of identifiers stay at nothing
  void reset() {
    rows = broken = 0;
    for (PersonCounts& one : persons) one.reset();
  }
};

// What the last function of a row is told of a column.
struct KeptColumn {
  duck::Kind kind = duck::Kind::varchar;
  bool required = false;
  PersonCounts* persons = nullptr;  // where its values are looked at; null: an identifier
};
// BOOLEAN: may this row stay? Sees every row once, counts them, and looks for personal numbers.
duck::ScalarFunction keep_function(const std::string& name, std::vector<KeptColumn> columns,
                                   IngestCounts& counts);

}  // namespace fvm::runner
