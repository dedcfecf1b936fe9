#include "release/store.hpp"

#include <algorithm>

namespace fvm::release {
namespace {

constexpr std::string_view request_columns =
    "SELECT id, project, author, recipient, purpose, state, created, changed, revision, route, reviewers "
    "FROM "
    "release_request ";

template <class T>
T named(std::span<const T> all, std::string_view name) {
  for (const T one : all) {
    if (name_of(one) == name) return one;
  }
  return all.front();
}

Result<void> read_findings(const store::Database& store, int64_t id, uint32_t revision,
                           std::vector<File>& files) {
  auto row = TRY(store.prepare(
      "SELECT position, rule, severity, sheet, row, column_number, shape, detail FROM release_finding "
      "WHERE request = ? AND revision = ? ORDER BY position, line",
      id, revision));
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

Result<std::vector<File>> read_files(const store::Database& store, int64_t id, uint32_t revision) {
  auto row = TRY(store.prepare(
      "SELECT position, name, sha256, bytes, approved_sha256, type, checked, safe_table, "
      "record_sha256, disclosure, tables, word FROM release_file WHERE request = ? AND revision = ? ORDER BY "
      "position",
      id, revision));
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
                     {},
                     {},
                     row.text(11)});
  }
  auto same =
      TRY(store.prepare("SELECT position, safe_table FROM release_same_as WHERE request = ? AND revision = ? "
                        "ORDER BY position, "
                        "safe_table",
                        id, revision));
  while (TRY(same.step())) {
    const auto position = static_cast<size_t>(same.integer(0));
    if (position >= 1 && position <= files.size()) files[position - 1].same_as.push_back(same.integer(1));
  }
  TRY(read_findings(store, id, revision, files));
  return files;
}

Result<std::vector<Step>> read_history(const store::Database& store, int64_t id) {
  auto row = TRY(
      store.prepare("SELECT at, actor, role, event, from_state, to_state, reason, revision FROM release_step "
                    "WHERE request = ? ORDER BY id",
                    id));
  std::vector<Step> steps;
  while (TRY(row.step())) {
    steps.push_back({row.time(0), row.text(1), named(all_roles(), row.text(2)),
                     named(all_events(), row.text(3)), named(all_states(), row.text(4)),
                     named(all_states(), row.text(5)), row.text(6), static_cast<uint32_t>(row.integer(7))});
  }
  return steps;
}

Result<void> read_retention(const store::Database& store, Request& request) {
  auto held = TRY(store.prepare(
      "SELECT by, reason, since FROM release_retained WHERE request = ? AND lifted IS NULL", request.id));
  if (TRY(held.step())) request.retained = Retained{held.text(0), held.text(1), held.time(2)};
  auto gone = TRY(store.prepare("SELECT at FROM release_gone WHERE request = ?", request.id));
  if (TRY(gone.step())) request.bytes_gone = gone.time(0);
  return {};
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
                    .changed = row.time(7),
                    .revision = static_cast<uint32_t>(row.integer(8)),
                    .route = row.text(9),
                    .reviewers = static_cast<uint32_t>(row.integer(10))};
    const auto state = state_named(row.text(5));
    if (!state) return defect("release.state_unknown", {{"release", request.number}, {"state", row.text(5)}});
    request.state = *state;
    requests.push_back(std::move(request));
  }
  for (Request& request : requests) {
    request.files = TRY(read_files(store, request.id, request.revision));
    request.history = TRY(read_history(store, request.id));
    request.votes = TRY(votes_of(store, request, request.revision));
    request.answers = TRY(answers_of(store, request));
    TRY(read_retention(store, request));
    request.link = TRY(link_of(store, request));
    request.deliveries = TRY(deliveries_of(store, request));
  }
  return requests;
}

}  // namespace

Result<Request> find(const store::Database& store, std::string_view number) {
  const auto id = id_of(number);
  if (!id) return usage("release.unknown", {{"release", std::string(number)}});
  auto found =
      TRY(read_requests(store, TRY(store.prepare(std::string(request_columns) + "WHERE id = ?", *id))));
  if (found.empty()) return usage("release.unknown", {{"release", std::string(number)}});
  return std::move(found.front());
}

Result<State> state_of(const store::Database& store, std::string_view number) {
  auto row = TRY(store.prepare("SELECT state FROM release_request WHERE id = ?", id_of(number).value_or(0)));
  const bool found = TRY(row.step());
  const auto state = found ? state_named(row.text(0)) : std::nullopt;
  if (!state) return usage("release.unknown", {{"release", std::string(number)}});
  return *state;
}

