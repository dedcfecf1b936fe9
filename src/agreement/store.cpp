#include "agreement/store.hpp"

#include <algorithm>

namespace fvm::agreement {
namespace {

constexpr std::string_view tables = R"sql(
CREATE TABLE agreement_version (
  project TEXT NOT NULL,
  version INTEGER NOT NULL,
  case_number TEXT NOT NULL,
  specification TEXT NOT NULL,
  specification_sha256 TEXT NOT NULL,
  catalogue_version INTEGER NOT NULL,
  made INTEGER NOT NULL,
  in_force INTEGER,
  PRIMARY KEY (project, version)
) STRICT;
CREATE INDEX agreement_version_case ON agreement_version (case_number);
CREATE TABLE agreement (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  account TEXT NOT NULL,
  title TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  flat_xml TEXT NOT NULL,
  plain TEXT NOT NULL,
  code TEXT NOT NULL,
  pdf_sha256 TEXT NOT NULL DEFAULT '',
  docx_sha256 TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'lapsed')),
  how TEXT NOT NULL DEFAULT 'none',
  accepted INTEGER,
  accepted_by TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (project, version) REFERENCES agreement_version (project, version)
) STRICT;
CREATE INDEX agreement_of_version ON agreement (project, version);
CREATE INDEX agreement_email ON agreement (email);
)sql";

constexpr std::string_view version_columns =
    "SELECT case_number, project, version, specification, specification_sha256, made, in_force "
    "FROM agreement_version ";

constexpr State states[] = {State::open, State::accepted, State::lapsed};
constexpr How hows[] = {How::none, How::account, How::mail, How::earlier};

template <class T>
T named(const auto& all, std::string_view name, T otherwise) {
  const auto found =
      std::find_if(std::begin(all), std::end(all), [&](T one) { return name_of(one) == name; });
  return found == std::end(all) ? otherwise : *found;
}

