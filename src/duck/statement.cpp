#include <duckdb.h>

#include <algorithm>
#include <array>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

std::vector<Column> columns_of(duckdb_prepared_statement statement) {
  std::vector<Column> columns(duckdb_prepared_statement_column_count(statement));
  for (idx_t i = 0; i < columns.size(); ++i) {
    const char* name = duckdb_prepared_statement_column_name(statement, i);
    if (name != nullptr) columns[i].name = name;
    duckdb_free(const_cast<char*>(name));
    const auto type = duckdb_prepared_statement_column_logical_type(statement, i);
    if (type != nullptr) columns[i].type = column_type(type);
  }
  return columns;
}

std::vector<Column> columns_of(duckdb_result& result) {
  std::vector<Column> columns(duckdb_column_count(&result));
  for (idx_t i = 0; i < columns.size(); ++i) {
    columns[i].name = duckdb_column_name(&result, i);
    columns[i].type = column_type(duckdb_column_logical_type(&result, i));
  }
  return columns;
}

duckdb_state bind(duckdb_prepared_statement statement, idx_t index, const Parameter& parameter) {
  struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;
    duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
    duckdb_state operator()(bool value) const { return duckdb_bind_boolean(statement, index, value); }
    duckdb_state operator()(int64_t value) const { return duckdb_bind_int64(statement, index, value); }
    duckdb_state operator()(double value) const { return duckdb_bind_double(statement, index, value); }
    duckdb_state operator()(const std::string& value) const {
      return duckdb_bind_varchar_length(statement, index, value.data(), value.size());
    }
  };
  return std::visit(Binder{statement, index}, parameter);
}

constexpr std::array read_only_types = {DUCKDB_STATEMENT_TYPE_SELECT, DUCKDB_STATEMENT_TYPE_EXPLAIN};

}  // namespace

Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;
Statement::Statement(std::unique_ptr<State> state)
    : state_(std::move(state)), columns_(columns_of(state_->statement)) {}

size_t Statement::parameters() const {
  return duckdb_nparams(state_->statement);
}

Kind Statement::parameter_kind(size_t index) const {
  return static_cast<Kind>(duckdb_param_type(state_->statement, index + 1));
}

int Statement::type() const {
  return duckdb_prepared_statement_type(state_->statement);
}

bool Statement::is_read_only() const {
  return std::find(read_only_types.begin(), read_only_types.end(), type()) != read_only_types.end();
}

Result<QueryResult> Statement::execute(const std::vector<Parameter>& parameters, Fetch fetch) {
  DatabaseHandle& database = *state_->connection->database;
  if (parameters.size() != this->parameters()) {
    return usage("duck.wrong_parameters", {{"given", std::to_string(parameters.size())},
                                           {"wanted", std::to_string(this->parameters())}});
  }
  duckdb_clear_bindings(state_->statement);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (bind(state_->statement, i + 1, parameters[i]) != DuckDBSuccess) {
      return database.error(duckdb_prepare_error(state_->statement));
    }
  }
  auto result = std::make_unique<QueryResult::State>();
  result->connection = state_->connection;
  const auto execute =
      fetch == Fetch::streaming ? duckdb_execute_prepared_streaming : duckdb_execute_prepared;
  if (execute(state_->statement, &result->result) != DuckDBSuccess) {
    return database.error(duckdb_result_error(&result->result));
  }
  return QueryResult(std::move(result));
}

QueryResult::QueryResult(QueryResult&&) noexcept = default;
QueryResult& QueryResult::operator=(QueryResult&&) noexcept = default;
QueryResult::~QueryResult() = default;

QueryResult::QueryResult(std::unique_ptr<State> state) : state_(std::move(state)) {
  duckdb_result& result = state_->result;
  columns_ = std::make_shared<const std::vector<Column>>(columns_of(result));
  statement_type_ = duckdb_result_statement_type(result);
  if (duckdb_result_return_type(result) == DUCKDB_RESULT_TYPE_CHANGED_ROWS) {
    rows_changed_ = duckdb_rows_changed(&result);
    state_->finished = true;  // asking for the number has used the result up
  }
}

Result<Chunk> QueryResult::next() {
  while (!state_->finished) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(state_->result);
    if (chunk == nullptr) {
      state_->finished = true;
      const char* reason = duckdb_result_error(&state_->result);
      if (reason != nullptr && *reason != 0) return state_->connection->database->error(reason);
      break;
    }
    Chunk out(chunk, columns_);
    if (out.rows() > 0) return out;
  }
  return Chunk();
}

}  // namespace fvm::duck
