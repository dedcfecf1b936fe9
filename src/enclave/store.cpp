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

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("enclave", {schema});
}

}  // namespace fvm::enclave
