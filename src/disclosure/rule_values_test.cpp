// Settings of rules: what can be set, how far, and what a table gets of it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/messages.hpp"
#include "disclosure/rule_values.hpp"

namespace fvm::disclosure {
namespace {

using P = Parameter;

RuleSettings settings(const std::vector<std::string>& lines) {
  return RuleSettings::of(lines).value();
}
std::string error(const std::string& line) {
  const auto out = RuleSettings::of({line});
  return out.ok() ? "" : out.error().code;
}

TEST(Rules, every_default_lies_in_its_range_and_every_row_has_its_sentences) {
  EXPECT_EQ(parameter_rows().size(), 18u);
  for (const ParameterRow& row : parameter_rows()) {
    EXPECT_LE(row.least, row.value) << row.name;
    EXPECT_GE(row.most, row.value) << row.name;
    EXPECT_EQ(row_of(row.parameter).name, row.name);
    EXPECT_NE(message(Language::danish, row.sentence()), row.sentence());
  }
  for (const StatisticRow& row : statistic_rows()) {
    const std::string key = "rule." + std::string(row.name);
    EXPECT_NE(message(Language::english, key), key);
  }
}

TEST(Rules, nothing_can_be_set_below_the_floor) {
  for (const ParameterRow& row : parameter_rows()) {
    const bool higher = row.stricter == Stricter::higher;
    const double floor = higher ? row.least : row.most;
    const auto line = [&](double value) { return fmt::format("{} = {}", row.name, value); };
    EXPECT_EQ(error(line(floor)), "") << row.name;
    EXPECT_EQ(error(line(higher ? floor - 0.5 : floor + 0.5)), "rules.out_of_range") << row.name;
  }
}

TEST(Rules, what_cannot_be_read_is_refused) {
  EXPECT_EQ(error("counts.threshold = 7"), "");
  EXPECT_EQ(error("  register LSR , unit providers :counts.threshold=7"), "");
  EXPECT_EQ(error("counts.treshold = 7"), "rules.unknown_parameter");
  EXPECT_EQ(RuleSettings::of({"counts.treshold = 7"}).error().argument("nearest"), "counts.threshold");
  EXPECT_EQ(error("unit dogs: counts.threshold = 7"), "rules.unknown_unit");
  for (const char* line :
       {"", "counts.threshold", "counts.threshold 7", "LSR: counts.threshold = 7", ": counts.threshold = 7",
        "register: counts.threshold = 7", "register A, register B: counts.threshold = 7"})
    EXPECT_EQ(error(line), "rules.unreadable") << line;
  for (const char* value : {"", "many", "7x", "nan", "inf", "1e9", "-5", "2", "5.5"})
    EXPECT_EQ(error(std::string("counts.threshold = ") + value), "rules.out_of_range") << value;
}

TEST(Rules, the_strictest_of_all_registers_that_are_read) {
  const auto set =
      settings({"counts.threshold = 6", "register LSR: counts.threshold = 10",
                "register DAR: counts.threshold = 4", "register LSR: sums.dominance_percent = 70"});
  const auto threshold = [&](const std::vector<std::string>& registers) {
    return set.effective(registers, "persons").threshold();
  };
  EXPECT_EQ(threshold({}), 6);
  EXPECT_EQ(threshold({"lsr"}), 10);
  EXPECT_EQ(threshold({"dar"}), 4) << "its own setting counts instead of the service's";
  EXPECT_EQ(threshold({"dar", "bef"}), 6);
  EXPECT_EQ(threshold({"dar", "lsr", "bef"}), 10);
  EXPECT_EQ(set.effective({"bef", "LSR"}, "persons").at(P::sums_dominance_percent), 70)
      << "lower is stricter";
  EXPECT_EQ(set.effective({"bef"}, "persons").at(P::sums_dominance_percent), 85);
}

TEST(Rules, units_of_other_kinds) {
  const auto set =
      settings({"unit providers: counts.threshold = 3", "register SSR, unit providers: counts.threshold = 8",
                "register LSR: counts.threshold = 10"});
  EXPECT_EQ(set.effective({"ssr"}, "persons").threshold(), 5);
  EXPECT_EQ(set.effective({"bef"}, "providers").threshold(), 3);
  EXPECT_EQ(set.effective({"ssr"}, "providers").threshold(), 8);
  EXPECT_EQ(set.effective({"lsr"}, "providers").threshold(), 10) << "the stricter of register and unit";
}

TEST(Rules, tightening_never_weakens) {
  RuleValues values;
  values.tighten(P::counts_threshold, 3), values.tighten(P::sums_dominance_percent, 90);
  EXPECT_EQ(values, RuleValues());
  values.tighten(P::counts_threshold, 9), values.tighten(P::sums_dominance_percent, 60);
  EXPECT_EQ(values.threshold(), 9);
  EXPECT_EQ(values.at(P::sums_dominance_percent), 60);
  EXPECT_EQ(values.units_min(P::percentiles_units_min), 9);
}

}  // namespace
}  // namespace fvm::disclosure