Result<std::vector<Request>> list(const store::Database& store, std::string_view project) {
  return list_part(store, {.project = std::string(project), .user = {}});
}

Result<std::vector<Request>> list_part(const store::Database& store, const Part& part) {
  const std::string sql =
      std::string(request_columns) +
      "WHERE (?1 = '' OR project = ?1) AND (?2 = 0 OR id < ?2) AND (?3 = '' OR author = ?3 OR project IN "
      "(SELECT m.project FROM member m JOIN user u ON u.id = m.user WHERE u.name = ?3)) ORDER BY id DESC "
      "LIMIT ?4";
  return read_requests(store, TRY(store.prepare(sql, part.project, part.before, part.user, part.most)));
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
    TRY(writer.execute("INSERT INTO release_file (request, revision, position, name) VALUES (?, 1, ?, ?)", id,
                       file.position, file.name));
  }
  return id;
}

Result<void> insert_step(audit::Writer& writer, const Request& request, const Step& step) {
  // A vote that others may not see moves nothing that they can: not even the time of the last change.
  const Time changed = step.to == State::independent && step.from == step.to ? request.changed : writer.now();
  TRY(writer.execute("UPDATE release_request SET state = ?, changed = ? WHERE id = ?", name_of(step.to),
                     changed, request.id));
  return writer.execute(
      "INSERT INTO release_step (request, at, actor, role, event, from_state, to_state, reason, revision) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      request.id, writer.now(), step.actor, name_of(step.role), name_of(step.event), name_of(step.from),
      name_of(step.to), step.reason, step.revision);
}

Result<void> update_file(audit::Writer& writer, const Request& request, const File& file) {
  TRY(writer.execute(
      "UPDATE release_file SET sha256 = ?, bytes = ?, approved_sha256 = ?, type = ?, checked = ?, safe_table "
      "= ?, record_sha256 = ?, disclosure = ?, tables = ?, word = ? WHERE request = ? AND revision = ? AND "
      "position = "
      "?",
      file.sha256, file.bytes, file.approved_sha256, file.type, file.checked ? 1 : 0, file.table,
      file.record_sha256, file.disclosure, static_cast<int64_t>(file.tables), file.word, request.id,
      request.revision, file.position));
  TRY(writer.execute("DELETE FROM release_same_as WHERE request = ? AND revision = ? AND position = ?",
                     request.id, request.revision, file.position));
  for (const int64_t table : file.same_as)
    TRY(writer.execute(
        "INSERT INTO release_same_as (request, revision, position, safe_table) VALUES (?, ?, ?, ?)",
        request.id, request.revision, file.position, table));
  return {};
}

Result<void> replace_findings(audit::Writer& writer, const Request& request, const File& file) {
  TRY(writer.execute("DELETE FROM release_finding WHERE request = ? AND revision = ? AND position = ?",
                     request.id, request.revision, file.position));
  int64_t line = 0;
  for (const disclosure::Finding& f : file.findings) {
    TRY(writer.execute(
        "INSERT INTO release_finding (request, revision, position, line, rule, severity, sheet, "
        "row, column_number, shape, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        request.id, request.revision, file.position, ++line, f.rule, static_cast<int>(f.severity),
        f.place.sheet, f.place.row, f.place.column, f.shape, f.detail));
  }
  return {};
}

Result<std::vector<File>> files_of(const store::Database& store, const Request& request, uint32_t revision) {
  return read_files(store, request.id, revision);
}

Result<void> begin_revision(audit::Writer& writer, const Request& request,
                            const std::vector<std::string>& names) {
  const uint32_t revision = request.revision + 1;
  TRY(writer.execute("UPDATE release_request SET revision = ?, route = '', reviewers = 1 WHERE id = ?",
                     revision, request.id));
  int64_t position = 0;
  for (const std::string& name : names) {
    TRY(writer.execute("INSERT INTO release_file (request, revision, position, name) VALUES (?, ?, ?, ?)",
                       request.id, revision, ++position, name));
  }
  return {};
}

Result<void> set_route(audit::Writer& writer, const Request& request, std::string_view route,
                       uint32_t reviewers) {
  return writer.execute("UPDATE release_request SET route = ?, reviewers = ? WHERE id = ?", route, reviewers,
                        request.id);
}

}  // namespace fvm::release
