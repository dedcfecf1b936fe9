// What a finding says to a person.
#include "release/json.hpp"

#include <gtest/gtest.h>

namespace fvm::release {
namespace {

using disclosure::Finding, disclosure::Severity;

TEST(FindingText, SaysWhereAndWhy) {
  const Finding prose{"finding.person_reads", Severity::review, {}, "", "prose"};
  EXPECT_TRUE(finding_text(Language::english, prose, "txt").starts_with("More running text"));
  EXPECT_TRUE(finding_text(Language::danish, prose, "txt").starts_with("Mere løbende tekst"));
  const Finding rows{"finding.person_reads", Severity::review, {"Ark1", 0, 0}, "", "rows"};
  EXPECT_TRUE(finding_text(Language::english, rows, "xlsx").starts_with("Ark1: larger than"));
  const Finding kind{"finding.person_reads", Severity::review, {}, "", "png"};
  EXPECT_EQ(finding_text(Language::english, kind, "png"), "A file of type png is read by a person.");
  const Finding column{"finding.column_not_understood", Severity::review, {"", 2, 3}, "", "bmi"};
  EXPECT_TRUE(finding_text(Language::english, column, "csv")
                  .starts_with("2:3: nothing says what the column \"bmi\" holds"));
  const Finding script{"finding.values_in_code", Severity::review, {}, "", "41"};
  EXPECT_TRUE(finding_text(Language::english, script, "r").starts_with("Many values"));
}

}  // namespace
}  // namespace fvm::release
