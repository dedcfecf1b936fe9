// desk list | confirm | forget: who may see which desktop in the browser (room admission). The portal cannot
// do this.
#include <boost/json.hpp>
#include <memory>

#include "admission/book.hpp"
#include "config/desk.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct DeskFlags {
  std::string project, user, code;
};

void print_entry(const Context& context, const admission::Entry& entry) {
  const bool admitted = entry.standing == admission::Standing::admitted;
  if (context.json) {
    print(json::serialize(json::object{{"project", entry.project},
                                       {"user", entry.user},
                                       {"professional", entry.professional},
                                       {"cvr", entry.cvr},
                                       {"admitted", admitted},
                                       {"since", to_text(entry.since)},
                                       {"by", entry.by}}));
    return;
  }
  print(entry.project + "  " + entry.user + "  " + entry.cvr + "  " + entry.professional + "  " +
        to_text(entry.since) + "  " +
        message(context.language, admitted ? "desk.admitted" : "desk.waiting", {{"by", entry.by}}));
}

Result<void> list(const Context& context, const DeskFlags&) {
  const auto services = TRY(open_services(context));
  const admission::Book book(context.world, config::desk_folder(services.instance));
  for (const admission::Entry& entry : TRY(book.entries())) print_entry(context, entry);
  return {};
}

// On record before it holds: a crash between the two leaves a record of nothing, never an admission without
// one.
Result<void> confirm(const Context& context, const DeskFlags& flags) {
  const auto services = TRY(open_services(context));
  admission::Book book(context.world, config::desk_folder(services.instance));
  TRY(services.ledger->record(
      {context.user, "desk.confirmed", flags.project, {{"project", flags.project}, {"user", flags.user}}}));
  print_entry(context, TRY(book.confirm(flags.project, flags.user, flags.code, context.user)));
  return {};
}

Result<void> forget(const Context& context, const DeskFlags& flags) {
  const auto services = TRY(open_services(context));
  admission::Book book(context.world, config::desk_folder(services.instance));
  TRY(services.ledger->record(
      {context.user, "desk.forgotten", flags.project, {{"project", flags.project}, {"user", flags.user}}}));
  const size_t gone = TRY(book.forget(flags.project, flags.user));
  say(context, "desk.forgotten", {{"count", std::to_string(gone)}});
  return {};
}

using Body = Result<void> (*)(const Context&, const DeskFlags&);

std::pair<Verb*, std::shared_ptr<DeskFlags>> add(Verb& desk, Context& context, const char* name,
                                                 const char* text, const char* example, Body body) {
  const auto flags = std::make_shared<DeskFlags>();
  Verb* verb = desk.add_subcommand(name, text);
  verb->footer(std::string("Example:\n  fvm desk ") + example);
  verb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  return {verb, flags};
}

}  // namespace

void add_desk(Verb& app, Context& context) {
  Verb* desk = app.add_subcommand("desk", "who may see which desktop in the browser");
  desk->require_subcommand(1);
  add(*desk, context, "list", "persons who were admitted, and those who wait", "list", list);
  const auto place = [](Verb* verb, const std::shared_ptr<DeskFlags>& flags) {
    verb->add_option("project", flags->project, "the project's number")->required();
    verb->add_option("user", flags->user, "the account")->required();
  };
  const auto [confirms, confirmed] =
      add(*desk, context, "confirm", "admits a person who waits, and nobody else there",
          "confirm FVM-2026-0017 anna --code 7f3a09c1", confirm);
  place(confirms, confirmed);
  confirms->add_option("--code", confirmed->code, "what the person reads on his screen and tells you")
      ->required();
  const auto [forgets, forgotten] = add(*desk, context, "forget", "forgets who was admitted there or waits",
                                        "forget FVM-2026-0017 anna", forget);
  place(forgets, forgotten);
}

}  // namespace fvm::cli
