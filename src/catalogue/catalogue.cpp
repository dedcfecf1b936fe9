#include "catalogue/catalogue.hpp"

#include "audit/ledger.hpp"
#include "catalogue/document.hpp"
#include "catalogue/toml.hpp"
#include "store/database.hpp"

namespace fvm::catalogue {
namespace {

// The text itself is kept: what was imported can be read again as it was, by any later version of this
// program.
constexpr std::string_view tables_1 = R"(
CREATE TABLE catalogue_version (
  version INTEGER PRIMARY KEY,
  imported INTEGER NOT NULL,  -- microseconds since 1970
  actor TEXT NOT NULL,
  file TEXT NOT NULL,
  toml TEXT NOT NULL
) STRICT;
)";
// Since a catalogue has two sources, a version is also kept whole (document.hpp); `toml` is then what came:
// TOML, the list as TSV, or nothing.
constexpr std::string_view tables_2 = R"(
ALTER TABLE catalogue_version ADD COLUMN document TEXT;
)";

size_t count_variables(const Catalogue& catalogue) {
  size_t count = 0;
  for (const Table& table : catalogue.tables) count += table.variables.size();
  return count;
}

size_t count_unconfirmed(const Catalogue& catalogue) {
  size_t count = 0;
  for (const Table& table : catalogue.tables)
    for (const Variable& variable : table.variables)
      count += granting(variable) == Granting::unconfirmed ? 1 : 0;
  return count;
}

Result<Catalogue> read_version(store::Statement& statement) {
  Catalogue catalogue = statement.is_null(3) ? TRY(read_toml(statement.text(1), statement.text(2)))
                                             : TRY(read_document(statement.text(3)));
  catalogue.version = statement.integer(0);
  return catalogue;
}

// The newest, or an empty one before the first.
Result<Catalogue> load_or_empty(const store::Database& database) {
  auto found = load(database);
  if (found.ok()) return found;
  if (found.error().code == "catalogue.none") return Catalogue{};
  return found.error();
}

struct Source {
  std::string_view actor, action, file, text;
};

Result<Imported> keep(audit::Ledger& ledger, const Source& source, const Catalogue& before,
                      const Catalogue& catalogue) {
  Imported imported{.version = before.version,
                    .tables = catalogue.tables.size(),
                    .variables = count_variables(catalogue),
                    .unconfirmed = count_unconfirmed(catalogue)};
  const std::string document = to_document(catalogue);
  if (before.version > 0 && document == to_document(before)) return imported;
  const audit::Event event{
      .actor = std::string(source.actor),
      .action = std::string(source.action),
      .subject = "catalogue",
      .facts = {{"file", std::string(source.file)}, {"tables", std::to_string(imported.tables)}}};
  return ledger.write(event, [&](audit::Writer& writer) -> Result<Imported> {
    TRY(writer.execute(
        "INSERT INTO catalogue_version (imported, actor, file, toml, document) VALUES (?, ?, ?, ?, ?)",
        writer.now(), source.actor, source.file, source.text, document));
    imported.version = writer.last_row();
    imported.changed = true;
    writer.fact("version", std::to_string(imported.version));
    return imported;
  });
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("catalogue", {tables_1, tables_2});
}

Result<Catalogue> load(const store::Database& database) {
  auto statement = TRY(database.prepare(
      "SELECT version, toml, file, document FROM catalogue_version ORDER BY version DESC LIMIT 1"));
  if (!TRY(statement.step())) return usage("catalogue.none");
  return read_version(statement);
}

Result<int64_t> newest_version(const store::Database& database) {
  auto statement = TRY(database.prepare("SELECT coalesce(max(version), 0) FROM catalogue_version"));
  return TRY(statement.step()) ? statement.integer(0) : 0;
}

Result<Catalogue> load(const store::Database& database, int64_t version) {
  auto statement = TRY(database.prepare(
      "SELECT version, toml, file, document FROM catalogue_version WHERE version = ?", version));
  if (!TRY(statement.step())) return usage("catalogue.no_version", {{"version", std::to_string(version)}});
  return read_version(statement);
}

Result<Imported> import(audit::Ledger& ledger, std::string_view actor, std::string_view text,
                        std::string_view file) {
  Catalogue described = TRY(read_toml(text, file));
  const Catalogue before = TRY(load_or_empty(ledger.database()));
  return keep(ledger, {actor, "catalogue.imported", file, text}, before,
              with_described(before, std::move(described)));
}

Result<Imported> import_list(audit::Ledger& ledger, std::string_view actor, const Listing& listing,
                             std::string_view text, std::string_view file) {
  const Catalogue before = TRY(load_or_empty(ledger.database()));
  std::vector<Error> notes;
  const Catalogue after = with_list(before, listing, notes);
  Imported imported = TRY(keep(ledger, {actor, "catalogue.list_imported", file, text}, before, after));
  imported.notes = std::move(notes);
  return imported;
}

Result<Imported> confirm(audit::Ledger& ledger, std::string_view actor, const Confirmation& confirmation) {
  const Catalogue before = TRY(load(ledger.database()));
  const Catalogue after = TRY(with_confirmed(before, confirmation));
  const std::string what = confirmation.table + "." + confirmation.variable;
  return keep(ledger, {actor, "catalogue.confirmed", what, ""}, before, after);
}

}  // namespace fvm::catalogue
