// PostgreSQL's system functions as DuckDB macros: a table.
#pragma once

#include <span>
#include <string_view>

namespace fvm::runner {

// Parameters and body; several variants of one name have different numbers of parameters. {user} and
// {version} are replaced. Names inside bodies begin with fvm_, so that no argument is caught by them.
struct Macro {
  std::string_view name, variants;
};
// The first two are needed by the system catalogue's views, the others need those views.
std::span<const Macro> postgres_macros();

}  // namespace fvm::runner
