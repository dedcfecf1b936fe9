// fvm release …: what an analyst, a reviewer and an operator do with files that are to leave.
#include <array>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/release_keep.hpp"
#include "fvm/release_outlook.hpp"
#include "fvm/release_review.hpp"
#include "fvm/release_send.hpp"
#include "fvm/release_views.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "identity/service.hpp"
#include "release/permissions.hpp"
#include "release/progress.hpp"
#include "release/revision.hpp"
#include "release/service.hpp"

namespace fvm::cli {
namespace {

struct Options {
  std::string project, number, reason;
  release::Draft draft;
  std::string text;
  bool again = false, arrived = false, lasting = false;
};

// "/outbox/t.csv" and "t.csv" are the same file.
std::string bare_name(const std::string& file) {
  constexpr std::string_view outbox = "/outbox/";
  return file.starts_with(outbox) ? file.substr(outbox.size()) : file;
}

Result<int> stage(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  TRY(release::may_stage(services.database(), context.world.now(), context.user, options.project));
  const identity::User user = TRY(identity::find_user(services.database(), context.user));
  const auto folder = TRY(release::hold_folder(context.world, services.instance, options.project));
  const Path outbox = services.instance.project_outbox(options.project, user.name);
  std::vector<Staged> staged;
  bool blocks = false;
  for (const DirectoryEntry& entry : TRY(context.world.list(outbox))) {
    Staged file{entry.name, entry.bytes, {}, {}, {}, false};
    const auto fd = release::open_staged(outbox, entry.name);
    if (!release::is_file_name(entry.name)) {
      file.name = "?";  // it may not be shown
      file.refusal = usage("release.bad_file_name", {{"position", std::to_string(staged.size() + 1)}});
    } else if (!fd.ok()) {
      file.refusal = fd.error();
    } else {
      const Path open_file = "/proc/self/fd/" + std::to_string(fd->get());
      file.table = TRY(release::recognise_file(
          context.world, services.instance, services.config, services.database(), options.project,
          crypto::to_hex(TRY(crypto::sha256_of_file(open_file)).sha256), entry.bytes));
      file.leaves = file.table && file.table->plain_words && services.config.release.safe_tables == "leave";
      if (!file.table)
        file.report = TRY(release::scan_file(services.instance, services.config, services.database(),
                                             options.project, entry.name, entry.bytes, {open_file}));
    }
    blocks |= file.refusal || (file.report && file.report->blocks);
    staged.push_back(std::move(file));
  }
  show_staged(context, staged);
  return blocks ? static_cast<int>(Kind::refused) : 0;
}

// Blocked: the findings say why, exit code 1. In review: done for now. Approved: the courier has it.
int finish_sending(Context& context, const Services& services, const release::Request& request) {
  if (request.state == release::State::approved) wake_courier(services, request.number);
  show_request(context, request, {});
  return request.state == release::State::blocked ? static_cast<int>(Kind::refused) : 0;
}

Result<int> send(Context& context, Options& options) {
  const Services services = TRY(open_services(context));
  options.draft.project = options.project;
  for (std::string& file : options.draft.files) file = bare_name(file);
  return finish_sending(context, services, TRY(send_draft(context, services, options.draft)));
}

Result<void> recall(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  show_request(context, TRY(release::recall(*services.ledger, options.number, context.user, options.reason)),
               {});
  return {};
}

Result<void> list(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  const auto all = TRY(release::list(services.database(), options.project));
  show_list(context, TRY(only_visible(context, services, all)));
  return {};
}

Result<void> show(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  const release::Request request = TRY(find_visible(context, services, options.number));
  show_request(context, request, TRY(notify::notices(services.database(), request.number)));
  return {};
}

Result<void> withdraw(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  show_request(context,
               TRY(release::withdraw(*services.ledger, options.number, context.user, options.reason)), {});
  return {};
}

Result<void> hold(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  show_request(
      context,
      TRY(release::hold(*services.ledger, options.number, release::user(context.user), options.reason)), {});
  return {};
}

Result<void> settle(Context& context, const Options& options) {
  if (options.again == options.arrived) return usage("release.one_verdict");
  const Services services = TRY(open_services(context));
  const auto verdict = options.again ? release::Verdict::again : release::Verdict::arrived;
  const auto request =
      TRY(release::settle(*services.ledger, options.number, context.user, verdict, options.reason));
  if (options.again) wake_courier(services, request.number);
  show_request(context, request, {});
  return {};
}

// What the author does with a request that came back to him, then on as far as it goes by itself.
Result<int> go_on(Context& context, const Services& services, const std::string& number) {
  const auto hands = release::real_hands(context.world, services.instance, services.config, *services.ledger);
  return finish_sending(
      context, services,
      TRY(release::advance(context.world, *services.ledger, services.instance, hands, number)));
}

Result<int> answer(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  TRY(release::answer(*services.ledger, release::Rules::of(services.config), options.number, context.user,
                      options.text));
  crash_point("release.answered");
  return go_on(context, services, options.number);
}

Result<int> resubmit(Context& context, Options& options) {
  const Services services = TRY(open_services(context));
  for (std::string& file : options.draft.files) file = bare_name(file);
  const auto before = TRY(find_visible(context, services, options.number));
  // A slip of the keyboard is told before anything is written down; to nobody else is told what is there.
  if (TRY(identity::find_user(services.database(), context.user)).name == before.author) {
    const auto folder = TRY(release::hold_folder(context.world, services.instance, before.project));
    for (const std::string& file : options.draft.files)
      TRY(release::open_staged(services.instance.project_outbox(before.project, before.author), file));
  }
  TRY(release::resubmit(*services.ledger, options.number, context.user, options.draft.files,
                        options.draft.declared, options.reason));
  crash_point("release.resubmitted");
  return go_on(context, services, options.number);
}

Result<void> bounced(Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  auto request = TRY(release::bounce(*services.ledger, options.number, release::user(context.user),
                                     options.lasting, options.reason));
  if (!options.lasting) wake_courier(services, options.number);
  show_request(context, request, {});
  return {};
}

// Takes up what a crash left before review, and lets the courier try again what waits for its time.
Result<void> resume(Context& context) {
  const Services services = TRY(open_services(context));
  const auto hands = release::real_hands(context.world, services.instance, services.config, *services.ledger);
  const size_t moved =
      TRY(release::advance_all(context.world, *services.ledger, services.instance, hands, 0));
  constexpr std::array waiting = {release::State::approved, release::State::failed};
  const auto requests = TRY(release::in_states(services.database(), waiting));
  for (const release::Request& request : requests) wake_courier(services, request.number);
  show_resumed(context, moved, requests.size());
  return {};
}

Verb* add(Verb& parent, const char* name, const char* what, const char* example) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  return verb;
}

void add_sending(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
  Verb* staged = add(verb, "stage", "what stands in /outbox, and what the checks would say of it",
                     "fvm release stage FVM-2026-0017 --as anna");
  staged->add_option("project", options->project, "project number")->required();
  staged->callback(
      [&context, options] { run_verb_with_code(context, [&] { return stage(context, *options); }); });

  Verb* sending = add(
      verb, "send", "send files from /outbox home: kept, checked, reviewed, mailed",
      "fvm release send FVM-2026-0017 tabel1.csv --to analyse@kommune.dk --purpose \"Tabel 1 til rapporten\" "
      "--declare --as anna");
  sending->add_option("project", options->project, "project number")->required();
  sending->add_option("file", options->draft.files, "names in your /outbox")->required();
  sending->add_option("--to", options->draft.recipient, "address on your institution's list")->required();
  sending->add_option("--purpose", options->draft.purpose, "what it is for")->required();
  sending->add_flag("--declare", options->draft.declared,
                    "I have checked every file by hand; no person can be recognised in it");
  sending->callback(
      [&context, options] { run_verb_with_code(context, [&] { return send(context, *options); }); });
}

void add_looking(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
  Verb* listing =
      add(verb, "list", "requests that you may see, newest first", "fvm release list FVM-2026-0017");
  listing->add_option("project", options->project, "only this project");
  listing->callback([&context, options] { run_verb(context, [&] { return list(context, *options); }); });

  Verb* showing =
      add(verb, "show", "one request: files, findings, history", "fvm release show H-000001 --json");
  showing->add_option("number", options->number, "release number")->required();
  showing->callback([&context, options] { run_verb(context, [&] { return show(context, *options); }); });
}

void add_mending(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
  Verb* answering = add(verb, "answer", "explain what the check asks about; then it goes on",
                        "fvm release answer H-000001 --text \"Kolonnen er år, ikke personer\" --as anna");
  answering->add_option("number", options->number, "release number")->required();
  answering->add_option("--text", options->text, "your explanation; reviewers read it")->required();
  answering->callback(
      [&context, options] { run_verb_with_code(context, [&] { return answer(context, *options); }); });

  Verb* again = add(verb, "resubmit", "other files instead of those that were sent back",
                    "fvm release resubmit H-000001 tabel1.csv --declare --as anna");
  again->add_option("number", options->number, "release number")->required();
  again->add_option("file", options->draft.files, "names in your /outbox")->required();
  again->add_option("--reason", options->reason, "what is new");
  again->add_flag("--declare", options->draft.declared,
                  "I have checked every file by hand; no person can be recognised in it");
  again->callback(
      [&context, options] { run_verb_with_code(context, [&] { return resubmit(context, *options); }); });
}

void add_deciding(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
  const auto with_number = [&](Verb* one) {
    one->add_option("number", options->number, "release number")->required();
    one->add_option("--reason", options->reason, "why; kept in the history");
    return one;
  };
  Verb* withdrawing = with_number(
      add(verb, "withdraw", "take your own request back", "fvm release withdraw H-000001 --as anna"));
  withdrawing->callback(
      [&context, options] { run_verb(context, [&] { return withdraw(context, *options); }); });

  Verb* holding = with_number(add(verb, "hold", "stop an approved one (operators)",
                                  "fvm release hold H-000001 --reason \"Adgangen undersøges\" --as olga"));
  holding->callback([&context, options] { run_verb(context, [&] { return hold(context, *options); }); });

  Verb* bouncing = with_number(add(verb, "bounced", "the mail came back (operators): it is tried again",
                                   "fvm release bounced H-000001 --reason \"4.2.2 mailbox full\" --as olga"));
  bouncing->add_flag("--lasting", options->lasting, "it never will arrive: held instead");
  bouncing->callback([&context, options] { run_verb(context, [&] { return bounced(context, *options); }); });

  Verb* recalling =
      with_number(add(verb, "recall", "it should not have been sent: the receiver is asked to destroy it",
                      "fvm release recall H-000001 --reason \"Forkert modtager\" --as anna"));
  recalling->callback([&context, options] { run_verb(context, [&] { return recall(context, *options); }); });

  Verb* settling =
      with_number(add(verb, "settle", "decide a held one (operators): send again, or it did arrive",
                      "fvm release settle H-000001 --arrived --reason \"Modtager bekræfter\" --as olga"));
  settling->add_flag("--again", options->again, "let it go on");
  settling->add_flag("--arrived", options->arrived, "the receiver has it");
  settling->callback([&context, options] { run_verb(context, [&] { return settle(context, *options); }); });
}

}  // namespace

void add_release(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("release", "send results home: stage, send, review, follow");
  verb->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  add_sending(*verb, context, options);
  add_release_outlook(*verb, context);
  add_looking(*verb, context, options);
  add_mending(*verb, context, options);
  add_deciding(*verb, context, options);
  add_release_review(*verb, context);
  add_release_keep(*verb, context);
  Verb* resuming =
      add(*verb, "resume", "take up what a crash or a silent mail server left", "fvm release resume");
  resuming->callback([&context] { run_verb(context, [&] { return resume(context); }); });
  add_release_sample(*verb, context);
}

}  // namespace fvm::cli
