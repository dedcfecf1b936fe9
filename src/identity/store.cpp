#include "identity/store.hpp"

#include "identity/service.hpp"

namespace fvm::identity {

const std::vector<std::string_view>& table_scripts() {
  static const std::vector<std::string_view> scripts = {R"sql(
CREATE TABLE institution (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, cvr TEXT NOT NULL UNIQUE, created INTEGER NOT NULL);
CREATE TABLE recipient (
  institution INTEGER NOT NULL REFERENCES institution, address TEXT NOT NULL, PRIMARY KEY (institution, address));
CREATE TABLE user (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, institution INTEGER NOT NULL REFERENCES institution,
  created INTEGER NOT NULL, closed INTEGER, close_reason TEXT);
CREATE TABLE user_role (user INTEGER NOT NULL REFERENCES user, role TEXT NOT NULL, PRIMARY KEY (user, role));
CREATE TABLE member (
  project TEXT NOT NULL, user INTEGER NOT NULL REFERENCES user, added INTEGER NOT NULL, PRIMARY KEY (project, user));
)sql",
                                                        R"sql(
CREATE TABLE suspension (
  id INTEGER PRIMARY KEY, scope TEXT NOT NULL CHECK (scope IN ('user', 'project', 'institution')), subject TEXT NOT NULL,
  reference TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER, counts INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX suspension_open ON suspension (scope, subject) WHERE ended IS NULL;
)sql",
                                                        R"sql(
ALTER TABLE institution ADD COLUMN delivery TEXT NOT NULL DEFAULT 'attachment';
)sql",
                                                        R"sql(
ALTER TABLE suspension ADD COLUMN until TEXT;
ALTER TABLE institution ADD COLUMN closed INTEGER;
)sql"};
  return scripts;
}

std::string folded_name(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const auto before = static_cast<unsigned char>(i > 0 ? name[i - 1] : 0);
    if (byte >= 'A' && byte <= 'Z') {
      out += static_cast<char>(byte + 32);
    } else if (before == 0xc3 && byte >= 0x80 && byte <= 0x9e && byte != 0x97) {
      out += static_cast<char>(byte + 32);  // À to Þ, among them Æ Ø Å
    } else {
      out += name[i];
    }
  }
  return out;
}

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("identity", table_scripts());
}

}  // namespace fvm::identity
