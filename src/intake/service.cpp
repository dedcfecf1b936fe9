#include "intake/service.hpp"

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "base/scratch.hpp"
#include "crypto/sha256.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "intake/file.hpp"
#include "intake/keep.hpp"
#include "intake/read.hpp"
#include "intake/rules.hpp"
#include "intake/store.hpp"

namespace fvm::intake {
namespace {

constexpr unsigned lock_mode = 0600;

// Moves the documents from the job's folder into the store of what is kept. They are hashed as read here: the
// job's word on its own output is not taken.
Result<void> keep_documents(const Setting& setting, Content& content, const Path& folder) {
  const uint64_t bytes_max = setting.config.mailbox.message_bytes_max * (depth_levels_max + 1);
  for (size_t i = 0; i < content.documents.size(); ++i) {
    const std::string bytes = TRY(setting.world.read_file(folder / content.paths[i], bytes_max));
    content.documents[i].sha256 = crypto::sha256_hex(bytes);
    content.documents[i].bytes = bytes.size();
    TRY(keep_file(setting.world, kept_document(setting.instance, content.documents[i].sha256), bytes));
  }
  return {};
}

// What went wrong in the job is the message's fault, unless the machine lacked something.
bool is_messages_fault(const Error& error) {
  return error.kind == Kind::refused || error.code == "job.died" || error.code == "job.timed_out" ||
         error.code == "job.memory_exhausted" || error.code == "job.result_too_large";
}

void take_over(const Content& content, Message& message) {
  message.message_id = content.message_id, message.subject = content.subject, message.text = content.text;
  message.from = content.from.size() == 1 ? content.from[0].address : "";
  message.authenticated = is_authenticated(content);
  message.documents = content.documents, message.notes = content.notes;
}

Result<Message> give_up(const Setting& setting, Message message, const Error& error) {
  message.state = State::unreadable, message.reason = error.code;
  TRY(settle(setting, message, actor, Event::give_up));
  return message;
}

Result<Facts> facts_of(const Setting& setting, const Content& content, const Message& message) {
  Facts facts{.automatic = is_automatic(content, message.envelope),
              .authenticated = message.authenticated,
              .authentication_required = setting.config.mailbox.authentication != "none",
              .one_sender = content.from.size() == 1 && identity::is_address(message.from)};
  const auto about = TRY(case_answered(setting, content));
  if (!about) return facts;
  facts.known_case = about->number;
  const auto addresses = TRY(addresses_of(setting.casework.ledger.database(), *about));
  facts.sender_on_case = addresses.contains(folded(message.from));
  return facts;
}

// A report is never an application; about a mail of ours it is the other room's business.
Result<std::string> reported(const Setting& setting, const Content& content) {
  if (!content.is_report || content.report.message_id.empty() || !setting.reported) return std::string();
  return setting.reported(content.report);
}

Result<Message> deal_with(const Setting& setting, const Content& content, Message message) {
  const Decision decision = decide(TRY(facts_of(setting, content, message)));
  message.reason = decision.reason;
  message.case_number = decision.case_number;
  if (decision.event == Event::ignore) {
    if (auto reason = TRY(reported(setting, content)); !reason.empty()) message.reason = std::move(reason);
  }
  if (decision.event != Event::file) {
    message.state = *next(State::kept, decision.event);
    TRY(settle(setting, message, actor, decision.event));
    return message;
  }
  // The sentence that accepts agreements counts only where our mail server vouches for the address.
  if (message.authenticated && setting.accept) {
    const auto accepted = setting.accept(message.from, message.text);
    if (!accepted.ok() && accepted.error().kind != Kind::refused) return accepted.error();
    if (!accepted.ok()) message.notes.push_back({accepted.error().code, accepted.error().arguments});
    if (accepted.ok() && *accepted) message.case_number = **accepted, message.reason = "intake.accepted";
  }
  return file_message(setting, std::move(message), actor, decision.answered);
}

Result<void> needs_caseworker(const Setting& setting, const std::string& user) {
  TRY(identity::require_role(setting.casework.ledger.database(), user, identity::Role::caseworker));
  return {};
}

}  // namespace

Result<Message> process(const Setting& setting, int64_t id) {
  // One at a time: the program that took it in and fvm-steward may both be about to look at it.
  const Descriptor lock =
      TRY(setting.world.lock(setting.instance.root() / "cases" / "intake.lock", lock_mode));
  Message message = TRY(find_message(setting.casework.ledger.database(), id));
  if (message.state != State::kept) return message;
  const auto scratch = TRY(Scratch::make(
      setting.world, setting.instance.root() / "scratch" / ("mail-" + random_hex(setting.world, 8))));
  auto content = read_message(setting, kept_message(setting.instance, message.sha256), scratch.path());
  if (!content.ok() && !is_messages_fault(content.error())) return content.error();
  if (!content.ok()) return give_up(setting, std::move(message), content.error());
  const Descriptor documents = TRY(lock_documents(setting.world, setting.instance));
  TRY(keep_documents(setting, *content, scratch.path()));
  take_over(*content, message);
  crash_point("intake.documents_kept");
  return deal_with(setting, *content, std::move(message));
}

Result<size_t> process_all(const Setting& setting) {
  size_t done = 0;
  for (const Message& message : TRY(list_messages(setting.casework.ledger.database(), State::kept, ""))) {
    const auto processed = process(setting, message.id);
    if (processed.ok()) ++done;
    if (!processed.ok()) log_error("intake.failed", processed.error());
  }
  return done;
}

Result<Message> accept(const Setting& setting, int64_t id, const std::string& user,
                       const std::string& case_number) {
  TRY(needs_caseworker(setting, user));
  Message message = TRY(find_message(setting.casework.ledger.database(), id));
  if (!next(message.state, Event::accept))
    return refused("intake.not_set_aside",
                   {{"name", std::to_string(id)}, {"state", std::string(name_of(message.state))}});
  if (!case_number.empty())
    message.case_number = TRY(casework::find(setting.casework.ledger.database(), case_number)).number;
  message.reason = message.case_number.empty() ? "intake.new_case" : "intake.reply";
  return file_message(setting, std::move(message), user, message.authenticated);
}

Result<Message> refuse(const Setting& setting, int64_t id, const std::string& user, const std::string& why) {
  TRY(needs_caseworker(setting, user));
  Message message = TRY(find_message(setting.casework.ledger.database(), id));
  const auto state = next(message.state, Event::refuse);
  if (!state)
    return refused("intake.not_set_aside",
                   {{"name", std::to_string(id)}, {"state", std::string(name_of(message.state))}});
  if (why.empty()) return usage("intake.why");
  message.state = *state;
  message.notes.push_back({"intake.refused_because", {{"reason", why}}});
  TRY(settle(setting, message, user, Event::refuse));
  return message;
}

}  // namespace fvm::intake
