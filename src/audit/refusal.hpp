// That something was refused to somebody is a record like what was done.
#pragma once

#include <string>
#include <string_view>

#include "audit/ledger.hpp"

namespace fvm::audit {

// Who tried `event`, and why he may not; `action` is the room's own, "release.refused". Errors of other kinds
// than refused leave no record.
inline Result<void> record_refusal(Ledger& ledger, const std::string& who, const char* action,
                                   std::string_view subject, std::string_view event, const Error& error) {
  if (error.kind != Kind::refused) return {};
  return ledger.record(
      {who, action, std::string(subject), {{"event", std::string(event)}, {"why", error.code}}});
}

}  // namespace fvm::audit
