// The outbox: mails that must leave, each at most once unless it is certain that the time before did not
// arrive; and notices for people. Rows are written in the same transaction as the step that causes them.
//
// A mail's phase says what can have happened if the courier dies:
//   waiting  nothing has been sent
//   opened   a connection was made; no byte of the mail has left
//   data     bytes may have left; only the server's answer tells
//   done     the server took it, or a person settled it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace fvm::notify {

enum class Phase { waiting, opened, data, done };

struct Mail {
  int64_t id = 0;
  std::string reference;   // what it carries: a release number
  std::string message_id;  // fixed before the first try and the same in every try
  Phase phase = Phase::waiting;
  uint32_t tries = 0;
  Time next_try;
};

// The tables of this room; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// One mail for `reference`, to be sent from now on; a second call makes it wait anew (an operator let it go
// on).
Result<void> enqueue(audit::Writer& writer, std::string_view reference);
// Takes it off the list: withdrawn, held.
Result<void> finish(audit::Writer& writer, std::string_view reference);
// Before connecting. The first call fixes the Message-ID.
Result<void> open(audit::Writer& writer, std::string_view reference, const std::string& message_id);
// Before the first byte of the mail.
Result<void> mark_data(audit::Writer& writer, std::string_view reference);
// Not sent for certain: try again at `next_try`.
Result<void> defer(audit::Writer& writer, std::string_view reference, Time next_try);

Result<std::optional<Mail>> find(const store::Database& store, std::string_view reference);
// What was mailed under that Message-ID; exact.
Result<std::optional<std::string>> reference_of(const store::Database& store, std::string_view message_id);
// Waiting mails whose time has come, and all that a crash left in `opened` or `data`; oldest first.
Result<std::vector<Mail>> due(const store::Database& store, Time now);

// A notice for a user, or for everybody with a role ("role:reviewer"). `key` is a text of messages/*.txt with
// the place {release}.
struct Notice {
  std::string audience, reference, key;
  Time at;
};
Result<void> tell(audit::Writer& writer, std::string_view audience, std::string_view reference,
                  std::string_view key);
Result<std::vector<Notice>> notices(const store::Database& store, std::string_view reference);

// Waiting time before try number `tries` + 1: 15 s, doubled each time, at most an hour.
int64_t pause_seconds(uint32_t tries);
inline constexpr uint32_t tries_max = 24;  // about a day; then a person decides

}  // namespace fvm::notify
