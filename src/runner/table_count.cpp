// The first job: the analyst's SELECT, in a sandbox that holds the project's own data and nothing else.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "disclosure/text.hpp"
#include "runner/kinds.hpp"
#include "runner/model.hpp"
#include "runner/sql_postgres.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_settings.hpp"
#include "runner/sql_tables.hpp"
#include "runner/table_holdings.hpp"
#include "runner/table_pairs.hpp"

namespace fvm::runner {
namespace {

using duck::Kind;
using duck::quote_name;
using duck::quote_text;

constexpr int select_statement = 1;  // DUCKDB_STATEMENT_TYPE_SELECT

bool is_whole(Kind kind) {
  return kind == Kind::bigint || kind == Kind::integer || kind == Kind::ubigint || kind == Kind::hugeint;
}

bool same_name(std::string_view a, std::string_view b) {
  return disclosure::lower(a) == disclosure::lower(b);
}

// Pairs that are gathered beside the engine have a quarter of its memory. Those of sums and models are not.
uint64_t pairs_mib(const TableQuestion& question) {
  constexpr uint64_t share = 4;
  return question.columns.empty() && !question.model ? question.engine.memory_mib / share : 0;
}

// The engine with the project's tables under the names that a session gives them, locked.
struct Locked {
  duck::Database database;
  duck::Connection connection;
};
Result<Locked> open_locked(World& world, const TableQuestion& question,
                           std::vector<duck::ScalarFunction> functions) {
  const auto& engine = question.engine;
  auto database = TRY(duck::Database::open({.memory_mib = engine.memory_mib - pairs_mib(question),
                                            .threads = engine.threads,
                                            .temporary = engine.output + "/temporary",
                                            .preserve_insertion_order = false}));
  std::string path = "project.public";
  // Nor may it read the files of others: by which rules it is judged follows from the tables that are named.
  std::vector<Path> readable{question.engine.output};
  {
    auto connection = TRY(database.connect());
    for (auto& function : functions) TRY(connection.register_function(std::move(function)));
    TRY(
        connection.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true;"
                       "ATTACH ':memory:' AS project; USE project; CREATE SCHEMA public"));
    TRY(make_postgres_catalogue(connection, question.user, "PostgreSQL 15.0"));
    const auto views = TRY(make_table_views(world, question.data, connection, &question.versions,
                                            {question.unnamed.begin(), question.unnamed.end()}));
    for (const std::string& schema : views.schemas) path += ",project." + quote_name(schema);
    for (const GrantedTable& each : views.granted)
      readable.push_back(Path(question.data) / each.schema / each.name);
  }
  TRY(database.lock_down(readable));
  auto connection = TRY(database.connect());
  TRY(connection.run("USE project; SET search_path = " +
                     quote_text(path + ",project." + std::string(catalogue_schema))));
  return Locked{std::move(database), std::move(connection)};
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
    if (found == nullptr) return usage("table.no_unit", {{"names", listed(question.units)}});
    if (!is_whole(found->type.kind)) return usage("table.unit_no_number", {{"name", found->name}});
    return found;
  }

  // The column of units of another kind; empty: there is none, and none is needed.
  Result<std::string> other(const TableQuestion::Other& kind) const {
    const duck::Column* found = nullptr;
    for (const duck::Column& column : columns_) {
      const auto is_it = [&](const std::string& unit) { return same_name(unit, column.name); };
      if (std::none_of(kind.units.begin(), kind.units.end(), is_it)) continue;
      if (found != nullptr)
        return usage("table.two_of_a_kind", {{"one", found->name}, {"other", column.name}});
      found = &column;
    }
    if (found == nullptr && !kind.needed.empty())
      return usage(kind.needed == "persons" ? "table.person_not_given" : "table.provider_not_given",
                   {{"names", listed(kind.units)}});
    if (found == nullptr) return std::string();
    if (!is_whole(found->type.kind)) return usage("table.unit_no_number", {{"name", found->name}});
    return found->name;
  }

 private:
  static std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
  }

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

