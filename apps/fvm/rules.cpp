// rules show: the rules of disclosure control as they are in force.
#include <memory>

#include <boost/json.hpp>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "safetable/rules.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using disclosure::Decider;

struct RulesFlags {
  std::string unit = "persons";
  std::vector<std::string> registers;
};

std::string_view name_of(Decider decider) {
  constexpr std::string_view names[] = {"rule", "people", "never"};
  return names[static_cast<size_t>(decider)];
}

json::object parameter_json(const disclosure::ParameterRow& row, double value, Language language) {
  return {{"name", row.name},
          {"value", value},
          {"default", row.value},
          {"unit", row.unit},
          {"least", row.least},
          {"most", row.most},
          {"stricter", row.stricter == disclosure::Stricter::higher ? "higher" : "lower"},
          {"sentence", safetable::rule_sentence(row, value, language)}};
}

Result<void> show(const Context& context, const RulesFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto rules = TRY(safetable::rules_of(services.config, flags.registers, flags.unit));
  json::array statistics;
  for (const auto& statistic : disclosure::statistic_rows()) {
    const std::string sentence = message(context.language, "rule." + std::string(statistic.name));
    json::array parameters;
    if (!context.json) print(std::string(statistic.name) + ": " + sentence);
    for (const auto& row : disclosure::parameter_rows()) {
      if (row.statistic != statistic.statistic) continue;
      const double value = rules.at(row.parameter);
      parameters.push_back(parameter_json(row, value, context.language));
      if (!context.json)
        print("  " + std::string(row.name) + ": " + safetable::rule_sentence(row, value, context.language));
    }
    statistics.push_back(json::object{{"statistic", statistic.name},
                                      {"decided_by", name_of(statistic.decider)},
                                      {"sentence", sentence},
                                      {"parameters", std::move(parameters)}});
  }
  if (context.json)
    print(json::serialize(
        json::object{{"unit", flags.unit},
                     {"registers", json::array(flags.registers.begin(), flags.registers.end())},
                     {"statistics", std::move(statistics)}}));
  return {};
}

}  // namespace

void add_rules(Verb& app, Context& context) {
  const auto flags = std::make_shared<RulesFlags>();
  Verb* rules = app.add_subcommand("rules", "the rules of disclosure control");
  rules->require_subcommand(1);
  Verb* verb = rules->add_subcommand("show", "each rule with the value in force, and what it means");
  verb->add_option("--register", flags->registers,
                   "for tables made from this register; several may be given");
  verb->add_option("--unit", flags->unit, "what is counted")
      ->check(one_of({"persons", "providers", "holdings"}))
      ->capture_default_str();
  verb->footer(
      "Example:\n  fvm rules show --register LSR\nSet in config.toml, [disclosure] rules = [\"register LSR: "
      "counts.threshold = 10\"]");
  verb->callback([&context, flags] { run_verb(context, [&] { return show(context, *flags); }); });
}

}  // namespace fvm::cli
