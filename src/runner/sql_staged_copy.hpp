// COPY … FROM STDIN into a table of DuckDB.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "pgwire/engine.hpp"
#include "runner/sql_copy.hpp"
#include "runner/sql_session.hpp"

namespace fvm::runner {

// Rows gather as text in a table of the connection's own; finish() casts and inserts all of them, or none.
// Errors are DuckDB's (to_sql_error) or PostgreSQL's.
Result<std::unique_ptr<pgwire::RowTarget>> begin_staged_copy(SqlSession& session, const CopyCommand& command);

}  // namespace fvm::runner
