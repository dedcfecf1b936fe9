// A message and its case. Private to this room.
#pragma once

#include <optional>
#include <set>

#include "casework/types.hpp"
#include "intake/service.hpp"

namespace fvm::intake {

// The case that a message answers: by the Message-IDs that it refers to, else by a case number in its
// subject.
Result<std::optional<casework::Case>> case_answered(const Setting& setting, const Content& content);
// Everybody's on a case: who wrote, and those whom the application names.
Result<std::set<std::string>> addresses_of(const store::Database& store, const casework::Case& about);

// One record: the message as it now is.
Result<void> settle(const Setting& setting, const Message& message, const std::string& who, Event event);

// Attached to `message.case_number`, or a new case, with a receipt if `answered`; one transaction, so a
// message that is filed has its case and its receipt, and one that a crash left has neither.
Result<Message> file_message(const Setting& setting, Message message, const std::string& who, bool answered);

}  // namespace fvm::intake
