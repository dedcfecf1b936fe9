#include "sanction/store.hpp"

#include <charconv>
#include <cstdio>

#include "release/store.hpp"

namespace fvm::sanction {
namespace {

constexpr std::string_view tables = R"sql(
CREATE TABLE sanction_case (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL,
  reporter TEXT NOT NULL,
  user TEXT NOT NULL,
  project TEXT NOT NULL,
  cvr TEXT NOT NULL,
  release TEXT NOT NULL,
  severity TEXT,
  interim INTEGER NOT NULL DEFAULT 0,
  reach TEXT,
  days INTEGER,
  milder INTEGER NOT NULL DEFAULT 0,
  answer_by TEXT,
  appeal_by TEXT,
  until INTEGER,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX sanction_case_user ON sanction_case (user);
CREATE TABLE sanction_step (
  id INTEGER PRIMARY KEY,
  breach INTEGER NOT NULL REFERENCES sanction_case,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  words TEXT NOT NULL
) STRICT;
CREATE INDEX sanction_step_breach ON sanction_step (breach);
)sql";

constexpr std::string_view columns =
    "SELECT id, state, reporter, user, project, cvr, release, severity, interim, reach, days, milder, "
    "answer_by, "
    "appeal_by, until, created, changed FROM sanction_case ";

// "sanction.state_unknown": a later version has written it.
template <class T>
Result<T> named(std::span<const T> all, std::string_view name) {
  for (const T one : all) {
    if (name_of(one) == name) return one;
  }
  return surroundings("sanction.state_unknown", {{"word", std::string(name)}});
}

Result<std::vector<Step>> read_history(const store::Database& store, int64_t id) {
  auto row =
      TRY(store.prepare("SELECT at, actor, role, event, from_state, to_state, words FROM sanction_step WHERE "
                        "breach = ? ORDER BY id",
                        id));
  std::vector<Step> steps;
  while (TRY(row.step())) {
    steps.push_back({row.time(0), row.text(1), TRY(named(all_roles(), row.text(2))),
                     TRY(named(all_events(), row.text(3))), TRY(named(all_states(), row.text(4))),
                     TRY(named(all_states(), row.text(5))), row.text(6)});
  }
  return steps;
}

Result<std::optional<Date>> date_in(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::optional<Date>();
  return std::optional<Date>(TRY(parse_date(row.text(column))));
}

Result<std::vector<Case>> read_cases(const store::Database& store, store::Statement row) {
  std::vector<Case> all;
  while (TRY(row.step())) {
    Case each{.id = row.integer(0),
              .number = number_of(row.integer(0)),
              .state = TRY(named(all_states(), row.text(1))),
              .reporter = row.text(2),
              .user = row.text(3),
              .project = row.text(4),
              .cvr = row.text(5),
              .release = row.text(6),
              .severity = severity_named(row.text(7)),
              .interim = row.integer(8) != 0,
              .milder = row.integer(11) != 0,
              .created = row.time(15),
              .changed = row.time(16)};
    if (!row.is_null(9))
      each.measure = Measure{reach_named(row.text(9)).value_or(Reach::institution), row.integer(10)};
    each.answer_by = TRY(date_in(row, 12)), each.appeal_by = TRY(date_in(row, 13));
    if (!row.is_null(14)) each.until = row.time(14);
    all.push_back(std::move(each));
  }
  for (Case& each : all) each.history = TRY(read_history(store, each.id));
  return all;
}

std::optional<std::string> text_of(const std::optional<Date>& date) {
  if (!date) return std::nullopt;
  return to_text(*date);
}

}  // namespace

std::string number_of(int64_t id) {
  char text[32];
  std::snprintf(text, sizeof text, "B-%06lld", static_cast<long long>(id));
  return text;
}

std::optional<int64_t> id_of(std::string_view number) {
  if (number.starts_with("B-") || number.starts_with("b-")) number.remove_prefix(2);
  int64_t id = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  if (error != std::errc() || end != number.data() + number.size() || id < 1) return std::nullopt;
  return id;
}

Result<void> migrate(audit::Ledger& ledger) {
  TRY(release::migrate(ledger));
  return ledger.migrate("sanction", {tables});
}

Result<Case> find(const store::Database& store, std::string_view number) {
  const Error unknown = usage("sanction.unknown", {{"case", std::string(number)}});
  const auto id = id_of(number);
  if (!id) return unknown;
  auto found = TRY(read_cases(store, TRY(store.prepare(std::string(columns) + "WHERE id = ?", *id))));
  if (found.empty()) return unknown;
  return std::move(found.front());
}

Result<std::vector<Case>> list(const store::Database& store, int64_t before, int64_t most) {
  const std::string sql = std::string(columns) + "WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2";
  return read_cases(store, TRY(store.prepare(sql, before, most)));
}

Result<bool> decided_before(const store::Database& store, std::string_view user, Time since) {
  auto row = TRY(store.prepare(
      "SELECT 1 FROM sanction_case c JOIN sanction_step s ON s.breach = c.id WHERE c.user = ? AND s.event = "
      "'decide' AND s.at >= ? AND c.state <> 'overturned' LIMIT 1",
      user, since));
  return row.step();
}

Result<bool> concerns(const store::Database& store, const release::Request& request) {
  auto row = TRY(store.prepare(
      "SELECT state FROM sanction_case WHERE release = ?1 OR (release = '' AND user = ?2 AND project = ?3)",
      request.number, request.author, request.project));
  while (TRY(row.step())) {
    if (!is_final(TRY(named(all_states(), row.text(0))))) return true;
  }
  return false;
}

Result<int64_t> insert_case(audit::Writer& writer, const Case& about) {
  TRY(
      writer.execute("INSERT INTO sanction_case (state, reporter, user, project, cvr, release, created, "
                     "changed) VALUES (?, ?, "
                     "?, ?, ?, ?, ?, ?)",
                     name_of(about.state), about.reporter, about.user, about.project, about.cvr,
                     about.release, writer.now(), writer.now()));
  return writer.last_row();
}

Result<void> update_case(audit::Writer& writer, const Case& about) {
  std::optional<std::string> severity, reach;
  std::optional<int64_t> days;
  if (about.severity) severity = std::string(name_of(*about.severity));
  if (about.measure) reach = std::string(name_of(about.measure->reach)), days = about.measure->days;
  return writer.execute(
      "UPDATE sanction_case SET severity = ?, interim = ?, reach = ?, days = ?, milder = ?, answer_by = ?, "
      "appeal_by = ?, until = ? WHERE id = ?",
      severity, about.interim ? 1 : 0, reach, days, about.milder ? 1 : 0, text_of(about.answer_by),
      text_of(about.appeal_by), about.until, about.id);
}

Result<void> insert_step(audit::Writer& writer, const Case& about, const Step& step) {
  TRY(writer.execute("UPDATE sanction_case SET state = ?, changed = ? WHERE id = ?", name_of(step.to),
                     writer.now(), about.id));
  return writer.execute(
      "INSERT INTO sanction_step (breach, at, actor, role, event, from_state, to_state, words) VALUES (?, ?, "
      "?, "
      "?, ?, ?, ?, ?)",
      about.id, writer.now(), step.actor, name_of(step.role), name_of(step.event), name_of(step.from),
      name_of(step.to), step.words);
}

}  // namespace fvm::sanction
