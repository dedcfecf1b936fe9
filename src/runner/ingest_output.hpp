// What a COPY left in the output folder: its Parquet files with rows, sizes and statistics for the Delta log.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "runner/ingest_job.hpp"

namespace fvm::runner {

// Reads the footers of job.output/*.parquet, in order of name; files without rows are left out.
Result<std::vector<WrittenFile>> written_files(duck::Connection& connection, const IngestJob& job);

// For an upsert: which of `existing` hold rows that the new ones (output/*.parquet) replace, by job.key;
// their other rows are written to new files beside the new ones. Returns the names of the files so replaced.
// Fails with "ingest.key_twice" when the delivery has two rows of one key.
Result<std::vector<std::string>> merge_existing(duck::Connection& connection, const IngestJob& job);

}  // namespace fvm::runner
