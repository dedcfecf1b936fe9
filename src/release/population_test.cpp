#include "release/population.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace fvm::release {
namespace {

namespace json = boost::json;
using catalogue::Class;

extract::Project project() {
  extract::Project out{.number = "FVM-1", .persons = 4000};
  const auto column = [](const char* name, Class what) {
    extract::Column made{.name = name};
    made.what = what;
    return made;
  };
  out.tables.push_back({.schema = "lpr", .name = "kontakter", .folder = "lpr/kontakter", .version = 7});
  out.tables[0].columns = {column("pnr", Class::person), column("k_recnum", Class::record_key),
                           column("c_sgh", Class::code), column("ydernr", Class::provider)};
  out.tables.push_back({.schema = "lpr", .name = "diagnoser", .folder = "lpr/diagnoser", .version = 3});
  out.tables[1].columns = {column("v_recnum", Class::record_key), column("c_diag", Class::code)};
  out.tables.push_back({.schema = "sor", .name = "enheder", .folder = "sor/enheder", .version = 1});
  out.tables[2].columns = {column("navn", Class::ordinary)};
  return out;
}

disclosure::Candidate candidate() {
  disclosure::Candidate out;
  out.sheet = "Ark1", out.all_rows = 40;
  out.headings = {"a", "b"};
  out.rows = {{"101", "de119"}, {"147", "di210"}};
  out.places = {5, 6};
  return out;
}

const AlikeRules rules{5, 15, 5};

TEST(Population, TheJobGetsNoKeysAndFindsThePersonsOfATableThatHasNone) {
  const auto document = json::parse(population_document(project(), {candidate()}, rules));
  const json::array& tables = document.at("tables").as_array();
  ASSERT_EQ(tables.size(), 2u) << "nobody's table is left out";
  EXPECT_EQ(tables[0].at("columns"), json::array({"c_sgh"}));
  EXPECT_EQ(tables[0].at("person"), "pnr");
  EXPECT_EQ(tables[1].at("via").at("key"), "v_recnum");
  EXPECT_EQ(tables[1].at("via").at("parent_key"), "k_recnum");
  EXPECT_EQ(tables[1].at("via").at("version"), 7);
  EXPECT_EQ(population_document(project(), {}, rules), "");
  EXPECT_EQ(population_document({}, {candidate()}, rules), "") << "a project without data";
}

std::string answer(int few, int alone, double score) {
  return json::serialize(json::object{
      {"tables", json::array{json::object{
                     {"rows", 40},
                     {"few", few},
                     {"alone", alone},
                     {"chance", 0.01},
                     {"score", score},
                     {"ways", 2.0},
                     {"columns", json::array{"lpr.kontakter.c_sgh", "lpr.diagnoser.c_diag", "x.y.z"}},
                     {"few_rows", json::array{1}}}}}});
}

std::vector<std::string> said(const std::string& text, Report& report) {
  EXPECT_TRUE(read_agreements(text, {candidate()}, rules, report).ok());
  std::vector<std::string> out;
  for (const auto& finding : report.findings) out.push_back(finding.rule);
  return out;
}

TEST(Population, ScoresBecomeFindingsWithPlacesAndCounts) {
  using Names = std::vector<std::string>;
  Report certain, doubtful, nothing;
  EXPECT_EQ(said(answer(40, 40, 80), certain), (Names{"finding.rows_sampled", "finding.rows_are_persons"}));
  EXPECT_TRUE(certain.blocks);
  EXPECT_EQ(certain.findings[1].place, (disclosure::Place{"Ark1", 6, 0}));
  EXPECT_TRUE(certain.findings[1].detail.starts_with("40/40: lpr.kontakter.c_sgh"));
  EXPECT_EQ(said(answer(8, 8, 80), doubtful), (Names{"finding.rows_sampled", "finding.rows_match_persons"}));
  EXPECT_FALSE(doubtful.blocks);
  EXPECT_EQ(said(answer(3, 3, 4.9), nothing), Names{"finding.rows_sampled"});
  EXPECT_EQ(nothing.outline.alike.few, 3u);
  EXPECT_DOUBLE_EQ(nothing.outline.alike.chance, 1.0) << "with the ways that were tried";
}

TEST(Population, AnAnswerOutOfShapeIsNone) {
  for (const std::string& text :
       {std::string("{}"), std::string("no"), std::string(R"({"tables": []})"),
        std::string(R"({"tables": [{"rows": -1}]})"), std::string(R"({"tables": [{}, {}]})")}) {
    Report report;
    EXPECT_FALSE(read_agreements(text, {candidate()}, rules, report).ok()) << text;
    EXPECT_TRUE(report.findings.empty());
  }
}

}  // namespace
}  // namespace fvm::release
