#include "store/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"

namespace fvm::store {
namespace {

// SQLite calls it an input/output error when its shared memory finds no room.
bool disk_is_full(const std::string& file) {
  constexpr uint64_t needed_bytes = 64u << 10;
  struct statvfs space{};
  return ::statvfs(file.c_str(), &space) == 0 && uint64_t{space.f_bavail} * space.f_frsize < needed_bytes;
}

Error sqlite_error(sqlite3* database, int code, const std::string& file) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return surroundings("store.busy",
                          {{"file", file}, {"seconds", std::to_string(busy_timeout_milliseconds / 1000)}});
    case SQLITE_FULL:
      return surroundings("file.disk_full", {{"file", file}});
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return surroundings("store.corrupt", {{"file", file}});
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_IOERR:
      if (disk_is_full(file)) return surroundings("file.disk_full", {{"file", file}});
      return surroundings("store.unreachable", {{"file", file}, {"reason", sqlite3_errstr(code)}});
    case SQLITE_AUTH:
      return defect("store.forbidden", {{"file", file}, {"reason", sqlite3_errmsg(database)}});
    case SQLITE_CONSTRAINT:
      return defect("store.constraint", {{"file", file}, {"reason", sqlite3_errmsg(database)}});
    default:
      return defect("store.failed", {{"file", file}, {"reason", sqlite3_errmsg(database)}});
  }
}

// SQLite asks this for each thing that a statement of a domain room would do.
int guard(void*, int action, const char* table, const char*, const char*, const char*) {
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
      return SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_DROP_TABLE: {
      const std::string_view name = table == nullptr ? "" : table;
      return name.starts_with("ledger_") || name == "migration" ? SQLITE_DENY : SQLITE_OK;
    }
    default:
      return SQLITE_OK;
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, sqlite3_stmt* statement, std::string file)
    : database_(database), statement_(statement), file_(std::move(file)) {}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  next_ = 0;
  failed_ = 0;
}

Result<bool> Statement::step() {
  if (failed_ != 0) return sqlite_error(database_, failed_, file_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const Error error = sqlite_error(database_, sqlite3_extended_errcode(database_), file_);
  sqlite3_reset(statement_.get());
  return error;
}

void Statement::put_integer(int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_.get(), ++next_, value); code != 0) failed_ = code;
}

void Statement::put(double value) {
  if (const int code = sqlite3_bind_double(statement_.get(), ++next_, value); code != 0) failed_ = code;
}

void Statement::put(std::string_view value) {
  const int code = sqlite3_bind_text64(statement_.get(), ++next_, value.empty() ? "" : value.data(),
                                       value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != 0) failed_ = code;
}

void Statement::put(Blob value) {
  const int code =
      sqlite3_bind_blob64(statement_.get(), ++next_, value.bytes.empty() ? "" : value.bytes.data(),
                          value.bytes.size(), SQLITE_TRANSIENT);
  if (code != 0) failed_ = code;
}

void Statement::put(std::nullptr_t) {
  if (const int code = sqlite3_bind_null(statement_.get(), ++next_); code != 0) failed_ = code;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}
std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const auto count = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), count);
}
Time Statement::time(int column) const {
  return {integer(column)};
}
std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}
std::optional<int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Result<Database> Database::open(const Path& file, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database(handle, file);
  if (code != SQLITE_OK) return sqlite_error(handle, code, file.string());
  sqlite3_busy_timeout(handle, busy_timeout_milliseconds);
  TRY(database.run_script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"));
  return database;
}

Result<Database> Database::open_reading(const Path& file) {
  if (::access(file.c_str(), F_OK) != 0) return surroundings("store.missing", {{"file", file.string()}});
  auto database = TRY(open(file, SQLITE_OPEN_READONLY));
  TRY(database.run_script("PRAGMA query_only = ON;"));
  return database;
}

// The one thing for which SQLite does not wait by itself: of several programs that open a new store at once,
// one turns the log on, and the others are told "busy" or are left without it.
Result<void> Database::turn_on_log() const {
  constexpr int pause_milliseconds = 5;
  for (int waited = 0;; waited += pause_milliseconds) {
    auto done = turned_on_log();
    if (done.ok() ? *done : done.error().code != "store.busy")
      return done.ok() ? Result<void>() : done.error();
    if (waited >= busy_timeout_milliseconds) return sqlite_error(handle_.get(), SQLITE_BUSY, file_.string());
    ::usleep(pause_milliseconds * 1000);
  }
}

Result<bool> Database::turned_on_log() const {
  auto mode = TRY(prepare_any("PRAGMA journal_mode = WAL"));
  return TRY(mode.step()) && mode.text(0) == "wal";
}

Result<Statement> Database::prepare_any(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle_.get(), code, file_.string());
  return Statement(handle_.get(), statement, file_.string());
}

// ATTACH, BEGIN and their like count as reading for SQLite; none of them has a column.
Result<Statement> Database::prepare_reading(std::string_view sql) const {
  auto statement = TRY(prepare_any(sql));
  sqlite3_stmt* raw = statement.statement_.get();
  if (raw == nullptr || sqlite3_stmt_readonly(raw) == 0 || sqlite3_column_count(raw) == 0) {
    return defect("store.not_reading", {{"sql", std::string(sql.substr(0, 80))}});
  }
  return statement;
}

Result<void> Database::run_script(std::string_view sql) const {
  const int code = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle_.get(), code, file_.string());
  return {};
}

namespace {

// Made before SQLite sees it, so that neither the store nor its log is ever readable by others. Only when it
// is not there: closing any descriptor of a file drops all locks that this process has on it (fcntl(2)),
// SQLite's too, and then the next program to leave believes it is the last and deletes the log under
// everybody else.
Result<void> make_private(const Path& file) {
  const Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made || errno == EEXIST) return {};
  return surroundings("store.unreachable", {{"file", file.string()}, {"reason", ::strerror(errno)}});
}

}  // namespace

Result<WriteAccess> WriteAccess::open(const Path& file) {
  TRY(make_private(file));
  auto database = TRY(Database::open(file, SQLITE_OPEN_READWRITE));
  TRY(database.turn_on_log());
  TRY(database.run_script("PRAGMA synchronous = FULL;"));
  return WriteAccess(std::move(database));
}

Result<void> WriteAccess::begin() {
  return run_script("BEGIN IMMEDIATE");
}
Result<void> WriteAccess::commit() {
  return run_script("COMMIT");
}
void WriteAccess::roll_back() {
  if (sqlite3_get_autocommit(database_.handle_.get()) == 0) (void)run_script("ROLLBACK").ok();
}
Result<void> WriteAccess::run_script(std::string_view sql) const {
  return database_.run_script(sql);
}
Result<Statement> WriteAccess::prepare_guarded(std::string_view sql) const {
  sqlite3* handle = database_.handle_.get();
  sqlite3_set_authorizer(handle, guard, nullptr);
  auto statement = database_.prepare_any(sql);
  sqlite3_set_authorizer(handle, nullptr, nullptr);
  return statement;
}
int64_t WriteAccess::changed_rows() const {
  return sqlite3_changes64(database_.handle_.get());
}
int64_t WriteAccess::last_row() const {
  return sqlite3_last_insert_rowid(database_.handle_.get());
}

}  // namespace fvm::store
