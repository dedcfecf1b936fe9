#include "disclosure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fvm::disclosure {
namespace {

constexpr double hundred = 100;
using P = Parameter;

constexpr Verdict publish{};
Verdict hide(std::string_view reason) {
  return {Outcome::hide, reason};
}
Verdict when_few(double units, double least, std::string_view reason) {
  return units < least ? hide(reason) : publish;
}
// None, or enough.
bool is_few(double units, double least) {
  return units > 0 && units < least;
}
double sum(const std::vector<double>& values, size_t count) {
  return std::accumulate(values.begin(), values.begin() + static_cast<long>(std::min(count, values.size())),
                         0.0);
}

}  // namespace

Verdict judge_count(double units, const RuleValues& rules) {
  return is_few(units, rules.threshold()) ? hide("verdict.few_units") : publish;
}

Verdict judge_part(double units, double group, const RuleValues& rules) {
  if (is_few(units, rules.threshold()) || is_few(group, rules.threshold())) return hide("verdict.few_units");
  if (group == 0 || (units != 0 && units != group)) return publish;
  const bool hidden = rules.at(P::counts_whole_group) != 0;
  const std::string_view reason = units == 0 ? "verdict.nobody_of_group" : "verdict.whole_group";
  // That nobody has one of many things is told by every table; it tells about everybody when there is but one
  // other, and then that other one is the whole group.
  if (units == 0) return {Outcome::flag, reason};
  return {hidden ? Outcome::hide : Outcome::flag, reason};
}

Verdict judge_percentage(double numerator, double denominator, const RuleValues& rules) {
  if (denominator < rules.threshold()) return hide("verdict.few_in_denominator");
  return judge_part(numerator, denominator, rules);
}

bool is_dominated(const Contributions& from, const RuleValues& rules) {
  if (from.total <= 0 || from.largest.empty()) return false;
  const auto n = static_cast<size_t>(rules.at(P::sums_dominance_count));
  const double rest = from.total - sum(from.largest, 2);
  return rest < rules.at(P::sums_p_percent) / hundred * from.largest.front() ||
         sum(from.largest, n) > rules.at(P::sums_dominance_percent) / hundred * from.total;
}

Verdict judge_sum(const Contributions& from, const RuleValues& rules) {
  if (from.units < rules.threshold()) return hide("verdict.few_units");
  if (from.negative) return {Outcome::review, "verdict.negative_values"};
  return is_dominated(from, rules) ? hide("verdict.dominated") : publish;
}

Verdict judge_ratio(const Contributions& numerator, const Contributions& denominator,
                    const RuleValues& rules) {
  const Verdict first = judge_sum(numerator, rules);
  return first.may_leave() ? judge_sum(denominator, rules) : first;
}

Verdict judge_concentration(const Contributions& from, const RuleValues& rules) {
  return judge_sum(from, rules);
}

Verdict judge_extreme(double units_at_the_value, const RuleValues& rules) {
  return when_few(units_at_the_value, rules.units_min(P::extremes_units_min), "verdict.extreme_of_few");
}

Verdict judge_percentile(double units_rounding_to_the_value, const RuleValues& rules) {
  return when_few(units_rounding_to_the_value, rules.units_min(P::percentiles_units_min),
                  "verdict.percentile_of_few");
}

Verdict judge_mode(double units_with_the_mode, double units, const RuleValues& rules) {
  if (units_with_the_mode < rules.threshold()) return hide("verdict.few_units");
  if (units_with_the_mode > rules.at(P::mode_share_max) / hundred * units)
    return hide("verdict.mode_of_nearly_all");
  return publish;
}

ExtremeMean mean_of_extremes(const std::vector<double>& values, const RuleValues& rules) {
  const auto count = static_cast<size_t>(std::ceil(rules.units_min(P::extremes_units_min)));
  if (values.size() < count) return {};
  return {true, sum(values, count) / static_cast<double>(count), static_cast<double>(count)};
}

Verdict judge_deviation(double units, const RuleValues& rules) {
  if (units < rules.threshold()) return hide("verdict.few_units");
  return when_few(units - 1, rules.at(P::deviation_freedom_min), "verdict.few_degrees_of_freedom");
}

Verdict judge_model(const Model& model, const RuleValues& rules) {
  if (model.units - model.coefficients < rules.at(P::regression_freedom_min))
    return hide("verdict.few_degrees_of_freedom");
  const double least = rules.units_min(P::regression_level_min);
  if (std::any_of(model.levels.begin(), model.levels.end(), [&](double units) { return units < least; }))
    return hide("verdict.level_of_few");
  if (model.leverage_largest > rules.at(P::regression_leverage_percent) / hundred ||
      model.leverage_of_few > rules.at(P::regression_few_percent) / hundred)
    return hide("verdict.few_carry_model");
  if (!model.factors_only) return publish;
  for (const Contributions& cell : model.cells) {
    const Verdict verdict = judge_sum(cell, rules);
    if (!verdict.may_leave()) return verdict;
  }
  return {Outcome::flag, "verdict.table_of_means"};
}

