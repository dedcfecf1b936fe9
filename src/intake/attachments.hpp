// Documents that people put on a case in the browser, and those that came with its mails. What a document is
// says its content, read in the sandbox; its bytes are kept like those of mails, by their SHA-256.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/service.hpp"

namespace fvm::intake {

// Limits.
inline constexpr uint64_t attachment_bytes_max = 7'000'000;  // of one: a message to fvm-steward holds it
inline constexpr size_t attachments_max = 50;                // of one case

struct Attachment {
  std::string id;  // "7"; "mail-12-1": the first document of mail 12
  std::string name, kind, sha256;
  uint64_t bytes = 0;
  Time at;
  std::string by;          // account; of a mail its sender
  bool removable = false;  // by whoever asks, now
};
struct Attachments {
  std::vector<Attachment> all;  // oldest first
  bool may_add = false;
};

// What `user` sees of them: everybody who sees the case sees what was put on it in the browser; documents of
// mails are for the service alone. "casework.unknown" for all others.
Result<Attachments> attachments_of(const Setting& setting, std::string_view number, std::string_view user);

// The name of what a virus scanner knows in the file; nothing: clean, or there is none.
using VirusLook = std::function<Result<std::optional<std::string>>(const Path& file)>;

struct NewAttachment {
  std::string number, user, name, bytes;
};
// By whoever may change the case's text or comment on it now. The same bytes twice are there once.
// "casework.unknown", "attachment.not_now", ".empty", ".too_large", ".too_many"; ".kind", ".program",
// ".macros", ".archive", ".virus": refused for what it is, which is in the ledger too.
Result<Attachment> attach(const Setting& setting, const NewAttachment& wanted, const VirusLook& virus);

struct AttachmentRead {
  Attachment about;
  std::string bytes;
};
// "attachment.unknown" for what is not there or not to be seen. A record in the ledger.
Result<AttachmentRead> read_attachment(const Setting& setting, std::string_view number,
                                       const std::string& user, std::string_view id);

// By whoever put it there, as long as it was not handed in. The bytes go too, unless something else has them.
Result<void> remove_attachment(const Setting& setting, std::string_view number, const std::string& user,
                               std::string_view id);

}  // namespace fvm::intake
