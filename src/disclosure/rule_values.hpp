// The rules as data: which statistics there are, who decides on them, and the parameters of each with
// default, range and floor (rules.def). Settings and what they make of a table. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::disclosure {

#define STATISTIC(name, decider) name,
#define PARAMETER(...)
enum class Statistic : uint8_t {
#include "disclosure/rules.def"
};
#undef STATISTIC
#undef PARAMETER
#define STATISTIC(...)
#define PARAMETER(statistic, name, ...) statistic##_##name,
enum class Parameter : uint8_t {
#include "disclosure/rules.def"
};
#undef STATISTIC
#undef PARAMETER

enum class Decider : uint8_t { rule, people, never };
enum class Stricter : uint8_t { higher, lower };

struct StatisticRow {
  Statistic statistic;
  std::string_view name;  // "counts"; its sentence is the message "rule.counts"
  Decider decider;
};
struct ParameterRow {
  Parameter parameter;
  Statistic statistic;
  std::string_view name;  // "counts.threshold"
  double value;           // default
  std::string_view unit;
  double least, most;
  Stricter stricter;
  std::string sentence() const;  // key of the message that says it, with a place {value}
};
const std::vector<StatisticRow>& statistic_rows();
const std::vector<ParameterRow>& parameter_rows();
const ParameterRow& row_of(Parameter parameter);

// A value for each parameter.
class RuleValues {
 public:
  RuleValues();  // the defaults
  double at(Parameter parameter) const { return values_[static_cast<size_t>(parameter)]; }
  void set(Parameter parameter, double value) { values_[static_cast<size_t>(parameter)] = value; }
  // Sets it if that is stricter than what is there.
  void tighten(Parameter parameter, double value);
  void tighten(const RuleValues& other);
  double threshold() const { return at(Parameter::counts_threshold); }
  // Of a parameter that counts units: never fewer than the threshold.
  double units_min(Parameter parameter) const;
  bool operator==(const RuleValues&) const = default;

 private:
  std::vector<double> values_;
};

// What an instance has set: for the service, and for registers and kinds of units apart.
class RuleSettings {
 public:
  // Lines of the configuration: "sums.p_percent = 15", "register LSR: counts.threshold = 10", "unit
  // providers: counts.threshold = 4", "register LSR, unit providers: …". Errors (usage): "rules.unreadable",
  // "rules.unknown_parameter" with the nearest, "rules.unknown_unit", "rules.out_of_range" with the range.
  static Result<RuleSettings> of(const std::vector<std::string>& lines);

  // For a table that counts `unit` and reads `registers` (in any case; none: the service's own). Of a
  // register or a unit with settings of its own these count instead of the service's; the strictest of all
  // that apply.
  RuleValues effective(const std::vector<std::string>& registers, std::string_view unit) const;

 private:
  struct Line {
    std::string register_name, unit;  // lower case; empty: any
    Parameter parameter{};
    double value = 0;
  };
  double value_for(const ParameterRow& row, const std::string& register_name, std::string_view unit) const;
  std::vector<Line> lines_;
};

// Kinds of units that settings may name.
bool is_unit_kind(std::string_view text);  // "persons", "providers"

}  // namespace fvm::disclosure
