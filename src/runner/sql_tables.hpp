// The project's Delta tables as DuckDB views.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "duck/database.hpp"
#include "runner/sql_usage.hpp"

namespace fvm::runner {

struct TableViews {
  size_t tables = 0;
  std::set<std::string> schemas;  // those with tables
  std::vector<GrantedTable> granted;
};

// Makes a schema for every folder of `data` and a view for every Delta table in it, with the comments of the
// table and its columns, and writes them down in fvm_catalog.fvm_registers.
// With `versions` (by "schema.table") those tables alone, each as it was then.
using TableVersions = std::map<std::string, int64_t>;
// Columns ("schema.table.column", the column in lower case) that the views do not have.
using LeftOut = std::set<std::string>;
Result<TableViews> make_table_views(World& world, const Path& data, duck::Connection& connection,
                                    const TableVersions* versions = nullptr, const LeftOut& left_out = {});

}  // namespace fvm::runner
