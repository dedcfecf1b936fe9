// Letters: mails with a text of ours, written in the same transaction as the step that causes them and mailed
// by the courier. A letter carries no result; those are releases and go another way.
//
// At least once: a letter whose fate a crash left open is sent again with the same Message-ID. To receive a
// letter twice is a nuisance, not to receive it costs a time limit. (A release is the other way round.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace fvm::notify {

// Limits.
inline constexpr size_t letter_text_bytes_max = 64u << 10;
inline constexpr size_t letter_files_max = 20;
inline constexpr size_t letter_files_bytes_max = 10u << 20;  // together

struct LetterFile {
  std::string name;
  std::string bytes;
};

enum class LetterState { waiting, sent, failed };

struct Letter {
  int64_t id = 0;
  std::string reference;  // the case it is about
  std::string to;         // one address
  std::string subject, text;
  std::vector<LetterFile> files;
  // From the store:
  LetterState state = LetterState::waiting;
  std::string message_id;  // fixed before the first try
  uint32_t tries = 0;
  Time next_try, changed;
};
std::string_view name_of(LetterState state);

// Subject and text from two messages in Danish and then in English, places filled from `facts`. "\n" in a
// text (messages are one line each) begins a new line.
Letter compose_letter(std::string reference, std::string to, std::string_view subject_key,
                      std::string_view text_key, const Arguments& facts);

// "letter.too_large" when a limit is passed. Its number.
Result<void> queue_letter(audit::Writer& writer, const Letter& letter);

// About `reference`, oldest first, without the files' bytes.
Result<std::vector<Letter>> letters_about(const store::Database& store, std::string_view reference);

// What the letter of that Message-ID was about; empty: there is none.
Result<std::string> reference_of_message_id(const store::Database& store, std::string_view message_id);

// For the courier: numbers of letters whose time has come; one whole letter; what became of it.
Result<std::vector<int64_t>> letters_due(const store::Database& store, Time now);
Result<Letter> find_letter(const store::Database& store, int64_t id);
Result<void> open_letter(audit::Writer& writer, int64_t id, const std::string& message_id);
Result<void> defer_letter(audit::Writer& writer, int64_t id, Time next_try);
Result<void> finish_letter(audit::Writer& writer, int64_t id, LetterState state);

}  // namespace fvm::notify
