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

}  // namespace fvm::release
