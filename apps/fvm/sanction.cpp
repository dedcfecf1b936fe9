// fvm sanction …: breaches of the rules, from the report to the end of a closing.
#include <boost/json.hpp>
#include <limits>
#include <memory>

#include "enclave/service.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/sanction_views.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "sanction/service.hpp"
#include "sanction/statistics.hpp"
#include "sanction/visibility.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

constexpr int64_t not_said = std::numeric_limits<int64_t>::min();

struct SanctionFlags {
  std::string number, words, severity, reach;
  sanction::Report report;
  int64_t days = not_said;
};

// Sandboxes of those who may not go on are ended now; whatever this cannot reach, the steward does.
Result<void> finish(Context& context, const Services& services, const sanction::Case& about) {
  TRY(enclave::end_disallowed(context.world, *services.ledger, services.instance, context.user));
  show_case(context, services, about);
  return {};
}

Result<void> report(Context& context, const SanctionFlags& flags) {
  const Services services = TRY(open_services(context));
  sanction::Report report = flags.report;
  report.words = flags.words;
  show_case(context, services, TRY(sanction::report(*services.ledger, context.user, report)));
  return {};
}

Result<void> assess(Context& context, const SanctionFlags& flags) {
  const auto severity = sanction::severity_named(flags.severity);
  if (!severity) return usage("sanction.severity_unknown", {{"severity", flags.severity}});
  const Services services = TRY(open_services(context));
  return finish(context, services,
                TRY(sanction::assess(*services.ledger, flags.number, context.user, *severity, flags.words)));
}

Result<sanction::Reach> reach_of(const std::string& name) {
  const auto reach = sanction::reach_named(name);
  if (!reach) return usage("sanction.reach_unknown", {{"reach", name}});
  return *reach;
}

Result<void> close(Context& context, const SanctionFlags& flags) {
  const auto reach = TRY(reach_of(flags.reach.empty() ? "project" : flags.reach));
  const Services services = TRY(open_services(context));
  return finish(context, services,
                TRY(sanction::interim(*services.ledger, flags.number, context.user, reach, flags.words)));
}

Result<void> decide(Context& context, const SanctionFlags& flags) {
  std::optional<sanction::Measure> wanted;
  if (flags.reach.empty() && flags.days != not_said) return usage("sanction.days_without_reach");
  if (!flags.reach.empty())
    wanted = sanction::Measure{TRY(reach_of(flags.reach)), flags.days == not_said ? 0 : flags.days};
  const Services services = TRY(open_services(context));
  return finish(context, services,
                TRY(sanction::decide(*services.ledger, flags.number, context.user, wanted, flags.words)));
}

Result<void> take(Context& context, const SanctionFlags& flags, sanction::Event event) {
  const Services services = TRY(open_services(context));
  return finish(context, services,
                TRY(sanction::take_step(*services.ledger, flags.number, context.user, event, flags.words)));
}

Result<void> show(Context& context, const SanctionFlags& flags) {
  const Services services = TRY(open_services(context));
  show_case(context, services, TRY(sanction::seen(services.database(), flags.number, context.user)));
  return {};
}

Result<void> list(Context& context, const SanctionFlags&) {
  const Services services = TRY(open_services(context));
  show_cases(context, TRY(sanction::all_seen(services.database(), context.user)));
  return {};
}

Result<void> statistics(Context& context, const SanctionFlags&) {
  const Services services = TRY(open_services(context));
  json::array all;
  for (const auto& cell : TRY(sanction::statistics(services.database(), context.world.now()))) {
    json::value cases = nullptr;
    if (cell.cases) cases = *cell.cases;
    all.push_back(json::object{{"year", cell.year}, {"group", cell.group}, {"cases", cases}});
    if (!context.json)
      print(cell.year + "  " + cell.group + "  " + (cell.cases ? std::to_string(*cell.cases) : "…"));
  }
  if (context.json) print(json::serialize(json::object{{"breaches", std::move(all)}}));
  return {};
}

template <class Body>
Verb* add(Verb& parent, Context& context, const std::shared_ptr<SanctionFlags>& flags, const char* name,
          const char* what, const char* example, Body body) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  return verb;
}

