#include "disclosure/rule_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/nearest.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr std::string_view unit_kinds[] = {"persons", "providers", "holdings"};

bool is_stricter(const ParameterRow& row, double value, double than) {
  return row.stricter == Stricter::higher ? value > than : value < than;
}

std::vector<std::string> names_of_parameters() {
  std::vector<std::string> names;
  for (const ParameterRow& row : parameter_rows()) names.emplace_back(row.name);
  return names;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

struct Scope {
  std::string register_name, unit;
};

// "register LSR, unit providers"
Result<Scope> scope_of(std::string_view text, const std::string& line) {
  Scope scope;
  while (!text.empty()) {
    const std::string_view part = trim(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.size(), text.find(',') == text.npos ? text.size() : text.find(',') + 1));
    const size_t space = part.find(' ');
    const std::string_view word = part.substr(0, space);
    const std::string name = space == part.npos ? "" : lower(trim(part.substr(space)));
    std::string& field = word == "register" ? scope.register_name : scope.unit;
    if ((word != "register" && word != "unit") || name.empty() || !field.empty())
      return usage("rules.unreadable", {{"line", line}});
    if (word == "unit" && !is_unit_kind(name))
      return usage("rules.unknown_unit", {{"line", line}, {"unit", name}});
    field = name;
  }
  return scope;
}

}  // namespace

const std::vector<StatisticRow>& statistic_rows() {
#define STATISTIC(name, decider) {Statistic::name, #name, Decider::decider},
#define PARAMETER(...)
  static const std::vector<StatisticRow> rows = {
#include "disclosure/rules.def"
  };
#undef STATISTIC
#undef PARAMETER
  return rows;
}

const std::vector<ParameterRow>& parameter_rows() {
#define STATISTIC(...)
#define PARAMETER(statistic, name, value, unit, least, most, stricter) \
  {Parameter::statistic##_##name,                                      \
   Statistic::statistic,                                               \
   #statistic "." #name,                                               \
   value,                                                              \
   #unit,                                                              \
   least,                                                              \
   most,                                                               \
   Stricter::stricter},
  static const std::vector<ParameterRow> rows = {
#include "disclosure/rules.def"
  };
#undef STATISTIC
#undef PARAMETER
  return rows;
}

const ParameterRow& row_of(Parameter parameter) {
  return parameter_rows()[static_cast<size_t>(parameter)];
}

std::string ParameterRow::sentence() const {
  std::string key = "rule." + std::string(name);
  key[key.rfind('.')] = '_';
  return key;
}

RuleValues::RuleValues() {
  for (const ParameterRow& row : parameter_rows()) values_.push_back(row.value);
}

void RuleValues::tighten(Parameter parameter, double value) {
  if (is_stricter(row_of(parameter), value, at(parameter))) set(parameter, value);
}

void RuleValues::tighten(const RuleValues& other) {
  for (const ParameterRow& row : parameter_rows()) tighten(row.parameter, other.at(row.parameter));
}

double RuleValues::units_min(Parameter parameter) const {
  return std::max(threshold(), at(parameter));
}

bool is_unit_kind(std::string_view text) {
  return std::find(std::begin(unit_kinds), std::end(unit_kinds), text) != std::end(unit_kinds);
}

Result<RuleSettings> RuleSettings::of(const std::vector<std::string>& lines) {
  RuleSettings out;
  for (const std::string& line : lines) {
    const size_t colon = line.find(':'), sign = line.find('=');
    if (sign == line.npos || (colon != line.npos && colon > sign))
      return usage("rules.unreadable", {{"line", line}});
    Scope scope;
    if (colon != line.npos) {
      if (trim(std::string_view(line).substr(0, colon)).empty())
        return usage("rules.unreadable", {{"line", line}});
      scope = TRY(scope_of(std::string_view(line).substr(0, colon), line));
    }
    const size_t begin = colon == line.npos ? 0 : colon + 1;
    const std::string name(trim(std::string_view(line).substr(begin, sign - begin)));
    const auto value = number_in(trim(std::string_view(line).substr(sign + 1)));
    const auto& rows = parameter_rows();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.name == name; });
    if (row == rows.end())
      return usage("rules.unknown_parameter",
                   {{"line", line}, {"nearest", nearest(name, names_of_parameters())}});
    const bool fraction = value && row->unit != "percent" && *value != std::floor(*value);
    if (!value || fraction || *value < row->least || *value > row->most)
      return usage(
          "rules.out_of_range",
          {{"line", line}, {"least", fmt::format("{}", row->least)}, {"most", fmt::format("{}", row->most)}});
    out.lines_.push_back({scope.register_name, scope.unit, row->parameter, *value});
  }
  return out;
}

double RuleSettings::value_for(const ParameterRow& row, const std::string& register_name,
                               std::string_view unit) const {
  std::optional<double> own, service;
  for (const Line& line : lines_) {
    if (line.parameter != row.parameter) continue;
    if (!line.register_name.empty() && line.register_name != register_name) continue;
    if (!line.unit.empty() && line.unit != unit) continue;
    auto& found = line.register_name.empty() && line.unit.empty() ? service : own;
    if (!found || is_stricter(row, line.value, *found)) found = line.value;
  }
  return own.value_or(service.value_or(row.value));
}

RuleValues RuleSettings::effective(const std::vector<std::string>& registers, std::string_view unit) const {
  std::vector<std::string> names = registers;
  if (names.empty()) names.emplace_back();
  RuleValues out;
  for (const ParameterRow& row : parameter_rows()) {
    out.set(row.parameter, value_for(row, lower(names[0]), unit));
    for (const std::string& name : names) out.tighten(row.parameter, value_for(row, lower(name), unit));
  }
  return out;
}

}  // namespace fvm::disclosure
