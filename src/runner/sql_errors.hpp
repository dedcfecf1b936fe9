// DuckDB's errors as PostgreSQL's: SQLSTATE, sentence, hint and position.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fvm::runner {

// `sql` is the statement as the client sent it, or empty when the position would not fit (it was rewritten).
// Errors that have a SQLSTATE already come back as they are.
Error to_sql_error(Error error, std::string_view sql);

}  // namespace fvm::runner
