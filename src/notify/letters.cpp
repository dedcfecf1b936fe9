#include "notify/letters.hpp"

#include "base/messages.hpp"

namespace fvm::notify {
namespace {

// Messages are one line each; "\n" in them begins a new one.
std::string with_lines(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("\\n")) {
      out += "\r\n";
      ++at;
    } else {
      out += text[at];
    }
  }
  return out;
}

// Arguments are put in after the line breaks: what a person wrote stays as he wrote it.
std::string filled(Language language, std::string_view key, const Arguments& facts) {
  Arguments marked;
  for (const auto& [name, value] : facts) marked.emplace_back(name, "\x01" + name + "\x02");
  std::string text = with_lines(message(language, key, marked));
  for (const auto& [name, value] : facts) {
    const std::string mark = "\x01" + name + "\x02";
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  }
  return text;
}

// One line whatever the facts hold: a header may not be broken out of.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

constexpr std::string_view columns =
    "SELECT id, reference, recipient, subject, text, state, message_id, tries, next_try, changed FROM "
    "notify_letter ";

Letter read(const store::Statement& row) {
  Letter out{.id = row.integer(0),
             .reference = row.text(1),
             .to = row.text(2),
             .subject = row.text(3),
             .text = row.text(4),
             .state = static_cast<LetterState>(row.integer(5)),
             .message_id = row.text(6),
             .tries = static_cast<uint32_t>(row.integer(7)),
             .next_try = row.time(8),
             .changed = row.time(9)};
  return out;
}

Result<void> check(const Letter& letter) {
  size_t bytes = 0;
  for (const LetterFile& file : letter.files) bytes += file.bytes.size();
  if (letter.text.size() <= letter_text_bytes_max && letter.files.size() <= letter_files_max &&
      bytes <= letter_files_bytes_max)
    return {};
  return usage("letter.too_large", {{"reference", letter.reference}});
}

}  // namespace

std::string_view name_of(LetterState state) {
  constexpr std::string_view names[] = {"waiting", "sent", "failed"};
  return names[static_cast<size_t>(state)];
}

Letter compose_letter(std::string reference, std::string to, std::string_view subject_key,
                      std::string_view text_key, const Arguments& facts) {
  Letter out{.reference = std::move(reference), .to = std::move(to)};
  out.subject = one_line(filled(Language::danish, subject_key, facts));
  out.text = filled(Language::danish, text_key, facts) + "\r\n\r\n--- English ---\r\n\r\n" +
             filled(Language::english, text_key, facts) + "\r\n";
  return out;
}

Result<void> queue_letter(audit::Writer& writer, const Letter& letter) {
  TRY(check(letter));
  TRY(
      writer.execute("INSERT INTO notify_letter (reference, recipient, subject, text, state, message_id, "
                     "tries, next_try, changed) "
                     "VALUES (?, ?, ?, ?, 0, '', 0, ?, ?)",
                     letter.reference, letter.to, letter.subject, letter.text, writer.now(), writer.now()));
  const int64_t id = writer.last_row();
  int64_t position = 0;
  for (const LetterFile& file : letter.files) {
    TRY(writer.execute("INSERT INTO notify_letter_file (letter, position, name, bytes) VALUES (?, ?, ?, ?)",
                       id, ++position, file.name, store::Blob{file.bytes}));
  }
  return {};
}

Result<std::vector<Letter>> letters_about(const store::Database& store, std::string_view reference) {
  auto row = TRY(store.prepare(std::string(columns) + "WHERE reference = ? ORDER BY id", reference));
  std::vector<Letter> out;
  while (TRY(row.step())) out.push_back(read(row));
  for (Letter& letter : out) {
    auto file = TRY(
        store.prepare("SELECT name FROM notify_letter_file WHERE letter = ? ORDER BY position", letter.id));
    while (TRY(file.step())) letter.files.push_back({file.text(0), {}});
  }
  return out;
}

Result<std::string> reference_of_message_id(const store::Database& store, std::string_view message_id) {
  auto row =
      TRY(store.prepare("SELECT reference FROM notify_letter WHERE message_id = ? LIMIT 1", message_id));
  if (message_id.empty() || !TRY(row.step())) return std::string();
  return row.text(0);
}

Result<std::vector<int64_t>> letters_due(const store::Database& store, Time now) {
  auto row = TRY(store.prepare(
      "SELECT id FROM notify_letter WHERE state = 0 AND next_try <= ? ORDER BY next_try, id", now));
  std::vector<int64_t> out;
  while (TRY(row.step())) out.push_back(row.integer(0));
  return out;
}

Result<Letter> find_letter(const store::Database& store, int64_t id) {
  auto row = TRY(store.prepare(std::string(columns) + "WHERE id = ?", id));
  if (!TRY(row.step())) return defect("letter.unknown", {{"letter", std::to_string(id)}});
  Letter out = read(row);
  auto file =
      TRY(store.prepare("SELECT name, bytes FROM notify_letter_file WHERE letter = ? ORDER BY position", id));
  while (TRY(file.step())) out.files.push_back({file.text(0), file.text(1)});
  return out;
}

Result<void> open_letter(audit::Writer& writer, int64_t id, const std::string& message_id) {
  return writer.execute(
      "UPDATE notify_letter SET tries = tries + 1, changed = ?, "
      "message_id = CASE message_id WHEN '' THEN ? ELSE message_id END WHERE id = ? AND state = 0",
      writer.now(), message_id, id);
}

Result<void> defer_letter(audit::Writer& writer, int64_t id, Time next_try) {
  return writer.execute("UPDATE notify_letter SET next_try = ?, changed = ? WHERE id = ? AND state = 0",
                        next_try, writer.now(), id);
}

Result<void> finish_letter(audit::Writer& writer, int64_t id, LetterState state) {
  return writer.execute("UPDATE notify_letter SET state = ?, changed = ? WHERE id = ?",
                        static_cast<int>(state), writer.now(), id);
}

}  // namespace fvm::notify
