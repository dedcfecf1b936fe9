// Each row of the design's table of rules, drawn: what is behind a figure -> what becomes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"

namespace fvm::disclosure {
namespace {

using Numbers = std::vector<double>;

std::string drawn(const Verdict& verdict) {
  constexpr std::string_view names[] = {"publish", "flag", "hide", "review"};
  std::string out(names[static_cast<size_t>(verdict.outcome)]);
  if (!verdict.reason.empty()) out += " " + std::string(verdict.reason.substr(verdict.reason.find('.') + 1));
  return out;
}

// Lines "3 50 -> hide few_units  # why"; those without an arrow are headings.
void hold(const char* table, const std::function<std::string(const Numbers&)>& judge) {
  std::istringstream lines(table);
  size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    const size_t arrow = line.find("->");
    if (arrow == std::string::npos) continue;
    std::istringstream left(line.substr(0, arrow));
    Numbers numbers;
    for (double number = 0; left >> number;) numbers.push_back(number);
    std::string wanted = line.substr(arrow + 2, line.find('#') - arrow - 2);
    wanted.erase(0, wanted.find_first_not_of(' ')), wanted.erase(wanted.find_last_not_of(' ') + 1);
    EXPECT_EQ(judge(numbers), wanted) << line;
    ++rows;
  }
  EXPECT_GE(rows, 3u) << "nothing drawn";
}
void hold(const char* table, const std::function<Verdict(const Numbers&)>& judge) {
  hold(table, std::function<std::string(const Numbers&)>([&](const Numbers& n) { return drawn(judge(n)); }));
}

const RuleValues defaults;
RuleValues with(Parameter parameter, double value) {
  RuleValues out;
  out.set(parameter, value);
  return out;
}
// Units behind the cell, then what each contributor gives.
Contributions given(const Numbers& n, size_t first = 1) {
  Contributions out{.units = n[0]};
  out.largest.assign(n.begin() + static_cast<long>(first), n.end());
  std::sort(out.largest.rbegin(), out.largest.rend());
  for (const double value : out.largest) out.total += value, out.negative |= value < 0;
  return out;
}

TEST(Statistics, counts_and_missing_values) {
  hold(R"(
      units
        0  -> publish
        1  -> hide few_units
        4  -> hide few_units
        5  -> publish
    3000  -> publish)",
       [](const Numbers& n) { return judge_count(n[0], defaults); });
  hold(R"(
      units, threshold 10
        0  -> publish
        9  -> hide few_units
       10  -> publish)",
       [](const Numbers& n) { return judge_count(n[0], with(Parameter::counts_threshold, 10)); });
}

TEST(Statistics, none_and_all_of_a_group) {
  constexpr const char* table = R"(
      units of the group
        0   30 -> flag nobody_of_group
       30   30 -> {}
       29   30 -> publish
        3   30 -> hide few_units
        4    4 -> hide few_units
        0    0 -> publish)";
  const auto judged = [&](double setting, std::string_view word) {
    std::string text(table);
    text.replace(text.find("{}"), 2, word);
    hold(text.c_str(), [&](const Numbers& n) {
      return judge_part(n[0], n[1], with(Parameter::counts_whole_group, setting));
    });
  };
  judged(0, "flag whole_group");
  judged(1, "hide whole_group");
}

TEST(Statistics, percentages_need_numerator_and_denominator) {
  hold(R"(
      numerator denominator
        6    50 -> publish
        3    50 -> hide few_units
        4     4 -> hide few_in_denominator
        0     4 -> hide few_in_denominator
        0    50 -> flag nobody_of_group
       50    50 -> flag whole_group)",
       [](const Numbers& n) { return judge_percentage(n[0], n[1], defaults); });
}

TEST(Statistics, sums_and_means_by_contributor) {
  hold(R"(
      units  what the contributors give
        9    100 100 100 100 100 100 100 100 100 -> publish
        4    100 100 100 100                     -> hide few_units
       40    900 50 50                           -> hide dominated   # the two largest give 95 %
       40    450 400 100 50                      -> publish          # exactly 85 %
       40    450 401 100 49                      -> hide dominated
       40    800 30 20 20 20 20                  -> hide dominated   # they give 91 %
        9    100 100 100 -5 100                  -> review negative_values
        9    0 0 0 0 0 0 0 0 0                   -> publish)",
       std::function<std::string(const Numbers&)>(
           [](const Numbers& n) { return drawn(judge_sum(given(n), defaults)); }));
}

