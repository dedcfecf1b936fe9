#include "enclave/service.hpp"

namespace fvm::enclave {
namespace {

constexpr std::string_view schema =
    "CREATE TABLE enclave_session ("
    " number INTEGER PRIMARY KEY,"
    " project TEXT NOT NULL,"
    " user TEXT NOT NULL,"
    " started INTEGER NOT NULL,"
    " ended INTEGER,"
    " exit_code INTEGER,"
    " ending TEXT,"
    " token TEXT NOT NULL UNIQUE);"
    "CREATE INDEX enclave_session_open ON enclave_session (user) WHERE ended IS NULL;";
// Why a session was told to end: an error's code.
constexpr std::string_view usage_tables =
    "CREATE TABLE enclave_usage ("
    " project TEXT NOT NULL, schema_name TEXT NOT NULL, table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " PRIMARY KEY (project, schema_name, table_name, column_name)) STRICT;"
    "CREATE TABLE enclave_usage_told (project TEXT PRIMARY KEY, told INTEGER NOT NULL) STRICT;";
constexpr std::string_view stopping = "ALTER TABLE enclave_session ADD COLUMN stopped TEXT;";
// Of the project's data that the session sees; 0: of before this was noted.
constexpr std::string_view data_version =
    "ALTER TABLE enclave_session ADD COLUMN version INTEGER NOT NULL DEFAULT 0;";

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("enclave", {schema, stopping, usage_tables, data_version});
}

}  // namespace fvm::enclave
