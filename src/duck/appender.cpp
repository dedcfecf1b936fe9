#include <duckdb.h>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

Error appender_error(Appender::State& state) {
  duckdb_error_data data = duckdb_appender_error_data(state.appender);
  Error error = state.connection->database->error(duckdb_error_data_message(data));
  duckdb_destroy_error_data(&data);
  return error;
}

}  // namespace

Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;
Appender::Appender(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<Appender> Appender::open(Connection& connection, const std::string& schema, const std::string& table) {
  auto state = std::make_unique<State>();
  state->connection = connection.state_;
  if (duckdb_appender_create(connection.state_->connection, schema.c_str(), table.c_str(),
                             &state->appender) != DuckDBSuccess) {
    return appender_error(*state);
  }
  state->columns = duckdb_appender_column_count(state->appender);
  std::vector<duckdb_logical_type> types(state->columns);
  for (idx_t i = 0; i < types.size(); ++i) types[i] = duckdb_appender_column_type(state->appender, i);
  state->chunk = duckdb_create_data_chunk(types.data(), types.size());
  for (auto& type : types) duckdb_destroy_logical_type(&type);
  return Appender(std::move(state));
}

Result<void> Appender::append(size_t rows, const std::function<void(std::span<VectorWriter>)>& fill) {
  duckdb_data_chunk_reset(state_->chunk);
  std::vector<VectorWriter> writers;
  for (idx_t i = 0; i < state_->columns; ++i) {
    writers.emplace_back(duckdb_data_chunk_get_vector(state_->chunk, i), rows);
  }
  fill(writers);
  duckdb_data_chunk_set_size(state_->chunk, rows);
  if (duckdb_append_data_chunk(state_->appender, state_->chunk) != DuckDBSuccess)
    return appender_error(*state_);
  return {};
}

Result<void> Appender::close() {
  if (duckdb_appender_close(state_->appender) != DuckDBSuccess) return appender_error(*state_);
  return {};
}

}  // namespace fvm::duck
