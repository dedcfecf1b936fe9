#include "extract/store.hpp"

#include <boost/json.hpp>

#include "catalogue/types.hpp"
#include "crypto/encoding.hpp"
#include "extract/ending.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "identity/suspension.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;

constexpr std::string_view tables_script = R"(
CREATE TABLE project(
  number TEXT PRIMARY KEY, title TEXT NOT NULL, authority TEXT NOT NULL, cvr TEXT NOT NULL,
  valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  specification TEXT NOT NULL, specification_sha256 TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, closed INTEGER) STRICT;
CREATE TABLE project_build(
  id INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL REFERENCES project(number),
  state TEXT NOT NULL CHECK (state IN ('started', 'built', 'done', 'failed')),
  started INTEGER NOT NULL, ended INTEGER, document TEXT NOT NULL DEFAULT '', reason TEXT) STRICT;
CREATE TABLE project_version(
  project TEXT NOT NULL REFERENCES project(number), version INTEGER NOT NULL,
  build INTEGER NOT NULL UNIQUE REFERENCES project_build(id), built INTEGER NOT NULL, persons INTEGER NOT NULL,
  population_file TEXT NOT NULL, catalogue_version INTEGER NOT NULL, specification_sha256 TEXT NOT NULL,
  sources TEXT NOT NULL, PRIMARY KEY (project, version)) STRICT;
CREATE TABLE project_table(
  project TEXT NOT NULL, version INTEGER NOT NULL, schema_name TEXT NOT NULL, name TEXT NOT NULL,
  delta_version INTEGER NOT NULL, mirror_version INTEGER NOT NULL, rows INTEGER NOT NULL, columns TEXT NOT NULL,
  text_da TEXT NOT NULL, text_en TEXT NOT NULL, PRIMARY KEY (project, version, schema_name, name),
  FOREIGN KEY (project, version) REFERENCES project_version(project, version)) STRICT;
CREATE TABLE project_frozen(
  project TEXT NOT NULL REFERENCES project(number), table_name TEXT NOT NULL, mirror_version INTEGER NOT NULL,
  PRIMARY KEY (project, table_name)) STRICT;
)";

// A refresh needs to know what else than the mirror's rows a version was made from.
constexpr std::string_view recipes_script = R"(
ALTER TABLE project_version ADD COLUMN population_recipe TEXT NOT NULL DEFAULT '';
ALTER TABLE project_table ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
)";

constexpr std::string_view ending_script = R"(
ALTER TABLE project ADD COLUMN sealed INTEGER;
CREATE TABLE project_certificate(
  project TEXT PRIMARY KEY REFERENCES project(number), made INTEGER NOT NULL, text TEXT NOT NULL,
  signature TEXT NOT NULL) STRICT;
CREATE TABLE project_warning(
  project TEXT NOT NULL REFERENCES project(number), valid_to TEXT NOT NULL, days INTEGER NOT NULL,
  PRIMARY KEY (project, valid_to, days)) STRICT;
)";

// Specifications that a project had before it was amended.
constexpr std::string_view amendments_script = R"(
CREATE TABLE project_specification(
  project TEXT NOT NULL REFERENCES project(number), sha256 TEXT NOT NULL, specification TEXT NOT NULL,
  replaced INTEGER NOT NULL, data_dropped INTEGER NOT NULL DEFAULT 0) STRICT;
)";

// The map of the population in two files: what changed in it since the first was written.
constexpr std::string_view changes_script = R"(
ALTER TABLE project_version ADD COLUMN population_changes TEXT NOT NULL DEFAULT '';
)";

constexpr std::string_view spread_script =
    "ALTER TABLE project ADD COLUMN record_spread INTEGER NOT NULL DEFAULT 0;";

// For the public; empty where the agreements were made before they said so.
constexpr std::string_view purpose_script =
    "ALTER TABLE project ADD COLUMN purpose TEXT NOT NULL DEFAULT '';";

std::string columns_to_json(const std::vector<Column>& columns) {
  json::array out;
  for (const Column& column : columns) {
    out.push_back({{"name", column.name},
                   {"type", to_text(column.type)},
                   {"class", to_text(column.what)},
                   {"da", column.text_da},
                   {"en", column.text_en}});
  }
  return json::serialize(out);
}

std::string member(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

Error damaged() {
  return defect("project.store_damaged");
}

Result<json::array> array_of(const std::string& text) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(text, broken);
  if (broken || !parsed.is_array()) return damaged();
  return parsed.as_array();
}