TEST(Statistics, p_percent_and_n_k_apart) {
  // Only p %: k is as weak as may be; the rest is what is left without the two largest.
  RuleValues p = with(Parameter::sums_dominance_percent, 100);
  hold(R"(
      units  contributors
       40    800 30 20 20 20 20 -> publish          # the rest, 80, is a tenth of 800
       40    801 30 20 20 20 20 -> hide dominated
       40    1   1  1           -> publish
       40    1   1              -> hide dominated)",
       [&](const Numbers& n) { return judge_sum(given(n), p); });
  // Only (3, 85 %).
  RuleValues nk = with(Parameter::sums_p_percent, 0);
  nk.set(Parameter::sums_dominance_count, 3);
  hold(R"(
      units  contributors
       40    30 30 25 15    -> publish
       40    30 30 26 14    -> hide dominated
       40    50 30 5 5 5 5  -> publish)",
       [&](const Numbers& n) { return judge_sum(given(n), nk); });
}

TEST(Statistics, ratios_need_both_parts) {
  const Contributions well = given({20, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10});
  const Contributions one_has_all = given({20, 1000, 1, 1});
  const Contributions few = given({3, 10, 10, 10});
  EXPECT_EQ(drawn(judge_ratio(well, well, defaults)), "publish");
  EXPECT_EQ(drawn(judge_ratio(one_has_all, well, defaults)), "hide dominated");
  EXPECT_EQ(drawn(judge_ratio(well, one_has_all, defaults)), "hide dominated");
  EXPECT_EQ(drawn(judge_ratio(well, few, defaults)), "hide few_units");
}

TEST(Statistics, minimum_and_maximum) {
  hold(R"(
      units that have the value
        1  -> hide extreme_of_few
        4  -> hide extreme_of_few
        5  -> publish)",
       [](const Numbers& n) { return judge_extreme(n[0], defaults); });
  hold(R"(
      the most extreme first            | their mean
       104 90 80 70 60 50               -> 80.8 of 5
       104 90 80 70 60                  -> 80.8 of 5
       104 90 80 70                     -> none)",
       std::function<std::string(const Numbers&)>([](const Numbers& n) -> std::string {
         const auto mean = mean_of_extremes(n, defaults);
         return mean.exists ? fmt::format("{} of {}", mean.value, mean.units) : "none";
       }));
}

TEST(Statistics, percentiles) {
  hold(R"(
      units that round to the value
        1  -> hide percentile_of_few
        4  -> hide percentile_of_few
        5  -> publish)",
       [](const Numbers& n) { return judge_percentile(n[0], defaults); });
  EXPECT_EQ(drawn(judge_percentile(7, with(Parameter::counts_threshold, 8))), "hide percentile_of_few")
      << "never fewer than a count needs";
}

TEST(Statistics, mode) {
  hold(R"(
      with the mode, of
        4   20 -> hide few_units
        5   20 -> publish
       90  100 -> publish
       91  100 -> hide mode_of_nearly_all
       20   20 -> hide mode_of_nearly_all)",
       [](const Numbers& n) { return judge_mode(n[0], n[1], defaults); });
}

TEST(Statistics, standard_deviation_and_higher_moments) {
  hold(R"(
      units
        4  -> hide few_units
       10  -> hide few_degrees_of_freedom
       11  -> publish)",
       [](const Numbers& n) { return judge_deviation(n[0], defaults); });
}

TEST(Statistics, concentration) {
  hold(R"(
      units  contributors
       20    5 5 5 5 5 5 5 5 5 5 -> publish
       20    500 5 5 5           -> hide dominated
        3    5 5 5               -> hide few_units)",
       [](const Numbers& n) { return judge_concentration(given(n), defaults); });
}

TEST(Statistics, regression_correlation_and_tests) {
  hold(R"(
      units coefficients  units of each level
        100      3        50 50      -> publish
        100      3        96 4       -> hide level_of_few
         13      3        7 6        -> publish
         12      3        6 6        -> hide few_degrees_of_freedom
         12     12                   -> hide few_degrees_of_freedom
        100      1                   -> publish)",
       [](const Numbers& n) { return judge_model({n[0], n[1], Numbers(n.begin() + 2, n.end())}, defaults); });
}

TEST(Statistics, leverage) {
  hold(R"(
      largest of one, of four together (per cent)
         20    80 -> publish
         33    90 -> publish
         34    60 -> hide few_carry_model
         25    91 -> hide few_carry_model)",
       [](const Numbers& n) {
         constexpr double hundred = 100;
         return judge_model({.units = 100,
                             .coefficients = 3,
                             .leverage_largest = n[0] / hundred,
                             .leverage_of_few = n[1] / hundred},
                            defaults);
       });
}

TEST(Statistics, a_model_of_factors_alone_is_a_table_of_means) {
  Model model{60, 2, {30, 30}, true, {given({30, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})}};
  EXPECT_EQ(drawn(judge_model(model, defaults)), "flag table_of_means");
  model.cells.push_back(given({30, 1000, 1}));
  EXPECT_EQ(drawn(judge_model(model, defaults)), "hide dominated");
}

