// fvm-worker sql: the SQL server of a session. Opens DuckDB, shows it the project's tables, locks it, and
// speaks the PostgreSQL protocol until it is told to stop (SIGTERM) or its starter goes.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/log.hpp"
#include "pgwire/server.hpp"
#include "runner/jobs.hpp"
#include "runner/sql_postgres.hpp"
#include "runner/sql_session.hpp"
#include "runner/sql_tables.hpp"
#include "runner/table_counter.hpp"

namespace fvm::runner {
namespace {

constexpr std::string_view usage_text =
    "fvm-worker sql --socket-dir DIR --data DIR --database NAME --user USER [--memory-mib N] [--threads N]\n"
    "               [--work DIR] [--usage FILE] [--allow DIR]... [--port N] [--connections N] [--ready-fd "
    "FD] [--tables-fd FD]\n"
    "Example: fvm-worker sql --socket-dir /run/fvm --data /data --database FVM-2026-0017 --user anna --work "
    "/work\n";

struct SqlOptions {
  Path socket_folder = "/run/fvm", data = "/data", work = "/work";
  std::string database, user;
  uint64_t memory_mib = 2'048, threads = 2, port = 5432, connections = 100;
  int ready_fd = -1;
  int tables_fd = -1;  // a socket to whoever releases safe tables; -1: none
  std::vector<Path> allowed;
  Path usage;  // where the names of variables that statements use are noted; empty: nowhere
};

bool read_number(std::string_view text, uint64_t& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// One flag and its value; false when it is not known or the value is wrong.
bool read_flag(std::string_view flag, const char* value, SqlOptions& options) {
  uint64_t number = 0;
  if (flag == "--socket-dir") return options.socket_folder = value, true;
  if (flag == "--data") return options.data = value, true;
  if (flag == "--work") return options.work = value, true;
  if (flag == "--database") return options.database = value, true;
  if (flag == "--user") return options.user = value, true;
  if (flag == "--allow") return options.allowed.emplace_back(value), true;
  if (flag == "--usage") return options.usage = value, true;
  if (flag == "--memory-mib") return read_number(value, options.memory_mib) && options.memory_mib >= 64;
  if (flag == "--threads")
    return read_number(value, options.threads) && options.threads >= 1 && options.threads <= 1024;
  if (flag == "--port")
    return read_number(value, options.port) && options.port >= 1 && options.port <= 65'535;
  if (flag == "--connections") return read_number(value, options.connections) && options.connections >= 1;
  if (flag == "--tables-fd" && read_number(value, number))
    return options.tables_fd = static_cast<int>(number), true;
  if (flag == "--ready-fd" && read_number(value, number))
    return options.ready_fd = static_cast<int>(number), true;
  return false;
}

Result<SqlOptions> read_options(int argc, char** argv) {
  SqlOptions options;
  for (int i = 1; i < argc; i += 2)
    if (i + 1 >= argc || !read_flag(argv[i], argv[i + 1], options))
      return usage("sql.bad_flag", {{"flag", argv[i]}});
  if (options.database.empty()) return usage("sql.bad_flag", {{"flag", "--database"}});
  if (options.user.empty()) return usage("sql.bad_flag", {{"flag", "--user"}});
  return options;
}

// Where DuckDB spills: the project's own disk rather than /tmp, which is memory in a sandbox.
Path spill_folder(const SqlOptions& options) {
  std::error_code failed;
  for (const auto& parent : {options.work / ".tmp", Path("/tmp")}) {
    const auto folder = parent / ("sql-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder, failed);
    if (!failed) return folder;
  }
  return {};
}

std::vector<Path> allowed_folders(const SqlOptions& options) {
  std::vector<Path> folders{options.data};
  for (const Path& folder : {options.work, Path("/home") / options.user, Path("/outbox"), Path("/tmp")})
    if (std::filesystem::is_directory(folder)) folders.push_back(folder);
  folders.insert(folders.end(), options.allowed.begin(), options.allowed.end());
  return folders;
}

// `names` learns which schemas there are, `granted` which tables and columns.
Result<duck::Database> open_database(World& world, const SqlOptions& options, const Path& spill,
                                     EngineNames& names, std::vector<GrantedTable>& granted) {
  auto database = TRY(duck::Database::open({.file = {},
                                            .memory_mib = options.memory_mib,
                                            .threads = static_cast<uint16_t>(options.threads),
                                            .temporary = spill}));
  auto connection = TRY(database.connect());
  const auto name = duck::quote_name(options.database);
  TRY(
      connection.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true;"
                     "ATTACH ':memory:' AS " +
                     name + "; USE " + name + "; CREATE SCHEMA public"));
  TRY(make_postgres_catalogue(connection, options.user, names.version));
  auto views = TRY(make_table_views(world, options.data, connection));
  granted = std::move(views.granted);
  for (const auto& schema : views.schemas) names.search_path += ", " + schema;
  TRY(database.lock_down(allowed_folders(options)));
  log_event("sql.open",
            {{"tables", std::to_string(views.tables)}, {"memory_mib", std::to_string(options.memory_mib)}});
  return database;
}

pgwire::Server* running_server = nullptr;  // for the signal handler only

void stop_server(int) {
  if (running_server != nullptr) running_server->stop();
}

void stop_at_signals(pgwire::Server& server) {
  running_server = &server;
  struct sigaction action{};
  action.sa_handler = stop_server;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void tell_ready(int fd) {
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, "ready\n", 6);
  ::close(fd);
}

Result<void> serve(const SqlOptions& options, const Path& spill) {
  World& world = real_world();
  EngineNames names{.database = options.database,
                    .user = options.user,
                    .server_version = "15.0 (Forvaltningsmaskinen)",
                    .version = "PostgreSQL 15.0 (Forvaltningsmaskinen over DuckDB)"};
  std::vector<GrantedTable> granted;
  auto database = TRY(open_database(world, options, spill, names, granted));
  Usage usage(std::move(granted), options.usage);
  std::optional<TableCounter> tables;
  if (options.tables_fd >= 0) tables.emplace(Descriptor(options.tables_fd));
  SqlEngine engine(std::move(database), names, &usage, tables ? &*tables : nullptr);
  const auto server =
      TRY(pgwire::Server::listen(world, engine,
                                 {.socket_folder = options.socket_folder,
                                  .port = static_cast<uint16_t>(options.port),
                                  .connections_max = static_cast<uint32_t>(options.connections)}));
  stop_at_signals(*server);
  tell_ready(options.ready_fd);
  server->run();
  running_server = nullptr;
  return {};
}

}  // namespace

int sql(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options.ok()) {
    log_error("sql.usage", options.error());
    std::fputs(usage_text.data(), stderr);
    return static_cast<int>(options.error().kind);
  }
  ::umask(0077);
  const Path spill = spill_folder(*options);
  const auto served = serve(*options, spill);
  std::error_code ignored;
  if (!spill.empty()) std::filesystem::remove_all(spill, ignored);
  if (served.ok()) return 0;
  log_error("sql.failed", served.error());
  return static_cast<int>(served.error().kind);
}

}  // namespace fvm::runner
