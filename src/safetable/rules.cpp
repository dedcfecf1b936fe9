#include "safetable/rules.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "safetable/record.hpp"
#include "safetable/survival.hpp"

namespace fvm::safetable {
namespace {

using disclosure::Parameter;
using disclosure::Statistic;

std::vector<std::string> registers_of(const std::vector<DataVersion>& data) {
  std::set<std::string> names;
  for (const DataVersion& each : data) names.insert(each.table.substr(0, each.table.find('.')));
  return {names.begin(), names.end()};
}

bool has_a_say(Statistic statistic, const Record& record) {
  if (statistic == Statistic::counts) return true;
  if (record.model)
    return statistic == Statistic::regression || statistic == Statistic::sums ||
           (statistic == Statistic::odds && record.model->asked.family == Family::binomial);
  if (statistic == Statistic::survival && is_survival(record)) return true;
  return std::any_of(record.measures.begin(), record.measures.end(), [&](const Measure& measure) {
    switch (measure.figure) {
      case Figure::percentile:
        return statistic == Statistic::percentiles;
      case Figure::mode:
        return statistic == Statistic::mode;
      case Figure::deviation:
        return statistic == Statistic::deviation || statistic == Statistic::sums;
      case Figure::minimum:
      case Figure::maximum:
        return statistic == Statistic::extremes || statistic == Statistic::sums;
      default:
        return statistic == Statistic::sums;
    }
  });
}

}  // namespace

Result<Rules> rules_for(const config::Config& config, const std::vector<DataVersion>& data, UnitKind kind) {
  return rules_of(config, registers_of(data), name_of(kind));
}

std::string few_of(const Record& record, Language language) {
  constexpr const char* words[] = {"safetable.persons", "safetable.providers", "safetable.holdings"};
  std::string out;
  const auto add = [&](UnitKind kind, const Rules& rules) {
    if (!out.empty()) out += " " + message(language, "safetable.or") + " ";
    out += std::to_string(rules.threshold()) + " " + message(language, words[static_cast<size_t>(kind)]);
  };
  add(record.kind, record.rules);
  for (const OtherUnits& other : record.others)
    if (!other.unit.empty()) add(other.kind, other.rules);
  return out;
}

Result<Rules> rules_of(const config::Config& config, const std::vector<std::string>& registers,
                       std::string_view unit) {
  const auto settings = TRY(disclosure::RuleSettings::of(config.disclosure.rules));
  Rules rules(settings.effective(registers, unit));
  // What holds for every file that goes home holds for tables too.
  rules.tighten(disclosure::Parameter::counts_threshold, static_cast<double>(config.release.cell_count_min));
  return rules;
}

std::string rule_sentence(const disclosure::ParameterRow& row, double value, Language language) {
  std::string number = fmt::format("{}", value);
  if (language == Language::danish) std::replace(number.begin(), number.end(), '.', ',');
  return message(language, row.sentence(), {{"value", number}});
}

std::string rules_note(const Record& record, Language language) {
  std::string rules, registers;
  for (const auto& row : disclosure::parameter_rows())
    if (has_a_say(row.statistic, record))
      rules += " " + rule_sentence(row, record.rules.at(row.parameter), language);
  for (const std::string& each : registers_of(record.data))
    registers += (registers.empty() ? "" : ", ") + each;
  return message(language, "safetable.note_rules", {{"registers", registers}, {"rules", rules.substr(1)}});
}

}  // namespace fvm::safetable
