// fvm spotcheck …: second looks at what was sent, and the lot that draws them.
#include <array>
#include <boost/json.hpp>
#include <memory>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/release_review.hpp"
#include "fvm/release_views.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "identity/service.hpp"
#include "release/permissions.hpp"
#include "release/spotcheck.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct SpotcheckFlags {
  std::string number, reason, rule;
  int64_t period = 0;
};

// Those that this person may take a second look at.
Result<void> list(Context& context, const SpotcheckFlags&) {
  const Services services = TRY(open_services(context));
  auto mine = TRY(release::second_looks_for(services.database(), context.user));
  show_list(context, TRY(only_visible(context, services, std::move(mine))));
  return {};
}

Result<void> close(Context& context, const SpotcheckFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto request = TRY(release::close_look(*services.ledger, flags.number, context.user, flags.reason));
  show_request(context, TRY(seen(context, services, request)), {});
  return {};
}

Result<void> finding(Context& context, const SpotcheckFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto request =
      TRY(release::report_finding(*services.ledger, flags.number, context.user, flags.rule, flags.reason));
  show_request(context, TRY(seen(context, services, request)), {});
  return {};
}

Result<void> draw(Context& context, const SpotcheckFlags&) {
  const Services services = TRY(open_services(context));
  TRY(identity::require_role(services.database(), context.user, identity::Role::operator_));
  const size_t drawn =
      TRY(release::follow_lot(context.world, *services.ledger, release::SampleRules::of(services.config)));
  if (context.json) print(json::serialize(json::object{{"drawn", drawn}}));
  say(context, "lot.drawn", {{"count", std::to_string(drawn)}});
  return {};
}

Result<void> periods(Context& context, const SpotcheckFlags&) {
  const Services services = TRY(open_services(context));
  json::array all;
  for (const release::Period& each : TRY(release::periods(services.database()))) {
    all.push_back(json::object{{"period", each.id},
                               {"first", to_text(each.first)},
                               {"last", to_text(each.last)},
                               {"commitment", each.commitment},
                               {"seed", each.seed}});
    if (context.json) continue;
    print(std::to_string(each.id) + "  " + to_text(each.first) + " – " + to_text(each.last) + "  " +
          each.commitment + (each.revealed ? "  " + each.seed : ""));
  }
  if (context.json) print(json::serialize(json::object{{"periods", std::move(all)}}));
  return {};
}

Result<int> verify(Context& context, const SpotcheckFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto faults =
      TRY(release::verify_lot(context.world, services.instance.audit(), services.database(), flags.period));
  json::array all;
  for (const release::LotFault& fault : faults) {
    const std::string text = message(context.language, fault.key, {{"release", fault.number}});
    all.push_back(json::object{{"fault", fault.key}, {"release", fault.number}, {"text", text}});
    if (!context.json) print(text);
  }
  if (context.json)
    print(json::serialize(json::object{{"period", flags.period}, {"faults", std::move(all)}}));
  if (faults.empty()) say(context, "lot.whole", {{"period", std::to_string(flags.period)}});
  return faults.empty() ? 0 : static_cast<int>(Kind::refused);
}

Result<void> precision(Context& context, const SpotcheckFlags&) {
  const Services services = TRY(open_services(context));
  json::array rules, looks;
  for (const auto& each : TRY(release::precision_of_rules(services.database()))) {
    rules.push_back(json::object{{"rule", each.rule}, {"fired", each.fired}, {"held_back", each.held_back}});
    if (!context.json)
      print(each.rule + "  " + std::to_string(each.held_back) + "/" + std::to_string(each.fired));
  }
  for (const auto& each : TRY(release::second_looks(services.database()))) {
    looks.push_back(json::object{{"route", each.route}, {"looked", each.looked}, {"found", each.found}});
    if (!context.json)
      print(each.route + "  " + std::to_string(each.found) + "/" + std::to_string(each.looked));
  }
  if (context.json)
    print(json::serialize(json::object{{"rules", std::move(rules)}, {"second_looks", std::move(looks)}}));
  return {};
}

template <class Body>
Verb* add(Verb& parent, Context& context, const std::shared_ptr<SpotcheckFlags>& flags, const char* name,
          const char* what, const char* example, Body body) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback([&context, flags, body] {
    if constexpr (std::is_same_v<decltype(body(context, *flags)), Result<int>>)
      run_verb_with_code(context, [&] { return body(context, *flags); });
    else
      run_verb(context, [&] { return body(context, *flags); });
  });
  return verb;
}

}  // namespace

void add_release_sample(Verb& release, Context& context) {
  add(release, context, std::make_shared<SpotcheckFlags>(), "sample",
      "draw sent files for a second look (operators); the rest is in fvm spotcheck",
      "fvm release sample --as olga", draw);
}

void add_spotcheck(Verb& app, Context& context) {
  const auto flags = std::make_shared<SpotcheckFlags>();
  Verb* verb = app.add_subcommand("spotcheck", "second looks at what was sent, drawn by lot");
  verb->require_subcommand(1);
  add(*verb, context, flags, "list", "what was drawn and you may look at", "fvm spotcheck list --as ruth",
      list);
  Verb* closing = add(*verb, context, flags, "close", "looked at, nothing found",
                      "fvm spotcheck close H-000001 --reason \"Set igennem\" --as ruth", close);
  Verb* found =
      add(*verb, context, flags, "finding", "something was found: it is to be recalled",
          "fvm spotcheck finding H-000001 --rule small_count --reason \"Række 7\" --as ruth", finding);
  for (Verb* each : {closing, found}) {
    each->add_option("number", flags->number, "release number")->required();
    each->add_option("--reason", flags->reason, "what you have seen")->required();
  }
  found->add_option("--rule", flags->rule, "the rule that should have seen it, or \"none\"")->required();
  add(*verb, context, flags, "draw", "what the clock does by itself: draw, fill quotas, reveal (operators)",
      "fvm spotcheck draw --as olga", draw);
  add(*verb, context, flags, "periods",
      "periods, what was committed to, and the seeds of those that are over", "fvm spotcheck periods",
      periods);
  Verb* verifying = add(*verb, context, flags, "verify", "a period against the ledger's files",
                        "fvm spotcheck verify 3", verify);
  verifying->add_option("period", flags->period, "its number")->required();
  add(*verb, context, flags, "precision", "what people say about the rules", "fvm spotcheck precision",
      precision);
}

}  // namespace fvm::cli
