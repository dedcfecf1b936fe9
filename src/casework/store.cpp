#include "casework/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "casework/findings_json.hpp"
#include "notify/outbox.hpp"

namespace fvm::casework {
namespace {

// States, events and roles are stored by name, so that the table may grow in any order.
constexpr std::string_view tables = R"sql(
CREATE TABLE casework_case (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  parent TEXT NOT NULL,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  authority TEXT NOT NULL,
  cvr TEXT NOT NULL,
  applicant TEXT NOT NULL,
  mail_from TEXT NOT NULL,
  caseworker TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  submitted INTEGER,
  version INTEGER NOT NULL,
  submitted_version INTEGER NOT NULL,
  in_force_version INTEGER NOT NULL
) STRICT;
CREATE INDEX casework_case_state ON casework_case (state);
CREATE INDEX casework_case_project ON casework_case (project);
CREATE TABLE casework_version (
  case_id INTEGER NOT NULL REFERENCES casework_case,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  ordered TEXT NOT NULL,
  submitted INTEGER NOT NULL,
  remarks TEXT NOT NULL,
  PRIMARY KEY (case_id, version)
) STRICT;
CREATE TABLE casework_step (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES casework_case,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  words TEXT NOT NULL,
  version INTEGER NOT NULL,
  subject TEXT NOT NULL
) STRICT;
CREATE INDEX casework_step_case ON casework_step (case_id);
CREATE TABLE casework_pending (step INTEGER PRIMARY KEY REFERENCES casework_step) STRICT;
)sql";

// By what was decided last.
constexpr std::string_view step_index = "CREATE INDEX casework_step_event ON casework_step (event, case_id)";

constexpr std::string_view case_columns =
    "SELECT id, number, project, parent, kind, origin, state, title, authority, cvr, applicant, mail_from, "
    "caseworker, created, changed, submitted, version, submitted_version, in_force_version FROM "
    "casework_case ";

template <class T>
T named(std::span<const T> all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](T one) { return name_of(one) == name; });
  return found == all.end() ? all.front() : *found;
}

Kind kind_named(std::string_view name) {
  static constexpr Kind all[] = {Kind::application, Kind::amendment, Kind::extension};
  return named<Kind>(all, name);
}

Result<Case> read_case(const store::Statement& row) {
  Case out{.id = row.integer(0),
           .number = row.text(1),
           .project = row.text(2),
           .parent = row.text(3),
           .kind = kind_named(row.text(4)),
           .origin = row.text(5) == name_of(Origin::mail) ? Origin::mail : Origin::account,
           .title = row.text(7),
           .authority = row.text(8),
           .cvr = row.text(9),
           .applicant = row.text(10),
           .mail_from = row.text(11),
           .caseworker = row.text(12),
           .created = row.time(13),
           .changed = row.time(14),
           .version = row.integer(16),
           .submitted_version = row.integer(17),
           .in_force_version = row.integer(18)};
  if (!row.is_null(15)) out.submitted = row.time(15);
  const auto state = state_named(row.text(6));
  if (!state) return defect("casework.state_unknown", {{"case", out.number}, {"state", row.text(6)}});
  out.state = *state;
  return out;
}

constexpr std::string_view step_columns =
    "SELECT at, actor, role, event, from_state, to_state, words, version, subject, case_id FROM "
    "casework_step ";
constexpr int case_column = 9;

Step read_step(const store::Statement& row) {
  return {row.time(0),
          row.text(1),
          named(all_roles(), row.text(2)),
          named(all_events(), row.text(3)),
          named(all_states(), row.text(4)),
          named(all_states(), row.text(5)),
          row.text(6),
          row.integer(7),
          row.text(8)};
}

Result<std::vector<Step>> read_steps(store::Statement row) {
  std::vector<Step> steps;
  while (TRY(row.step())) steps.push_back(read_step(row));
  return steps;
}

Result<std::vector<Version>> read_versions(store::Statement row) {
  std::vector<Version> out;
  while (TRY(row.step())) {
    out.push_back({row.integer(0), row.time(1), row.text(2), row.text(3), order_from_json(row.text(4)),
                   row.integer(5) != 0, findings_from_json(row.text(6))});
  }
  return out;
}

constexpr std::string_view version_columns =
    "SELECT version, at, author, text, ordered, submitted, remarks FROM casework_version ";

