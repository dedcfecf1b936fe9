#include "runner/sql_session.hpp"

#include <algorithm>
#include <charconv>

#include "runner/sql_errors.hpp"
#include "runner/sql_groups_call.hpp"
#include "runner/sql_postgres.hpp"

namespace fvm::runner {
namespace {

using pgwire::Command;
using pgwire::Outcome;
using pgwire::sql_error;
using pgwire::Transaction;

// "300ms", "5s", "1min", "2h"; a bare number is milliseconds; zero: no limit.
std::chrono::milliseconds timeout_of(const Result<std::string>& setting) {
  if (!setting.ok()) return {};
  int64_t count = 0;
  const auto read = std::from_chars(setting->data(), setting->data() + setting->size(), count);
  std::string_view unit(read.ptr, static_cast<size_t>(setting->data() + setting->size() - read.ptr));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const int64_t factor = unit == "s" ? 1'000 : unit == "min" ? 60'000 : unit == "h" ? 3'600'000 : 1;
  constexpr int64_t most = int64_t{1} << 40;
  return std::chrono::milliseconds(std::clamp<int64_t>(count, 0, most / factor) * factor);
}

}  // namespace

Result<duck::Chunk> Stream::next() {
  if (waiting_.empty() && error_) return *error_;
  if (waiting_.empty()) {
    if (detached_) return duck::Chunk();
    return result_.next();
  }
  auto chunk = std::move(waiting_.front());
  waiting_.pop_front();
  return chunk;
}

void Stream::detach() {
  while (!detached_) {
    auto chunk = result_.next();
    detached_ = !chunk.ok() || !*chunk;
    if (!chunk.ok()) {
      error_ = chunk.error();
    } else if (waiting_.size() >= waiting_chunks_max) {
      waiting_.clear();
      detached_ = true;
      error_ = sql_error("54000", "too many rows are left unread in an open cursor")
                   .with("hint", "Read the cursor to its end before you run another statement.");
    } else if (*chunk) {
      waiting_.push_back(std::move(*chunk));
    }
  }
}

Watchdog::Watchdog() : thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::arm(SqlSession& session, std::chrono::milliseconds patience) {
  const std::lock_guard lock(mutex_);
  deadlines_[&session] = std::chrono::steady_clock::now() + patience;
  changed_.notify_one();
}

void Watchdog::disarm(SqlSession& session) {
  const std::lock_guard lock(mutex_);
  deadlines_.erase(&session);
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    auto next = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (auto one = deadlines_.begin(); one != deadlines_.end();) {
      const bool over = one->second <= std::chrono::steady_clock::now();
      if (over)
        one->first->time_is_up();
      else
        next = std::min(next, one->second);
      one = over ? deadlines_.erase(one) : std::next(one);
    }
    changed_.wait_until(lock, next);
  }
}

SqlSession::SqlSession(duck::Connection connection, Settings settings, std::string database,
                       Watchdog& watchdog, Usage* usage, TableCounter* tables)
    : connection_(std::move(connection)),
      settings_(std::move(settings)),
      database_(std::move(database)),
      watchdog_(watchdog),
      usage_(usage),
      tables_(tables) {}

SqlSession::~SqlSession() {
  watchdog_.disarm(*this);
  cursors_.clear();
}

duck::Connection& SqlSession::connection() {
  if (const auto stream = stream_.lock()) stream->detach();
  stream_.reset();
  return connection_;
}

void SqlSession::start_clock() {
  timed_out_ = false;
  interrupted_ = false;
  const auto patience = timeout_of(settings_.get("statement_timeout"));
  if (patience.count() > 0) watchdog_.arm(*this, patience);
}

void SqlSession::time_is_up() {
  timed_out_ = true;
  interrupted_ = true;
  connection_.interrupt();
}

std::vector<std::string> SqlSession::take_notices() {
  auto notices = std::exchange(notices_, {});
  const auto least = settings_.get("client_min_messages");
  constexpr std::string_view above[] = {"warning", "error", "fatal", "panic"};
  if (least.ok() && std::find(std::begin(above), std::end(above), lower(*least)) != std::end(above))
    notices.clear();
  return notices;
}

Error SqlSession::explained(Error error, std::string_view sql) {
  if (error.code == "duck.interrupted" && timed_out_)
    return sql_error("57014", "canceling statement due to statement timeout");
  return to_sql_error(std::move(error), sql);
}

Result<std::vector<std::string>> SqlSession::split(std::string_view sql) {
  return split_statements(sql);
}

