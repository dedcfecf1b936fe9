// Reports that a mail of ours is on its way still (action "delayed" of RFC 3464): they change no state, for
// the server goes on by itself and says "failed" when it gives up. They are seen: in the request's history,
// in the operator's list, and after some hours as a notice to operators and author.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "release/types.hpp"

namespace fvm::release {

// Servers give up after some five days (RFC 5321, 4.5.4.1) and say so; then a delay is of no interest any
// more.
inline constexpr int64_t delay_days_shown = 7;

// True: it is about a release that left under that Message-ID and stands as sent.
Result<bool> mail_delayed(audit::Ledger& ledger, std::string_view message_id, const std::string& status);

struct Delayed {
  std::string number, recipient;
  Time since;          // the first report on the newest mail
  std::string status;  // of the newest: "4.4.1", or "delayed"
  bool told = false;   // operators and author have been told
};
// Of mails that nobody has fetched a link of since, the oldest first.
Result<std::vector<Delayed>> delayed(const store::Database& store, Time now);

// Tells of each that is older than `hours`, once. How many.
Result<size_t> alert_delayed(audit::Ledger& ledger, Time now, int64_t hours);

}  // namespace fvm::release
