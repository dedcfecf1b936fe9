// A message to the service's mailbox and what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace fvm::intake {

// kept: its bytes are on disk and nothing has looked at them yet. quarantined: a person must say whether it
// is taken. filed: it belongs to a case. ignored: written by a machine; kept, and nothing more. unreadable:
// not taken apart; the bytes are kept. refused: a person said no.
enum class State { kept, quarantined, filed, ignored, unreadable, refused };
enum class Event { file, quarantine, ignore, give_up, accept, refuse };
std::string_view name_of(State state);
std::string_view name_of(Event event);
std::optional<State> state_named(std::string_view name);
// What an event leads to, by the table in rules.cpp; nothing when it is not allowed.
std::optional<State> next(State state, Event event);

struct Address {
  std::string name, address;  // the domain in lower case
};
// `arguments` are for the text of `code` in messages/*.txt.
struct Note {
  std::string code;
  Arguments arguments;
};
struct Document {
  std::string name, declared, kind, sha256;
  uint64_t bytes = 0;
};

// What a delivery status notification says of a mail of ours; it too was written by a stranger.
struct Report {
  std::string action, status, message_id;
};

// What the job read out of a message. Everything in it was written by a stranger.
struct Content {
  std::string message_id, subject, date, text;
  std::vector<std::string> references;
  std::vector<Address> from;
  bool has_return_path = false;
  std::string return_path, auto_submitted, precedence, suppress;
  bool is_list = false, is_report = false;
  Report report;
  std::string dmarc, dmarc_domain;
  std::vector<Document> documents;
  std::vector<Note> notes;
  std::vector<std::string> paths;  // of the documents, below the job's output folder
};

struct Message {
  int64_t id = 0;
  std::string sha256;
  uint64_t bytes = 0;
  Time received;
  std::string envelope;  // sender as the mail server was told; "<>" for none; empty: not known
  State state = State::kept;
  std::string reason;  // why it is where it is: a key of messages/*.txt
  std::string case_number;
  std::string message_id, subject, from, text;
  bool authenticated = false;
  std::vector<Document> documents;
  std::vector<Note> notes;
};

}  // namespace fvm::intake
