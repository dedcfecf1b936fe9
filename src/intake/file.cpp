#include "intake/file.hpp"

#include <algorithm>

#include "intake/read.hpp"
#include "intake/rules.hpp"
#include "intake/store.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"

namespace fvm::intake {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

// A TOML text in quotes. What came by mail is one line without control characters already.
std::string in_toml(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
  }
  return out + "\"";
}

// What the caseworker begins with when the form came as Word or PDF: who wrote, and about what.
std::string first_text(const Message& message) {
  const std::string title = message.subject.empty() ? message.from : message.subject;
  return "[application]\ntitle = " + in_toml(title) +
         "\n\n[application.contact]\nname = " + in_toml(message.from) + "\nemail = " + in_toml(message.from) +
         "\n";
}

// The application's own document, if one was sent as a file; else a first text.
Result<std::string> text_of(const Setting& setting, const Message& message, Date today) {
  for (const Document& each : message.documents) {
    if (!each.name.ends_with(".toml") || each.kind != "text" || each.bytes > casework::application_bytes_max)
      continue;
    const std::string text = TRY(setting.world.read_file(kept_document(setting.instance, each.sha256),
                                                         casework::application_bytes_max));
    if (casework::read_application(text, each.name, today).readable) return text;
  }
  return first_text(message);
}

// The first workbook that orders something.
Result<std::vector<casework::OrderItem>> order_of(const Setting& setting, Message& message) {
  for (const Document& each : message.documents) {
    if (each.kind != "xlsx") continue;
    const auto order = read_order_sheet(setting, kept_document(setting.instance, each.sha256), each.name);
    // No launcher: later. A workbook that cannot be read, or no catalogue: a person looks at it.
    if (!order.ok() && order.error().kind == Kind::surroundings) return order.error();
    if (!order.ok()) {
      message.notes.push_back(
          {"intake.order_not_read", {{"file", each.name}, {"reason", order.error().code}}});
      continue;
    }
    for (const Note& note : order->notes) message.notes.push_back(note);
    if (order->items.empty()) continue;
    message.notes.push_back(
        {"intake.order_read", {{"file", each.name}, {"variables", std::to_string(order->items.size())}}});
    return order->items;
  }
  return std::vector<casework::OrderItem>();
}

Arguments receipt_facts(const Setting& setting, const Message& message) {
  std::string names;
  for (const Document& each : message.documents) names += (names.empty() ? "" : ", ") + each.name;
  return {{"case", message.case_number},
          {"service", setting.config.service.name},
          {"count", std::to_string(message.documents.size())},
          {"documents", names.empty() ? "–" : names}};
}

// To whoever wrote, as the header From says and our mail server vouched for; not oftener than is good between
// machines.
Result<void> write_receipt(const Setting& setting, audit::Writer& writer, const Message& message) {
  const Time since{writer.now().microseconds - day_microseconds};
  if (TRY(receipts_since(writer, message.from, since)) >= setting.config.mailbox.receipts_per_day_max) {
    writer.fact("receipt", "too_many");
    return {};
  }
  const bool unreadable = std::any_of(message.notes.begin(), message.notes.end(),
                                      [](const Note& note) { return note.code == "mail.encrypted"; });
  TRY(note_receipt(writer, message.from));
  writer.fact("receipt", "queued");
  return notify::queue_letter(
      writer, notify::compose_letter(message.case_number, message.from, "letter.mail_receipt_subject",
                                     unreadable ? "letter.mail_encrypted" : "letter.mail_receipt",
                                     receipt_facts(setting, message)));
}

// In a transaction: the message as it is filed, notice and receipt.
Result<void> file_in(const Setting& setting, audit::Writer& writer, Message& message,
                     const std::string& caseworker, bool answered) {
  const Message now = TRY(find_message(writer, message.id));
  if (now.state == State::filed) return refused("intake.not_pending", {{"name", std::to_string(message.id)}});
  message.state = State::filed;
  TRY(save_message(writer, message));
  writer.fact("mail", std::to_string(message.id));
  writer.fact("documents", std::to_string(message.documents.size()));
  writer.fact("reason", message.reason);
  TRY(notify::tell(writer, caseworker.empty() ? "role:caseworker" : caseworker, message.case_number,
                   "notice.case_mail"));
  if (!answered) return {};
  return write_receipt(setting, writer, message);
}

