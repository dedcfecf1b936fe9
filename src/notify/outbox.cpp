#include "notify/outbox.hpp"

#include <algorithm>
#include <array>

namespace fvm::notify {
namespace {

constexpr std::string_view tables = R"sql(
CREATE TABLE notify_mail (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  message_id TEXT NOT NULL DEFAULT '',
  phase INTEGER NOT NULL DEFAULT 0 CHECK (phase BETWEEN 0 AND 3),
  tries INTEGER NOT NULL DEFAULT 0,
  next_try INTEGER NOT NULL
) STRICT;
CREATE TABLE notify_notice (
  id INTEGER PRIMARY KEY,
  audience TEXT NOT NULL,
  reference TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX notify_notice_reference ON notify_notice (reference);
)sql";

constexpr std::string_view letter_tables = R"sql(
CREATE TABLE notify_letter (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  message_id TEXT NOT NULL,
  tries INTEGER NOT NULL,
  next_try INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX notify_letter_reference ON notify_letter (reference);
CREATE INDEX notify_letter_waiting ON notify_letter (next_try) WHERE state = 0;
CREATE TABLE notify_letter_file (
  letter INTEGER NOT NULL REFERENCES notify_letter,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (letter, position)
) STRICT;
)sql";

constexpr std::string_view columns =
    "SELECT id, reference, message_id, phase, tries, next_try FROM notify_mail ";

Mail read(const store::Statement& row) {
  return {row.integer(0),
          row.text(1),
          row.text(2),
          static_cast<Phase>(row.integer(3)),
          static_cast<uint32_t>(row.integer(4)),
          row.time(5)};
}

Result<void> set_phase(audit::Writer& writer, std::string_view reference, Phase phase) {
  TRY(writer.execute("UPDATE notify_mail SET phase = ? WHERE reference = ?", static_cast<int>(phase),
                     reference));
  return {};
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("notify", {tables, letter_tables});
}

Result<void> enqueue(audit::Writer& writer, std::string_view reference) {
  return writer.execute(
      "INSERT INTO notify_mail (reference, next_try) VALUES (?, ?) "
      "ON CONFLICT (reference) DO UPDATE SET phase = 0, tries = 0, next_try = excluded.next_try",
      reference, writer.now());
}

Result<void> finish(audit::Writer& writer, std::string_view reference) {
  return set_phase(writer, reference, Phase::done);
}

Result<void> open(audit::Writer& writer, std::string_view reference, const std::string& message_id) {
  return writer.execute(
      "UPDATE notify_mail SET phase = 1, tries = tries + 1, "
      "message_id = CASE message_id WHEN '' THEN ? ELSE message_id END WHERE reference = ?",
      message_id, reference);
}

Result<void> mark_data(audit::Writer& writer, std::string_view reference) {
  return set_phase(writer, reference, Phase::data);
}

Result<void> defer(audit::Writer& writer, std::string_view reference, Time next_try) {
  return writer.execute("UPDATE notify_mail SET phase = 0, next_try = ? WHERE reference = ?", next_try,
                        reference);
}

Result<std::optional<Mail>> find(const store::Database& store, std::string_view reference) {
  auto row = TRY(store.prepare(std::string(columns) + "WHERE reference = ?", reference));
  if (!TRY(row.step())) return std::optional<Mail>();
  return std::optional<Mail>(read(row));
}

Result<std::optional<std::string>> reference_of(const store::Database& store, std::string_view message_id) {
  auto row = TRY(store.prepare("SELECT reference FROM notify_mail WHERE message_id = ? AND message_id <> ''",
                               message_id));
  if (!TRY(row.step())) return std::optional<std::string>();
  return std::optional<std::string>(row.text(0));
}

Result<std::vector<Mail>> due(const store::Database& store, Time now) {
  auto row = TRY(store.prepare(
      std::string(columns) + "WHERE phase IN (1, 2) OR (phase = 0 AND next_try <= ?) ORDER BY next_try, id",
      now));
  std::vector<Mail> mails;
  while (TRY(row.step())) mails.push_back(read(row));
  return mails;
}

Result<void> tell(audit::Writer& writer, std::string_view audience, std::string_view reference,
                  std::string_view key) {
  return writer.execute("INSERT INTO notify_notice (audience, reference, key, at) VALUES (?, ?, ?, ?)",
                        audience, reference, key, writer.now());
}

Result<std::vector<Notice>> notices(const store::Database& store, std::string_view reference) {
  auto row = TRY(store.prepare(
      "SELECT audience, reference, key, at FROM notify_notice WHERE reference = ? ORDER BY id", reference));
  std::vector<Notice> all;
  while (TRY(row.step())) all.push_back({row.text(0), row.text(1), row.text(2), row.time(3)});
  return all;
}

int64_t pause_seconds(uint32_t tries) {
  constexpr int64_t first_seconds = 15, most_seconds = 3600;
  return std::min(most_seconds, first_seconds << std::min(tries, 12u));
}

}  // namespace fvm::notify
