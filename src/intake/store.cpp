#include "intake/store.hpp"

#include <boost/json.hpp>

#include "intake/attachment_store.hpp"
#include "intake/service.hpp"

namespace fvm::intake {
namespace {

namespace json = boost::json;

constexpr std::string_view tables = R"sql(
CREATE TABLE intake_message (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  received INTEGER NOT NULL,
  envelope TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  case_number TEXT NOT NULL,
  message_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  sender TEXT NOT NULL,
  text TEXT NOT NULL,
  authenticated INTEGER NOT NULL
) STRICT;
CREATE INDEX intake_message_case ON intake_message (case_number);
CREATE INDEX intake_message_message_id ON intake_message (message_id);
CREATE TABLE intake_document (
  message INTEGER NOT NULL REFERENCES intake_message (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  declared TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (message, position)
) STRICT;
CREATE TABLE intake_note (
  message INTEGER NOT NULL REFERENCES intake_message (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  arguments TEXT NOT NULL,
  PRIMARY KEY (message, position)
) STRICT;
CREATE TABLE intake_receipt (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX intake_receipt_address ON intake_receipt (address, at);
)sql";

constexpr std::string_view columns =
    "SELECT id, sha256, bytes, received, envelope, state, reason, case_number, message_id, subject, sender, "
    "text, "
    "authenticated FROM intake_message ";

Message read(const store::Statement& row) {
  return {.id = row.integer(0),
          .sha256 = row.text(1),
          .bytes = static_cast<uint64_t>(row.integer(2)),
          .received = row.time(3),
          .envelope = row.text(4),
          .state = state_named(row.text(5)).value_or(State::kept),
          .reason = row.text(6),
          .case_number = row.text(7),
          .message_id = row.text(8),
          .subject = row.text(9),
          .from = row.text(10),
          .text = row.text(11),
          .authenticated = row.integer(12) != 0};
}

std::string to_json(const Arguments& arguments) {
  json::object out;
  for (const auto& [name, value] : arguments) out[name] = value;
  return json::serialize(out);
}
Arguments from_json(const std::string& text) {
  Arguments out;
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return out;
  for (const auto& [name, value] : parsed.as_object()) {
    if (value.is_string()) out.emplace_back(name, value.as_string());
  }
  return out;
}

Result<void> read_rest(const store::Database& store, Message& message) {
  auto document = TRY(store.prepare(
      "SELECT name, declared, kind, sha256, bytes FROM intake_document WHERE message = ? ORDER BY position",
      message.id));
  while (TRY(document.step()))
    message.documents.push_back({document.text(0), document.text(1), document.text(2), document.text(3),
                                 static_cast<uint64_t>(document.integer(4))});
  auto note = TRY(store.prepare("SELECT code, arguments FROM intake_note WHERE message = ? ORDER BY position",
                                message.id));
  while (TRY(note.step())) message.notes.push_back({note.text(0), from_json(note.text(1))});
  return {};
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("intake", {tables, attachment_tables});
}

Result<std::optional<Message>> find_bytes(const store::Database& store, std::string_view sha256) {
  auto row = TRY(store.prepare(std::string(columns) + "WHERE sha256 = ?", sha256));
  if (!TRY(row.step())) return std::optional<Message>();
  return std::optional<Message>(TRY(find_message(store, row.integer(0))));
}

Result<Message> find_message(const store::Database& store, int64_t id) {
  auto row = TRY(store.prepare(std::string(columns) + "WHERE id = ?", id));
  if (!TRY(row.step())) return usage("intake.unknown", {{"name", std::to_string(id)}});
  Message message = read(row);
  TRY(read_rest(store, message));
  return message;
}

Result<std::vector<Message>> list_messages(const store::Database& store, std::optional<State> state,
                                           std::string_view case_number) {
  auto row = TRY(store.prepare(
      std::string(columns) + "WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR case_number = ?2) ORDER BY id",
      state ? name_of(*state) : std::string_view(), case_number));
  std::vector<Message> out;
  while (TRY(row.step())) out.push_back(read(row));
  for (Message& message : out) TRY(read_rest(store, message));
  return out;
}

Result<std::string> case_of_message_id(const store::Database& store, std::string_view message_id) {
  auto row = TRY(store.prepare(
      "SELECT case_number FROM intake_message WHERE message_id = ? AND case_number <> '' AND state = 'filed' "
      "ORDER BY id LIMIT 1",
      message_id));
  if (TRY(row.step())) return row.text(0);
  return std::string();
}

Result<int64_t> receipts_since(const store::Database& store, std::string_view address, Time since) {
  auto row =
      TRY(store.prepare("SELECT count(*) FROM intake_receipt WHERE address = ? AND at >= ?", address, since));
  TRY(row.step());
  return row.integer(0);
}

Result<int64_t> insert_message(audit::Writer& writer, const Message& message) {
  TRY(
      writer.execute("INSERT INTO intake_message (sha256, bytes, received, envelope, state, reason, "
                     "case_number, message_id, subject, sender, "
                     "text, authenticated) VALUES (?, ?, ?, ?, ?, '', '', '', '', '', '', 0)",
                     message.sha256, static_cast<int64_t>(message.bytes), message.received, message.envelope,
                     name_of(message.state)));
  return writer.last_row();
}

Result<void> save_message(audit::Writer& writer, const Message& message) {
  TRY(
      writer.execute("UPDATE intake_message SET state = ?, reason = ?, case_number = ?, message_id = ?, "
                     "subject = ?, sender = ?, text = ?, "
                     "authenticated = ? WHERE id = ?",
                     name_of(message.state), message.reason, message.case_number, message.message_id,
                     message.subject, message.from, message.text, message.authenticated ? 1 : 0, message.id));
  TRY(writer.execute("DELETE FROM intake_document WHERE message = ?", message.id));
  TRY(writer.execute("DELETE FROM intake_note WHERE message = ?", message.id));
  for (size_t i = 0; i < message.documents.size(); ++i) {
    const Document& each = message.documents[i];
    TRY(writer.execute("INSERT INTO intake_document VALUES (?, ?, ?, ?, ?, ?, ?)", message.id,
                       static_cast<int64_t>(i + 1), each.name, each.declared, each.kind,
                       static_cast<int64_t>(each.bytes), each.sha256));
  }
  for (size_t i = 0; i < message.notes.size(); ++i) {
    TRY(writer.execute("INSERT INTO intake_note VALUES (?, ?, ?, ?)", message.id, static_cast<int64_t>(i + 1),
                       message.notes[i].code, to_json(message.notes[i].arguments)));
  }
  return {};
}

Result<void> note_receipt(audit::Writer& writer, std::string_view address) {
  return writer.execute("INSERT INTO intake_receipt (address, at) VALUES (?, ?)", address, writer.now());
}

}  // namespace fvm::intake
