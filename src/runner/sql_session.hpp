// The PostgreSQL protocol's engine over DuckDB: one database for all connections, one DuckDB connection for
// each.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "duck/database.hpp"
#include "pgwire/engine.hpp"
#include "runner/sql_settings.hpp"
#include "runner/sql_tokens.hpp"
#include "runner/sql_usage.hpp"

namespace fvm::runner {

// Chunks of an unread result that wait in memory because the connection was needed for something else.
inline constexpr size_t waiting_chunks_max = 1'000;  // 2 million rows

// The rows of one statement as DuckDB makes them.
class Stream {
 public:
  explicit Stream(duck::QueryResult result) : result_(std::move(result)) {}
  const duck::QueryResult& result() const { return result_; }
  Result<duck::Chunk> next();
  // Reads what is left into memory: DuckDB gives one stream at a time.
  void detach();

 private:
  duck::QueryResult result_;
  std::deque<duck::Chunk> waiting_;
  bool detached_ = false;
  std::optional<Error> error_;
};

// A statement's text with its tokens.
struct Words {
  explicit Words(std::string_view text) : sql(text), tokens(significant(read_tokens(sql))) {}
  Words(const Words&) = delete;
  std::string sql;
  Tokens tokens;
  size_t size() const { return tokens.size(); }
  bool has(size_t index, std::string_view upper) const { return index < size() && is(tokens[index], upper); }
  std::string value(size_t index) const { return index < size() ? value_of(tokens[index]) : std::string(); }
};

class SqlSession;
class TableCounter;

// Ends statements that run longer than their connection's statement_timeout: one thread for all connections.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  void arm(SqlSession& session, std::chrono::milliseconds patience);
  void disarm(SqlSession& session);

 private:
  void watch();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<SqlSession*, std::chrono::steady_clock::time_point> deadlines_;
  bool ending_ = false;
  std::thread thread_;
};

class SqlSession final : public pgwire::Session {
 public:
  // `usage` and `tables` may be none.
  SqlSession(duck::Connection connection, Settings settings, std::string database, Watchdog& watchdog,
             Usage* usage, TableCounter* tables);
  ~SqlSession() override;

  Result<std::vector<std::string>> split(std::string_view sql) override;
  Result<std::shared_ptr<pgwire::Statement>> prepare(std::string_view sql,
                                                     std::span<const uint32_t> types) override;
  pgwire::Transaction transaction() const override { return state_; }
  void statement_failed() override;
  Result<void> begin_group() override;
  Result<void> end_group() override;
  std::vector<std::pair<std::string, std::string>> changed_settings() override {
    return settings_.take_changed();
  }
  std::vector<std::string> take_notices() override;
  void waiting() override { watchdog_.disarm(*this); }
  void interrupt() override {
    interrupted_ = true;
    connection_.interrupt();
  }
  void time_is_up();  // from the watchdog's thread

  // For statements (sql_statements.cpp) and commands (sql_commands.cpp).
  duck::Connection& connection();  // frees it from an unread result first
  void stream_started(const std::shared_ptr<Stream>& stream) { stream_ = stream; }
  Settings& settings() { return settings_; }
  void note_usage(const Words& words) {
    if (usage_ != nullptr) usage_->see(words.tokens);
  }
  std::map<std::string, std::shared_ptr<pgwire::Rows>>& cursors() { return cursors_; }
  TableCounter* tables() const { return tables_; }
  const std::atomic<bool>& interrupted() const { return interrupted_; }  // since the statement was prepared
  int64_t last_table() const { return last_table_; }
  void set_last_table(int64_t number) { last_table_ = number; }
  void notice(std::string text) { notices_.push_back(std::move(text)); }
  Result<pgwire::Outcome> begin(const Words& words);
  Result<pgwire::Outcome> commit(const Words& words);
  Result<pgwire::Outcome> rollback(const Words& words);
  Result<void> set_search_path(const std::vector<std::string>& schemas);
  // Tells DuckDB the search_path that the settings hold, after they changed by themselves (RESET, ROLLBACK).
  Result<void> follow_search_path();
  // DuckDB's error as PostgreSQL's; `sql` as in to_sql_error.
  Error explained(Error error, std::string_view sql);
  std::string new_name() { return "fvm_copy_" + std::to_string(++names_); }

 private:
  void transaction_ended();
  void start_clock();
  duck::Connection connection_;
  Settings settings_;
  std::string database_;
  Watchdog& watchdog_;
  Usage* usage_;
  TableCounter* tables_;
  std::vector<std::string> notices_;
  int64_t last_table_ = 0;
  std::atomic<bool> timed_out_ = false, interrupted_ = false;
  pgwire::Transaction state_ = pgwire::Transaction::idle;
  bool implicit_ = false;  // the open transaction is that of a group of statements
  std::weak_ptr<Stream> stream_;
  std::map<std::string, std::shared_ptr<pgwire::Rows>> cursors_;
  uint64_t names_ = 0;
};

// PostgreSQL's own commands (SET, SHOW, BEGIN, DECLARE, COPY … STDOUT …); null when it is none of them.
Result<std::shared_ptr<pgwire::Statement>> prepare_command(SqlSession& session,
                                                           const std::shared_ptr<const Words>& words);
// Any other statement, for DuckDB.
Result<std::shared_ptr<pgwire::Statement>> prepare_statement(SqlSession& session, std::string_view sql,
                                                             std::span<const uint32_t> types);
// Runs a query that gives rows.
Result<std::unique_ptr<pgwire::Rows>> select_rows(SqlSession& session, std::string_view sql);

struct EngineNames {
  std::string database, user, server_version, version;
  std::string search_path = "public";  // what a connection begins with: "public, lmdb, lpr_f"
};

class SqlEngine final : public pgwire::Engine {
 public:
  SqlEngine(duck::Database database, EngineNames names, Usage* usage = nullptr,
            TableCounter* tables = nullptr)
      : database_(std::move(database)), names_(std::move(names)), usage_(usage), tables_(tables) {}
  Result<std::unique_ptr<pgwire::Session>> open(const pgwire::Startup& startup, int32_t process) override;

 private:
  duck::Database database_;
  EngineNames names_;
  Usage* usage_;
  TableCounter* tables_;
  Watchdog watchdog_;
};

}  // namespace fvm::runner
