// The slow pass: finds again, by file and line, the rows that the fast pass only counted as bad, and seals
// them. Runs only when there are any.
#pragma once

#include <functional>
#include <vector>

#include "base/result.hpp"
#include "runner/ingest_job.hpp"
#include "runner/ingest_look.hpp"

namespace fvm::runner {

inline constexpr const char* set_aside_name = "set_aside.box";

struct BadRows {
  uint64_t rows = 0;       // all records, without headers
  uint64_t structure = 0;  // too few or too many columns, broken quotes, too long
  uint64_t values = 0;     // well formed, but a value is bad
};

// What is wrong with one record, or nothing: the rule, and the column it is in. Pure.
class RecordCheck {
 public:
  static Result<RecordCheck> of(const IngestJob& job, const FileLook& look);
  struct Problem {
    std::string rule, column, shape, advice;
    bool structure = false;
  };
  std::optional<Problem> check(const struct Record& record) const;

 private:
  struct Body;
  explicit RecordCheck(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

// Reads all files; adds findings to `result` (at most job.findings_max) and writes every bad record, sealed
// for the keeper, to output/set_aside.box. A line of the box, once opened:
// {"file","line","column","rule","record"}. A file whose line ends are mixed, or a quote that is never
// closed, ends it: "ingest.line_ends", "ingest.open_quote" with file and line, since nothing behind it can be
// told apart.
Result<BadRows> find_bad_rows(const IngestJob& job, const std::vector<FileLook>& looks, IngestResult& result);

}  // namespace fvm::runner
