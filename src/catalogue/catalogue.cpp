#include "catalogue/catalogue.hpp"

#include "audit/ledger.hpp"
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

constexpr std::string_view newest =
    "SELECT version, toml, file FROM catalogue_version ORDER BY version DESC LIMIT 1";

size_t count_variables(const Catalogue& catalogue) {
  size_t count = 0;
  for (const Table& table : catalogue.tables) count += table.variables.size();
  return count;
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("catalogue", {tables_1});
}

Result<Catalogue> load(const store::Database& database) {
  auto statement = TRY(database.prepare(newest));
  if (!TRY(statement.step())) return usage("catalogue.none");
  Catalogue catalogue = TRY(read_toml(statement.text(1), statement.text(2)));
  catalogue.version = statement.integer(0);
  return catalogue;
}

Result<Imported> import(audit::Ledger& ledger, std::string_view actor, std::string_view text,
                        std::string_view file) {
  const Catalogue catalogue = TRY(read_toml(text, file));
  Imported imported{.tables = catalogue.tables.size(), .variables = count_variables(catalogue)};
  {
    auto statement = TRY(ledger.database().prepare(newest));
    if (TRY(statement.step())) {
      imported.version = statement.integer(0);
      if (statement.text(1) == text) return imported;
    }
  }
  const audit::Event event{
      .actor = std::string(actor),
      .action = "catalogue.imported",
      .subject = "catalogue",
      .facts = {{"file", std::string(file)}, {"tables", std::to_string(imported.tables)}}};
  return ledger.write(event, [&](audit::Writer& writer) -> Result<Imported> {
    TRY(writer.execute("INSERT INTO catalogue_version (imported, actor, file, toml) VALUES (?, ?, ?, ?)",
                       writer.now(), actor, file, text));
    imported.version = writer.last_row();
    imported.changed = true;
    writer.fact("version", std::to_string(imported.version));
    return imported;
  });
}

}  // namespace fvm::catalogue
