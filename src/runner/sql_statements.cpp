// Statements that DuckDB runs: prepared, bound, and their rows streamed.
#include <algorithm>
#include <charconv>

#include "pgwire/values.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_rows.hpp"
#include "runner/sql_session.hpp"
#include "runner/sql_types.hpp"

namespace fvm::runner {
namespace {

using pgwire::Outcome;
using pgwire::sql_error;

// duckdb_statement_type of the statements that this file tells apart.
enum Type {
  select = 1,
  insert = 2,
  update = 3,
  explain = 4,
  remove = 5,
  create = 7,
  execute = 8,
  alter = 9,
  copy = 11,
  create_function = 14,
  drop = 15,
  pragma = 17,
  call = 19,
  relation = 22,
};

bool gives_rows(int type, bool returning) {
  switch (type) {
    case select:
    case explain:
    case execute:
    case pragma:
    case call:
    case relation:
      return true;
    case insert:
    case update:
    case remove:
      return returning;
    default:
      return false;
  }
}

// The tag of CommandComplete: the verb, and for changes the number of rows.
std::string tag_of(int type, const Words& words, uint64_t rows) {
  const auto number = " " + std::to_string(rows);
  switch (type) {
    case select:
    case execute:
    case call:
    case pragma:
    case relation:
      return "SELECT" + number;
    case explain:
      return "EXPLAIN";
    case insert:
      return "INSERT 0" + number;
    case update:
      return "UPDATE" + number;
    case remove:
      return "DELETE" + number;
    case copy:
      return "COPY" + number;
    default:
      break;
  }
  std::string tag = upper(words.value(0));
  if (tag == "DEALLOCATE") return tag;
  for (size_t i = 1;
       i < words.size() && (type == create || type == drop || type == alter || type == create_function);
       ++i) {
    const auto word = upper(words.value(i));
    if (word == "OR" || word == "REPLACE" || word == "TEMP" || word == "TEMPORARY") continue;
    return tag + " " + (word == "MACRO" ? "FUNCTION" : word);
  }
  return tag;
}

class StreamRows final : public pgwire::Rows {
 public:
  StreamRows(SqlSession& session, std::shared_ptr<Stream> stream, std::vector<pgwire::Column> columns,
             int type, std::shared_ptr<const Words> words)
      : session_(session),
        stream_(std::move(stream)),
        columns_(std::move(columns)),
        type_(type),
        words_(std::move(words)) {}

  std::span<const pgwire::Column> columns() const override { return columns_; }
  std::string tag(uint64_t rows) const override { return tag_of(type_, *words_, rows); }

  Result<pgwire::Progress> write(pgwire::Output& out, const pgwire::RowForm& form,
                                 uint64_t rows_max) override {
    RowWriter writer(stream_->result().columns(), form);
    uint64_t written = 0;
    while (!out.broken() && (rows_max == 0 || written < rows_max)) {
      if (at_ == chunk_.rows()) {
        auto next = stream_->next();
        if (!next.ok()) return session_.explained(std::move(next.error()), {});
        chunk_ = std::move(*next);
        at_ = 0;
        if (!chunk_) return pgwire::Progress{written, true};
      }
      const size_t left = chunk_.rows() - at_;
      const size_t count = rows_max == 0 ? left : std::min<size_t>(left, rows_max - written);
      writer.write(chunk_, at_, at_ + count, out);
      at_ += count;
      written += count;
    }
    return pgwire::Progress{written, out.broken()};
  }

