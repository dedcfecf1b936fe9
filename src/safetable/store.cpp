#include "safetable/store.hpp"

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "safetable/record.hpp"
#include "safetable/service.hpp"

namespace fvm::safetable {
namespace {

constexpr uint64_t record_bytes_max = 512u << 20;
constexpr uint64_t round_max = 1000;
constexpr size_t round_key_bytes = 32;
constexpr unsigned key_mode = 0600;

constexpr std::string_view tables = R"sql(
CREATE TABLE safetable_release (
  cvr TEXT NOT NULL,
  number INTEGER NOT NULL,
  project TEXT NOT NULL,
  author TEXT NOT NULL,
  released INTEGER NOT NULL,
  record_sha256 TEXT NOT NULL,
  atoms_sha256 TEXT NOT NULL,
  places_sha256 TEXT NOT NULL,
  knowledge_sha256 TEXT NOT NULL,
  PRIMARY KEY (cvr, number)
) STRICT, WITHOUT ROWID;
)sql";

// Bytes of files that were made of a table; tables that were taken back.
constexpr std::string_view outputs = R"sql(
CREATE TABLE safetable_output (
  cvr TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  number INTEGER NOT NULL,
  format TEXT NOT NULL,
  PRIMARY KEY (cvr, sha256, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE safetable_recall (
  cvr TEXT NOT NULL,
  number INTEGER NOT NULL,
  recalled INTEGER NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (cvr, number)
) STRICT, WITHOUT ROWID;
)sql";

// Released files that are no safe tables, and what tells that one has the numbers of a safe table.
constexpr std::string_view outside = R"sql(
CREATE TABLE safetable_outside (
  cvr TEXT NOT NULL,
  release TEXT NOT NULL,
  position INTEGER NOT NULL,
  project TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  sent INTEGER NOT NULL,
  tables INTEGER NOT NULL,
  same_as TEXT NOT NULL,
  PRIMARY KEY (release, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE safetable_cells (
  cvr TEXT NOT NULL,
  digest TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (cvr, digest, number)
) STRICT, WITHOUT ROWID;
)sql";

// Of which version of the fingerprint a table's digests are (renew.hpp); none: of a time before versions.
constexpr std::string_view fingerprints = R"sql(
CREATE TABLE safetable_fingerprint (
  cvr TEXT NOT NULL,
  number INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (cvr, number)
) STRICT, WITHOUT ROWID;
)sql";

Error damaged(std::string what) {
  return surroundings("table.ledger_damaged", {{"what", std::move(what)}});
}

Result<std::string> record_text(World& world, const Path& folder, const Row& row) {
  std::string text = TRY(world.read_file(folder / record_name(row.number), record_bytes_max));
  if (crypto::sha256_hex(text) != row.record_sha256) return damaged(record_name(row.number));
  return text;
}

Result<void> verify_file(const Path& file, const std::string& sha256) {
  const auto digest = TRY(crypto::sha256_of_file(file));
  if (crypto::to_hex(digest.sha256) != sha256) return damaged(file.filename().string());
  return {};
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("safetable", {tables, outputs, outside, fingerprints});
}

namespace {

constexpr std::string_view row_columns =
    "SELECT number, project, author, released, record_sha256, atoms_sha256, places_sha256, knowledge_sha256 "
    "FROM safetable_release ";

Result<std::vector<Row>> all_of(store::Statement row) {
  std::vector<Row> rows;
  while (TRY(row.step()))
    rows.push_back({row.integer(0), row.text(1), row.text(2), row.time(3), row.text(4), row.text(5),
                    row.text(6), row.text(7)});
  return rows;
}

}  // namespace

Result<std::vector<Row>> rows_of(const store::Database& store, std::string_view cvr) {
  return all_of(TRY(store.prepare(std::string(row_columns) + "WHERE cvr = ? ORDER BY number", cvr)));
}

Result<std::vector<Row>> rows_of_project(const store::Database& store, std::string_view cvr,
                                         std::string_view project, const TablePart& part) {
  return all_of(TRY(store.prepare(
      std::string(row_columns) + "WHERE cvr = ? AND project = ? AND number > ? ORDER BY number LIMIT ?", cvr,
      project, part.after, part.most)));
}

Result<void> insert_row(audit::Writer& writer, std::string_view cvr, const Row& row) {
  return writer.execute(
      "INSERT INTO safetable_release (cvr, number, project, author, released, record_sha256, atoms_sha256, "
      "places_sha256, knowledge_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      cvr, row.number, row.project, row.author, writer.now(), row.record_sha256, row.atoms_sha256,
      row.places_sha256, row.knowledge_sha256);
}

Result<void> record_refusal(audit::Ledger& ledger, const std::string& user, const std::string& project,
                            std::string_view sql, const Error& why) {
  constexpr size_t told_bytes_max = 200;
  return ledger.record({user,
                        "table.refused",
                        project.substr(0, told_bytes_max),
                        {{"reason", why.code}, {"sql_sha256", crypto::sha256_hex(sql)}}});
}

Path folder_of(const config::Instance& instance, std::string_view cvr) {
  return instance.released() / cvr;
}
std::string record_name(int64_t number) {
  return std::to_string(number) + ".json";
}
std::string prefix_of(UnitKind kind) {
  return kind == UnitKind::persons ? std::string() : std::string(name_of(kind)) + "-";
}
std::string kind_name(int64_t number, UnitKind kind, std::string_view file) {
  return std::to_string(number) + "-" + prefix_of(kind) + std::string(file);
}
std::string atoms_name(int64_t number) {
  return kind_name(number, UnitKind::persons, "atoms.parquet");
}
std::string places_name(int64_t number) {
  return kind_name(number, UnitKind::persons, "places.parquet");
}
std::string value_atoms_name(int64_t number) {
  return kind_name(number, UnitKind::persons, "values.parquet");
}
std::string value_knowledge_name(int64_t number) {
  return kind_name(number, UnitKind::persons, "values.bin");
}
std::string knowledge_name(int64_t number) {
  return kind_name(number, UnitKind::persons, "knowledge.bin");
}

Result<Record> read_record(World& world, const Path& folder, const Row& row) {
  return record_of_json(TRY(record_text(world, folder, row)));
}

void inherit_threshold(const std::optional<Record>& newest, UnitKind kind, Rules& rules) {
  if (!newest || newest->round > 0) return;
  const Rules* before = newest->rules_of(kind);
  if (before != nullptr)
    rules.tighten(disclosure::Parameter::counts_threshold, before->RuleValues::threshold());
  if (kind != UnitKind::persons)
    rules.tighten(disclosure::Parameter::counts_threshold, newest->kept(kind).threshold);
}

Result<std::string> rounding_of(World& world, const Path& folder, const std::optional<Record>& newest,
                                uint64_t base, uint64_t threshold) {
  if (base > 0 && (base < threshold || base > round_max))
    return usage("table.round_too_fine",
                 {{"least", std::to_string(threshold)}, {"most", std::to_string(round_max)}});
  const uint64_t before = newest ? newest->round : base;
  if (before == 0 && base > 0) return usage("table.ledger_exact");
  if (before != base) return usage("table.ledger_rounded", {{"base", std::to_string(before)}});
  if (base == 0) return std::string();
  const Path file = folder / "rounding.key";
  const auto known = world.read_file(file, 2 * round_key_bytes);
  if (known.ok()) return *known;
  if (known.error().code != "file.missing") return known.error();
  // Numbers that were told before need no key any more: they are kept with their atoms.
  const std::string key = random_hex(world, round_key_bytes);
  TRY(world.replace_file(file, key, key_mode));
  return key;
}

Result<std::optional<Record>> verify(World& world, const Path& folder, const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) text = TRY(record_text(world, folder, row));
  if (rows.empty()) return std::optional<Record>();
  const Row& newest = rows.back();
  TRY(verify_file(folder / atoms_name(newest.number), newest.atoms_sha256));
  TRY(verify_file(folder / places_name(newest.number), newest.places_sha256));
  TRY(verify_file(folder / knowledge_name(newest.number), newest.knowledge_sha256));
  Record record = TRY(record_of_json(text));
  const ValuesKept& values = record.values;
  if (values.table != 0) {
    TRY(verify_file(folder / value_atoms_name(values.table), values.atoms_sha256));
    TRY(verify_file(folder / value_knowledge_name(values.table), values.knowledge_sha256));
  }
  for (const UnitKind kind : kinds_kept)
    for (const auto& [file, sha256] : files_of(record, kind)) TRY(verify_file(folder / file, sha256));
  return std::optional<Record>(std::move(record));
}

std::vector<std::pair<std::string, std::string>> files_of(const Record& record, UnitKind kind) {
  const KindKept& kept = record.kept(kind);
  std::vector<std::pair<std::string, std::string>> out;
  if (kept.table() != 0)
    out = {{kind_name(kept.table(), kind, "atoms.parquet"), kept.atoms_sha256},
           {kind_name(kept.table(), kind, "places.parquet"), kept.places_sha256},
           {kind_name(kept.table(), kind, "knowledge.bin"), kept.knowledge_sha256}};
  if (kept.values.table != 0) {
    out.emplace_back(kind_name(kept.values.table, kind, "values.parquet"), kept.values.atoms_sha256);
    out.emplace_back(kind_name(kept.values.table, kind, "values.bin"), kept.values.knowledge_sha256);
  }
  return out;
}

}  // namespace fvm::safetable
