// The first job: the analyst's SELECT, in a sandbox that holds the project's own data and nothing else.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "disclosure/text.hpp"
#include "runner/sql_postgres.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_settings.hpp"
#include "runner/sql_tables.hpp"
#include "runner/table.hpp"

namespace fvm::runner {
namespace {

using duck::Kind;
using duck::quote_name;
using duck::quote_text;

constexpr int select_statement = 1;  // DUCKDB_STATEMENT_TYPE_SELECT

bool is_whole(Kind kind) {
  return kind == Kind::bigint || kind == Kind::integer || kind == Kind::ubigint || kind == Kind::hugeint;
}
bool is_number(Kind kind) {
  return (kind >= Kind::tinyint && kind <= Kind::double_) || kind == Kind::hugeint ||
         kind == Kind::uhugeint || kind == Kind::decimal;
}

bool same_name(std::string_view a, std::string_view b) {
  return disclosure::lower(a) == disclosure::lower(b);
}

// The engine with the project's tables under the names that a session gives them, locked.
Result<duck::Connection> open_locked(World& world, const TableQuestion& question) {
  const auto& engine = question.engine;
  auto database = TRY(duck::Database::open({.memory_mib = engine.memory_mib,
                                            .threads = engine.threads,
                                            .temporary = engine.output + "/temporary",
                                            .preserve_insertion_order = false}));
  std::string path = "project.public";
  {
    auto connection = TRY(database.connect());
    TRY(
        connection.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true;"
                       "ATTACH ':memory:' AS project; USE project; CREATE SCHEMA public"));
    TRY(make_postgres_catalogue(connection, question.user, "PostgreSQL 15.0"));
    const auto views = TRY(make_table_views(world, question.data, connection, &question.versions));
    for (const std::string& schema : views.schemas) path += ",project." + quote_name(schema);
  }
  TRY(database.lock_down({question.data, question.engine.output}));
  auto connection = TRY(database.connect());
  TRY(connection.run("USE project; SET search_path = " +
                     quote_text(path + ",project." + std::string(catalogue_schema))));
  return connection;
}

// What the engine says of a statement that it has not run yet quotes nothing but the statement.
Error wrong_sql(Error error) {
  if (error.code == "duck.no_statement") return usage("table.no_select");
  if (error.code == "duck.several_statements") return usage("table.several_statements");
  if (error.code != "duck.failed") return error;
  return usage("table.sql_wrong", {{"reason", std::string(error.argument("reason"))}});
}
// Of one that ran it may quote a row.
Error failed_sql(Error error) {
  if (error.code != "duck.failed") return error;
  return usage("table.sql_failed", {{"reason", std::string(error.argument("safe_reason"))}});
}

std::string without_end(std::string sql) {
  while (!sql.empty() && (sql.back() == ';' || std::isspace(static_cast<unsigned char>(sql.back())) != 0))
    sql.pop_back();
  return sql;
}

// The columns of the SELECT, and which of them are meant.
class Columns {
 public:
  explicit Columns(const std::vector<duck::Column>& columns) : columns_(columns) {}

  Result<const duck::Column*> named(const std::string& name) const {
    const duck::Column* found = nullptr;
    std::string names;
    for (const duck::Column& column : columns_) {
      names += (names.empty() ? "" : ", ") + column.name;
      if (!same_name(column.name, name)) continue;
      if (found != nullptr) return usage("table.column_twice", {{"name", name}});
      found = &column;
    }
    if (found == nullptr) return usage("table.column_unknown", {{"name", name}, {"names", names}});
    return found;
  }

  Result<const duck::Column*> unit(const TableQuestion& question) const {
    const duck::Column* found = nullptr;
    if (!question.unit.empty()) {
      found = TRY(named(question.unit));
    } else {
      for (const duck::Column& column : columns_) {
        const auto is_it = [&](const std::string& unit) { return same_name(unit, column.name); };
        if (std::none_of(question.units.begin(), question.units.end(), is_it)) continue;
        if (found != nullptr)
          return usage("table.which_unit", {{"one", found->name}, {"other", column.name}});
        found = &column;
      }
    }
    std::string units;
    for (const std::string& unit : question.units) units += (units.empty() ? "" : ", ") + unit;
    if (found == nullptr) return usage("table.no_unit", {{"names", units}});
    if (!is_whole(found->type.kind)) return usage("table.unit_no_number", {{"name", found->name}});
    return found;
  }