TEST(Statistics, nested_samples) {
  hold(R"(
      units, of the part
       100   100 -> publish
       100    99 -> hide differs_by_few
       100    96 -> hide differs_by_few
       100    95 -> publish)",
       [](const Numbers& n) { return judge_nested_samples(n[0], n[1], defaults); });
}

TEST(Statistics, odds_and_risk_ratios) {
  hold(R"(
      exposed: cases others; unexposed: cases others
        20 30 10 40 -> publish
         4 30 10 40 -> hide one_of_four_cells
        20 30 10  0 -> hide one_of_four_cells
         5  5  5  5 -> publish)",
       [](const Numbers& n) { return judge_odds({n[0], n[1], n[2], n[3]}, defaults); });
}

TEST(Statistics, an_odds_ratio_with_its_margins_is_the_table) {
  FourCells found;
  // 3 of 20 exposed, 9 of 40 unexposed: (3 · 31) / (17 · 9) = 0.6078
  ASSERT_TRUE(table_from_odds_ratio({20, 40, 12}, 0.608, 3, found));
  EXPECT_EQ(found.exposed_cases, 3);
  EXPECT_EQ(found.unexposed_others, 31);
  EXPECT_FALSE(table_from_odds_ratio({2000, 4000, 1200}, 1.0, 1, found)) << "several have that ratio";
  EXPECT_FALSE(table_from_odds_ratio({20, 40, 12}, 77.0, 3, found)) << "none has";
}

TEST(Statistics, steps_of_a_survival_curve) {
  hold(R"(
      events censored
        5   0 -> publish
        5   5 -> publish
        4   9 -> hide step_of_few_events
        0   9 -> hide step_of_few_events
        6   2 -> hide few_left_between)",
       [](const Numbers& n) { return judge_survival_step({1, n[0], n[1]}, defaults); });
}

// Times are 1, 2, 3 …; each pair is events and censored.
std::string pooled(const Numbers& n) {
  std::vector<SurvivalStep> steps;
  for (size_t i = 0; i + 1 < n.size(); i += 2)
    steps.push_back({static_cast<double>(i / 2 + 1), n[i], n[i + 1]});
  std::string out;
  for (const auto& step : pool_steps(steps, defaults))
    out += fmt::format("{}{}: {} {}", out.empty() ? "" : " | ", step.time, step.events, step.censored);
  return out.empty() ? "nothing" : out;
}

TEST(Statistics, steps_are_pooled_until_each_has_enough) {
  hold(R"(
      events censored of each time        | time: events censored of each step
       5 0  6 0  7 0                      -> 1: 5 0 | 2: 6 0 | 3: 7 0
       1 0  1 0  1 0  1 0  1 0  5 0       -> 5: 5 0 | 6: 5 0
       5 1  5 1  5 1  5 1  5 1            -> 5: 25 5
       5 0  6 0  2 0                      -> 1: 5 0 | 3: 8 0
       5 0  6 0  2 3                      -> nothing
       5 5  6 0  2 3                      -> 3: 13 8
       5 0  0 0                           -> 2: 5 0
       4 9                                -> nothing)",
       std::function<std::string(const Numbers&)>(pooled));
}

// Two groups; each four numbers are events and censored of the one and of the other. First steps of pools.
std::string pooled_groups(const Numbers& n) {
  std::vector<std::vector<SurvivalStep>> steps;
  for (size_t i = 0; i + 3 < n.size(); i += 4)
    steps.push_back({{1, n[i], n[i + 1]}, {1, n[i + 2], n[i + 3]}});
  std::string out;
  for (const size_t first : pool_groups(steps, defaults))
    out += fmt::format("{}{}", out.empty() ? "" : " ", first);
  return out.empty() ? "nothing" : out;
}

TEST(Statistics, groups_share_their_steps) {
  hold(R"(
      one    other   one    other  one    other
       5 0   5 0     5 0    5 0                    -> 0 1
       5 0   1 0     5 0    4 0    5 0   5 0       -> 0 2
       5 0   5 0     5 0    0 0    5 0   0 0       -> 0 1 2    # nobody is left of the other
       5 0   5 0     5 0    2 0    5 0   0 0       -> 0        # two are: they go with those before
       5 0   1 0                                   -> nothing)",
       std::function<std::string(const Numbers&)>(pooled_groups));
}

TEST(Statistics, some_go_to_people_and_some_nowhere) {
  EXPECT_EQ(drawn(judge_kind(Statistic::models)), "review people_decide");
  EXPECT_EQ(drawn(judge_kind(Statistic::residuals)), "hide individual_data");
  EXPECT_EQ(drawn(judge_kind(Statistic::plots)), "hide individual_data");
  EXPECT_EQ(drawn(judge_kind(Statistic::counts)), "publish");
}

}  // namespace
}  // namespace fvm::disclosure