Result<std::vector<Agreement>> agreements_of(const store::Database& store, const Version& version) {
  auto row = TRY(store.prepare(
      "SELECT id, kind, name, email, account, title, content_sha256, pdf_sha256, docx_sha256, state, how, "
      "accepted, accepted_by FROM agreement WHERE project = ? AND version = ? ORDER BY id",
      version.project, version.version));
  std::vector<Agreement> out;
  while (TRY(row.step())) {
    Agreement one{.id = row.integer(0), .case_number = version.case_number, .project = version.project};
    one.version = version.version;
    one.kind = kind_named(row.text(1)).value_or(Kind::user_declaration);
    one.party = {row.text(2), row.text(3), row.text(4)};
    one.title = row.text(5), one.content_sha256 = row.text(6);
    one.pdf_sha256 = row.text(7), one.docx_sha256 = row.text(8);
    // What cannot be read is not accepted.
    one.state = named(states, row.text(9), State::lapsed);
    one.how = named(hows, row.text(10), How::none);
    if (!row.is_null(11)) one.accepted = row.time(11);
    one.accepted_by = row.text(12);
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<Version>> versions(const store::Database& store, store::Statement row) {
  std::vector<Version> out;
  while (TRY(row.step())) {
    Version one{row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.time(5)};
    if (!row.is_null(6)) one.in_force = row.time(6);
    out.push_back(std::move(one));
  }
  for (Version& one : out) one.agreements = TRY(agreements_of(store, one));
  return out;
}

Result<std::optional<Version>> first(Result<std::vector<Version>> found) {
  if (!found.ok()) return found.error();
  if (found->empty()) return std::optional<Version>();
  return std::optional<Version>(std::move(found->front()));
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::data_processing:
      return "data_processing";
    case Kind::disclosure:
      return "disclosure";
    case Kind::user_declaration:
      break;
  }
  return "user_declaration";
}

std::optional<Kind> kind_named(std::string_view name) {
  for (const Kind kind : kinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(State state) {
  return state == State::open ? "open" : state == State::accepted ? "accepted" : "lapsed";
}

std::string_view name_of(How how) {
  return how == How::account   ? "account"
         : how == How::mail    ? "mail"
         : how == How::earlier ? "earlier"
                               : "none";
}

Result<void> make_tables(audit::Ledger& ledger) {
  return ledger.migrate("agreement", {tables});
}

Result<std::optional<Version>> newest_of_case(const store::Database& store, std::string_view case_number) {
  return first(versions(store, TRY(store.prepare(std::string(version_columns) +
                                                     "WHERE case_number = ? ORDER BY version DESC LIMIT 1",
                                                 case_number))));
}

Result<std::optional<Version>> in_force(const store::Database& store, std::string_view project) {
  return first(versions(
      store, TRY(store.prepare(std::string(version_columns) + "WHERE project = ? AND in_force IS NOT NULL "
                                                              "ORDER BY in_force DESC, version DESC LIMIT 1",
                               project))));
}

Result<Version> version_of(const store::Database& store, std::string_view project, int64_t version) {
  auto found = TRY(first(
      versions(store, TRY(store.prepare(std::string(version_columns) + "WHERE project = ? AND version = ?",
                                        project, version)))));
  if (found) return std::move(*found);
  return usage("agreement.no_version",
               {{"project", std::string(project)}, {"version", std::to_string(version)}});
}

Result<std::vector<Version>> waiting(const store::Database& store) {
  return versions(
      store, TRY(store.prepare(std::string(version_columns) +
                               "v WHERE in_force IS NULL AND NOT EXISTS (SELECT 1 FROM agreement a WHERE "
                               "a.project = v.project AND a.version = v.version AND a.state = 'lapsed') "
                               "ORDER BY made")));
}

Result<Paper> paper_of(const store::Database& store, int64_t agreement) {
  auto row = TRY(store.prepare("SELECT flat_xml, plain, code FROM agreement WHERE id = ?", agreement));
  if (!TRY(row.step())) return usage("agreement.unknown", {{"id", std::to_string(agreement)}});
  return Paper{row.text(0), row.text(1), row.text(2)};
}

Result<int64_t> next_version(const store::Database& store, std::string_view project) {
  auto row = TRY(store.prepare(
      "SELECT coalesce(max(version), 0) + 1 FROM agreement_version WHERE project = ?", project));
  return TRY(row.step()) ? row.integer(0) : 1;
}

Result<int64_t> insert(audit::Writer& writer, const NewVersion& made) {
  const Version& v = made.version;
  TRY(
      writer.execute("INSERT INTO agreement_version (project, version, case_number, specification, "
                     "specification_sha256, catalogue_version, made) VALUES (?, ?, ?, ?, ?, ?, ?)",
                     v.project, v.version, v.case_number, v.specification, v.specification_sha256,
                     made.catalogue_version, writer.now()));
  for (size_t i = 0; i < v.agreements.size(); ++i) {
    const Agreement& a = v.agreements[i];
    const Paper& paper = made.papers[i];
    TRY(writer.execute(
        "INSERT INTO agreement (project, version, kind, name, email, account, title, content_sha256, "
        "flat_xml, plain, code, state, how, accepted, accepted_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        v.project, v.version, name_of(a.kind), a.party.name, a.party.email, a.party.account, a.title,
        a.content_sha256, paper.flat_xml, paper.plain, paper.code, name_of(a.state), name_of(a.how),
        a.accepted, a.accepted_by));
  }
  return v.version;
}

Result<void> set_files(audit::Writer& writer, int64_t agreement, const std::string& pdf_sha256,
                       const std::string& docx_sha256) {
  return writer.execute("UPDATE agreement SET pdf_sha256 = ?, docx_sha256 = ? WHERE id = ?", pdf_sha256,
                        docx_sha256, agreement);
}

Result<void> set_accepted(audit::Writer& writer, int64_t agreement, How how, const std::string& by) {
  return writer.execute(
      "UPDATE agreement SET state = 'accepted', how = ?, accepted = ?, accepted_by = ? WHERE id = ? AND "
      "state = 'open'",
      name_of(how), writer.now(), by, agreement);
}

Result<void> set_account(audit::Writer& writer, int64_t agreement, const std::string& account) {
  return writer.execute("UPDATE agreement SET account = ? WHERE id = ?", account, agreement);
}

Result<void> set_in_force(audit::Writer& writer, const Version& version) {
  return writer.execute("UPDATE agreement_version SET in_force = ? WHERE project = ? AND version = ?",
                        writer.now(), version.project, version.version);
}

Result<void> lapse(audit::Writer& writer, std::string_view case_number) {
  return writer.execute(
      "UPDATE agreement SET state = 'lapsed' WHERE (project, version) IN (SELECT project, version "
      "FROM agreement_version WHERE case_number = ? AND in_force IS NULL)",
      case_number);
}

Result<std::vector<std::string>> accounts_of(const store::Database& store, std::string_view email) {
  auto row =
      TRY(store.prepare("SELECT a.account FROM agreement a JOIN agreement_version v ON v.project = a.project "
                        "AND v.version = a.version "
                        "WHERE a.email = ? AND a.account <> '' AND v.in_force IS NOT NULL GROUP BY a.account "
                        "ORDER BY max(a.id) DESC",
                        email));
  std::vector<std::string> out;
  while (TRY(row.step())) out.push_back(row.text(0));
  return out;
}

}  // namespace fvm::agreement
