// Access specifications: what a good one means, and every way a bad one is refused, with its place.
#include "extract/specification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "extract/specification_toml.hpp"
#include "extract/testing.hpp"

namespace fvm::extract {
namespace {

constexpr Date today{2026, 11, 23};

Reading read(const std::string& text) {
  return read_specification(text, "spec.toml", testing::catalogue(), today,
                            [](const std::string& name) { return name == "cohort.csv"; });
}

// The good specification with one line replaced (`line` counts from 1), or the line taken out.
std::string with_line(unsigned line, const std::string& text) {
  std::string out;
  unsigned at = 1;
  std::istringstream in(testing::good_specification);
  for (std::string each; std::getline(in, each); ++at) out += (at == line ? text : each) + "\n";
  return out;
}

// "code@line:column" of each finding, "!" in front of notes.
std::vector<std::string> findings(const std::string& text) {
  std::vector<std::string> out;
  for (const Finding& finding : read(text).findings) {
    const auto argument = [&](std::string_view name) { return std::string(finding.error.argument(name)); };
    out.push_back((finding.weight == Finding::Weight::note ? "!" : "") + finding.error.code + "@" +
                  argument("line") + ":" + argument("column"));
  }
  return out;
}
using Codes = std::vector<std::string>;

TEST(Specification, AGoodOneIsReadWhole) {
  const Reading reading = read(testing::good_specification);
  ASSERT_TRUE(reading.specification) << (reading.findings.empty()
                                             ? ""
                                             : describe(Language::english, reading.findings[0]));
  EXPECT_TRUE(reading.findings.empty());
  const Specification& s = *reading.specification;
  EXPECT_EQ(s.number, "FVM-2026-0017");
  EXPECT_EQ(s.cvr, "29189846");
  EXPECT_EQ(s.valid_to, (Date{2028, 10, 31}));
  ASSERT_EQ(s.any.size(), 2u);
  EXPECT_EQ(s.any[0].table, "LMDB.lmdb");
  EXPECT_EQ(s.any[0].at_least, 2);
  ASSERT_EQ(s.none.size(), 1u);
  ASSERT_EQ(s.grants.size(), 3u);
  EXPECT_EQ(s.grants[0].variables,
            (std::vector<std::string>{"dw_ek_kontakt", "cpr", "dato_start", "cpr_moder", "ydernummer"}));
  EXPECT_EQ(s.grants[0].period->from, (Date{2010, 1, 1}));
  EXPECT_EQ(s.grants[1].mode, Mode::frozen);
}

TEST(Specification, AChildWithoutAPeriodKeepsToItsParents) {
  const Reading reading = read(testing::good_specification);
  const Grant& child = reading.specification->grants[1];
  ASSERT_EQ(child.table, "LPR_F.diagnoser");
  ASSERT_TRUE(child.period);
  EXPECT_TRUE(child.period->in_parent);
  EXPECT_EQ(child.period->variable, "dato_start");
}

// Lines of the good specification: see testing.hpp.
TEST(Specification, BadInputIsRefusedWithItsPlace) {
  EXPECT_EQ(findings(with_line(2, "number = \"17\"")), Codes{"project.bad_number@2:10"});
  EXPECT_EQ(findings(with_line(2, "number = \"../../x-2026-0001\"")), Codes{"project.bad_number@2:10"});
  EXPECT_EQ(findings(with_line(2, "number = \"mirror\"")), Codes{"project.bad_number@2:10"});
  EXPECT_EQ(findings(with_line(2, "number = 17")),
            (Codes{"project.wrong_kind@2:10", "project.bad_number@2:10"}));
  EXPECT_EQ(findings(with_line(3, "titel = \"x\"")),
            (Codes{"project.missing_key@1:1", "project.unknown_key@3:1"}));
  EXPECT_EQ(findings(with_line(3, "title = \"  \"")), Codes{"project.blank@3:9"});
  EXPECT_EQ(findings(with_line(4, "authority = { name = \"K\", cvr = \"123\" }")),
            Codes{"project.bad_cvr@4:33"});
  EXPECT_EQ(findings(with_line(4, "authority = { name = \"K\", cvr = \"12345678\" }")),
            Codes{"!project.cvr_check_digit@4:33"});
  EXPECT_EQ(findings(with_line(5, "valid = { from = 2027-11-01, to = 2026-10-31 }")),
            Codes{"project.from_after_to@5:18"});
  EXPECT_EQ(findings(with_line(5, "valid = { from = \"2026-11-01\", to = 2028-10-31 }")),
            Codes{"project.wrong_kind@5:18"});
  EXPECT_EQ(findings(with_line(8, "any = [ { table = \"LMDB.lmdbb\" },")),
            Codes{"project.unknown_table@8:19"});
  EXPECT_EQ(findings(with_line(8, "any = [ { table = \"LMDB.lmdb\", at_least = 0 },")),
            Codes{"project.wrong_kind@8:43"});
  EXPECT_EQ(findings(with_line(14, "variables = [\"cpr\", \"dato_strat\"]")),
            Codes{"project.unknown_variable@14:21"});
  EXPECT_EQ(findings(with_line(14, "variables = [\"cpr\", \"CPR\"]")), Codes{"project.variable_twice@14:21"});
  EXPECT_EQ(findings(with_line(
                15, "period = { variable = \"aktionsdiagnose\", from = 2010-01-01, to = 2025-12-31 }")),
            Codes{"project.period_not_a_date@15:23"});
  EXPECT_EQ(
      findings(with_line(15, "period = { variable = \"dato_start\", from = 2025-01-01, to = 2010-12-31 }")),
      Codes{"project.from_after_to@15:44"});
  EXPECT_EQ(findings(with_line(24, "mode = \"frosen\"")), Codes{"project.unknown_mode@24:8"});
  EXPECT_EQ(findings("[project\n"), Codes{"project.not_toml@1:9"});
  EXPECT_EQ(findings(std::string(specification_bytes_max + 1, ' ')), Codes{"project.too_large@1:1"});
}

TEST(Specification, RulesRefuseWithTheirPlace) {
  EXPECT_EQ(findings(with_line(5, "valid = { from = 2020-11-01, to = 2026-11-22 }")),
            Codes{"project.agreement_expired@5:35"});
  EXPECT_EQ(findings(with_line(5, "valid = { from = 2026-11-24, to = 2028-10-31 }")),
            Codes{"project.agreement_begins@5:18"});
  EXPECT_EQ(findings(with_line(14, "variables = [\"cpr\", \"fritekst\"]")),
            Codes{"project.never_stored@14:21"});
  EXPECT_EQ(findings(with_line(14, "variables = [\"cpr\", \"intern_kode\"]")),
            Codes{"project.not_grantable@14:21"});
  EXPECT_EQ(findings(with_line(14, "variables = []")), Codes{"project.no_variables@14:13"});
  EXPECT_EQ(findings(with_line(15, "")), Codes{"project.no_period@12:1"});
  EXPECT_EQ(findings(with_line(17, "")), Codes{"project.no_reason@12:1"});
  EXPECT_EQ(findings(with_line(17, "reason = \" \"")), Codes{"project.no_reason@17:10"});
  EXPECT_EQ(findings(with_line(20, "table = \"LPR_F.kontakter\"")),
            (Codes{"project.no_period@19:1", "project.granted_twice@20:9", "project.unknown_variable@21:31",
                   "condition.unknown_variable@22:10"}));
  EXPECT_EQ(findings(with_line(20, "table = \"YDR.ydere\"")),
            (Codes{"project.no_way_to_person@20:9", "project.unknown_variable@21:14",
                   "project.unknown_variable@21:31", "condition.unknown_variable@22:10"}));
}

TEST(Specification, ThePopulationMustBeLimited) {
  const std::string head =
      "[project]\nnumber=\"FVM-2026-0001\"\ntitle=\"x\"\nauthority={name=\"x\",cvr=\"29189846\"}\n"
      "valid={from=2026-01-01,to=2027-01-01}\n[population]\n";
  const std::string tail =
      "[[grant]]\ntable=\"LPR_F.diagnoser\"\nvariables=[\"diagnosekode\"]\nreason=\"x\"\n";
  EXPECT_EQ(findings(head + tail), Codes{"project.population_open@6:1"});
  EXPECT_EQ(findings(head + "none = [{table=\"LMDB.lmdb\"}]\n" + tail), Codes{"project.population_open@6:1"});
  EXPECT_EQ(findings(head + "any = []\n" + tail), Codes{"project.population_open@6:1"});
  EXPECT_EQ(findings(head + "supplied = \"cohort.csv\"\n" + tail), Codes{});
  EXPECT_EQ(findings(head + "supplied = \"other.csv\"\n" + tail), Codes{"project.supplied_missing@7:12"});
  EXPECT_EQ(findings(head + "supplied = \"../cohort.csv\"\n" + tail), Codes{"project.supplied_name@7:12"});
  EXPECT_EQ(findings(head + "all = [{table=\"LMDB.lmdb\"}]\n"), Codes{"project.nothing_granted@1:1"});
}

TEST(Specification, EveryFindingIsTold) {
  std::string text = with_line(14, "variables = [\"cpr\", \"dato_strat\"]");
  text.replace(text.find("\"29189846\""), 10, "\"1\"");
  EXPECT_EQ(findings(text).size(), 2u);
}

TEST(Specification, ConditionsPointIntoTheFile) {
  EXPECT_EQ(findings(with_line(16, "where = \"aktionsdiagnose LIKE 'DE1%' AND forkert = 1\"")),
            Codes{"condition.unknown_variable@16:42"});
  EXPECT_EQ(findings(with_line(16, "where = 'æøå = 1'")), Codes{"condition.unknown_variable@16:10"});
  EXPECT_EQ(findings(with_line(16, "where = \"\\u00e6 = 'x' AND\"")), Codes{"condition.ends_early@16:26"});
  EXPECT_EQ(findings(with_line(16, "where = \"\"\"\naktionsdiagnose = 'D'\n  AND cpr = '1'\n\"\"\"")),
            Codes{"condition.identifier@18:7"});
}

TEST(Specification, FindingsAreSentencesInBothLanguages) {
  const Reading reading = read(with_line(14, "variables = [\"cpr\", \"dato_strat\"]"));
  ASSERT_EQ(reading.findings.size(), 1u);
  EXPECT_EQ(describe(Language::english, reading.findings[0]),
            "spec.toml:14:21: There is no variable \"dato_strat\" in LPR_F.kontakter. Did you mean "
            "\"dato_start\"?");
  EXPECT_EQ(
      describe(Language::danish, reading.findings[0]),
      "spec.toml:14:21: Der er ingen variabel \"dato_strat\" i LPR_F.kontakter. Mente du \"dato_start\"?");
}

TEST(Specification, KindsDecideTheExitCode) {
  EXPECT_EQ(read(with_line(17, "")).findings.at(0).error.kind, Kind::refused);
  EXPECT_EQ(read(with_line(8, "any = [ { table = \"LMDB.lmdbb\" },")).findings.at(0).error.kind, Kind::usage);
  EXPECT_FALSE(read(with_line(17, "")).specification);
}

TEST(PlaceInString, FollowsQuotesEscapesAndLines) {
  const auto place = [](std::string_view source, Place begin, size_t offset) {
    const Place found = place_in_string(source, begin, offset);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(place("a = \"xyz\"", {1, 5}, 0), "1:6");
  EXPECT_EQ(place("a = \"xyz\"", {1, 5}, 2), "1:8");
  EXPECT_EQ(place("a = \"\\\"yz\"", {1, 5}, 1), "1:8");
  EXPECT_EQ(place("a = '\\\\yz'", {1, 5}, 1), "1:7");
  EXPECT_EQ(place("b = 1\na = \"\"\"\nxy\nz\"\"\"", {2, 5}, 3), "4:1");
  EXPECT_EQ(place("a = \"æz\"", {1, 5}, 2), "1:7");
  EXPECT_EQ(place("", {7, 5}, 100), "1:1");
}

RC_GTEST_PROP(SpecificationProperty, GarbageNeverCrashes, ()) {
  std::string text = testing::good_specification;
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) {
    const size_t at = *rc::gen::inRange<size_t>(0, text.size());
    text[at] = *rc::gen::element('"', '\'', '[', ']', '{', '}', '=', '\n', ' ', 'x', '1', ',', '\\', '\xc3');
  }
  const Reading reading = read(text);
  RC_ASSERT(reading.specification.has_value() || !reading.findings.empty());
}

TEST(StrayLetter, IsFoundBeforeTheParserSeesIt) {
  EXPECT_EQ(findings("æ = 1"), Codes{"project.stray_letter@1:1"});
}

TEST(WayToPerson, FollowsParentsAndStopsAtCircles) {
  catalogue::Catalogue circle;
  circle.tables.push_back({.register_name = "A", .name = "x", .parent = catalogue::Parent{"y", "k", "k"}});
  circle.tables.push_back({.register_name = "A", .name = "y", .parent = catalogue::Parent{"x", "k", "k"}});
  EXPECT_TRUE(way_to_person(circle.tables[0], circle).empty());
  const auto& real = testing::catalogue();
  EXPECT_EQ(way_to_person(*real.find("LPR_F.diagnoser"), real).size(), 2u);
}

}  // namespace
}  // namespace fvm::extract
