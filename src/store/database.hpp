// SQLite behind RAII. A Database is always a view for reading: it refuses every statement that would change
// something. Changing is done through a WriteAccess, and only the ledger (room audit) can make one: no change
// without its audit record.
//
// One Database is used by one thread at a time; several processes and threads open their own. Write-ahead
// log, synchronous=FULL, foreign keys on, busy timeout below.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/world.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace fvm::audit {
class Ledger;
}

namespace fvm::store {

inline constexpr int busy_timeout_milliseconds = 30'000;

// A value for the next '?' of a statement, or nothing (NULL).
struct Blob {
  std::string_view bytes;
};

// One prepared statement. Errors of binding are kept and come out of the next step().
class Statement {
 public:
  template <class... Values>
  Statement& bind(const Values&... values) {
    reset();
    (put(values), ...);
    return *this;
  }
  // True: there is a row to read. False: done.
  Result<bool> step();
  void reset();

  // Columns of the current row, from 0. A NULL reads as 0, 0.0 or "".
  bool is_null(int column) const;
  int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // texts and blobs
  Time time(int column) const;         // stored as microseconds
  std::optional<std::string> optional_text(int column) const;
  std::optional<int64_t> optional_integer(int column) const;

 private:
  friend class Database;
  friend class WriteAccess;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* database, sqlite3_stmt* statement, std::string file);

  template <std::integral T>
  void put(const T& value) {
    put_integer(static_cast<int64_t>(value));
  }
  void put(double value);
  void put(std::string_view value);
  void put(const char* value) { put(std::string_view(value)); }
  void put(const std::string& value) { put(std::string_view(value)); }
  void put(Time value) { put_integer(value.microseconds); }
  void put(Blob value);
  void put(std::nullptr_t);
  template <class T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : put(nullptr);
  }
  void put_integer(int64_t value);

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
  int next_ = 0;
  int failed_ = 0;  // SQLite code of the first bind that failed
};

class Database {
 public:
  // Opens an existing store for reading; the file itself is opened read-only. "store.missing" without one.
  static Result<Database> open_reading(const Path& file);

  // A statement that only reads, its '?' filled from `values`; "store.not_reading" (a defect) if it would
  // change anything.
  template <class... Values>
  Result<Statement> prepare(std::string_view sql, const Values&... values) const {
    auto statement = prepare_reading(sql);
    if (statement.ok()) statement->bind(values...);
    return statement;
  }
  const Path& file() const { return file_; }

 private:
  friend class WriteAccess;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(sqlite3* handle, Path file) : handle_(handle), file_(std::move(file)) {}
  static Result<Database> open(const Path& file, int flags);
  Result<Statement> prepare_reading(std::string_view sql) const;
  Result<Statement> prepare_any(std::string_view sql) const;
  Result<void> run_script(std::string_view sql) const;
  Result<void> turn_on_log() const;
  Result<bool> turned_on_log() const;

  std::unique_ptr<sqlite3, Close> handle_;
  Path file_;
};

// The power to change the store. Its maker is private to audit::Ledger.
class WriteAccess {
 public:
  const Database& database() const { return database_; }

  Result<void> begin();  // IMMEDIATE: waits for other writers up to the busy timeout, then "store.busy"
  Result<void> commit();
  void roll_back();

  template <class... Values>
  Result<void> execute(std::string_view sql, const Values&... values) const {
    auto statement = TRY(database_.prepare_any(sql));
    statement.bind(values...);
    while (TRY(statement.step())) {
    }
    return {};
  }
  // The same for statements of domain rooms: they may neither end the transaction nor touch the ledger's own
  // tables, settings or other files: "store.forbidden".
  template <class... Values>
  Result<void> execute_guarded(std::string_view sql, const Values&... values) const {
    auto statement = TRY(prepare_guarded(sql));
    statement.bind(values...);
    while (TRY(statement.step())) {
    }
    return {};
  }
  Result<void> run_script(std::string_view sql) const;  // several statements, for migrations
  int64_t changed_rows() const;                         // by the last execute()
  int64_t last_row() const;                             // rowid of the last INSERT

 private:
  friend class fvm::audit::Ledger;
  // Opens or creates the store (mode 0600).
  static Result<WriteAccess> open(const Path& file);
  explicit WriteAccess(Database database) : database_(std::move(database)) {}
  Result<Statement> prepare_guarded(std::string_view sql) const;
  Database database_;
};

}  // namespace fvm::store
