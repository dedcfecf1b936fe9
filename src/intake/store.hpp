// SQL of this room. STABLE for the rooms above: find_message, list_messages.
#pragma once

#include <span>

#include "audit/ledger.hpp"
#include "intake/types.hpp"
#include "store/database.hpp"

namespace fvm::intake {

// The message of these bytes, if they came before.
Result<std::optional<Message>> find_bytes(const store::Database& store, std::string_view sha256);
Result<Message> find_message(const store::Database& store, int64_t id);  // "intake.unknown"
Result<std::vector<Message>> list_messages(const store::Database& store, std::optional<State> state,
                                           std::string_view case_number);
// The case that a message of this Message-ID was filed under, or a letter with it was about; empty: none.
Result<std::string> case_of_message_id(const store::Database& store, std::string_view message_id);
// Receipts sent to an address since then.
Result<int64_t> receipts_since(const store::Database& store, std::string_view address, Time since);

Result<int64_t> insert_message(audit::Writer& writer, const Message& message);
// Everything but its bytes, and its documents and notes anew.
Result<void> save_message(audit::Writer& writer, const Message& message);
Result<void> note_receipt(audit::Writer& writer, std::string_view address);

}  // namespace fvm::intake