Verdict judge_nested_samples(double units, double units_of_part, const RuleValues& rules) {
  return is_few(std::abs(units - units_of_part), rules.threshold()) ? hide("verdict.differs_by_few")
                                                                    : publish;
}

Verdict judge_odds(const FourCells& cells, const RuleValues& rules) {
  const double least =
      std::min({cells.exposed_cases, cells.exposed_others, cells.unexposed_cases, cells.unexposed_others});
  return when_few(least, rules.units_min(P::odds_cell_min), "verdict.one_of_four_cells");
}

bool table_from_odds_ratio(const Margins& margins, double ratio, int digits, FourCells& found) {
  const double scale = std::pow(10.0, digits);
  size_t tables = 0;
  const double first = std::max(0.0, margins.cases - margins.unexposed);
  for (double a = first; a <= std::min(margins.exposed, margins.cases); ++a) {
    const FourCells table{a, margins.exposed - a, margins.cases - a, margins.unexposed - margins.cases + a};
    const double below = table.exposed_others * table.unexposed_cases;
    if (below == 0) continue;
    const double its = table.exposed_cases * table.unexposed_others / below;
    if (std::round(its * scale) != std::round(ratio * scale)) continue;
    found = table;
    ++tables;
  }
  return tables == 1;
}

Verdict judge_survival_step(const SurvivalStep& step, const RuleValues& rules) {
  const double least = rules.units_min(P::survival_events_min);
  if (step.events < least) return hide("verdict.step_of_few_events");
  return is_few(step.censored, rules.threshold()) ? hide("verdict.few_left_between") : publish;
}

std::vector<size_t> pool_groups(const std::vector<std::vector<SurvivalStep>>& steps,
                                const RuleValues& rules) {
  std::vector<double> left;
  for (const auto& groups : steps) {
    left.resize(groups.size(), 0);
    for (size_t g = 0; g < groups.size(); ++g) left[g] += groups[g].events + groups[g].censored;
  }
  struct Pool {
    size_t first = 0;
    std::vector<SurvivalStep> groups;
    bool is_empty = true;
  };
  const auto may_leave = [&](const Pool& pool) {
    for (size_t g = 0; g < pool.groups.size(); ++g) {
      const SurvivalStep& step = pool.groups[g];
      const bool nobody = left[g] == 0 && step.events == 0 && step.censored == 0;
      if (!nobody && !judge_survival_step(step, rules).may_leave()) return false;
    }
    return true;
  };
  std::vector<Pool> pools;
  Pool open{0, std::vector<SurvivalStep>(left.size()), true};
  for (size_t i = 0; i < steps.size(); ++i) {
    for (size_t g = 0; g < left.size(); ++g) {
      const SurvivalStep& step = steps[i][g];
      open.groups[g].events += step.events, open.groups[g].censored += step.censored;
      open.is_empty &= step.events == 0 && step.censored == 0;
      left[g] -= step.events + step.censored;
    }
    if (open.is_empty || !may_leave(open)) continue;
    pools.push_back(std::move(open));
    open = {i + 1, std::vector<SurvivalStep>(left.size()), true};
  }
  // Too few are left over: the last pools take them in, until what they are together may leave.
  while (!open.is_empty && !pools.empty()) {
    for (size_t g = 0; g < left.size(); ++g) {
      open.groups[g].events += pools.back().groups[g].events;
      open.groups[g].censored += pools.back().groups[g].censored;
    }
    open.first = pools.back().first;
    pools.pop_back();
    if (!may_leave(open)) continue;
    pools.push_back(open);
    open.is_empty = true;
  }
  std::vector<size_t> firsts;
  if (!open.is_empty) return firsts;
  for (const Pool& pool : pools) firsts.push_back(pool.first);
  return firsts;
}

std::vector<SurvivalStep> pool_steps(const std::vector<SurvivalStep>& steps, const RuleValues& rules) {
  std::vector<std::vector<SurvivalStep>> one_group;
  for (const SurvivalStep& step : steps) one_group.push_back({step});
  const auto firsts = pool_groups(one_group, rules);
  std::vector<SurvivalStep> pooled;
  for (size_t i = 0; i < steps.size() && !firsts.empty(); ++i) {
    if (pooled.size() < firsts.size() && firsts[pooled.size()] == i) pooled.emplace_back();
    SurvivalStep& pool = pooled.back();
    pool = {steps[i].time, pool.events + steps[i].events, pool.censored + steps[i].censored};
  }
  return pooled;
}

Verdict judge_kind(Statistic statistic) {
  switch (statistic_rows()[static_cast<size_t>(statistic)].decider) {
    case Decider::people:
      return {Outcome::review, "verdict.people_decide"};
    case Decider::never:
      return hide("verdict.individual_data");
    case Decider::rule:
      break;
  }
  return publish;
}

}  // namespace fvm::disclosure
