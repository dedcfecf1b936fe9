// The first look at a delivered file: its dialect, its header against the catalogue, and a sample of its
// values.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "runner/csv_dialect.hpp"
#include "runner/ingest_job.hpp"

namespace fvm::runner {

struct FileLook {
  Dialect dialect;
  std::vector<std::optional<size_t>> columns;  // of the file, as index into job.columns
  uint64_t bytes = 0;
  std::vector<Finding> findings;  // any: the file cannot be read as this table
};

// Reads all bytes once (encoding) and samples. Fails only when the file cannot be read at all. A Windows-1252
// file is rewritten as UTF-8, and `file` then names that one.
Result<FileLook> look_at(const IngestJob& job, IngestFile& file);

// What is wrong with a header: unknown, doubled and missing columns. Fills `columns`.
std::vector<Finding> check_header(const IngestJob& job, const std::string& file,
                                  const std::vector<std::string>& header,
                                  std::vector<std::optional<size_t>>& columns);

}  // namespace fvm::runner
