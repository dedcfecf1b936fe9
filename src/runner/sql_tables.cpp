#include "runner/sql_tables.hpp"

#include <optional>

#include "disclosure/text.hpp"
#include "lake/table.hpp"

namespace fvm::runner {
namespace {

using duck::quote_name;
using duck::quote_text;

std::string duck_type(const std::string& delta) {
  if (delta == "long") return "BIGINT";
  if (delta == "string") return "VARCHAR";
  return delta;  // integer, double, boolean, date, timestamp, decimal(p,s): the same words
}

std::string files_of(const Path& folder, const lake::Snapshot& snapshot) {
  std::string list;
  for (const auto& [path, file] : snapshot.files)
    list += (list.empty() ? "" : ", ") + quote_text((folder / path).string());
  return list;
}

// A table without files still has its columns.
std::string select_of(const Path& folder, const lake::Snapshot& snapshot) {
  std::string columns;
  const bool empty = snapshot.files.empty();
  for (const auto& field : snapshot.schema.fields)
    columns +=
        (columns.empty() ? "" : ", ") +
        (empty ? "NULL::" + duck_type(field.type) + " AS " + quote_name(field.name) : quote_name(field.name));
  if (empty) return "SELECT " + columns + " WHERE false";
  return "SELECT " + columns + " FROM read_parquet([" + files_of(folder, snapshot) + "]" +
         (snapshot.files.size() > 1 ? ", union_by_name = true)" : ")");
}

std::string comments_of(const std::string& view, const lake::Snapshot& snapshot) {
  std::string script;
  if (const auto found = snapshot.configuration.find("comment"); found != snapshot.configuration.end())
    script += "COMMENT ON VIEW " + view + " IS " + quote_text(found->second) + ";";
  for (const auto& field : snapshot.schema.fields) {
    const auto comment = field.metadata.find("comment");
    if (comment != field.metadata.end() && !comment->second.empty())
      script += "COMMENT ON COLUMN " + view + "." + quote_name(field.name) + " IS " +
                quote_text(comment->second) + ";";
  }
  return script;
}

// The names of the table's columns.
Result<std::vector<std::string>> make_view(const std::string& schema, const std::string& name,
                                           const Path& folder, const lake::Snapshot& snapshot,
                                           duck::Connection& connection) {
  const auto view = quote_name(schema) + "." + quote_name(name);
  const auto rows = snapshot.rows();
  TRY(connection.each_statement(
      "CREATE VIEW " + view + " AS " + select_of(folder, snapshot) + ";" + comments_of(view, snapshot) +
          "INSERT INTO fvm_catalog.fvm_registers VALUES (" + quote_text(schema) + ", " + quote_text(name) +
          ", " + (rows ? std::to_string(*rows) : "-1") + ", " + std::to_string(snapshot.bytes()) + ")",
      [](duck::Statement& statement) -> Result<void> {
        TRY(statement.execute());
        return {};
      }));
  std::vector<std::string> columns;
  for (const auto& field : snapshot.schema.fields) columns.push_back(field.name);
  return columns;
}

}  // namespace

Result<TableViews> make_table_views(World& world, const Path& data, duck::Connection& connection,
                                    const TableVersions* versions, const LeftOut& left_out) {
  TableViews made_views;
  for (const auto& schema : TRY(world.list(data))) {
    if (!schema.is_directory || schema.name.starts_with('.') || schema.name.starts_with('_')) continue;
    TRY(connection.run("CREATE SCHEMA IF NOT EXISTS " + quote_name(schema.name)));
    for (const auto& table : TRY(world.list(data / schema.name))) {
      const Path folder = data / schema.name / table.name;
      const lake::Table delta(world, folder);
      if (!table.is_directory || !delta.exists()) continue;
      std::optional<int64_t> version;
      if (versions != nullptr) {
        const auto found = versions->find(schema.name + "." + table.name);
        if (found == versions->end()) continue;
        version = found->second;
      }
      auto snapshot = TRY(version ? delta.snapshot(*version) : delta.snapshot());
      std::erase_if(snapshot.schema.fields, [&](const auto& field) {
        return left_out.contains(schema.name + "." + table.name + "." + disclosure::lower(field.name));
      });
      auto made = make_view(schema.name, table.name, folder, snapshot, connection);
      if (!made.ok()) return std::move(made.error()).with("table", schema.name + "." + table.name);
      made_views.granted.push_back({schema.name, table.name, std::move(*made)});
      ++made_views.tables;
      made_views.schemas.insert(schema.name);
    }
  }
  return made_views;
}

}  // namespace fvm::runner
