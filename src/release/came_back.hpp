// A mail server further on says that a result did not arrive (a delivery status notification, read by room
// intake).
#pragma once

#include <string>
#include <string_view>

#include "audit/ledger.hpp"

namespace fvm::release {

// The release that was mailed under that Message-ID is held, in one transaction with its coming back: it is
// never sent again by itself on the word of a message, for anybody who has seen the mail can write one. False
// when no mail of ours has that Message-ID, or it is not on its way (recalled, come back already). `status`:
// "5.1.1"; kept in the history when it looks like one.
Result<bool> came_back(audit::Ledger& ledger, std::string_view message_id, const std::string& status);

// A report as room intake read it (RFC 3464): action "failed" or "delayed", else nothing is done. What it
// did: "intake.came_back", "intake.delayed" (delayed.hpp), or empty.
struct DeliveryReport {
  std::string action, message_id, status;
};
Result<std::string> read_report(audit::Ledger& ledger, const DeliveryReport& report);

// "5.1.1" when it looks like one; else `otherwise`, since a stranger wrote it.
std::string status_or(const std::string& status, const char* otherwise);

}  // namespace fvm::release
