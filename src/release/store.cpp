#include "release/store.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "notify/outbox.hpp"
#include "safetable/service.hpp"

namespace fvm::release {
namespace {

// States, events and roles are stored by name, so that the table may grow in any order.
constexpr std::string_view tables = R"sql(
CREATE TABLE release_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  author TEXT NOT NULL,
  recipient TEXT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX release_request_state ON release_request (state);
CREATE INDEX release_request_project ON release_request (project);
CREATE TABLE release_file (
  request INTEGER NOT NULL REFERENCES release_request,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL DEFAULT '',
  bytes INTEGER NOT NULL DEFAULT 0,
  approved_sha256 TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  checked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_file_sha256 ON release_file (sha256);
CREATE TABLE release_finding (
  request INTEGER NOT NULL REFERENCES release_request,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  rule TEXT NOT NULL,
  severity INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  row INTEGER NOT NULL,
  column_number INTEGER NOT NULL,
  shape TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (request, position, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_step (
  id INTEGER PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES release_request,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX release_step_request ON release_step (request);
)sql";

// Files of safe tables.
constexpr std::string_view safe_tables = R"sql(
ALTER TABLE release_file ADD COLUMN safe_table INTEGER NOT NULL DEFAULT 0;
ALTER TABLE release_file ADD COLUMN record_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE release_file ADD COLUMN disclosure TEXT NOT NULL DEFAULT '';
)sql";

// Tables in other files.
constexpr std::string_view other_tables = R"sql(
ALTER TABLE release_file ADD COLUMN tables INTEGER NOT NULL DEFAULT 0;
CREATE TABLE release_same_as (
  request INTEGER NOT NULL REFERENCES release_request,
  position INTEGER NOT NULL,
  safe_table INTEGER NOT NULL,
  PRIMARY KEY (request, position, safe_table)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view request_columns =
    "SELECT id, project, author, recipient, purpose, state, created, changed FROM release_request ";

template <class T>
T named(std::span<const T> all, std::string_view name) {
  for (const T one : all) {
    if (name_of(one) == name) return one;
  }
  return all.front();
}

Result<void> read_findings(const store::Database& store, int64_t id, std::vector<File>& files) {
  auto row = TRY(store.prepare(
      "SELECT position, rule, severity, sheet, row, column_number, shape, detail FROM release_finding "
      "WHERE request = ? ORDER BY position, line",
      id));
  while (TRY(row.step())) {
    const auto position = static_cast<size_t>(row.integer(0));
    if (position < 1 || position > files.size()) continue;
    files[position - 1].findings.push_back(
        {row.text(1),
         static_cast<disclosure::Severity>(row.integer(2)),
         {row.text(3), static_cast<uint64_t>(row.integer(4)), static_cast<uint64_t>(row.integer(5))},
         row.text(6),
         row.text(7)});
  }
  return {};
}

Result<std::vector<File>> read_files(const store::Database& store, int64_t id) {
  auto row = TRY(
      store.prepare("SELECT position, name, sha256, bytes, approved_sha256, type, checked, safe_table, "
                    "record_sha256, disclosure, tables FROM release_file WHERE request = ? ORDER BY position",
                    id));
  std::vector<File> files;
  while (TRY(row.step())) {
    files.push_back({static_cast<uint32_t>(row.integer(0)),
                     row.text(1),
                     row.text(2),
                     static_cast<uint64_t>(row.integer(3)),
                     row.text(4),
                     row.text(5),
                     row.integer(6) != 0,
                     {},
                     row.integer(7),
                     row.text(8),
                     row.text(9),
                     static_cast<size_t>(row.integer(10)),
                     {}});
  }
  auto same = TRY(store.prepare(
      "SELECT position, safe_table FROM release_same_as WHERE request = ? ORDER BY position, safe_table",
      id));
  while (TRY(same.step())) {
    const auto position = static_cast<size_t>(same.integer(0));
    if (position >= 1 && position <= files.size()) files[position - 1].same_as.push_back(same.integer(1));
  }
  TRY(read_findings(store, id, files));
  return files;
}

Result<std::vector<Step>> read_history(const store::Database& store, int64_t id) {
  auto row =
      TRY(store.prepare("SELECT at, actor, role, event, from_state, to_state, reason FROM release_step "
                        "WHERE request = ? ORDER BY id",
                        id));
  std::vector<Step> steps;
  while (TRY(row.step())) {
    steps.push_back({row.time(0), row.text(1), named(all_roles(), row.text(2)),
                     named(all_events(), row.text(3)), named(all_states(), row.text(4)),
                     named(all_states(), row.text(5)), row.text(6)});
  }
  return steps;
}

Result<std::vector<Request>> read_requests(const store::Database& store, store::Statement row) {
  std::vector<Request> requests;
  while (TRY(row.step())) {
    Request request{.id = row.integer(0),
                    .number = number_of(row.integer(0)),
                    .project = row.text(1),
                    .author = row.text(2),
                    .recipient = row.text(3),
                    .purpose = row.text(4),
                    .created = row.time(6),
                    .changed = row.time(7)};
    const auto state = state_named(row.text(5));
    if (!state) return defect("release.state_unknown", {{"release", request.number}, {"state", row.text(5)}});
    request.state = *state;
    requests.push_back(std::move(request));
  }
  for (Request& request : requests) {
    request.files = TRY(read_files(store, request.id));
    request.history = TRY(read_history(store, request.id));
  }
  return requests;
}

}  // namespace

std::string number_of(int64_t id) {
  char text[32];
  std::snprintf(text, sizeof text, "H-%06lld", static_cast<long long>(id));
  return text;
}

std::string name_outside(const std::string& project, const File& file) {
  if (file.table == 0) return file.name;
  const std::string place = file.position > 1 ? "-" + std::to_string(file.position) : "";
  return project + "-table-" + std::to_string(file.table) + place + "." + file.type;
}

std::optional<int64_t> id_of(std::string_view number) {
  if (number.starts_with("H-") || number.starts_with("h-")) number.remove_prefix(2);
  int64_t id = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  if (error != std::errc() || end != number.data() + number.size() || id < 1) return std::nullopt;
  return id;
}

Result<void> migrate(audit::Ledger& ledger) {
  TRY(notify::migrate(ledger));
  TRY(safetable::migrate(ledger));
  return ledger.migrate("release", {tables, safe_tables, other_tables});
}

Result<Request> find(const store::Database& store, std::string_view number) {
  const auto id = id_of(number);
  if (!id) return usage("release.unknown", {{"release", std::string(number)}});
  auto found =
      TRY(read_requests(store, TRY(store.prepare(std::string(request_columns) + "WHERE id = ?", *id))));
  if (found.empty()) return usage("release.unknown", {{"release", std::string(number)}});
  return std::move(found.front());
}

Result<std::vector<Request>> list(const store::Database& store, std::string_view project) {
  const std::string sql = std::string(request_columns) + "WHERE ?1 = '' OR project = ?1 ORDER BY id DESC";
  return read_requests(store, TRY(store.prepare(sql, project)));
}

Result<std::vector<Request>> in_states(const store::Database& store, std::span<const State> states) {
  std::vector<Request> all;
  for (const State state : states) {
    auto some = TRY(read_requests(
        store,
        TRY(store.prepare(std::string(request_columns) + "WHERE state = ? ORDER BY id", name_of(state)))));
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const Request& a, const Request& b) { return a.id < b.id; });
  return all;
}

Result<std::map<std::string, int64_t>> sent_of_projects(const store::Database& store) {
  std::map<std::string, int64_t> out;
  auto row =
      TRY(store.prepare("SELECT project, count(*) FROM release_request r WHERE EXISTS (SELECT 1 FROM "
                        "release_step s WHERE s.request = r.id AND s.to_state = ?) GROUP BY project",
                        name_of(State::sent)));
  while (TRY(row.step())) out[row.text(0)] = row.integer(1);
  return out;
}

Result<int64_t> insert_request(audit::Writer& writer, const Request& request) {
  TRY(writer.execute(
      "INSERT INTO release_request (project, author, recipient, purpose, state, created, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      request.project, request.author, request.recipient, request.purpose, name_of(request.state),
      writer.now(), writer.now()));
  const int64_t id = writer.last_row();
  for (const File& file : request.files) {
    TRY(writer.execute("INSERT INTO release_file (request, position, name) VALUES (?, ?, ?)", id,
                       file.position, file.name));
  }
  return id;
}

Result<void> insert_step(audit::Writer& writer, const Request& request, const Step& step) {
  TRY(writer.execute("UPDATE release_request SET state = ?, changed = ? WHERE id = ?", name_of(step.to),
                     writer.now(), request.id));
  return writer.execute(
      "INSERT INTO release_step (request, at, actor, role, event, from_state, to_state, reason) VALUES (?, "
      "?, ?, ?, ?, ?, ?, ?)",
      request.id, writer.now(), step.actor, name_of(step.role), name_of(step.event), name_of(step.from),
      name_of(step.to), step.reason);
}

Result<void> update_file(audit::Writer& writer, const Request& request, const File& file) {
  TRY(writer.execute(
      "UPDATE release_file SET sha256 = ?, bytes = ?, approved_sha256 = ?, type = ?, checked = ?, safe_table "
      "= ?, record_sha256 = ?, disclosure = ?, tables = ? WHERE request = ? AND position = ?",
      file.sha256, file.bytes, file.approved_sha256, file.type, file.checked ? 1 : 0, file.table,
      file.record_sha256, file.disclosure, static_cast<int64_t>(file.tables), request.id, file.position));
  TRY(writer.execute("DELETE FROM release_same_as WHERE request = ? AND position = ?", request.id,
                     file.position));
  for (const int64_t table : file.same_as)
    TRY(writer.execute("INSERT INTO release_same_as (request, position, safe_table) VALUES (?, ?, ?)",
                       request.id, file.position, table));
  return {};
}

Result<void> replace_findings(audit::Writer& writer, const Request& request, const File& file) {
  TRY(writer.execute("DELETE FROM release_finding WHERE request = ? AND position = ?", request.id,
                     file.position));
  int64_t line = 0;
  for (const disclosure::Finding& f : file.findings) {
    TRY(
        writer.execute("INSERT INTO release_finding (request, position, line, rule, severity, sheet, row, "
                       "column_number, shape, "
                       "detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       request.id, file.position, ++line, f.rule, static_cast<int>(f.severity), f.place.sheet,
                       f.place.row, f.place.column, f.shape, f.detail));
  }
  return {};
}

}  // namespace fvm::release