// ?1 … ?5 of a filter; its states are looked at in what comes.
constexpr std::string_view filtered =
    "WHERE (?1 = '' OR cvr = ?1) AND (?2 = '' OR parent = ?2) AND (?3 = '' OR project = ?3) AND "
    "(?4 = '' OR applicant = ?4 OR (?5 <> '' AND cvr = ?5)) AND (?6 = '' OR instr(?6, ',' || state || ',')) "
    "AND id > ?7 ORDER BY id LIMIT ?8";

Result<store::Statement> prepare(const store::Database& store, const std::string& sql, const Filter& filter) {
  std::string states;
  for (const State state : filter.states) states += "," + std::string(name_of(state)) + ",";
  return store.prepare(sql, filter.authority, filter.parent, filter.project, filter.applicant,
                       filter.signs_for, states, filter.after, filter.most);
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::application:
      return "application";
    case Kind::amendment:
      return "amendment";
    case Kind::extension:
      return "extension";
  }
  return "application";
}

std::string_view name_of(Origin origin) {
  return origin == Origin::mail ? "mail" : "account";
}

Result<void> migrate(audit::Ledger& ledger) {
  TRY(notify::migrate(ledger));
  return ledger.migrate("casework", {tables, step_index});
}

Result<Case> find(const store::Database& store, std::string_view number) {
  auto row = TRY(store.prepare(std::string(case_columns) + "WHERE number = upper(?)", number));
  if (!TRY(row.step())) return usage("casework.unknown", {{"case", std::string(number)}});
  Case found = TRY(read_case(row));
  found.history = TRY(
      read_steps(TRY(store.prepare(std::string(step_columns) + "WHERE case_id = ? ORDER BY id", found.id))));
  return found;
}

Result<Step> step_of(const store::Database& store, int64_t id) {
  auto found = TRY(read_steps(TRY(store.prepare(std::string(step_columns) + "WHERE id = ?", id))));
  if (found.empty()) return defect("casework.no_step", {{"step", std::to_string(id)}});
  return std::move(found.front());
}

Result<std::vector<Case>> list(const store::Database& store, const Filter& filter) {
  auto row = TRY(prepare(store, std::string(case_columns) + std::string(filtered), filter));
  std::vector<Case> out;
  while (TRY(row.step())) out.push_back(TRY(read_case(row)));
  return out;
}

Result<std::vector<Case>> list_whole(const store::Database& store, const Filter& filter) {
  auto cases = TRY(list(store, filter));
  auto row = TRY(prepare(store,
                         std::string(step_columns) + "WHERE case_id IN (SELECT id FROM casework_case " +
                             std::string(filtered) + ") ORDER BY case_id, id",
                         filter));
  auto next = cases.begin();  // both come by the case's id
  while (TRY(row.step())) {
    const int64_t id = row.integer(case_column);
    while (next != cases.end() && next->id < id) ++next;
    if (next != cases.end() && next->id == id) next->history.push_back(read_step(row));
  }
  return cases;
}

Result<std::vector<Case>> decided_last(const store::Database& store, Kind kind, size_t most) {
  auto row = TRY(store.prepare(
      std::string(step_columns) +
          "WHERE case_id IN (SELECT case_id FROM casework_step JOIN casework_case ON casework_case.id = "
          "case_id "
          "WHERE event IN (?1, ?2) AND kind = ?3 AND casework_case.submitted IS NOT NULL GROUP BY case_id "
          "ORDER BY max(casework_step.id) DESC LIMIT ?4) ORDER BY case_id, id",
      name_of(Event::approve), name_of(Event::reject), name_of(kind), static_cast<int64_t>(most)));
  std::vector<Case> out;
  while (TRY(row.step())) {
    const int64_t id = row.integer(case_column);
    if (out.empty() || out.back().id != id) out.push_back({.id = id, .kind = kind});
    out.back().history.push_back(read_step(row));
  }
  return out;
}

Result<std::vector<Case>> waiting(const store::Database& store) {
  std::string states;
  for (const State state : all_states())
    if (counts(state)) states += (states.empty() ? "'" : ", '") + std::string(name_of(state)) + "'";
  auto row = TRY(store.prepare(
      "SELECT id, state, submitted FROM casework_case WHERE submitted IS NOT NULL AND state IN (" + states +
      ")"));
  std::vector<Case> out;
  while (TRY(row.step()))
    out.push_back(
        {.id = row.integer(0), .state = named(all_states(), row.text(1)), .submitted = row.time(2)});
  return out;
}

