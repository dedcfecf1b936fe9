// COPY … TO STDOUT and COPY … FROM STDIN, as PostgreSQL writes them, in both the old and the new syntax of
// options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "pgwire/copy.hpp"
#include "runner/sql_tokens.hpp"

namespace fvm::runner {

struct CopyCommand {
  bool to_client = true;             // TO STDOUT; else FROM STDIN
  std::string source;                // what to select, when to_client
  std::string table;                 // as written, with its schema; when not to_client
  std::vector<std::string> columns;  // named ones; empty: all
  pgwire::CopyOptions options;
  std::vector<std::string> force_quote;  // column names
};

// Nothing when it is a COPY that names a file: DuckDB's own. "pgwire.sql" 42601, 0A000 or 22023 for options
// that are wrong or not known here.
Result<std::optional<CopyCommand>> read_copy(const Tokens& significant);

}  // namespace fvm::runner