 private:
  SqlSession& session_;
  std::shared_ptr<Stream> stream_;
  std::vector<pgwire::Column> columns_;
  int type_;
  std::shared_ptr<const Words> words_;
  duck::Chunk chunk_;
  size_t at_ = 0;
};

std::vector<pgwire::Column> described(const std::vector<duck::Column>& columns) {
  std::vector<pgwire::Column> out;
  for (const auto& column : columns) out.push_back(to_postgres(column));
  return out;
}

// DuckDB's own would list the system catalogue too.
// With the register, though the search path finds most without it: two registers may have a table each of one
// name.
constexpr std::string_view show_tables =
    "SELECT CASE WHEN temporary OR schema = 'public' THEN name ELSE schema || '.' || name END AS name FROM "
    "fvm_catalog.fvm_relations ORDER BY 1";

// The same query with lists, structs and the like as text.
std::string with_text_columns(std::string_view sql, const std::vector<duck::Column>& columns) {
  std::string list;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto place = "#" + std::to_string(i + 1);
    list += (i > 0 ? ", " : "") + (is_writable(columns[i].type) ? place : "CAST(" + place + " AS VARCHAR)");
  }
  return "SELECT " + list + " FROM (" + std::string(sql) + "\n)";
}

bool all_writable(const std::vector<duck::Column>& columns) {
  return std::all_of(columns.begin(), columns.end(), [](const auto& column) {
    return is_writable(column.type) || column.type.kind == duck::Kind::invalid;
  });
}

// A parameter as DuckDB takes it: numbers as numbers, everything else as text that the statement casts.
Result<duck::Parameter> parameter_of(uint32_t type, const pgwire::BoundValue& value) {
  if (!value.bytes) return duck::Parameter(std::monostate{});
  const std::string text =
      value.binary ? TRY(pgwire::binary_to_text(type, *value.bytes)) : std::string(*value.bytes);
  namespace oid = pgwire::oid;
  const char* end = text.data() + text.size();
  if (type == oid::int2 || type == oid::int4 || type == oid::int8) {
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return duck::Parameter(number);
    return sql_error("22P02", "invalid input syntax for type integer: \"" + text + "\"");
  }
  if (type == oid::float4 || type == oid::float8) {
    double number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return duck::Parameter(number);
  }
  if (type == oid::boolean) {
    const auto word = lower(text);
    for (const auto* yes : {"t", "true", "1", "on", "yes"})
      if (word == yes) return duck::Parameter(true);
    for (const auto* no : {"f", "false", "0", "off", "no"})
      if (word == no) return duck::Parameter(false);
    return sql_error("22P02", "invalid input syntax for type boolean: \"" + text + "\"");
  }
  return duck::Parameter(text);
}

class DuckStatement final : public pgwire::Statement {
 public:
  DuckStatement(SqlSession& session, std::shared_ptr<const Words> words, std::string rewritten,
                duck::Statement statement, std::vector<duck::Column> columns, std::span<const uint32_t> types)
      : session_(session),
        words_(std::move(words)),
        rewritten_(std::move(rewritten)),
        statement_(std::move(statement)),
        duck_columns_(std::move(columns)),
        columns_(described(duck_columns_)) {
    for (size_t i = 0; i < statement_.parameters(); ++i)
      parameters_.push_back(i < types.size() && types[i] != 0 && types[i] != pgwire::oid::unknown
                                ? types[i]
                                : parameter_oid(statement_.parameter_kind(i)));
    const bool returning = std::any_of(words_->tokens.begin(), words_->tokens.end(),
                                       [](const auto& token) { return is(token, "RETURNING"); });
    returns_rows_ = gives_rows(statement_.type(), returning);
  }

  std::span<const uint32_t> parameters() const override { return parameters_; }
  bool returns_rows() const override { return returns_rows_; }
  std::span<const pgwire::Column> columns() const override { return columns_; }

  Result<Outcome> execute(std::span<const pgwire::BoundValue> values) override {
    std::vector<duck::Parameter> bound;
    for (size_t i = 0; i < values.size(); ++i) bound.push_back(TRY(parameter_of(parameters_[i], values[i])));
    session_.connection();  // an unread result of before is put aside
    auto result =
        statement_.execute(bound, returns_rows_ ? duck::Fetch::streaming : duck::Fetch::materialized);
    if (!result.ok())
      return session_.explained(std::move(result.error()), words_->sql == rewritten_ ? words_->sql : "");
    if (!returns_rows_) return changed(*result);
    auto columns = described(result->columns());
    for (size_t i = 0; i < columns.size() && i < columns_.size(); ++i) columns[i].name = columns_[i].name;
    if (!all_writable(result->columns()))
      return sql_error("0A000", "a result column's type is not known before it runs")
          .with("hint", "Cast the parameter or the column: $1::integer.");
    const auto stream = std::make_shared<Stream>(std::move(*result));
    session_.stream_started(stream);
    return Outcome(pgwire::Selected{
        std::make_unique<StreamRows>(session_, stream, std::move(columns), statement_.type(), words_)});
  }

