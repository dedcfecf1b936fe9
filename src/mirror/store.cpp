#include "mirror/store.hpp"

#include <array>
#include <unordered_map>

#include "mirror/freshness.hpp"

namespace fvm::mirror {
namespace {

constexpr std::string_view tables_1 = R"(
CREATE TABLE delivery (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  full_name TEXT NOT NULL,      -- REGISTER.TABLE as the catalogue spells it
  mode TEXT NOT NULL,
  actor TEXT NOT NULL,
  status TEXT NOT NULL,
  started INTEGER NOT NULL,     -- microseconds since 1970
  done INTEGER,
  rows_read INTEGER NOT NULL DEFAULT 0,
  rows_accepted INTEGER NOT NULL DEFAULT 0,
  rows_rejected INTEGER NOT NULL DEFAULT 0,
  version INTEGER,              -- of the mirror table
  plan TEXT NOT NULL DEFAULT '' -- what the worker answered: files, findings (shapes, never values)
) STRICT;
CREATE INDEX delivery_by_table ON delivery (full_name, status);
CREATE TABLE delivery_file (
  delivery INTEGER NOT NULL REFERENCES delivery (number),
  ordinal INTEGER NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (delivery, ordinal)
) STRICT;
)";

constexpr std::array<std::pair<Mode, std::string_view>, 3> modes{
    {{Mode::append, "append"}, {Mode::replace, "replace"}, {Mode::upsert, "upsert"}}};
constexpr std::array<std::pair<Status, std::string_view>, 7> statuses{{{Status::started, "started"},
                                                                       {Status::ingested, "ingested"},
                                                                       {Status::accepted, "accepted"},
                                                                       {Status::refused, "refused"},
                                                                       {Status::failed, "failed"},
                                                                       {Status::abandoned, "abandoned"},
                                                                       {Status::held, "held"}}};

}  // namespace

Status status_of(std::string_view text) {
  for (const auto& [status, name] : statuses)
    if (name == text) return status;
  return Status::failed;
}

std::string_view to_text(Mode mode) {
  return modes[static_cast<size_t>(mode)].second;
}

std::optional<Mode> mode_of(std::string_view text) {
  for (const auto& [mode, name] : modes)
    if (name == text) return mode;
  return std::nullopt;
}

std::string_view to_text(Status status) {
  return statuses[static_cast<size_t>(status)].second;
}

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("mirror", {tables_1});
}

Result<std::vector<Unfinished>> unfinished(const store::Database& database, std::string_view table) {
  std::vector<Unfinished> found;
  auto rows =
      TRY(database.prepare("SELECT number, status, mode, plan FROM delivery WHERE full_name = ? AND status "
                           "IN ('started', 'ingested') "
                           "ORDER BY number",
                           table));
  while (TRY(rows.step()))
    found.push_back({rows.integer(0), status_of(rows.text(1)), mode_of(rows.text(2)).value_or(Mode::append),
                     rows.text(3)});
  return found;
}

Result<std::vector<AcceptedFile>> standing_files(const store::Database& database, std::string_view table) {
  std::vector<AcceptedFile> files;
  auto rows = TRY(database.prepare(
      "SELECT f.delivery, f.sha256, f.bytes FROM delivery_file f JOIN delivery d ON d.number = f.delivery "
      "WHERE d.full_name = ?1 AND d.status = 'accepted' AND d.number >= coalesce((SELECT max(number) FROM "
      "delivery "
      "WHERE full_name = ?1 AND status = 'accepted' AND mode = 'replace'), 0) ORDER BY f.delivery, f.ordinal",
      table));
  while (TRY(rows.step()))
    files.push_back({rows.integer(0), rows.text(1), static_cast<uint64_t>(rows.integer(2))});
  return files;
}

Result<int64_t> insert_delivery(audit::Writer& writer, std::string_view table, const Request& request,
                                const std::vector<InputFile>& files) {
  TRY(writer.execute("INSERT INTO delivery (full_name, mode, actor, status, started) VALUES (?, ?, ?, ?, ?)",
                     table, to_text(request.mode), request.actor, to_text(Status::started), writer.now()));
  const int64_t number = writer.last_row();
  for (size_t i = 0; i < files.size(); ++i)
    TRY(writer.execute(
        "INSERT INTO delivery_file (delivery, ordinal, path, sha256, bytes) VALUES (?, ?, ?, ?, ?)", number,
        i, files[i].path, files[i].sha256, files[i].bytes));
  return number;
}

Result<void> set_hashes(audit::Writer& writer, int64_t number, const std::vector<InputFile>& files) {
  for (size_t i = 0; i < files.size(); ++i)
    TRY(writer.execute("UPDATE delivery_file SET sha256 = ?, bytes = ? WHERE delivery = ? AND ordinal = ?",
                       files[i].sha256, files[i].bytes, number, i));
  return {};
}