 private:
  const std::vector<duck::Column>& columns_;
};

// Whether the event came, by the end that was asked for.
std::string came_of(const TableDimension& event, const std::vector<TableDimension>& all) {
  std::string came = fmt::format("{}::BOOLEAN", quote_name(event.name));
  for (const TableDimension& time : all)
    if (time.as == TableDimension::As::time && time.until > 0)
      came = fmt::format("({} AND {}::DOUBLE <= {})", came, quote_name(time.name), time.until);
  return came;
}

// The band that a time lies in, by its number; nothing where it cannot be told. Whoever is still there at the
// end is in the band behind the last.
std::string band_of(const TableDimension& time, const std::vector<TableDimension>& all) {
  const std::string value = quote_name(time.name) + "::DOUBLE";
  std::string band = fmt::format("floor({} / {})", value, time.width);
  if (time.until > 0) {
    std::string came = "false";
    for (const TableDimension& each : all)
      if (each.as == TableDimension::As::event) came = came_of(each, all);
    const double behind = end_band(time);
    band = fmt::format("CASE WHEN {0} THEN least({1}, {2}) WHEN {3} >= {4} THEN {5} ELSE {1} END", came, band,
                       behind - 1, value, time.until, behind);
  }
  return fmt::format("CASE WHEN isfinite({0}) AND {0} >= 0 THEN ({1})::BIGINT END::VARCHAR", value, band);
}

std::string value_of(const TableDimension& dimension, const std::vector<TableDimension>& all) {
  using As = TableDimension::As;
  if (dimension.as == As::time) return band_of(dimension, all);
  if (dimension.as == As::value) return quote_name(dimension.name) + "::VARCHAR";
  return fmt::format("CASE {} WHEN true THEN '{}' WHEN false THEN '{}' END", came_of(dimension, all),
                     event_word, censored_word);
}

std::string select_list(const TableQuestion& question, const std::string& unit) {
  std::string list = quote_name(unit) + "::BIGINT AS unit";
  for (size_t i = 0; i < question.dimensions.size(); ++i) {
    const TableDimension& dimension = question.dimensions[i];
    list += fmt::format(", {} AS d{}", value_of(dimension, question.dimensions), i);
    if (!dimension.parent.empty())
      list += fmt::format(", {}::VARCHAR AS p{}", quote_name(dimension.parent), i);
  }
  std::string missing = "false", negative = "false";
  for (size_t i = 0; i < question.columns.size(); ++i) {
    const std::string value = quote_name(question.columns[i]) + "::DOUBLE";
    list += fmt::format(", sum({}) AS x{}", value, i);
    missing += fmt::format(" OR bool_or({0} IS NULL OR NOT isfinite({0}))", value);
    negative += fmt::format(" OR coalesce(bool_or({} < 0), false)", value);
  }
  if (question.columns.empty()) return list;
  return list + ", " + missing + " AS missing, " + negative + " AS negative";
}

Result<std::string> check(const TableQuestion& question, const std::vector<duck::Column>& columns) {
  const Columns found(columns);
  const duck::Column* unit = TRY(found.unit(question));
  for (const TableDimension& dimension : question.dimensions) {
    if (same_name(dimension.name, unit->name))
      return usage("table.unit_is_dimension", {{"name", unit->name}});
    const duck::Column* column = TRY(found.named(dimension.name));
    if (dimension.as == TableDimension::As::time && !is_number(column->type.kind))
      return usage("table.time_no_number", {{"name", dimension.name}});
    if (dimension.as == TableDimension::As::event && column->type.kind != Kind::boolean &&
        !is_number(column->type.kind))
      return usage("table.event_no_truth", {{"name", dimension.name}});
    if (!dimension.parent.empty()) TRY(found.named(dimension.parent));
  }
  for (const std::string& column : question.columns) {
    const duck::Column* measure = TRY(found.named(column));
    if (!is_number(measure->type.kind)) return usage("table.measure_no_number", {{"name", column}});
  }
  return unit->name;
}

}  // namespace

Result<std::string> count_table(World& world, const TableQuestion& question) {
  auto connection = TRY(open_locked(world, question));
  const std::string sql = without_end(rewrite_for_duckdb(question.sql, Settings()));
  std::string unit;
  {
    auto statement = connection.prepare(sql);
    if (!statement.ok()) return wrong_sql(std::move(statement.error()));
    if (statement->type() != select_statement || !statement->is_read_only()) return usage("table.no_select");
    if (statement->parameters() > 0) return usage("table.parameters");
    unit = TRY(check(question, statement->columns()));
  }
  const auto written = connection.run(fmt::format(
      "COPY (SELECT {} FROM ({}\n) AS asked WHERE {} IS NOT NULL GROUP BY ALL) TO {} (FORMAT parquet)",
      select_list(question, unit), sql, quote_name(unit),
      quote_text(question.engine.output + "/pairs.parquet")));
  if (!written.ok()) return failed_sql(written.error());
  return unit;
}

}  // namespace fvm::runner
