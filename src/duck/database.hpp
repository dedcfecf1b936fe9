// DuckDB behind RAII: a database, connections, prepared statements, results read chunk by chunk, appenders.
// Linked only into fvm-worker, which runs in a sandbox: DuckDB has no privilege boundary of its own.
//
//   Database database = TRY(Database::open({.memory_mib = 1024, .threads = 2, .temporary = "/tmp"}));
//   Connection connection = TRY(database.connect());
//   QueryResult result = TRY(connection.query("SELECT 42 AS answer"));
//   while (Chunk chunk = TRY(result.next())) use(chunk.column(0).values<int32_t>());
//
// Errors: "duck.failed" (usage) with `reason`, DuckDB's own text, which may quote values of rows, and
// `safe_reason`, the same with everything quoted taken out: show and log only that. "duck.interrupted"
// (refused) after interrupt(), "duck.out_of_memory" (surroundings) with `memory_mib`.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "duck/values.hpp"

namespace fvm::duck {

struct Options {
  Path file;  // empty: in memory
  uint64_t memory_mib = 1024;
  uint16_t threads = 2;
  Path temporary;  // folder for what does not fit in memory; empty: nothing is spilled
  uint64_t temporary_mib_max = 64 * 1024;
  bool preserve_insertion_order = true;  // false: less memory and faster for COPY TO of any order
};

class Connection;

// No static: DuckDB keeps things for each thread, which end before statics do, and a database that ends after
// them frees them again.
class Database {
 public:
  static Result<Database> open(const Options& options);
  Result<Connection> connect() const;

  // From now on, for every connection and for good: files only below `allowed` (read and written), no
  // network, no extensions loaded or installed, no secrets, and no setting may be changed. Register
  // functions and create views before.
  Result<void> lock_down(const std::vector<Path>& allowed) const;

 private:
  explicit Database(std::shared_ptr<void> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<void> handle_;  // connections keep it alive
};

// How a statement's rows come: all kept in memory, or made as they are fetched (one at a time per
// connection).
enum class Fetch { materialized, streaming };

class QueryResult {
 public:
  QueryResult(QueryResult&&) noexcept;
  QueryResult& operator=(QueryResult&&) noexcept;
  ~QueryResult();
  const std::vector<Column>& columns() const { return *columns_; }
  // The next chunk with at least one row; an empty Chunk (false) at the end.
  Result<Chunk> next();
  // Rows that INSERT, UPDATE, DELETE or COPY TO changed or wrote; 0 for queries.
  uint64_t rows_changed() const { return rows_changed_; }
  // DuckDB's statement type (duckdb_statement_type), e.g. 1 = SELECT.
  int statement_type() const { return statement_type_; }

  struct State;
  explicit QueryResult(std::unique_ptr<State> state);

 private:
  std::unique_ptr<State> state_;
  std::shared_ptr<const std::vector<Column>> columns_;
  uint64_t rows_changed_ = 0;
  int statement_type_ = 0;
};

// A value to bind. Dates and timestamps travel as text and are cast by the statement's own type.
using Parameter = std::variant<std::monostate, bool, int64_t, double, std::string>;  // monostate: NULL

class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();
  size_t parameters() const;
  Kind parameter_kind(size_t index) const;  // from 0; invalid when DuckDB leaves it open
  // The columns that it will give. DuckDB knows them before running, unless it cannot tell the type of a
  // parameter (`SELECT ?`): then there is one column of Kind::invalid, and only the result tells.
  const std::vector<Column>& columns() const { return columns_; }
  int type() const;           // duckdb_statement_type
  bool is_read_only() const;  // SELECT, EXPLAIN and the like
  Result<QueryResult> execute(const std::vector<Parameter>& parameters = {},
                              Fetch fetch = Fetch::materialized);

  struct State;
  explicit Statement(std::unique_ptr<State> state);

 private:
  std::unique_ptr<State> state_;
  std::vector<Column> columns_;
};

struct Progress {
  double percent = -1;  // below zero: not known yet
  uint64_t rows_done = 0, rows_total = 0;
};

// What a scalar function works with; see function.hpp.
struct ScalarFunction;

class Connection {
 public:
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // One or more statements; the result is the last one's.
  Result<QueryResult> query(std::string_view sql, Fetch fetch = Fetch::materialized);
  Result<void> run(std::string_view sql);  // as query, without a result
  // The first column of the first row as a whole number; "duck.no_row" when there is none.
  Result<int64_t> query_number(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);  // exactly one statement
  // The texts' statements, prepared one after the other by `each` (a statement may need what the one before
  // made); stops at the first error.
  Result<void> each_statement(std::string_view sql, const std::function<Result<void>(Statement&)>& each);
  Result<void> register_function(ScalarFunction function);

  // From any thread while a statement runs: it ends with "duck.interrupted".
  void interrupt();
  Progress progress() const;  // from any thread; unknown on connections made after lock_down()

  struct State;
  explicit Connection(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  friend class Appender;
  std::shared_ptr<State> state_;
};

// Adds rows to a table, whole columns at a time.
class Appender {
 public:
  static Result<Appender> open(Connection& connection, const std::string& schema, const std::string& table);
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  ~Appender();  // rows since the last flush() are lost: close() says whether all arrived
  // `fill` gets one writer per column, for `rows` (at most 2,048) rows.
  Result<void> append(size_t rows, const std::function<void(std::span<VectorWriter>)>& fill);
  Result<void> close();

  struct State;
  explicit Appender(std::unique_ptr<State> state);

 private:
  std::unique_ptr<State> state_;
};

// 'it''s' and "a ""name""" for building statements.
std::string quote_text(std::string_view text);
std::string quote_name(std::string_view name);
// DuckDB's text without what it quotes from rows or statements: 'x' and "x" become '…' and "…", and the
// "LINE 1:" part and "CSV line" excerpts go.
std::string safe_reason(std::string_view reason);
// The most rows a chunk holds.
size_t chunk_rows_max();

}  // namespace fvm::duck
