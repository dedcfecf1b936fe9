// What the rules say of one statistic, from the counts behind it (../shared/design/disclosure.md, "Rules per
// statistic"; rules.def has the sources). Each judges a statistic by itself: what follows from several
// together is the business of room tabular. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "disclosure/rule_values.hpp"

namespace fvm::disclosure {

enum class Outcome : uint8_t {
  publish,
  flag,    // may leave; people are told to look at it
  hide,    // must not leave
  review,  // no rule decides: a person does
};
struct Verdict {
  Outcome outcome = Outcome::publish;
  std::string_view reason;  // key of a message; empty when there is nothing to say
  bool may_leave() const { return outcome == Outcome::publish || outcome == Outcome::flag; }
  bool operator==(const Verdict&) const = default;
};

// --- counts
// Distinct units of a cell; missing values are a cell like any other. None may be told.
Verdict judge_count(double units, const RuleValues& rules);
// A cell of a group that is divided into two or more: all of the group share it, or nobody has it.
Verdict judge_part(double units, double group, const RuleValues& rules);
// Units of numerator and denominator. A share of 0 or 100 % is a part of its group as above.
Verdict judge_percentage(double numerator, double denominator, const RuleValues& rules);

// --- sums, means, ratios, concentration
// What the contributors (holdings, else units) give to one cell.
struct Contributions {
  double units = 0;  // distinct units behind the cell
  double total = 0;
  std::vector<double> largest;  // in falling order: at least as many as sums.dominance_count and two, or all
  bool negative = false;        // any of them below zero
};
Verdict judge_sum(const Contributions& from, const RuleValues& rules);  // a mean with its n is a sum
Verdict judge_ratio(const Contributions& numerator, const Contributions& denominator,
                    const RuleValues& rules);
Verdict judge_concentration(const Contributions& from,
                            const RuleValues& rules);  // Gini, shares of the largest
// The n and k of a dominance rule that the cell fails, for those who compute: true when it fails.
bool is_dominated(const Contributions& from, const RuleValues& rules);

// --- values of somebody
Verdict judge_extreme(double units_at_the_value, const RuleValues& rules);
Verdict judge_percentile(double units_rounding_to_the_value, const RuleValues& rules);
Verdict judge_mode(double units_with_the_mode, double units, const RuleValues& rules);
// The mean of as many of the most extreme as the rule asks for; `values` in order of extremeness. Nothing
// when there are fewer.
struct ExtremeMean {
  bool exists = false;
  double value = 0, units = 0;
};
ExtremeMean mean_of_extremes(const std::vector<double>& values, const RuleValues& rules);

// --- spread, models, tests
Verdict judge_deviation(double units, const RuleValues& rules);  // standard deviation and higher moments
struct Model {
  double units = 0;
  double coefficients = 0;             // the constant included
  std::vector<double> levels;          // units of each level of each factor
  bool factors_only = false;           // nothing but factors, so that it is a table of means …
  std::vector<Contributions> cells{};  // … of these combinations
  // Shares, 0 … 1, of what decides some combination of coefficients: the largest that one unit has, and that
  // of the threshold less one with the largest together.
  double leverage_largest = 0, leverage_of_few = 0;
};
Verdict judge_model(const Model& model, const RuleValues& rules);  // regression, correlation, tests
// Two samples of which the second is part of the first: the statistics of both tell of the difference.
Verdict judge_nested_samples(double units, double units_of_part, const RuleValues& rules);
struct FourCells {
  double exposed_cases = 0, exposed_others = 0, unexposed_cases = 0, unexposed_others = 0;
};
// Odds ratio, risk ratio.
Verdict judge_odds(const FourCells& cells, const RuleValues& rules);
// With its margins published a ratio is one more equation: these are the four cells that it gives, for the
// ledger. False when no whole table has that ratio (rounded to `digits` decimals) and these margins, or
// several.
struct Margins {
  double exposed = 0, unexposed = 0, cases = 0;
};
bool table_from_odds_ratio(const Margins& margins, double ratio, int digits, FourCells& found);

// --- survival: Kaplan–Meier, hazards, numbers at risk
struct SurvivalStep {
  double time = 0;  // end of the step
  double events = 0, censored = 0;
};
// Each step on its own: events, and those who left, none or enough.
Verdict judge_survival_step(const SurvivalStep& step, const RuleValues& rules);
// Puts steps that follow each other together until each has enough events, and those who were censored are
// enough too or none; what is left over goes to the last. Empty when all together are too few.
std::vector<SurvivalStep> pool_steps(const std::vector<SurvivalStep>& steps, const RuleValues& rules);
// The same for several groups that share their steps: of each pool the number of its first step. `steps` has
// one list a time, in each one step a group. A group of whom nobody is left asks for nothing.
std::vector<size_t> pool_groups(const std::vector<std::vector<SurvivalStep>>& steps, const RuleValues& rules);

// --- what no count decides: by Decider of its row
Verdict judge_kind(Statistic statistic);

}  // namespace fvm::disclosure
