// fvm application receive, fvm application mail …: the service's mailbox.
#include <boost/json.hpp>
#include <memory>

#include "base/log.hpp"
#include "fvm/casework_setting.hpp"
#include "fvm/context.hpp"
#include "fvm/mailbox_views.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "intake/service.hpp"
#include "intake/store.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

// sysexits.h, as a mail server understands them.
constexpr int mail_data_error = 65, mail_try_again = 75;

struct MailOptions {
  std::string sender, maildir, state, about, why, folder;
  int64_t id = 0;
  bool mail_server = false;
};

intake::Setting setting_of(const Context& context, const Services& services) {
  return intake_setting(context, services);
}

void show_all(const Context& context, const std::vector<intake::Message>& messages) {
  json::array all;
  for (const intake::Message& each : messages) {
    if (context.json) {
      all.push_back(message_json(context.language, each));
    } else {
      print_message_line(context, each);
    }
  }
  if (context.json) print(json::serialize(json::object{{"messages", std::move(all)}}));
}

void show(const Context& context, const intake::Message& message) {
  context.json ? print(json::serialize(message_json(context.language, message)))
               : print_message(context, message);
}

// Kept first; what comes after may be done later by fvm-steward.
Result<int> receive(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  const auto setting = setting_of(context, services);
  const std::string bytes =
      TRY(context.world.read_file("/dev/stdin", services.config.mailbox.message_bytes_max));
  const auto kept = TRY(intake::keep(setting, bytes, options.sender));
  if (!kept.already) {
    const auto processed = intake::process(setting, kept.id);
    if (!processed.ok()) log_error("intake.later", processed.error());
  }
  show(context, TRY(intake::find_message(services.database(), kept.id)));
  return 0;
}

// What a mail server makes of a failure: take it back, or try again.
Result<int> receive_for_mail_server(const Context& context, const MailOptions& options) {
  auto done = receive(context, options);
  if (done.ok() || !options.mail_server) return done;
  log_error("intake.receive", done.error());
  const bool ours = done.error().kind == Kind::surroundings || done.error().kind == Kind::defect;
  return ours ? mail_try_again : mail_data_error;
}

Result<int> take(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  const auto setting = setting_of(context, services);
  const std::string folder = options.maildir.empty() ? services.config.mailbox.maildir : options.maildir;
  if (!folder.empty()) TRY(intake::empty_maildir(setting, folder));
  const size_t dealt_with = TRY(intake::process_all(setting));
  if (context.json) {
    print(json::serialize(json::object{{"dealt_with", dealt_with}}));
  } else {
    say(context, "intake.dealt_with", {{"count", std::to_string(dealt_with)}});
  }
  return 0;
}

Result<int> list(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  std::optional<intake::State> state;
  if (!options.state.empty()) {
    state = intake::state_named(options.state);
    if (!state) return usage("intake.no_such_state", {{"state", options.state}});
  }
  show_all(context, TRY(intake::list_messages(services.database(), state, options.about)));
  return 0;
}

Result<int> show_one(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  show(context, TRY(intake::find_message(services.database(), options.id)));
  return 0;
}

Result<int> accept(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  show(context, TRY(intake::accept(setting_of(context, services), options.id, context.user, options.about)));
  return 0;
}

Result<int> refuse(const Context& context, const MailOptions& options) {
  const auto services = TRY(open_services(context));
  show(context, TRY(intake::refuse(setting_of(context, services), options.id, context.user, options.why)));
  return 0;
}

// The documents and the message itself, as they came, into a folder.
Result<int> save(const Context& context, const MailOptions& options) {
  constexpr unsigned file_mode = 0600, folder_mode = 0700;
  const auto services = TRY(open_services(context));
  const auto message = TRY(intake::find_message(services.database(), options.id));
  const Path folder = std::filesystem::absolute(options.folder);
  TRY(context.world.make_directories(folder, folder_mode));
  const uint64_t bytes_max = services.config.mailbox.message_bytes_max * (intake::depth_levels_max + 1);
  const auto copy = [&](const Path& from, const std::string& name) -> Result<void> {
    return context.world.create_file(folder / name, TRY(context.world.read_file(from, bytes_max)), file_mode);
  };
  TRY(copy(intake::kept_message(services.instance, message.sha256), "message.eml"));
  for (size_t i = 0; i < message.documents.size(); ++i) {
    const auto& each = message.documents[i];
    TRY(copy(intake::kept_document(services.instance, each.sha256), std::to_string(i + 1) + "-" + each.name));
  }
  TRY(services.ledger->record({context.user, "intake.saved", "mail-" + std::to_string(message.id), {}}));
  return 0;
}

using Body = Result<int> (*)(const Context&, const MailOptions&);
using Flags = std::shared_ptr<MailOptions>;

Verb* add(Verb& parent, Context& context, const Flags& flags, const char* name, const char* what,
          const char* example, Body body) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback(
      [&context, flags, body] { run_verb_with_code(context, [&] { return body(context, *flags); }); });
  return verb;
}

}  // namespace

void add_mailbox(Verb& application, Context& context) {
  const auto flags = std::make_shared<MailOptions>();
  Verb* in = add(
      application, context, flags, "receive", "a message from the mail server (RFC 5322 on standard input)",
      "fvm application receive --mail-server --sender %{sender} < message", receive_for_mail_server);
  in->add_option("--sender", flags->sender, "envelope sender; <> for none");
  in->add_flag("--mail-server", flags->mail_server,
               "exit codes as in sysexits.h: 65 not taken, 75 try again");
  Verb* mail = application.add_subcommand("mail", "messages to the service's mailbox");
  mail->require_subcommand(1);
  Verb* taken = add(*mail, context, flags, "take",
                    "empty the maildir and look at what waits (fvm-steward does it by itself)",
                    "fvm application mail take", take);
  taken->add_option("--maildir", flags->maildir, "another folder than the setting mailbox.maildir");
  Verb* listed = add(*mail, context, flags, "list", "messages and what became of them",
                     "fvm application mail list --state quarantined", list);
  listed->add_option("--state", flags->state, "kept, quarantined, filed, ignored, unreadable, refused");
  listed->add_option("--case", flags->about, "of one case");
  const auto about = [&](Verb* verb) {
    verb->add_option("MESSAGE", flags->id, "its number")->required();
    return verb;
  };
  about(add(*mail, context, flags, "show", "one message, its documents and remarks",
            "fvm application mail show 7", show_one));
  about(add(*mail, context, flags, "accept", "take a message that was set aside: a new case, or --case",
            "fvm application mail accept 7 --as karl", accept))
      ->add_option("--case", flags->about, "attach it to this case");
  about(add(*mail, context, flags, "refuse", "do not take it; it is kept",
            "fvm application mail refuse 7 --text \"reklame\" --as karl", refuse))
      ->add_option("--text", flags->why, "why");
  about(add(*mail, context, flags, "save", "the message and its documents as they came, into a folder",
            "fvm application mail save 7 --to bilag", save))
      ->add_option("--to", flags->folder, "folder")
      ->required();
}

}  // namespace fvm::cli
