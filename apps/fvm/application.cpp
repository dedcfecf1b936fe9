// fvm application …: what an applicant, a caseworker, a decision-maker and a signatory do with a case.
#include <memory>

#include "base/time.hpp"
#include "casework/service.hpp"
#include "casework/views.hpp"
#include "fvm/application_agreement.hpp"
#include "fvm/application_views.hpp"
#include "fvm/casework_setting.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/order_sheet.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

using casework::Event;

struct Options {
  std::string number, file, text, to, state, authority, mail_from, recommendation, order_sheet;
  const Services* services = nullptr;  // of the verb that runs
  int64_t version = 0, before = 0;
  bool approve = false, reject = false, internal = false, english = false;
};

Result<std::string> text_of(const Context& context, const std::string& file) {
  if (file != "-")
    return context.world.read_file(std::filesystem::absolute(file), casework::application_bytes_max + 1);
  return context.world.read_file("/dev/stdin", casework::application_bytes_max + 1);
}

// The document, with what its order sheet orders; without a sheet the one before counts.
Result<casework::Draft> draft_of(const Context& context, const Options& options) {
  casework::Draft draft{.text = TRY(text_of(context, options.file)), .file = options.file};
  if (!options.order_sheet.empty())
    draft.order = TRY(ordered(context, *options.services, options.order_sheet));
  return draft;
}

// What was done, or the findings and exit code 1.
Result<int> finish(Context& context, const casework::Setting& setting, const casework::Outcome& outcome) {
  show_findings(context, outcome.findings);
  if (!outcome.done) {
    say(context, "application.not_done");
    if (context.json) show_outcome(context, outcome.findings, std::nullopt);
    return static_cast<int>(Kind::refused);
  }
  const auto view = TRY(casework::view(setting, outcome.about.number, context.user));
  show_outcome(context, outcome.findings, view);
  return 0;
}

Result<int> show_case(Context& context, const casework::Setting& setting, const std::string& number) {
  show_view(context, TRY(casework::view(setting, number, context.user)));
  return 0;
}

Result<int> make(Context& context, const casework::Setting& setting, const Options& options) {
  casework::Draft draft = TRY(draft_of(context, options));
  if (!options.mail_from.empty()) {
    draft.origin = casework::Origin::mail;
    draft.mail_from = options.mail_from;
  }
  return finish(context, setting, TRY(casework::begin(setting, casework::user(context.user), draft)));
}

Result<int> save(Context& context, const casework::Setting& setting, const Options& options) {
  const casework::Draft draft = TRY(draft_of(context, options));
  return finish(context, setting,
                TRY(casework::save(setting, options.number, casework::user(context.user), draft)));
}

Result<int> submit(Context& context, const casework::Setting& setting, const Options& options) {
  return finish(
      context, setting,
      TRY(casework::submit(setting, options.number, casework::user(context.user), {options.text, {}})));
}

// The changed application may come with the answer.
Result<int> answer(Context& context, const casework::Setting& setting, const Options& options) {
  const auto who = casework::user(context.user);
  if (!options.file.empty()) {
    const casework::Draft draft = TRY(draft_of(context, options));
    auto saved = TRY(casework::save(setting, options.number, who, draft));
    if (!saved.done) return finish(context, setting, saved);
  }
  return finish(context, setting, TRY(casework::answer(setting, options.number, who, {options.text, {}})));
}

// Every step that is words and perhaps an account.
Result<int> step(Context& context, const casework::Setting& setting, const Options& options, Event event) {
  const casework::Words words{options.text, event == Event::recommend ? options.recommendation : options.to};
  const auto about =
      TRY(casework::take_step(setting, options.number, casework::user(context.user), event, words));
  if (event == Event::hand_over) {  // a draft is now its applicant's alone
    say(context, "casework.handed_over", {{"case", about.number}, {"user", about.applicant}});
    return 0;
  }
  return show_case(context, setting, about.number);
}

Result<int> decide(Context& context, const casework::Setting& setting, const Options& options) {
  if (options.approve == options.reject) return usage("casework.one_verdict");
  return step(context, setting, options, options.approve ? Event::approve : Event::reject);
}

Result<int> comment(Context& context, const casework::Setting& setting, const Options& options) {
  return step(context, setting, options, options.internal ? Event::note : Event::comment);
}

Result<int> branch(Context& context, const casework::Setting& setting, const Options& options,
                   bool amendment) {
  const auto begin = amendment ? casework::amend : casework::extend;
  const auto child = TRY(begin(setting, options.number, casework::user(context.user), {options.text, {}}));
  return show_case(context, setting, child.number);
}

