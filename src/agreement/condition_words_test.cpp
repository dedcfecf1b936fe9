#include "agreement/condition_words.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "extract/testing.hpp"

namespace fvm::agreement {
namespace {

const catalogue::Table& lmdb() {
  return *extract::testing::catalogue().find("LMDB.lmdb");
}

std::string danish(std::string_view condition) {
  const auto read = extract::read_condition(condition, lmdb());
  return read.ok() ? in_words(Language::danish, *read, nullptr) : read.error().code;
}
std::string english(std::string_view condition) {
  const auto read = extract::read_condition(condition, lmdb());
  return read.ok() ? in_words(Language::english, *read, nullptr) : read.error().code;
}

TEST(InWords, Comparisons) {
  EXPECT_EQ(danish("atc LIKE 'A10%' AND eksd >= DATE '2015-01-01'"),
            "atc begynder med »A10« og eksd er tidligst 2015-01-01");
  EXPECT_EQ(english("atc LIKE 'A10%' AND eksd >= DATE '2015-01-01'"),
            "atc begins with “A10” and eksd is no earlier than 2015-01-01");
  EXPECT_EQ(danish("apk > 2 OR apk <= -1"), "apk er større end 2 eller apk er højst -1");
  EXPECT_EQ(danish("eksd BETWEEN DATE '2015-01-01' AND DATE '2015-12-31'"),
            "eksd er fra 2015-01-01 til og med 2015-12-31");
  EXPECT_EQ(danish("atc NOT IN ('A', 'B', 'C')"), "atc er ingen af »A«, »B« eller »C«");
  EXPECT_EQ(danish("pnr12 IS NOT NULL"), "pnr12 er udfyldt");
  EXPECT_EQ(danish("year(eksd) = 2020"), "året i eksd er 2020");
}

TEST(InWords, Patterns) {
  EXPECT_EQ(danish("atc LIKE 'A10'"), "atc er »A10«");
  EXPECT_EQ(danish("atc NOT LIKE '%B'"), "atc slutter ikke med »B«");
  EXPECT_EQ(danish("atc LIKE '%10%'"), "atc indeholder »10«");
  EXPECT_EQ(danish("atc LIKE 'A_0%'"), "atc passer med mønstret »A_0%« (% er vilkårlige tegn, _ er ét)");
  EXPECT_EQ(danish("atc LIKE '%'"), "atc slutter med »«") << "everything ends with nothing";
}

TEST(InWords, WhatBindsStrongerIsShown) {
  EXPECT_EQ(danish("atc = 'A' AND (apk = 1 OR apk = 2)"), "atc er »A« og (apk er 1 eller apk er 2)");
  EXPECT_EQ(danish("NOT (atc = 'A' OR apk = 1)"), "det gælder ikke, at (atc er »A« eller apk er 1)");
}

TEST(InWords, DescribesVariables) {
  catalogue::Table table = lmdb();
  for (auto& variable : table.variables) {
    if (variable.name == "atc") variable.text_da = "ATC-kode", variable.text_en = "ATC code";
  }
  const auto read = extract::read_condition("atc = 'A'", table);
  EXPECT_EQ(in_words(Language::danish, *read, &table), "atc (ATC-kode) er »A«");
  EXPECT_EQ(in_words(Language::english, *read, &table), "atc (ATC code) is “A”");
}

// Whatever the condition: every literal and every variable of it stands in the words.
RC_GTEST_PROP(InWords, LeaveNothingOut, ()) {
  const auto literal = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('A', 'Z')));
  const auto number = *rc::gen::inRange(0, 100000);
  const auto shape = *rc::gen::elementOf(std::vector<std::string>{
      "atc = '{}' AND apk < {n}", "NOT (atc LIKE '{}%' OR apk = {n})",
      "upper(atc) IN ('{}', 'x') AND abs(apk) >= {n}", "atc NOT LIKE '%{}_' OR apk + {n} > 3",
      "substr(atc, 1, {n}) = '{}'", "coalesce(atc, '{}') <> 'q' AND apk BETWEEN 1 AND {n}"});
  std::string condition = shape;
  condition.replace(condition.find("{}"), 2, literal);
  condition.replace(condition.find("{n}"), 3, std::to_string(number));
  const auto read = extract::read_condition(condition, lmdb());
  RC_ASSERT(read.ok());
  for (const Language language : {Language::danish, Language::english}) {
    const std::string words = in_words(language, *read, nullptr);
    RC_ASSERT(words.find(literal) != std::string::npos);
    RC_ASSERT(words.find(std::to_string(number)) != std::string::npos);
    for (const std::string& name : extract::variables_of(*read))
      RC_ASSERT(words.find(name) != std::string::npos);
  }
}

}  // namespace
}  // namespace fvm::agreement