void add_words(Verb* verb, const std::shared_ptr<SanctionFlags>& flags) {
  verb->add_option("number", flags->number, "number of the case")->required();
  verb->add_option("--reason", flags->words, "the words that it is done with; kept in the case")->required();
}

void add_steps(Verb& verb, Context& context, const std::shared_ptr<SanctionFlags>& flags) {
  using sanction::Event;
  struct Simple {
    const char *name, *what, *example;
    Event event;
  };
  static constexpr Simple simple[] = {
      {"answer", "what you say to it, if it is about you",
       "fvm sanction answer B-000001 --reason \"Det var …\" --as anna", Event::answer},
      {"appeal", "ask that somebody else looks at the decision",
       "fvm sanction appeal B-000001 --reason \"…\" --as anna", Event::appeal},
      {"reopen", "end an interim closing (security)",
       "fvm sanction reopen B-000001 --reason \"Undersøgt\" --as sofus", Event::reopen},
      {"dismiss", "no breach (security before the hearing, decision-makers after it)",
       "fvm sanction dismiss B-000001 --reason \"…\" --as dorte", Event::dismiss},
      {"uphold", "the appeal changes nothing (a decision-maker who did not decide)",
       "fvm sanction uphold B-000001 --reason \"…\" --as dan", Event::uphold},
      {"overturn", "the appeal is right: what was closed is open again",
       "fvm sanction overturn B-000001 --reason \"…\" --as dan", Event::overturn},
      {"lift", "end it before its time (decision-makers)",
       "fvm sanction lift B-000001 --reason \"…\" --as dorte", Event::lift},
  };
  for (const Simple& each : simple) {
    const auto body = [event = each.event](Context& c, const SanctionFlags& f) { return take(c, f, event); };
    add_words(add(verb, context, flags, each.name, each.what, each.example, body), flags);
  }
}

}  // namespace

void add_sanction(Verb& app, Context& context) {
  const auto flags = std::make_shared<SanctionFlags>();
  Verb* verb = app.add_subcommand("sanction", "breaches of the rules, and what is closed because of them");
  verb->require_subcommand(1);
  Verb* reporting =
      add(*verb, context, flags, "report", "say that a rule was broken, also by yourself",
          "fvm sanction report --release H-000001 --reason \"Række 7 viser tre\" --as anna", report);
  reporting->add_option("--release", flags->report.release, "the release that it is about");
  reporting->add_option("--user", flags->report.user, "or the user");
  reporting->add_option("--project", flags->report.project, "and the project");
  reporting->add_option("--reason", flags->words, "what happened")->required();
  Verb* assessing = add(*verb, context, flags, "assess", "minor or serious; the hearing begins (security)",
                        "fvm sanction assess B-000001 --severity minor --reason \"…\" --as sofus", assess);
  add_words(assessing, flags);
  assessing->add_option("--severity", flags->severity, "minor or serious")->required();
  Verb* closing = add(*verb, context, flags, "close", "close at once until it is decided (security)",
                      "fvm sanction close B-000001 --reason \"…\" --as sofus", close);
  add_words(closing, flags);
  closing->add_option("--reach", flags->reach, "user, or project (the default: with its user)");
  Verb* deciding = add(*verb, context, flags, "decide", "by the rule, with reasons (decision-makers)",
                       "fvm sanction decide B-000001 --reason \"…\" --as dorte", decide);
  add_words(deciding, flags);
  deciding->add_option("--reach", flags->reach, "milder than the rule: none, user, project or institution");
  deciding->add_option("--days", flags->days, "with --reach: for so many days; 0: for good");
  add_steps(*verb, context, flags);
  Verb* showing =
      add(*verb, context, flags, "show", "one case", "fvm sanction show B-000001 --as anna", show);
  showing->add_option("number", flags->number, "number of the case")->required();
  add(*verb, context, flags, "list", "cases that you may see", "fvm sanction list --as sofus", list);
  add(*verb, context, flags, "statistics", "numbers that may be told to everybody", "fvm sanction statistics",
      statistics);
}

}  // namespace fvm::cli
