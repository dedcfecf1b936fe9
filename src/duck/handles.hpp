// Inside the room only: DuckDB's handles, owned, and the state that the public classes hide.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "duck/values.hpp"

namespace fvm::duck {

// Errors of C++ functions on their way through DuckDB, which carries only text: the text holds a ticket.
class ErrorDesk {
 public:
  std::string leave(Error error);
  std::optional<Error> fetch(std::string_view text);

 private:
  static constexpr size_t waiting_max = 64;  // threads of one query may each leave one; only one is fetched
  std::mutex mutex_;
  uint64_t next_ = 1;
  std::map<uint64_t, Error> waiting_;
};

struct DatabaseHandle {
  duckdb_database database = nullptr;
  uint64_t memory_mib = 0;
  std::atomic<bool> locked = false;
  ErrorDesk desk;
  DatabaseHandle() = default;
  DatabaseHandle(const DatabaseHandle&) = delete;
  ~DatabaseHandle() { duckdb_close(&database); }
  // The Error for DuckDB's text.
  Error error(const char* reason);
};

struct Connection::State {
  std::shared_ptr<DatabaseHandle> database;
  duckdb_connection connection = nullptr;
  ~State() { duckdb_disconnect(&connection); }
};

struct QueryResult::State {
  std::shared_ptr<Connection::State> connection;
  duckdb_result result{};
  bool finished = false;
  ~State() { duckdb_destroy_result(&result); }
};

struct Statement::State {
  std::shared_ptr<Connection::State> connection;
  duckdb_prepared_statement statement = nullptr;
  ~State() { duckdb_destroy_prepare(&statement); }
};

struct Appender::State {
  std::shared_ptr<Connection::State> connection;
  duckdb_appender appender = nullptr;
  duckdb_data_chunk chunk = nullptr;
  size_t columns = 0;
  ~State() {
    duckdb_destroy_data_chunk(&chunk);
    duckdb_appender_destroy(&appender);
  }
};

// Takes ownership of `type`.
ColumnType column_type(duckdb_logical_type type);

}  // namespace fvm::duck
