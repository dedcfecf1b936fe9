#include "account/store.hpp"

#include "account/service.hpp"
#include "identity/service.hpp"

namespace fvm::account {

std::string_view to_text(Purpose purpose) {
  return purpose == Purpose::activation ? "activation" : "reset";
}

const std::vector<std::string_view>& table_scripts() {
  static const std::vector<std::string_view> scripts = {R"sql(
CREATE TABLE credential (
  user INTEGER PRIMARY KEY REFERENCES user, professional TEXT UNIQUE, bound INTEGER, password TEXT, password_set INTEGER);
CREATE TABLE account_code (
  user INTEGER PRIMARY KEY REFERENCES user, purpose TEXT NOT NULL, hash TEXT NOT NULL, professional TEXT,
  created INTEGER NOT NULL, expires INTEGER NOT NULL);
CREATE TABLE login_failure (professional TEXT PRIMARY KEY, failures INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE login_session (
  id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user INTEGER NOT NULL REFERENCES user, professional TEXT NOT NULL,
  browser TEXT NOT NULL, browser_hash TEXT NOT NULL, assurance TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
  stepped_up INTEGER, ended INTEGER, end_reason TEXT);
CREATE INDEX login_session_user ON login_session (user) WHERE ended IS NULL;
)sql"};
  return scripts;
}

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("account", table_scripts());
}

Result<Credential> credential_of(const store::Database& store, int64_t user) {
  auto rows = TRY(store.prepare("SELECT professional, password FROM credential WHERE user = ?", user));
  if (!TRY(rows.step())) return Credential{};
  return Credential{rows.text(0), rows.text(1)};
}

Result<std::optional<identity::User>> bound_user(const store::Database& store,
                                                 std::string_view professional) {
  auto rows = TRY(store.prepare(
      "SELECT u.name FROM credential c JOIN user u ON u.id = c.user WHERE c.professional = ?", professional));
  if (!TRY(rows.step())) return std::optional<identity::User>();
  return std::optional<identity::User>(TRY(identity::find_user(store, rows.text(0))));
}

Result<std::optional<Time>> locked_until(const store::Database& store, std::string_view professional,
                                         Time now) {
  auto rows = TRY(store.prepare("SELECT until FROM login_failure WHERE professional = ? AND until > ?",
                                professional, now));
  if (!TRY(rows.step())) return std::optional<Time>();
  return std::optional<Time>(rows.time(0));
}

Result<std::string> cvr_of(const store::Database& store, const identity::User& user) {
  auto rows = TRY(store.prepare("SELECT cvr FROM institution WHERE id = ?", user.institution));
  if (!TRY(rows.step())) return defect("identity.institution_unknown", {{"institution", user.name}});
  return rows.text(0);
}

Result<int64_t> end_sessions(audit::Writer& writer, int64_t user, std::string_view reason,
                             std::string_view but) {
  TRY(writer.execute(
      "UPDATE login_session SET ended = ?, end_reason = ? WHERE user = ? AND ended IS NULL AND id <> ?",
      writer.now(), reason, user, but));
  return writer.changed_rows();
}

}  // namespace fvm::account