Result<std::vector<Column>> columns_of_json(const std::string& text) {
  std::vector<Column> out;
  for (const json::value& item : TRY(array_of(text))) {
    if (!item.is_object()) return damaged();
    const json::object& from = item.as_object();
    const auto type = catalogue::type_of(member(from, "type"));
    const auto what = catalogue::class_of(member(from, "class"));
    if (!type || !what) return damaged();
    out.push_back({member(from, "name"), *type, *what, member(from, "da"), member(from, "en")});
  }
  return out;
}

std::string sources_to_json(const std::vector<Source>& sources) {
  json::array out;
  for (const Source& source : sources) out.push_back({{"table", source.table}, {"version", source.version}});
  return json::serialize(out);
}

Result<std::vector<ProjectTable>> read_tables(const store::Database& database, const Project& project) {
  std::vector<ProjectTable> out;
  auto row =
      TRY(database.prepare("SELECT schema_name, name, delta_version, mirror_version, rows, columns, text_da, "
                           "text_en FROM project_table WHERE project = ? AND version = ? ORDER BY 1, 2",
                           project.number, project.version));
  while (TRY(row.step())) {
    ProjectTable table{.schema = row.text(0), .name = row.text(1)};
    table.folder = Path(table.schema) / table.name;
    table.version = row.integer(2), table.mirror_version = row.integer(3);
    table.rows = static_cast<uint64_t>(row.integer(4));
    table.columns = TRY(columns_of_json(row.text(5)));
    table.text_da = row.text(6), table.text_en = row.text(7);
    out.push_back(std::move(table));
  }
  return out;
}

Result<void> read_version(const store::Database& database, Project& project) {
  auto row =
      TRY(database.prepare("SELECT built, persons, population_file, catalogue_version, population_changes "
                           "FROM project_version WHERE project = ? AND version = ?",
                           project.number, project.version));
  if (!TRY(row.step())) return {};
  project.built = row.time(0);
  project.persons = static_cast<uint64_t>(row.integer(1));
  project.population_file = row.text(2);
  project.catalogue_version = row.integer(3);
  project.population_changes = row.text(4);
  project.tables = TRY(read_tables(database, project));
  return {};
}

Error unknown_project(const store::Database& database, std::string_view number) {
  const auto numbers = list_projects(database);
  if (!numbers.ok()) return numbers.error();
  return usage("project.unknown",
               {{"name", std::string(number)}, {"suggestion", catalogue::nearest(number, *numbers)}});
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("extract", {tables_script, recipes_script, ending_script, amendments_script,
                                    spread_script, changes_script, purpose_script});
}

Result<Project> open_project(const store::Database& database, std::string_view number) {
  auto row =
      TRY(database.prepare("SELECT number, title, authority, cvr, valid_from, valid_to, state, version, "
                           "specification_sha256, sealed FROM project WHERE number = ?",
                           number));
  if (!TRY(row.step())) return unknown_project(database, number);
  Project project{.number = row.text(0), .title = row.text(1), .authority = row.text(2), .cvr = row.text(3)};
  project.valid_from = TRY(parse_date(row.text(4))), project.valid_to = TRY(parse_date(row.text(5)));
  if (!row.is_null(9)) project.sealed = row.time(9);
  project.state = state_of(row.text(6), project.sealed.has_value());
  project.version = row.integer(7);
  project.specification_sha256 = row.text(8);
  project.suspended = TRY(identity::is_suspended(database, identity::Scope::project, project.number)) ||
                      TRY(identity::is_suspended(database, identity::Scope::institution, project.cvr));
  TRY(read_version(database, project));
  for (const auto& user : TRY(identity::members_of(database, number))) project.members.push_back(user.name);
  return project;
}

Result<std::vector<std::string>> list_projects(const store::Database& database) {
  std::vector<std::string> out;
  auto row = TRY(database.prepare("SELECT number FROM project ORDER BY number"));
  while (TRY(row.step())) out.push_back(row.text(0));
  return out;
}

Result<void> insert_project(audit::Writer& writer, const Specification& specification,
                            const std::string& text, const std::string& sha256) {
  return writer.execute(
      "INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, "
      "specification, specification_sha256, created, purpose) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)",
      specification.number, specification.title, specification.authority, specification.cvr,
      to_text(specification.valid_from), to_text(specification.valid_to), text, sha256, writer.now(),
      specification.purpose);
}

