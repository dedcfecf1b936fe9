// The service's mailbox: messages are kept first and looked at afterwards, so that whatever is wrong with
// one, the mail server can let go of it and nothing is lost. Every step may be killed and run again; each
// message becomes at most one case.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "casework/service.hpp"
#include "config/instance.hpp"
#include "intake/types.hpp"

namespace fvm::intake {

inline constexpr size_t depth_levels_max = 10;  // of messages and multiparts inside one another

struct Setting {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  casework::Setting casework;
  // What a text from an authenticated address does beside being filed: the fixed sentence that accepts
  // agreements. Returns the case that it accepted, or nothing when it is no such sentence.
  std::function<Result<std::optional<std::string>>(const std::string& from, std::string_view text)> accept =
      {};
  // What a report on a mail of ours does, and why the message is no case's: "intake.came_back" when that mail
  // did not arrive, "intake.delayed" when it is on its way still; empty when it is about none of ours.
  std::function<Result<std::string>(const Report& report)> reported = {};
};
inline constexpr const char* actor = "fvm-intake";

// The tables of this room; call once when the ledger is opened, after casework's.
Result<void> migrate(audit::Ledger& ledger);

// The folder where everything is kept: messages/ab/SHA256 and documents/ab/SHA256, mode 0600.
Path kept_message(const config::Instance& instance, std::string_view sha256);
Path kept_document(const config::Instance& instance, std::string_view sha256);

struct Kept {
  int64_t id = 0;
  bool already = false;  // the same bytes came before
};
// Keeps a message as it came. "mail.too_large" when it is larger than the setting allows.
Result<Kept> keep(const Setting& setting, std::string_view bytes, std::string_view envelope);

// Looks at a message that was kept: reads it in the sandbox, keeps its documents, and files it, sets it
// aside or ignores it. One that was dealt with already is left as it is.
Result<Message> process(const Setting& setting, int64_t id);
// All that wait; one that fails is logged and tried again the next time. How many were dealt with.
Result<size_t> process_all(const Setting& setting);

// A person's word on a message that was set aside: it becomes a case, or is attached to `case_number`; or it
// is refused, with a reason. "intake.not_set_aside"; "identity.role_missing" unless `user` is a caseworker.
Result<Message> accept(const Setting& setting, int64_t id, const std::string& user,
                       const std::string& case_number);
Result<Message> refuse(const Setting& setting, int64_t id, const std::string& user, const std::string& why);

// Takes every message of a maildir in: kept, then moved from new/ to cur/. How many.
Result<size_t> empty_maildir(const Setting& setting, const Path& maildir);

}  // namespace fvm::intake
