// The SQL of an ingest job: text out of facts, nothing is run here.
#pragma once

#include <string>
#include <vector>

#include "runner/ingest_job.hpp"
#include "runner/ingest_look.hpp"

namespace fvm::runner {

// Names of the functions that the statement calls.
std::string column_function(size_t file, size_t column);  // "fvm_0_3"
inline constexpr const char* keep_function_name = "fvm_keep";

// The stored columns (all that are not dropped), as index into job.columns; fvm_keep is told of them in this
// order.
std::vector<size_t> stored_columns(const IngestJob& job);

// What DuckDB does with a line that it cannot make a row of: give up at once, or keep count of it and go on.
// Keeping count costs an eighth of the reading, so a delivery is read in the first way, and again in the
// second only if it must.
enum class BrokenLines { give_up, count };

// COPY (all files, read as text, each value through its function, only rows to keep) TO the output folder.
std::string copy_statement(const IngestJob& job, const std::vector<FileLook>& looks, BrokenLines broken);

}  // namespace fvm::runner
