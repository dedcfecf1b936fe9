#include <duckdb.h>

#include "duck/function.hpp"
#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

// The statements of a text, parsed but not prepared.
class Extracted {
 public:
  Extracted() = default;
  Extracted(const Extracted&) = delete;
  ~Extracted() { duckdb_destroy_extracted(&statements_); }
  Result<size_t> parse(Connection::State& connection, std::string_view sql) {
    const std::string text(sql);
    const idx_t count = duckdb_extract_statements(connection.connection, text.c_str(), &statements_);
    if (const char* reason = duckdb_extract_statements_error(statements_); reason != nullptr) {
      return connection.database->error(reason);
    }
    return static_cast<size_t>(count);
  }
  Result<Statement> prepare(const std::shared_ptr<Connection::State>& connection, size_t index) {
    auto state = std::make_unique<Statement::State>();
    state->connection = connection;
    if (duckdb_prepare_extracted_statement(connection->connection, statements_, index, &state->statement) !=
        DuckDBSuccess) {
      return connection->database->error(duckdb_prepare_error(state->statement));
    }
    return Statement(std::move(state));
  }

 private:
  duckdb_extracted_statements statements_ = nullptr;
};

}  // namespace

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<QueryResult> Connection::query(std::string_view sql, Fetch fetch) {
  Extracted extracted;
  const size_t count = TRY(extracted.parse(*state_, sql));
  if (count == 0) return usage("duck.no_statement");
  for (size_t i = 0; i + 1 < count; ++i) {
    Statement statement = TRY(extracted.prepare(state_, i));
    TRY(statement.execute());
  }
  Statement last = TRY(extracted.prepare(state_, count - 1));
  return last.execute({}, fetch);
}

Result<void> Connection::run(std::string_view sql) {
  TRY(query(sql));
  return {};
}

Result<int64_t> Connection::query_number(std::string_view sql) {
  QueryResult result = TRY(query("SELECT CAST(first_column AS BIGINT) FROM (" + std::string(sql) +
                                 ") AS inner_query(first_column) LIMIT 1"));
  const Chunk chunk = TRY(result.next());
  if (!chunk || !chunk.column(0).valid(0)) return usage("duck.no_row");
  return chunk.column(0).values<int64_t>()[0];
}

Result<Statement> Connection::prepare(std::string_view sql) {
  Extracted extracted;
  const size_t count = TRY(extracted.parse(*state_, sql));
  if (count == 0) return usage("duck.no_statement");
  if (count > 1) return usage("duck.several_statements", {{"count", std::to_string(count)}});
  return extracted.prepare(state_, 0);
}

Result<void> Connection::each_statement(std::string_view sql,
                                        const std::function<Result<void>(Statement&)>& each) {
  Extracted extracted;
  const size_t count = TRY(extracted.parse(*state_, sql));
  for (size_t i = 0; i < count; ++i) {
    Statement statement = TRY(extracted.prepare(state_, i));
    TRY(each(statement));
  }
  return {};
}

void Connection::interrupt() {
  duckdb_interrupt(state_->connection);
}

Progress Connection::progress() const {
  const auto progress = duckdb_query_progress(state_->connection);
  return {progress.percentage, progress.rows_processed, progress.total_rows_to_process};
}

}  // namespace fvm::duck
