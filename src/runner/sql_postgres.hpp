// PostgreSQL's system catalogue over DuckDB's, for the questions that psql 15, RPostgreSQL and other clients
// ask.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "duck/database.hpp"

namespace fvm::runner {

// The schema that holds the made-up system catalogue; it stands last in every search path.
inline constexpr std::string_view catalogue_schema = "fvm_catalog";

// Makes the schema with its views and macros in the current database. Call before the lock-down.
Result<void> make_postgres_catalogue(duck::Connection& connection, const std::string& user,
                                     const std::string& version);
// Is it a relation or function of that schema?
bool is_catalogue_relation(std::string_view lower_name);
bool is_catalogue_function(std::string_view lower_name);

}  // namespace fvm::runner