Result<Message> attach(const Setting& setting, Message message, const std::string& who, bool answered) {
  const auto about = TRY(casework::find(setting.casework.ledger.database(), message.case_number));
  TRY(setting.casework.ledger.write({who, "intake.attached", about.number, {}}, [&](audit::Writer& writer) {
    return file_in(setting, writer, message, about.caseworker, answered);
  }));
  return message;
}

Result<Message> begin_case(const Setting& setting, Message message, const std::string& who, bool answered) {
  casework::Draft draft{.origin = casework::Origin::mail, .mail_from = message.from};
  draft.text =
      TRY(text_of(setting, message, date_of_days(setting.world.now().microseconds / day_microseconds)));
  draft.order = TRY(order_of(setting, message));
  draft.body = [&](audit::Writer& writer, casework::Case& made) {
    message.case_number = made.number;
    return file_in(setting, writer, message, "", answered);
  };
  const auto whoever = who == actor ? casework::program(who) : casework::user(who);
  const auto outcome = TRY(casework::begin(setting.casework, whoever, draft));
  if (!outcome.done) return defect("intake.no_case", {{"name", std::to_string(message.id)}});
  return message;
}

}  // namespace

Result<std::optional<casework::Case>> case_answered(const Setting& setting, const Content& content) {
  const store::Database& store = setting.casework.ledger.database();
  std::vector<std::string> numbers;
  for (const std::string& id : content.references) {
    if (const std::string number = TRY(case_of_message_id(store, id)); !number.empty())
      numbers.push_back(number);
    if (const std::string number = TRY(notify::reference_of_message_id(store, id)); !number.empty())
      numbers.push_back(number);
  }
  for (std::string& number : case_numbers_in(content.subject)) numbers.push_back(std::move(number));
  for (const std::string& number : numbers) {
    auto found = casework::find(store, number);
    if (found.ok()) return std::optional<casework::Case>(std::move(*found));
    if (found.error().code != "casework.unknown") return found.error();
  }
  return std::optional<casework::Case>();
}

Result<std::set<std::string>> addresses_of(const store::Database& store, const casework::Case& about) {
  std::set<std::string> out{folded(about.mail_from)};
  if (about.version > 0) {
    const casework::Application application = TRY(casework::application_of(store, about));
    for (const casework::Person* each :
         {&application.applicant, &application.contact, &application.signatory})
      out.insert(folded(each->email));
    for (const casework::Person& each : application.users) out.insert(folded(each.email));
  }
  out.erase("");
  return out;
}

Result<void> settle(const Setting& setting, const Message& message, const std::string& who, Event event) {
  return setting.casework.ledger.write(
      {who,
       "intake." + std::string(name_of(event)),
       "mail-" + std::to_string(message.id),
       {{"reason", message.reason}, {"documents", std::to_string(message.documents.size())}}},
      [&](audit::Writer& writer) -> Result<void> {
        const Message now = TRY(find_message(writer, message.id));
        if (next(now.state, event) != message.state)
          return refused("intake.not_pending", {{"name", std::to_string(message.id)}});
        TRY(save_message(writer, message));
        if (event != Event::quarantine) return {};
        return notify::tell(writer, "role:caseworker", "mail-" + std::to_string(message.id),
                            "notice.mail_set_aside");
      });
}

Result<Message> file_message(const Setting& setting, Message message, const std::string& who, bool answered) {
  return message.case_number.empty() ? begin_case(setting, std::move(message), who, answered)
                                     : attach(setting, std::move(message), who, answered);
}

}  // namespace fvm::intake