// The values of the dimensions and their upper levels, as texts.
std::string texts_of(const TableQuestion& question) {
  std::string texts;
  for (const TableDimension& dimension : question.dimensions) {
    texts += (texts.empty() ? "" : ", ") + value_of(dimension, question.dimensions);
    if (!dimension.parent.empty()) texts += fmt::format(", {}::VARCHAR", quote_name(dimension.parent));
  }
  return texts;
}

// A row a pair, with what the pair's rows have together; of several kinds of units one for all together:
// unit, unit1 …
std::string grouped(const TableQuestion& question, const std::string& sql, const CountedUnits& units) {
  std::string others, sums, missing = "false", negative = "false";
  for (size_t i = 0; i < units.others.size(); ++i)
    if (!units.others[i].empty())
      others += fmt::format("{}::BIGINT AS unit{}, ", quote_name(units.others[i]), i + 1);
  if (!units.contributor.empty())
    others += fmt::format("nullif(trim({}::VARCHAR), '') AS holder, ", quote_name(units.contributor));
  for (size_t i = 0; i < question.columns.size(); ++i) {
    const std::string value = quote_name(question.columns[i]) + "::DOUBLE";
    sums += fmt::format(", sum({}) AS x{}", value, i);
    missing += fmt::format(" OR bool_or({0} IS NULL OR NOT isfinite({0}))", value);
    negative += fmt::format(" OR coalesce(bool_or({} < 0), false)", value);
  }
  if (!question.columns.empty()) sums += ", " + missing + " AS missing, " + negative + " AS negative";
  return fmt::format(
      "SELECT {0}::BIGINT AS unit, {4}table_combination({1}) AS combination{2} FROM ({3}\n) AS asked WHERE "
      "{0} IS NOT NULL GROUP BY ALL",
      quote_name(units.unit), texts_of(question), sums, sql, others);
}

// The pairs of one kind, of rows that tell of several.
std::string pairs_of(const TableQuestion& question, const std::string& rows, const std::string& unit) {
  std::string sums = unit == "unit" ? "" : ", count(DISTINCT counted)::DOUBLE AS n";
  for (size_t i = 0; i < question.columns.size(); ++i) sums += fmt::format(", sum(x{0}) AS x{0}", i);
  if (!question.columns.empty()) sums += ", bool_or(missing) AS missing, bool_or(negative) AS negative";
  return fmt::format(
      "SELECT {0} AS unit, combination{1} FROM (SELECT *, unit AS counted FROM read_parquet({2})) WHERE {0} "
      "IS "
      "NOT NULL GROUP BY {0}, combination",
      unit, sums, quote_text(rows));
}