Result<int> list(Context& context, const casework::Setting& setting, const Options& options) {
  casework::Filter filter{.authority = options.authority};
  if (!options.state.empty()) {
    const auto state = casework::state_named(options.state);
    if (!state) return usage("casework.no_such_state", {{"state", options.state}});
    filter.states = {*state};
  }
  show_views(context, TRY(casework::views(setting, filter, context.user)));
  return 0;
}

Result<int> queue(Context& context, const casework::Setting& setting, const Options&) {
  show_queue(context, TRY(casework::queue(setting)));
  return 0;
}

std::optional<int64_t> given(int64_t version) {
  return version > 0 ? std::optional(version) : std::nullopt;
}

Result<int> document(Context& context, const casework::Setting& setting, const Options& options) {
  show_document(context, TRY(casework::visible_version(setting.ledger.database(), options.number,
                                                       context.user, given(options.version))));
  return 0;
}

Result<int> difference(Context& context, const casework::Setting& setting, const Options& options) {
  show_difference(context, TRY(casework::compare(setting.ledger.database(), options.number, context.user,
                                                 given(options.before), given(options.version))));
  return 0;
}

using Body = std::function<Result<int>(Context&, const casework::Setting&, const Options&)>;

// One verb: its own options, an example under --help, one opened instance.
struct Verbs {
  Verb& parent;
  Context& context;

  std::pair<Verb*, std::shared_ptr<Options>> add(const char* name, const char* what, const char* example,
                                                 Body body) const {
    auto options = std::make_shared<Options>();
    Verb* verb = parent.add_subcommand(name, what);
    verb->footer(std::string("Example:\n  ") + example);
    verb->callback([this_context = &context, options, body] {
      run_verb_with_code(*this_context, [&]() -> Result<int> {
        const Services services = TRY(open_services(*this_context));
        options->services = &services;
        return body(*this_context, casework_setting(*this_context, services), *options);
      });
    });
    return {verb, options};
  }
  // The same about one case.
  std::pair<Verb*, std::shared_ptr<Options>> add_about(const char* name, const char* what,
                                                       const char* example, Body body) const {
    auto made = add(name, what, example, std::move(body));
    made.first->add_option("case", made.second->number, "case number")->required();
    return made;
  }
  // The same with words.
  Verb* add_step(const char* name, const char* what, const char* example, Body body,
                 const char* text = "words; the ledger and the case keep them") const {
    auto [verb, options] = add_about(name, what, example, std::move(body));
    verb->add_option("--text", options->text, text);
    verb->add_option("--to", options->to, "an account");
    return verb;
  }
};

Body taking(Event event) {
  return [event](Context& c, const casework::Setting& s, const Options& o) { return step(c, s, o, event); };
}

void add_applicants_verbs(const Verbs& verbs) {
  auto [made, new_options] =
      verbs.add("new", "a new application from its document (TOML; - is standard input); may be incomplete",
                "fvm application new ansoegning.toml --as anna", make);
  made->add_option("document", new_options->file, "the application")->required();
  made->add_option("--mail-from", new_options->mail_from,
                   "it came by e-mail from that address (caseworkers)");
  auto [saved, save_options] =
      verbs.add_about("save", "a new text for a draft or a returned case",
                      "fvm application save FVM-2026-0017 ansoegning.toml --as anna", save);
  saved->add_option("document", save_options->file, "the application")->required();
  constexpr const char* sheet_text = "filled order sheet (XLSX) or list of variables (CSV)";
  made->add_option("--order-sheet", new_options->order_sheet, sheet_text);
  saved->add_option("--order-sheet", save_options->order_sheet, sheet_text);
  verbs.add_step("submit", "hand it in", "fvm application submit FVM-2026-0017 --as anna", submit);
  auto [answered, answer_options] = verbs.add_about(
      "answer", "answer a request, with the changed application if it was changed",
      "fvm application answer FVM-2026-0017 --text \"Perioden er rettet\" --document ny.toml --as anna",
      answer);
  answered->add_option("--text", answer_options->text, "the answer")->required();
  answered->add_option("--document", answer_options->file, "the changed application");
  answered->add_option("--order-sheet", answer_options->order_sheet, sheet_text);
  verbs.add_step(
      "amend", "ask for a change of an active case: more variables, users, time",
      "fvm application amend FVM-2026-0017 --text \"Vi mangler LAB\" --as anna",
      [](Context& c, const casework::Setting& s, const Options& o) { return branch(c, s, o, true); });
  verbs.add_step(
      "extend", "ask for an extension: a new application that refers to the old",
      "fvm application extend FVM-2026-0017 --as anna",
      [](Context& c, const casework::Setting& s, const Options& o) { return branch(c, s, o, false); });
  verbs.add_step("withdraw", "take it back", "fvm application withdraw FVM-2026-0017 --as anna",
                 taking(Event::withdraw));
  verbs.add_step("close", "end the access",
                 "fvm application close FVM-2026-0017 --text \"Opgaven er løst\" --as anna",
                 taking(Event::close), "why");
}

