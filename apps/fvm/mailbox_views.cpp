#include "fvm/mailbox_views.hpp"

#include "base/time.hpp"
#include "fvm/casework_setting.hpp"
#include "release/came_back.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

std::string text_of(Language language, const intake::Note& note) {
  return message(language, note.code, note.arguments);
}

}  // namespace

intake::Setting intake_setting(const Context& context, const Services& services) {
  return {.world = context.world,
          .instance = services.instance,
          .config = services.config,
          .casework = casework_setting(context, services),
          .accept = agreement::mail_answers(agreement_setting(context, services)),
          .reported = [&services](const intake::Report& report) {
            return release::read_report(*services.ledger, {report.action, report.message_id, report.status});
          }};
}

json::object message_json(Language language, const intake::Message& message) {
  json::array documents, notes;
  for (const intake::Document& each : message.documents) {
    documents.push_back({{"name", each.name},
                         {"declared", each.declared},
                         {"kind", each.kind},
                         {"bytes", each.bytes},
                         {"sha256", each.sha256}});
  }
  for (const intake::Note& each : message.notes)
    notes.push_back({{"code", each.code}, {"text", text_of(language, each)}});
  return {{"message", message.id},
          {"state", name_of(message.state)},
          {"reason", message.reason},
          {"case", message.case_number},
          {"received", to_text(message.received)},
          {"from", message.from},
          {"authenticated", message.authenticated},
          {"subject", message.subject},
          {"text", message.text},
          {"sha256", message.sha256},
          {"bytes", message.bytes},
          {"documents", std::move(documents)},
          {"notes", std::move(notes)}};
}

void print_message_line(const Context&, const intake::Message& message) {
  print(std::to_string(message.id) + "  " + std::string(name_of(message.state)) + "  " +
        (message.case_number.empty() ? "–" : message.case_number) + "  " + message.from + "  " +
        message.subject);
}

void print_message(const Context& context, const intake::Message& about) {
  print_message_line(context, about);
  if (!about.reason.empty()) print(message(context.language, about.reason));
  for (const intake::Document& each : about.documents)
    print("  " + each.name + "  " + each.kind + "  " + std::to_string(each.bytes) + "  " + each.sha256);
  for (const intake::Note& each : about.notes) print("  " + text_of(context.language, each));
}

}  // namespace fvm::cli
