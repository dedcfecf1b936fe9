// SQL of attachments. Private to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "intake/attachments.hpp"

namespace fvm::intake {

extern const std::string_view attachment_tables;

// What was put on a case in the browser, oldest first.
Result<std::vector<Attachment>> attachments_in(const store::Database& store, std::string_view number);
// As it stands there then: the one that was there when the case has the same bytes already.
Result<Attachment> insert_attachment(audit::Writer& writer, std::string_view number, const Attachment& each);
Result<void> delete_attachment(audit::Writer& writer, std::string_view id);
// Whether any case or mail has these bytes.
Result<bool> has_bytes(const store::Database& store, std::string_view sha256);

}  // namespace fvm::intake
