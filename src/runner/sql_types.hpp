// DuckDB's types as the PostgreSQL types that clients know.
#pragma once

#include <string>
#include <vector>

#include "duck/values.hpp"
#include "pgwire/output.hpp"

namespace fvm::runner {

// How a DuckDB column looks to a PostgreSQL client. Lists and everything without a twin are text.
pgwire::Column to_postgres(const duck::Column& column);
// The name that PostgreSQL would give a column without alias: `sum` for sum(x), `count` for count_star().
std::string column_name(const std::string& duck_name);
// Can its values be written as they are? If not, the statement has to cast the column to VARCHAR.
bool is_writable(const duck::ColumnType& type);
// The type of a statement's parameter; text when DuckDB leaves it open.
uint32_t parameter_oid(duck::Kind kind);

}  // namespace fvm::runner
