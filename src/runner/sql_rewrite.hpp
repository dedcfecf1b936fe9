// PostgreSQL's spelling as DuckDB's, token by token: what psql and drivers write and DuckDB does not know.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runner/sql_settings.hpp"

namespace fvm::runner {

// `sql` is one statement. Nothing changes but: OPERATOR(pg_catalog.x), COLLATE pg_catalog.default, names and
// functions qualified with pg_catalog, ~ and ~* (found anywhere, as in PostgreSQL), casts to PostgreSQL's own
// types (regclass, name, oid …), and current_setting('name') of a setting that Settings has. `types`: what
// the client says of $1, $2 … (PostgreSQL's numbers, 0 for unspecified): those become casts.
std::string rewrite_for_duckdb(std::string_view sql, const Settings& settings,
                               std::span<const uint32_t> types = {});

}  // namespace fvm::runner
