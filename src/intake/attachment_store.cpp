#include "intake/attachment_store.hpp"

namespace fvm::intake {

const std::string_view attachment_tables = R"sql(
CREATE TABLE intake_attachment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  case_number TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  at INTEGER NOT NULL,
  user TEXT NOT NULL,
  UNIQUE (case_number, sha256)
) STRICT;
CREATE INDEX intake_attachment_sha256 ON intake_attachment (sha256);
CREATE INDEX intake_document_sha256 ON intake_document (sha256);
)sql";

Result<std::vector<Attachment>> attachments_in(const store::Database& store, std::string_view number) {
  auto row =
      TRY(store.prepare("SELECT id, name, kind, sha256, bytes, at, user FROM intake_attachment WHERE "
                        "case_number = ? ORDER BY id",
                        number));
  std::vector<Attachment> out;
  while (TRY(row.step())) {
    out.push_back({std::to_string(row.integer(0)), row.text(1), row.text(2), row.text(3),
                   static_cast<uint64_t>(row.integer(4)), row.time(5), row.text(6)});
  }
  return out;
}

Result<Attachment> insert_attachment(audit::Writer& writer, std::string_view number, const Attachment& each) {
  TRY(writer.execute(
      "INSERT OR IGNORE INTO intake_attachment (case_number, name, kind, sha256, bytes, at, user) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      number, each.name, each.kind, each.sha256, static_cast<int64_t>(each.bytes), each.at, each.by));
  for (Attachment& there : TRY(attachments_in(writer, number))) {
    if (there.sha256 == each.sha256) return std::move(there);
  }
  return defect("attachment.unknown", {{"name", each.name}, {"case", std::string(number)}});
}

Result<void> delete_attachment(audit::Writer& writer, std::string_view id) {
  return writer.execute("DELETE FROM intake_attachment WHERE id = CAST(? AS INTEGER)", id);
}

Result<bool> has_bytes(const store::Database& store, std::string_view sha256) {
  auto row = TRY(store.prepare(
      "SELECT EXISTS (SELECT 1 FROM intake_attachment WHERE sha256 = ?1) OR EXISTS (SELECT 1 FROM "
      "intake_document WHERE sha256 = ?1)",
      sha256));
  TRY(row.step());
  return row.integer(0) != 0;
}

}  // namespace fvm::intake
