// The tables of this room: one script per version, only ever added to.
#include "notify/outbox.hpp"
#include "release/store.hpp"
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

// Revisions: what an author sends anew does not take the place of what he sent before.
constexpr std::string_view revisions = R"sql(
ALTER TABLE release_request ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE release_request ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE release_request ADD COLUMN reviewers INTEGER NOT NULL DEFAULT 1;
ALTER TABLE release_step ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE release_file RENAME TO release_file_before;
DROP INDEX release_file_sha256;
CREATE TABLE release_file (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL DEFAULT '',
  bytes INTEGER NOT NULL DEFAULT 0,
  approved_sha256 TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  checked INTEGER NOT NULL DEFAULT 0,
  safe_table INTEGER NOT NULL DEFAULT 0,
  record_sha256 TEXT NOT NULL DEFAULT '',
  disclosure TEXT NOT NULL DEFAULT '',
  tables INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (request, revision, position)
) STRICT, WITHOUT ROWID;
INSERT INTO release_file (request, revision, position, name, sha256, bytes, approved_sha256, type, checked,
  safe_table, record_sha256, disclosure, tables)
  SELECT request, 1, position, name, sha256, bytes, approved_sha256, type, checked, safe_table, record_sha256,
  disclosure, tables FROM release_file_before;
DROP TABLE release_file_before;
CREATE INDEX release_file_sha256 ON release_file (sha256);
ALTER TABLE release_same_as RENAME TO release_same_as_before;
CREATE TABLE release_same_as (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  safe_table INTEGER NOT NULL,
  PRIMARY KEY (request, revision, position, safe_table)
) STRICT, WITHOUT ROWID;
INSERT INTO release_same_as (request, revision, position, safe_table)
  SELECT request, 1, position, safe_table FROM release_same_as_before;
DROP TABLE release_same_as_before;
ALTER TABLE release_finding RENAME TO release_finding_before;
CREATE TABLE release_finding (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  rule TEXT NOT NULL,
  severity INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  row INTEGER NOT NULL,
  column_number INTEGER NOT NULL,
  shape TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (request, revision, position, line)
) STRICT, WITHOUT ROWID;
INSERT INTO release_finding (request, revision, position, line, rule, severity, sheet, row, column_number, shape,
  detail)
  SELECT request, 1, position, line, rule, severity, sheet, row, column_number, shape, detail
  FROM release_finding_before;
DROP TABLE release_finding_before;
CREATE TABLE release_vote (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  ballot TEXT NOT NULL,
  reason TEXT NOT NULL,
  nonce TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (request, revision, reviewer)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_vote_comment (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  reviewer TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (request, revision, reviewer, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_answer (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  rule TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (request, revision, position, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_record (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (request, revision)
) STRICT, WITHOUT ROWID;
)sql";

// Second looks. The seed of a period is told to nobody before the period is over.
constexpr std::string_view second_looks = R"sql(
CREATE TABLE release_period (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  commitment TEXT NOT NULL,
  seed TEXT NOT NULL,
  revealed INTEGER,
  quota INTEGER
) STRICT;
CREATE TABLE release_draw (
  request INTEGER PRIMARY KEY REFERENCES release_request,
  period INTEGER NOT NULL REFERENCES release_period,
  institution TEXT NOT NULL,
  permille INTEGER NOT NULL,
  drawn INTEGER NOT NULL,
  by_quota INTEGER NOT NULL DEFAULT 0,
  missed_rule TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX release_draw_period ON release_draw (period);
CREATE INDEX release_request_author ON release_request (author);
CREATE INDEX release_step_event ON release_step (event, at);
)sql";

// The draw looks for what has left and not for what stands as sent.
constexpr std::string_view lots_by_step = R"sql(
CREATE INDEX release_step_sent ON release_step (at, request) WHERE to_state = 'sent';
CREATE INDEX release_draw_drawn ON release_draw (request) WHERE drawn = 1;
)sql";

// How long copies are kept. `release_gone`: requests whose time is over; what is still to be destroyed of
// them waits in `release_to_destroy`.
constexpr std::string_view retention = R"sql(
CREATE TABLE release_retained (
  id INTEGER PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES release_request,
  since INTEGER NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL,
  lifted INTEGER,
  lifted_by TEXT,
  lift_reason TEXT
) STRICT;
CREATE UNIQUE INDEX release_retained_now ON release_retained (request) WHERE lifted IS NULL;
CREATE TABLE release_gone (
  request INTEGER PRIMARY KEY REFERENCES release_request,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE release_to_destroy (
  sha256 TEXT PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES release_request
) STRICT, WITHOUT ROWID;
)sql";

// One-time links, of which the newest of a request counts, and what else became of a mail.
constexpr std::string_view links = R"sql(
CREATE TABLE release_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  token_sha256 TEXT NOT NULL UNIQUE,
  word TEXT NOT NULL,
  made INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  opener TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX release_link_request ON release_link (request);
CREATE TABLE release_link_file (
  link INTEGER NOT NULL REFERENCES release_link,
  position INTEGER NOT NULL,
  first INTEGER NOT NULL,
  fetches INTEGER NOT NULL,
  arrived INTEGER,
  PRIMARY KEY (link, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE release_delivery (
  id INTEGER PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES release_request,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  who TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX release_delivery_request ON release_delivery (request);
)sql";

// What is rows of persons only together with more of its kind (disclosure/together.hpp).
constexpr std::string_view small_shapes = R"sql(
CREATE TABLE release_small (
  request INTEGER NOT NULL REFERENCES release_request,
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  shape TEXT NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (request, revision, position, line)
) STRICT, WITHOUT ROWID;
)sql";

// The keeper's word that bytes were kept for the project, or checked for it and not refused.
constexpr std::string_view words = R"sql(
ALTER TABLE release_file ADD COLUMN word TEXT NOT NULL DEFAULT '';
)sql";

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  TRY(notify::migrate(ledger));
  TRY(safetable::migrate(ledger));
  return ledger.migrate("release", {tables, safe_tables, other_tables, revisions, second_looks, lots_by_step,
                                    retention, links, small_shapes, words});
}

}  // namespace fvm::release