Result<CountedUnits> check(const TableQuestion& question, const std::vector<duck::Column>& columns) {
  const Columns found(columns);
  CountedUnits units{TRY(found.unit(question))->name, {}, {}};
  for (const TableQuestion::Other& other : question.others) units.others.push_back(TRY(found.other(other)));
  if (!question.contributor.empty()) units.contributor = TRY(found.named(question.contributor))->name;
  for (const TableDimension& dimension : question.dimensions) {
    for (const std::string& name : {dimension.name, dimension.parent})
      if (same_name(name, units.unit) || std::ranges::any_of(units.others, [&](const std::string& other) {
            return !other.empty() && same_name(other, name);
          }))
        return usage("table.unit_is_dimension", {{"name", name}});
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
  return units;
}

class Counter {
 public:
  Counter(World& world, const TableQuestion& question)
      : world_(world), question_(question), pairs_(numbers_, pairs_mib(question) << 20) {}

  Result<CountedUnits> count() {
    auto [database, connection] =
        TRY(open_locked(world_, question_, {numbers_.function(), pairs_.function()}));
    const std::string sql = without_end(rewrite_for_duckdb(question_.sql, Settings()));
    std::string list;
    const CountedUnits units = TRY(look(connection, sql, list));
    if (question_.model) {
      const auto written = connection.run(fmt::format(
          "COPY (SELECT {0}::BIGINT AS unit{1} FROM ({2}\n) AS asked WHERE {0} IS NOT NULL) TO {3} "
          "(FORMAT parquet)",
          quote_name(units.unit), list, sql, quote_text(file("pairs"))));
      if (!written.ok()) return failed_sql(written.error());
      return units;
    }
    // What writes has a schema of its own, and nothing of the analyst's in its way.
    auto own = TRY(database.connect());
    const bool several = !units.contributor.empty() ||
                         std::ranges::any_of(units.others, [](const auto& each) { return !each.empty(); });
    if (several || !TRY(gather(connection, own, sql, units.unit))) {
      // A SELECT that is run twice need not give the same rows twice: all kinds are taken from the same ones.
      const std::string rows = several ? question_.engine.output + "/temporary/rows.parquet" : file("pairs");
      const auto written =
          connection.run(fmt::format("COPY ({}) TO {}", grouped(question_, sql, units), copy_to(rows)));
      if (!written.ok()) return failed_sql(written.error());
      if (several) TRY(part(own, rows, units));
    }
    TRY(numbers_.write(own, file("combinations")));
    return units;
  }

 private:
  std::string file(const std::string& name) const {
    return question_.engine.output + "/" + name + ".parquet";
  }

  Result<void> part(duck::Connection& own, const std::string& rows, const CountedUnits& units) const {
    TRY(own.run(fmt::format("COPY ({}) TO {}", pairs_of(question_, rows, "unit"), copy_to(file("pairs")))));
    for (size_t i = 1; i <= units.others.size(); ++i)
      if (!units.others[i - 1].empty())
        TRY(own.run(fmt::format("COPY ({}) TO {}", pairs_of(question_, rows, fmt::format("unit{}", i)),
                                copy_to(file(fmt::format("pairs-{}", i))))));
    if (!units.contributor.empty()) TRY(part_holdings(own, question_, units, rows));
    std::error_code ignored;
    std::filesystem::remove(rows, ignored);
    return {};
  }

  // The columns of units; `list`: what else a model is made of.
  Result<CountedUnits> look(duck::Connection& connection, const std::string& sql, std::string& list) const {
    auto statement = connection.prepare(sql);
    if (!statement.ok()) return wrong_sql(std::move(statement.error()));
    if (statement->type() != select_statement || !statement->is_read_only()) return usage("table.no_select");
    if (statement->parameters() > 0) return usage("table.parameters");
    CountedUnits units = TRY(check(question_, statement->columns()));
    if (question_.model) {
      const Columns found(statement->columns());
      list = TRY(model_columns(
          *question_.model, [&](const std::string& name) { return found.named(name); }, units.unit));
    }
    return units;
  }

  // False: there are sums to be made, or not enough memory, or the engine did not ask once for each row (the
  // analyst may have called the function).
  Result<bool> gather(duck::Connection& connection, duck::Connection& own, const std::string& sql,
                      const std::string& unit) {
    if (!question_.columns.empty()) return false;
    auto rows = connection.query(fmt::format(
        "SELECT coalesce(sum(table_pair({}::BIGINT, {})), 0)::BIGINT, count(*) FROM ({}\n) AS asked",
        quote_name(unit), texts_of(question_), sql));
    if (!rows.ok()) return failed_sql(rows.error());
    const duck::Chunk chunk = TRY(rows->next());
    const int64_t seen = chunk.column(0).values<int64_t>()[0], all = chunk.column(1).values<int64_t>()[0];
    if (seen != all || !pairs_.is_whole(static_cast<uint64_t>(all))) return false;
    TRY(pairs_.write(own, file("pairs")));
    return true;
  }

  World& world_;
  const TableQuestion& question_;
  TableNumbers numbers_{question_.dimensions};
  TablePairs pairs_;
};

}  // namespace

Result<CountedUnits> count_table(World& world, const TableQuestion& question) {
  if (!question.model && (question.dimensions.empty() || question.dimensions.size() > table_dimensions_max))
    return defect("build.bad_document", {{"reason", "dimensions"}});
  return Counter(world, question).count();
}

}  // namespace fvm::runner