void add_services_verbs(const Verbs& verbs) {
  verbs.add_step("assign", "give it to a caseworker",
                 "fvm application assign FVM-2026-0017 --to karl --as karl", taking(Event::assign));
  verbs.add_step("request", "ask the applicant for more; the clock waits",
                 "fvm application request FVM-2026-0017 --text \"Begrund LAB\" --as karl",
                 taking(Event::request), "what is missing");
  verbs.add_step(
      "ask", "ask another caseworker for a second opinion",
      "fvm application ask FVM-2026-0017 --to kirsten --text \"Er populationen rimelig?\" --as karl",
      taking(Event::ask));
  verbs.add_step("opinion", "give the second opinion",
                 "fvm application opinion FVM-2026-0017 --text \"Ja\" --as kirsten", taking(Event::opine));
  auto [recommend, options] =
      verbs.add_about("recommend", "the caseworker's assessment, for the decision-maker",
                      "fvm application recommend FVM-2026-0017 approve --text \"Nødvendig\" --as karl",
                      taking(Event::recommend));
  recommend->add_option("what", options->recommendation, "approve or reject")->required();
  recommend->add_option("--text", options->text, "the assessment");
  auto [decided, verdict] = verbs.add_about(
      "decide", "approve or reject, with reasons",
      "fvm application decide FVM-2026-0017 --approve --text \"Betingelserne er opfyldt\" --as dorte",
      decide);
  decided->add_flag("--approve", verdict->approve, "it is granted");
  decided->add_flag("--reject", verdict->reject, "it is not");
  decided->add_option("--text", verdict->text, "the reasons");
  verbs.add_step("reopen", "take a granted case back to assessment before its agreements are in force",
                 "fvm application reopen FVM-2026-0017 --text \"Aftalen skal ændres\" --as karl",
                 taking(Event::reopen), "why");
  verbs.add_step("hand-over", "give a case that came by e-mail to an applicant's account",
                 "fvm application hand-over FVM-2026-0017 --to anna --as karl", taking(Event::hand_over));
}

void add_readers_verbs(const Verbs& verbs) {
  auto [commented, words] =
      verbs.add_about("comment", "a comment for the other side; --internal: for the service alone",
                      "fvm application comment FVM-2026-0017 --text \"Set\" --as karl", comment);
  commented->add_option("--text", words->text, "the comment");
  commented->add_flag("--internal", words->internal, "the applicant does not see it");
  verbs.add_about(
      "show", "one case: state, clock, forecast, history, letters",
      "fvm application show FVM-2026-0017 --as anna",
      [](Context& c, const casework::Setting& s, const Options& o) { return show_case(c, s, o.number); });
  auto [listed, filter] =
      verbs.add("list", "the cases that you may see", "fvm application list --state submitted", list);
  listed->add_option("--state", filter->state, "only those in that state");
  listed->add_option("--authority", filter->authority, "only those of that CVR number");
  verbs.add("queue", "how many wait, and how long it takes", "fvm application queue", queue);
  auto [shown, which] = verbs.add_about("document", "the application's text",
                                        "fvm application document FVM-2026-0017 --version 2", document);
  shown->add_option("--version", which->version, "instead of the newest");
  auto [compared, between] =
      verbs.add_about("difference", "what changed between two texts",
                      "fvm application difference FVM-2026-0017 --before 1", difference);
  compared->add_option("--before", between->before, "the older version; else the one before");
  compared->add_option("--version", between->version, "the newer version; else the newest");
}

}  // namespace

void add_application(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("application", "cases: from application to agreement");
  verb->require_subcommand(1);
  verb->fallthrough();
  const Verbs verbs{*verb, context};
  add_applicants_verbs(verbs);
  add_services_verbs(verbs);
  add_readers_verbs(verbs);
  add_application_check(*verb, context);
  add_mailbox(*verb, context);
  add_agreement_verbs(*verb, context);
  Verb* form = verb->add_subcommand("form", "an empty application to fill in");
  form->footer("Example:\n  fvm application form > ansoegning.toml");
  form->callback([&context] { print(casework::empty_form(context.language)); });
}

}  // namespace fvm::cli