Result<std::shared_ptr<pgwire::Statement>> SqlSession::prepare(std::string_view sql,
                                                               std::span<const uint32_t> types) {
  start_clock();
  const auto words = std::make_shared<const Words>(sql);
  const bool ends =
      words->has(0, "ROLLBACK") || words->has(0, "COMMIT") || words->has(0, "END") || words->has(0, "ABORT");
  if (state_ == Transaction::failed && !ends)
    return sql_error("25P02",
                     "current transaction is aborted, commands ignored until end of transaction block");
  auto command = TRY(prepare_command(*this, words));
  if (command) return command;
  auto groups = TRY(prepare_groups(*this, *words, types));
  if (groups) return groups;
  return prepare_statement(*this, sql, types);
}

void SqlSession::statement_failed() {
  if (state_ == Transaction::active) state_ = Transaction::failed;
}

Result<void> SqlSession::begin_group() {
  if (state_ != Transaction::idle) return {};
  TRY(connection().run("BEGIN TRANSACTION"));
  state_ = Transaction::active;
  implicit_ = true;
  return {};
}

Result<void> SqlSession::end_group() {
  if (!implicit_) return {};
  const bool keep = state_ == Transaction::active;
  auto ended = connection().run(keep ? "COMMIT" : "ROLLBACK");
  transaction_ended();
  if (!ended.ok() && keep) return to_sql_error(std::move(ended.error()), {});
  return {};
}

void SqlSession::transaction_ended() {
  state_ = Transaction::idle;
  implicit_ = false;
  const auto path = settings_.get("search_path");
  settings_.transaction_ended();
  if (path.ok() && *path != *settings_.get("search_path")) (void)follow_search_path();
}

Result<Outcome> SqlSession::begin(const Words&) {
  if (state_ == Transaction::idle) {
    if (auto begun = connection().run("BEGIN TRANSACTION"); !begun.ok())
      return to_sql_error(std::move(begun.error()), {});
  }
  state_ = Transaction::active;
  implicit_ = false;
  return Outcome(Command{"BEGIN"});
}

Result<Outcome> SqlSession::commit(const Words& words) {
  if (state_ == Transaction::failed) return rollback(words);
  if (state_ == Transaction::active) {
    auto done = connection().run("COMMIT");
    cursors_.clear();
    transaction_ended();
    if (!done.ok()) {
      (void)connection().run("ROLLBACK");
      return to_sql_error(std::move(done.error()), {});
    }
  }
  return Outcome(Command{"COMMIT"});
}

Result<Outcome> SqlSession::rollback(const Words&) {
  if (state_ != Transaction::idle) {
    cursors_.clear();
    (void)connection().run("ROLLBACK");  // DuckDB may have given the transaction up by itself
    transaction_ended();
  }
  return Outcome(Command{"ROLLBACK"});
}

// DuckDB looks a name up in these schemas, then in its own; ours with the system catalogue comes last.
Result<void> SqlSession::set_search_path(const std::vector<std::string>& schemas) {
  std::string path;
  for (const auto& schema : schemas) {
    if (schema == "$user" || schema == "pg_catalog" || schema == "pg_temp" || schema.empty()) continue;
    path += duck::quote_name(database_) + "." + duck::quote_name(schema) + ",";
  }
  path += duck::quote_name(database_) + "." + std::string(catalogue_schema);
  if (auto set = connection().run("SET search_path = " + duck::quote_text(path)); !set.ok())
    return to_sql_error(std::move(set.error()), {});
  return {};
}

Result<void> SqlSession::follow_search_path() {
  const auto path = TRY(settings_.get("search_path"));
  std::vector<std::string> schemas(1);
  for (const char c : path) {
    if (c == ',')
      schemas.emplace_back();
    else if (c != ' ' && c != '"')
      schemas.back() += c;
  }
  return set_search_path(schemas);
}

Result<std::unique_ptr<pgwire::Session>> SqlEngine::open(const pgwire::Startup& startup, int32_t process) {
  const auto wanted =
      startup.parameter("database").empty() ? startup.parameter("user") : startup.parameter("database");
  if (wanted != names_.database)
    return sql_error("3D000", "database \"" + std::string(wanted) + "\" does not exist")
        .with("hint", "This session serves the project \"" + names_.database + "\".");
  if (startup.parameter("user") != names_.user)
    return sql_error("28000", "role \"" + std::string(startup.parameter("user")) + "\" does not exist")
        .with("hint", "This session belongs to \"" + names_.user + "\".");
  Settings settings;
  settings.start_with("server_version", names_.server_version);
  settings.start_with("session_authorization", names_.user);
  settings.start_with("search_path", names_.search_path);
  for (const auto& [name, value] : startup.parameters) settings.start_with(name, value);
  auto session = std::make_unique<SqlSession>(TRY(database_.connect()), std::move(settings), names_.database,
                                              watchdog_, usage_, tables_);
  TRY(session->connection().run("USE " + duck::quote_name(names_.database)));
  TRY(session->follow_search_path());
  TRY(session->connection().run("SET VARIABLE fvm_backend_pid = " + std::to_string(process)));
  return std::unique_ptr<pgwire::Session>(std::move(session));
}

}  // namespace fvm::runner