Result<Version> version_of(const store::Database& store, const Case& about, int64_t version) {
  auto found = TRY(read_versions(TRY(
      store.prepare(std::string(version_columns) + "WHERE case_id = ? AND version = ?", about.id, version))));
  if (!found.empty()) return std::move(found.front());
  return usage("casework.no_version", {{"case", about.number}, {"version", std::to_string(version)}});
}

std::string stamp_of(const Version& version) {
  return fmt::format("{}-{}", version.version, version.at.microseconds);
}

Result<std::vector<Version>> versions_of(const store::Database& store, const Case& about) {
  return read_versions(
      TRY(store.prepare(std::string(version_columns) + "WHERE case_id = ? ORDER BY version", about.id)));
}

Application read_version(const Version& version, const std::string& number) {
  // What was readable when it was kept is readable now; `today` decides only on a finding.
  return read_application(version.text, number, {}, version.order).application;
}

Result<Application> application_of(const store::Database& store, const Case& about) {
  const int64_t wanted = about.submitted_version > 0 ? about.submitted_version : about.version;
  return read_version(TRY(version_of(store, about, wanted)), about.number);
}

Result<int64_t> insert_case(audit::Writer& writer, const Case& about) {
  TRY(
      writer.execute("INSERT INTO casework_case (number, project, parent, kind, origin, state, title, "
                     "authority, cvr, applicant, "
                     "mail_from, caseworker, created, changed, version, submitted_version, in_force_version) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, 0, 0, 0)",
                     about.number, about.project, about.parent, name_of(about.kind), name_of(about.origin),
                     name_of(about.state), about.title, about.authority, about.cvr, about.applicant,
                     about.mail_from, writer.now(), writer.now()));
  return writer.last_row();
}

Result<void> update_case(audit::Writer& writer, const Case& about) {
  return writer.execute(
      "UPDATE casework_case SET state = ?, title = ?, authority = ?, cvr = ?, applicant = ?, caseworker = ?, "
      "changed = ?, submitted = ?, version = ?, submitted_version = ?, in_force_version = ? WHERE id = ?",
      name_of(about.state), about.title, about.authority, about.cvr, about.applicant, about.caseworker,
      writer.now(), about.submitted, about.version, about.submitted_version, about.in_force_version,
      about.id);
}

Result<int64_t> insert_step(audit::Writer& writer, const Case& about, const Step& step) {
  TRY(writer.execute(
      "INSERT INTO casework_step (case_id, at, actor, role, event, from_state, to_state, words, version, "
      "subject) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      about.id, step.at, step.actor, name_of(step.role), name_of(step.event), name_of(step.from),
      name_of(step.to), step.words, step.version, step.subject));
  return writer.last_row();
}

Result<int64_t> save_text(audit::Writer& writer, Case& about, const std::string& author,
                          const std::string& text, const std::vector<OrderItem>& order) {
  if (about.version == about.submitted_version) ++about.version;
  TRY(writer.execute(
      "INSERT INTO casework_version (case_id, version, at, author, text, ordered, submitted, remarks) "
      "VALUES (?, ?, ?, ?, ?, ?, 0, '[]') ON CONFLICT (case_id, version) DO UPDATE SET at = excluded.at, "
      "author = excluded.author, text = excluded.text, ordered = excluded.ordered",
      about.id, about.version, writer.now(), author, text, to_json(order)));
  return about.version;
}

Result<void> mark_submitted(audit::Writer& writer, const Case& about, const std::vector<Finding>& remarks) {
  return writer.execute(
      "UPDATE casework_version SET submitted = 1, remarks = ? WHERE case_id = ? AND version = ?",
      to_json(remarks), about.id, about.version);
}

Result<int64_t> last_of_year(const store::Database& store, int year) {
  const std::string prefix = fmt::format("FVM-{:04}-", year);
  auto row =
      TRY(store.prepare("SELECT coalesce(max(CAST(substr(number, ?2) AS INTEGER)), 0) FROM casework_case "
                        "WHERE substr(number, 1, ?2 - 1) = ?1 AND kind <> 'amendment'",
                        prefix, prefix.size() + 1));
  return TRY(row.step()) ? row.integer(0) : 0;
}

std::string number_of(int year, int64_t order) {
  return fmt::format("FVM-{:04}-{:04}", year, order);
}

}  // namespace fvm::casework
