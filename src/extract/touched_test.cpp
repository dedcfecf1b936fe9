#include "extract/touched.hpp"

#include <gtest/gtest.h>

#include "extract/testing.hpp"

namespace fvm::extract {
namespace {

using catalogue::Change;

bool touched(const std::string& text, const Change& change) {
  return is_touched(text, {change}, testing::catalogue(), testing::catalogue());
}

const std::string of_diagnoses = R"(table = "LPR_F.diagnoser"
variables = ["diagnosekode"])";

TEST(Touched, ByATableAndItsVariableThatAreNamed) {
  EXPECT_TRUE(touched(of_diagnoses, {.table = "LPR_F.diagnoser", .variable = "diagnosekode"}));
  EXPECT_TRUE(touched("table = \"lpr_f.DIAGNOSER\"", {.table = "LPR_F.diagnoser"}));
  EXPECT_FALSE(touched(of_diagnoses, {.table = "LMDB.lmdb", .variable = "atc"}));
  EXPECT_FALSE(touched(of_diagnoses, {.table = "LPR_F.kontakter", .variable = "aktionsdiagnose"}));
  // A longer name is another name.
  EXPECT_FALSE(touched("table = \"LPR_F.diagnoser2\"", {.table = "LPR_F.diagnoser"}));
  EXPECT_FALSE(touched("table = \"LPR_F.diagnoser\"\nvariables = [\"diagnosekode2\"]",
                       {.table = "LPR_F.diagnoser", .variable = "diagnosekode"}));
}

TEST(Touched, ByTheWayToThePerson) {
  EXPECT_TRUE(touched(of_diagnoses, {.table = "LPR_F.kontakter", .variable = "cpr"}));
  EXPECT_TRUE(touched(of_diagnoses, {.table = "LPR_F.kontakter", .variable = "dw_ek_kontakt"}));
  EXPECT_TRUE(touched(of_diagnoses, {.table = "LPR_F.kontakter"}));
}

TEST(Touched, NotByWhatDoesNotMatter) {
  EXPECT_FALSE(
      touched(of_diagnoses, {.table = "LPR_F.diagnoser", .variable = "diagnosekode", .matters = false}));
}

}  // namespace
}  // namespace fvm::extract
