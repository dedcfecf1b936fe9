#include "duck/database.hpp"

#include <duckdb.h>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

using Settings = std::vector<std::pair<const char*, std::string>>;

Settings settings_of(const Options& options) {
  return {
      {"memory_limit", std::to_string(options.memory_mib) + "MiB"},
      {"threads", std::to_string(options.threads)},
      {"temp_directory", options.temporary.string()},
      {"max_temp_directory_size", std::to_string(options.temporary_mib_max) + "MiB"},
      {"preserve_insertion_order", options.preserve_insertion_order ? "true" : "false"},
      // Nothing may come from outside the program, whoever asks (lock_down says it again for good).
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_unsigned_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  };
}

Result<duckdb_config> make_config(const Options& options) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) != DuckDBSuccess)
    return defect("duck.failed", {{"safe_reason", "config"}});
  for (const auto& [name, value] : settings_of(options)) {
    if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) continue;
    duckdb_destroy_config(&config);
    return defect("duck.failed", {{"safe_reason", std::string("setting ") + name}});
  }
  return config;
}

std::string list_of_paths(const std::vector<Path>& paths) {
  std::string out = "[";
  for (const Path& path : paths) out += (out.size() > 1 ? ", " : "") + quote_text(path.string());
  return out + "]";
}

std::shared_ptr<DatabaseHandle> handle_of(const std::shared_ptr<void>& handle) {
  return std::static_pointer_cast<DatabaseHandle>(handle);
}

}  // namespace

Result<Database> Database::open(const Options& options) {
  auto handle = std::make_shared<DatabaseHandle>();
  handle->memory_mib = options.memory_mib;
  duckdb_config config = TRY(make_config(options));
  char* reason = nullptr;
  const std::string file = options.file.empty() ? ":memory:" : options.file.string();
  const auto state = duckdb_open_ext(file.c_str(), &handle->database, config, &reason);
  duckdb_destroy_config(&config);
  if (state != DuckDBSuccess) {
    Error error = handle->error(reason);
    duckdb_free(reason);
    return error;
  }
  return Database(handle);
}

Result<Connection> Database::connect() const {
  auto state = std::make_shared<Connection::State>();
  state->database = handle_of(handle_);
  if (duckdb_connect(state->database->database, &state->connection) != DuckDBSuccess) {
    return surroundings("duck.failed", {{"safe_reason", "connect"}});
  }
  const bool locked = state->database->locked;
  Connection connection(std::move(state));
  // Progress is counted only with the bar on (nothing is printed); a locked database refuses even that.
  if (locked) return connection;
  TRY(connection.run("SET enable_progress_bar = true; SET enable_progress_bar_print = false"));
  return connection;
}

Result<void> Database::lock_down(const std::vector<Path>& allowed) const {
  Connection connection = TRY(connect());
  TRY(connection.run("SET allowed_directories = " + list_of_paths(allowed)));
  TRY(
      connection.run("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;"
                     "SET allow_community_extensions = false; SET allow_persistent_secrets = false;"
                     "SET enable_external_access = false; SET lock_configuration = true"));
  handle_of(handle_)->locked = true;
  return {};
}

size_t chunk_rows_max() {
  return duckdb_vector_size();
}

}  // namespace fvm::duck