Result<void> amend_in_store(audit::Writer& writer, const Specification& specification,
                            const std::string& text, const std::string& sha256) {
  TRY(
      writer.execute("INSERT INTO project_specification(project, sha256, specification, replaced) "
                     "SELECT number, specification_sha256, specification, ? FROM project WHERE number = ?",
                     writer.now(), specification.number));
  TRY(writer.execute(
      "UPDATE project SET title = ?, authority = ?, cvr = ?, valid_from = ?, valid_to = ?, "
      "specification = ?, specification_sha256 = ?, purpose = ? WHERE number = ?",
      specification.title, specification.authority, specification.cvr, to_text(specification.valid_from),
      to_text(specification.valid_to), text, sha256, specification.purpose, specification.number));
  // A child that is frozen freezes its parents too, so only what no grant freezes any more is let go.
  bool frozen = false;
  for (const Grant& grant : specification.grants) frozen |= grant.mode == Mode::frozen;
  if (frozen) return {};
  return writer.execute("DELETE FROM project_frozen WHERE project = ?", specification.number);
}

Result<bool> has_former_data(const store::Database& database, const Project& project) {
  auto row = TRY(database.prepare(
      "SELECT 1 FROM project_specification s JOIN project_version v ON v.project = s.project "
      "WHERE s.project = ? AND s.data_dropped = 0 AND v.version = ? AND v.specification_sha256 = ?",
      project.number, project.version, project.specification_sha256));
  return row.step();
}

Result<bool> has_lost_access(const store::Database& database, const Project& project, int64_t version) {
  auto row = TRY(database.prepare(
      "SELECT 1 FROM project_version was JOIN project_version now ON now.project = was.project "
      "WHERE was.project = ? AND was.version = ? AND now.version = ? "
      "AND was.specification_sha256 <> now.specification_sha256 "
      "AND (was.population_recipe <> now.population_recipe OR EXISTS (SELECT 1 FROM project_table t "
      "WHERE t.project = was.project AND t.version = was.version AND NOT EXISTS (SELECT 1 FROM project_table "
      "n "
      "WHERE n.project = t.project AND n.version = now.version AND n.schema_name = t.schema_name "
      "AND n.name = t.name AND n.recipe = t.recipe)))",
      project.number, version, project.version));
  return row.step();
}

Result<std::string> built_specification(const store::Database& database, const Project& project) {
  auto row = TRY(
      database.prepare("SELECT specification_sha256 FROM project_version WHERE project = ? AND version = ?",
                       project.number, project.version));
  return TRY(row.step()) ? row.text(0) : std::string();
}

Result<void> set_former_data_dropped(audit::Writer& writer, const std::string& number) {
  return writer.execute("UPDATE project_specification SET data_dropped = 1 WHERE project = ?", number);
}

Result<void> close_in_store(audit::Writer& writer, const std::string& number) {
  return writer.execute("UPDATE project SET state = 'closed', closed = ? WHERE number = ?", writer.now(),
                        number);
}

Result<void> set_sealed(audit::Writer& writer, const std::string& number, bool sealed) {
  if (!sealed) return writer.execute("UPDATE project SET sealed = NULL WHERE number = ?", number);
  return writer.execute("UPDATE project SET sealed = ? WHERE number = ? AND sealed IS NULL", writer.now(),
                        number);
}

Result<void> insert_certificate(audit::Writer& writer, const std::string& number,
                                const Certificate& certificate) {
  return writer.execute("INSERT INTO project_certificate(project, made, text, signature) VALUES (?, ?, ?, ?)",
                        number, writer.now(), certificate.text, crypto::to_base64(certificate.signature));
}

Result<std::optional<Certificate>> certificate_of(const store::Database& database,
                                                  const std::string& number) {
  auto row = TRY(
      database.prepare("SELECT text, signature, made FROM project_certificate WHERE project = ?", number));
  if (!TRY(row.step())) return std::optional<Certificate>();
  return std::optional<Certificate>(
      Certificate{row.text(0), crypto::from_base64(row.text(1)).value_or(""), row.time(2)});
}

Result<std::string> specification_text(const store::Database& database, const std::string& number) {
  auto row = TRY(database.prepare("SELECT specification FROM project WHERE number = ?", number));
  if (!TRY(row.step())) return damaged();
  return row.text(0);
}

Result<int64_t> insert_build(audit::Writer& writer, const std::string& number) {
  TRY(writer.execute("INSERT INTO project_build(project, state, started) VALUES (?, 'started', ?)", number,
                     writer.now()));
  return writer.last_row();
}

Result<void> set_built(audit::Writer& writer, int64_t build, const std::string& document) {
  return writer.execute("UPDATE project_build SET state = 'built', document = ? WHERE id = ?", document,
                        build);
}

Result<void> set_failed(audit::Writer& writer, int64_t build, const std::string& reason) {
  return writer.execute(
      "UPDATE project_build SET state = 'failed', ended = ?, document = '', reason = ? WHERE id = ?",
      writer.now(), reason, build);
}