Result<std::vector<uint64_t>> appended_rows(const store::Database& database, std::string_view table,
                                            size_t count) {
  std::vector<uint64_t> rows;
  auto row = TRY(
      database.prepare("SELECT rows_accepted FROM delivery WHERE full_name = ? AND status = 'accepted' AND "
                       "mode = 'append' ORDER BY number DESC LIMIT ?",
                       table, count));
  while (TRY(row.step())) rows.push_back(static_cast<uint64_t>(row.integer(0)));
  return rows;
}

Result<int64_t> held_delivery(const store::Database& database, std::string_view table) {
  auto row =
      TRY(database.prepare("SELECT number FROM delivery WHERE full_name = ? AND status = 'held'", table));
  return TRY(row.step()) ? row.integer(0) : int64_t{0};
}

Result<void> set_planned(audit::Writer& writer, int64_t number, Status status, const Plan& plan) {
  return writer.execute(
      "UPDATE delivery SET status = ?, plan = ?, rows_read = ?, rows_rejected = ? WHERE number = ?",
      to_text(status), to_json(plan), plan.rows_read, plan.rows_rejected, number);
}

Result<void> set_done(audit::Writer& writer, int64_t number, Status status, const Plan& plan,
                      int64_t version) {
  const uint64_t accepted = status == Status::accepted ? plan.rows_read - plan.rows_rejected : 0;
  std::optional<int64_t> made;
  if (version >= 0) made = version;
  return writer.execute(
      "UPDATE delivery SET status = ?, done = ?, rows_read = ?, rows_accepted = ?, rows_rejected = ?, "
      "version = ?, "
      "plan = ? WHERE number = ?",
      to_text(status), writer.now(), plan.rows_read, accepted, plan.rows_rejected, made, to_json(plan),
      number);
}

Result<Delivered> read_delivery(const store::Database& database, int64_t number) {
  auto row =
      TRY(database.prepare("SELECT full_name, status, rows_read, rows_accepted, rows_rejected, version, plan "
                           "FROM delivery WHERE number = ?",
                           number));
  if (!TRY(row.step())) return defect("mirror.bad_plan", {{"reason", "no such delivery"}});
  Delivered out{.number = number, .table = row.text(0), .status = status_of(row.text(1))};
  out.rows_read = static_cast<uint64_t>(row.integer(2));
  out.rows_accepted = static_cast<uint64_t>(row.integer(3));
  out.rows_rejected = static_cast<uint64_t>(row.integer(4));
  out.version = row.optional_integer(5).value_or(-1);
  if (row.text(6).empty()) return out;
  Plan plan = TRY(plan_of_json(row.text(6)));
  out.findings = std::move(plan.findings);
  out.findings_more = plan.findings_more;
  out.unreadable = plan.unreadable;
  out.dialects = std::move(plan.dialects);
  if (plan.set_aside) out.set_aside = "delivery-" + std::to_string(number) + ".box";
  return out;
}

Result<std::vector<TableFreshness>> freshness(const store::Database& database,
                                              const catalogue::Catalogue& catalogue) {
  std::unordered_map<std::string, TableFreshness> delivered;
  // SQLite takes the other columns from the row that has max(number).
  auto row = TRY(database.prepare(
      "WITH accepted AS (SELECT full_name, number, done, version, rows_accepted, mode FROM delivery WHERE "
      "status = 'accepted'), whole AS (SELECT full_name, max(number) AS since FROM accepted WHERE mode = "
      "'replace' GROUP BY full_name) "
      "SELECT full_name, max(number), done, version, count(*), sum(CASE WHEN number >= coalesce(since, 0) "
      "THEN rows_accepted ELSE 0 END) FROM accepted LEFT JOIN whole USING (full_name) GROUP BY full_name"));
  while (TRY(row.step())) {
    TableFreshness& one = delivered[row.text(0)];
    one.delivery = row.integer(1);
    one.delivered = row.time(2);
    one.version = row.integer(3);
    one.deliveries = static_cast<uint64_t>(row.integer(4));
    one.rows = static_cast<uint64_t>(row.integer(5));
  }
  std::vector<TableFreshness> all;
  for (const catalogue::Table& table : catalogue.tables) {
    const auto found = delivered.find(table.full_name());
    TableFreshness& one = all.emplace_back(found == delivered.end() ? TableFreshness{} : found->second);
    one.register_name = table.register_name, one.table = table.name;
    one.update_frequency = table.update_frequency;
  }
  return all;
}

}  // namespace fvm::mirror