 private:
  Result<Outcome> changed(duck::QueryResult& result) {
    uint64_t rows = result.rows_changed();
    // CREATE TABLE … AS tells PostgreSQL clients how many rows it selected.
    return Outcome(pgwire::Command{tag_of(statement_.type(), *words_, rows)});
  }
  SqlSession& session_;
  std::shared_ptr<const Words> words_;
  std::string rewritten_;
  duck::Statement statement_;
  std::vector<duck::Column> duck_columns_;
  std::vector<pgwire::Column> columns_;
  std::vector<uint32_t> parameters_;
  bool returns_rows_ = false;
};

// What DuckDB makes several statements of (PIVOT): run as a whole.
class WholeStatement final : public pgwire::Statement {
 public:
  WholeStatement(SqlSession& session, std::shared_ptr<const Words> words)
      : session_(session), words_(std::move(words)) {}
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return true; }
  std::span<const pgwire::Column> columns() const override { return {}; }
  Result<Outcome> execute(std::span<const pgwire::BoundValue>) override {
    auto result = session_.connection().query(words_->sql, duck::Fetch::streaming);
    if (!result.ok()) return session_.explained(std::move(result.error()), words_->sql);
    if (!all_writable(result->columns()))
      return sql_error("0A000", "a result column has a type that cannot be sent")
          .with("hint", "Cast it to VARCHAR.");
    auto columns = described(result->columns());
    const int type = result->statement_type();
    const auto stream = std::make_shared<Stream>(std::move(*result));
    session_.stream_started(stream);
    return Outcome(
        pgwire::Selected{std::make_unique<StreamRows>(session_, stream, std::move(columns), type, words_)});
  }

 private:
  SqlSession& session_;
  std::shared_ptr<const Words> words_;
};

// An empty query text.
class EmptyStatement final : public pgwire::Statement {
 public:
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return false; }
  std::span<const pgwire::Column> columns() const override { return {}; }
  Result<Outcome> execute(std::span<const pgwire::BoundValue>) override { return Outcome(pgwire::Nothing{}); }
};

}  // namespace

Result<std::shared_ptr<pgwire::Statement>> prepare_statement(SqlSession& session, std::string_view sql,
                                                             std::span<const uint32_t> types) {
  const auto words = std::make_shared<const Words>(sql);
  if (words->size() == 0) return std::shared_ptr<pgwire::Statement>(std::make_shared<EmptyStatement>());
  const bool tables = words->size() == 2 && words->has(0, "SHOW") && words->has(1, "TABLES");
  auto rewritten = tables ? std::string(show_tables) : rewrite_for_duckdb(sql, session.settings(), types);
  auto& connection = session.connection();
  auto statement = connection.prepare(rewritten);
  // Only what DuckDB takes for a statement; a failed one has read nothing.
  if (statement.ok() || statement.error().code == "duck.several_statements") session.note_usage(*words);
  if (!statement.ok() && statement.error().code == "duck.several_statements")
    return std::shared_ptr<pgwire::Statement>(std::make_shared<WholeStatement>(session, words));
  if (!statement.ok()) return session.explained(std::move(statement.error()), rewritten == sql ? sql : "");
  auto columns = statement->columns();
  if (columns.size() > pgwire::result_columns_max)
    return sql_error("54011", "a result can have at most 1664 columns");
  if (statement->type() == select && !all_writable(columns)) {
    auto wrapped = connection.prepare(with_text_columns(rewritten, columns));
    if (!wrapped.ok()) return session.explained(std::move(wrapped.error()), {});
    statement = std::move(wrapped);
  }
  return std::shared_ptr<pgwire::Statement>(std::make_shared<DuckStatement>(
      session, words, std::move(rewritten), std::move(*statement), std::move(columns), types));
}

Result<std::unique_ptr<pgwire::Rows>> select_rows(SqlSession& session, std::string_view sql) {
  const auto statement = TRY(prepare_statement(session, sql, {}));
  if (!statement->parameters().empty()) return sql_error("42P02", "there is no parameter $1");
  auto outcome = TRY(statement->execute({}));
  if (auto* selected = std::get_if<pgwire::Selected>(&outcome)) return std::move(selected->rows);
  return sql_error("42601", "a query that gives rows is needed here");
}

}  // namespace fvm::runner