Result<std::vector<BuildRow>> unfinished_builds(const store::Database& database, const std::string& number) {
  std::vector<BuildRow> out;
  auto row =
      TRY(database.prepare("SELECT id, document FROM project_build WHERE project = ? AND state IN "
                           "('started', 'built') ORDER BY id",
                           number));
  while (TRY(row.step())) out.push_back({row.integer(0), row.text(1)});
  return out;
}

Result<std::optional<Time>> failed_at(const store::Database& database, const std::string& number) {
  auto row = TRY(database.prepare(
      "SELECT state, ended FROM project_build WHERE project = ? ORDER BY id DESC LIMIT 1", number));
  if (!TRY(row.step()) || row.text(0) != "failed") return std::optional<Time>();
  return std::optional<Time>(row.time(1));
}

Result<unsigned> record_spread(const store::Database& database, const std::string& number) {
  auto row = TRY(database.prepare("SELECT record_spread FROM project WHERE number = ?", number));
  if (!TRY(row.step())) return damaged();
  return static_cast<unsigned>(row.integer(0));
}

Result<void> set_record_spread(audit::Writer& writer, const std::string& number, unsigned spread) {
  return writer.execute("UPDATE project SET record_spread = ? WHERE number = ?", static_cast<int64_t>(spread),
                        number);
}

Result<std::map<std::string, int64_t>> frozen_versions(const store::Database& database,
                                                       const std::string& number) {
  std::map<std::string, int64_t> out;
  auto row = TRY(
      database.prepare("SELECT table_name, mirror_version FROM project_frozen WHERE project = ?", number));
  while (TRY(row.step())) out[row.text(0)] = row.integer(1);
  return out;
}

Result<int64_t> insert_version(audit::Writer& writer, const std::string& number, const Version& version) {
  TRY(writer.execute("UPDATE project SET version = version + 1 WHERE number = ?", number));
  auto row = TRY(writer.database().prepare("SELECT version FROM project WHERE number = ?", number));
  if (!TRY(row.step())) return damaged();
  const int64_t current = row.integer(0);
  TRY(
      writer.execute("INSERT INTO project_version(project, version, build, built, persons, population_file, "
                     "population_changes, catalogue_version, specification_sha256, sources, "
                     "population_recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     number, current, version.build, writer.now(), version.persons, version.population_file,
                     version.population_changes, version.catalogue_version, version.specification_sha256,
                     sources_to_json(version.sources), version.population_recipe));
  for (const ProjectTable& table : version.tables) {
    TRY(writer.execute(
        "INSERT INTO project_table(project, version, schema_name, name, delta_version, mirror_version, "
        "rows, columns, text_da, text_en, recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number, current, table.schema, table.name, table.version, table.mirror_version, table.rows,
        columns_to_json(table.columns), table.text_da, table.text_en,
        version.recipes.at(table.schema + "." + table.name)));
  }
  for (const auto& [table, mirror_version] : version.frozen) {
    TRY(writer.execute(
        "INSERT OR IGNORE INTO project_frozen(project, table_name, mirror_version) VALUES (?, ?, ?)", number,
        table, mirror_version));
  }
  TRY(writer.execute("UPDATE project_build SET state = 'done', ended = ?, document = '' WHERE id = ?",
                     writer.now(), version.build));
  return current;
}

Result<std::vector<Source>> sources_of(const store::Database& database, const Project& project) {
  std::vector<Source> out;
  auto row = TRY(database.prepare("SELECT sources FROM project_version WHERE project = ? AND version = ?",
                                  project.number, project.version));
  if (!TRY(row.step())) return out;
  for (const json::value& item : TRY(array_of(row.text(0)))) {
    if (!item.is_object() || !item.as_object().contains("version")) return damaged();
    out.push_back({member(item.as_object(), "table"), item.as_object().at("version").to_number<int64_t>()});
  }
  return out;
}

Result<Recipes> recipes_of(const store::Database& database, const Project& project) {
  Recipes out;
  auto version =
      TRY(database.prepare("SELECT population_recipe FROM project_version WHERE project = ? AND version = ?",
                           project.number, project.version));
  if (!TRY(version.step())) return out;
  out.population = version.text(0);
  auto row = TRY(database.prepare(
      "SELECT schema_name || '.' || name, recipe FROM project_table WHERE project = ? AND version = ?",
      project.number, project.version));
  while (TRY(row.step())) out.tables[row.text(0)] = row.text(1);
  return out;
}

}  // namespace fvm::extract
