// Build plans, as text: which files are read and what the engine is asked.
#include "extract/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/testing.hpp"

namespace fvm::extract {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

lake::File file_with(const std::string& path, const std::string& column, const std::string& from,
                     const std::string& to) {
  lake::File file{.path = path, .rows = 10};
  file.statistics.push_back({column, "\"" + from + "\"", "\"" + to + "\"", 0});
  return file;
}

lake::Snapshot snapshot(int64_t version, std::vector<lake::Field> fields, std::vector<lake::File> files) {
  lake::Snapshot made{.version = version, .schema = {std::move(fields)}};
  for (lake::File& file : files) made.files.emplace(file.path, std::move(file));
  return made;
}

Mirror mirror() {
  Mirror made;
  made.live["LPR_F.kontakter"] =
      snapshot(4,
               {{"dw_ek_kontakt", "string"},
                {"cpr", "long"},
                {"cpr_moder", "long"},
                {"dato_start", "date"},
                {"aktionsdiagnose", "string"},
                {"ydernummer", "long"}},
               {file_with("early.parquet", "dato_start", "1999-01-01", "2009-12-31"),
                file_with("edge.parquet", "dato_start", "2009-06-01", "2010-01-01"),
                file_with("late.parquet", "dato_start", "2026-01-01", "2026-05-05"),
                {.path = "untold.parquet"}});
  made.live["LPR_F.diagnoser"] =
      snapshot(7, {{"dw_ek_kontakt", "string"}, {"diagnosekode", "string"}}, {{.path = "d.parquet"}});
  made.live["LMDB.lmdb"] =
      snapshot(2, {{"pnr12", "long"}, {"ATC", "string"}, {"eksd", "date"}}, {{.path = "l.parquet"}});
  return made;
}

Specification specification() {
  return *read_specification(testing::good_specification, "spec.toml", testing::catalogue(), {2026, 11, 23})
              .specification;
}

Plan plan_of(const Specification& wanted, const Mirror& with) {
  auto plan = make_plan(wanted, testing::catalogue(), with);
  EXPECT_TRUE(plan.ok()) << plan.error().code;
  return std::move(*plan);
}

// The files of a table that are read, inside the sandbox.
std::string files(const TablePlan& plan) {
  std::string out;
  for (const Part& part : plan.parts) {
    for (const std::string& file : part.files) out += file + "\n";
  }
  return out;
}

const TablePlan& table(const Plan& plan, const std::string& name) {
  for (const TablePlan& each : plan.tables) {
    if (each.name == name) return each;
  }
  throw std::runtime_error(name);
}

TEST(Plan, NamesEverySourceAndItsVersion) {
  const Plan plan = plan_of(specification(), mirror());
  EXPECT_EQ(plan.sources,
            (std::vector<Source>{{"LMDB.lmdb", 2}, {"LPR_F.diagnoser", 7}, {"LPR_F.kontakter", 4}}));
}

TEST(Plan, CountsRowsPerPersonInACriterion) {
  const Plan plan = plan_of(specification(), mirror());
  ASSERT_EQ(plan.any.size(), 2u);
  EXPECT_EQ(
      plan.any[0],
      R"(SELECT c.key AS person FROM (SELECT t."pnr12" AS key, count(*) AS n FROM (SELECT "ATC" AS "atc", "eksd", "pnr12")"
      R"( FROM read_parquet(['/in/mirror/lmdb/lmdb/l.parquet'], union_by_name = true)) t WHERE t."pnr12" IS NOT NULL AND)"
      R"( ((t."atc" LIKE 'A10%') AND (t."eksd" >= DATE '2015-01-01')) GROUP BY 1) c GROUP BY 1 HAVING sum(c.n) >= 2)");
}

TEST(Plan, ACriterionOnAChildReachesThePersonThroughTheParent) {
  const Plan plan = plan_of(specification(), mirror());
  EXPECT_THAT(plan.any[1], HasSubstr(R"(JOIN (SELECT DISTINCT "dw_ek_kontakt" AS key, "cpr" AS next FROM)"));
  EXPECT_THAT(plan.any[1], HasSubstr(R"(ON q.key = c.key WHERE q.next IS NOT NULL)"));
}

TEST(Plan, FilesOutsideThePeriodAreNotRead) {
  const Plan plan = plan_of(specification(), mirror());
  const TablePlan& contacts = table(plan, "kontakter");
  EXPECT_EQ(contacts.files_skipped, 2u);
  EXPECT_EQ(files(contacts),
            "/in/mirror/lpr_f/kontakter/edge.parquet\n/in/mirror/lpr_f/kontakter/untold.parquet\n");
  EXPECT_EQ(contacts.parts[0].origins, (std::vector<std::string>{"edge.parquet", "untold.parquet"}));
  EXPECT_THAT(contacts.sql.rows,
              HasSubstr(R"((t."dato_start" >= DATE '2010-01-01' AND t."dato_start" < DATE '2026-01-01'))"));
}

TEST(Plan, OneJoinFiltersAndReKeys) {
  const std::string query = table(plan_of(specification(), mirror()), "kontakter").sql.rows;
  EXPECT_THAT(
      query,
      HasSubstr(
          R"(SELECT project_record((t."dw_ek_kontakt")::VARCHAR) AS "dw_ek_kontakt", p.project AS "cpr", t."dato_start", r3.project AS "cpr_moder", r4.project AS "ydernummer" FROM)"));
  EXPECT_THAT(query, HasSubstr(R"( JOIN population p ON p.mirror = t."cpr")"));
  EXPECT_THAT(query, HasSubstr(R"( LEFT JOIN population r3 ON r3.mirror = t."cpr_moder")"));
  EXPECT_THAT(query, HasSubstr(R"( LEFT JOIN provider r4 ON r4.mirror = t."ydernummer")"));
}

TEST(Plan, AChildFollowsItsParentsPeriod) {
  const Plan plan = plan_of(specification(), mirror());
  const std::string query = table(plan, "diagnoser").keys.now;
  EXPECT_THAT(table(plan, "diagnoser").sql.rows,
              HasSubstr("SEMI JOIN keys_1 k ON k.key = t.\"dw_ek_kontakt\""));
  EXPECT_THAT(query, HasSubstr("SELECT key FROM (SELECT q.\"dw_ek_kontakt\" AS key FROM"));
  EXPECT_THAT(query, HasSubstr(R"(SEMI JOIN population p ON p.mirror = q."cpr" WHERE (q."dato_start" >=)"));
  EXPECT_THAT(query, Not(HasSubstr("early.parquet"))) << "the parent's files are skipped too";
}

TEST(Plan, PseudonymsAreWholeNumbersInTheDeltaSchema) {
  const Plan plan = plan_of(specification(), mirror());
  for (const lake::Field& field : table(plan, "kontakter").delta.fields) {
    const bool pseudonym =
        field.name.starts_with("cpr") || field.name == "ydernummer" || field.name == "dw_ek_kontakt";
    EXPECT_EQ(field.type == "long", pseudonym) << field.name;
  }
}

TEST(Plan, AColumnThatNoDeliveryBroughtIsNull) {
  Specification wanted = specification();
  wanted.grants[2].variables = {"pnr12", "apk"};
  const Plan plan = plan_of(wanted, mirror());
  EXPECT_THAT(table(plan, "lmdb").sql.rows, HasSubstr(R"(NULL::DOUBLE AS "apk")"));
}

TEST(Plan, AnEmptyMirrorTableGivesNoRowsRatherThanAnError) {
  Mirror empty = mirror();
  empty.live["LMDB.lmdb"].files.clear();
  const Plan plan = plan_of(specification(), empty);
  EXPECT_TRUE(table(plan, "lmdb").parts.empty());
  EXPECT_THAT(plan.any[0], HasSubstr("WHERE false) t"));
}

TEST(Plan, ChangedNumbersAreOnePerson) {
  Mirror with = mirror();
  with.live["CPR.t_person"] = snapshot(
      1, {{"v_pnr", "long"}, {"c_status", "string"}, {"v_gaeld_pnr", "long"}}, {{.path = "p.parquet"}});
  const Plan plan = plan_of(specification(), with);
  ASSERT_EQ(plan.successions.size(), 1u);
  EXPECT_THAT(plan.successions[0], HasSubstr(R"(SELECT "v_pnr" AS alias, "v_gaeld_pnr" AS successor FROM)"));
  EXPECT_THAT(plan.successions[0], HasSubstr("(c_status = '60')"));
  EXPECT_THAT(plan.any[0], HasSubstr("SELECT coalesce(a.canonical, c.key) AS person"));
  EXPECT_EQ(plan.sources[0], (Source{"CPR.t_person", 1}));
}

TEST(Plan, FrozenGrantsReadTheirOwnVersion) {
  Mirror with = mirror();
  with.frozen["LPR_F.diagnoser"] =
      snapshot(5, {{"dw_ek_kontakt", "string"}, {"diagnosekode", "string"}}, {{.path = "then.parquet"}});
  with.frozen["LPR_F.kontakter"] = with.live["LPR_F.kontakter"];
  with.frozen["LPR_F.kontakter"].version = 3;
  const Plan plan = plan_of(specification(), with);
  EXPECT_EQ(table(plan, "diagnoser").mirror_version, 5);
  EXPECT_THAT(files(table(plan, "diagnoser")), HasSubstr("then.parquet"));
  EXPECT_EQ(table(plan, "kontakter").mirror_version, 4) << "live, though its child is frozen";
  EXPECT_THAT(plan.any[1], HasSubstr("d.parquet")) << "the population follows the newest mirror";
}

TEST(Plan, ATableThatWasNeverDeliveredIsNamed) {
  Mirror without = mirror();
  without.live.erase("LMDB.lmdb");
  const auto plan = make_plan(specification(), testing::catalogue(), without);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, "project.not_delivered");
  EXPECT_EQ(plan.error().argument("name"), "LMDB.lmdb");
}

TEST(Plan, NamesAndPathsAreQuoted) {
  Mirror odd = mirror();
  odd.live["LMDB.lmdb"].files.clear();
  odd.live["LMDB.lmdb"].files["it's.parquet"] = {.path = "it's.parquet"};
  EXPECT_THAT(plan_of(specification(), odd).any[0], HasSubstr("it''s.parquet"));
}

TEST(Plan, IsShownOneStepALine) {
  const std::string text = to_text(plan_of(specification(), mirror()));
  EXPECT_THAT(text, HasSubstr("project FVM-2026-0017\nread LMDB.lmdb version 2\n"));
  EXPECT_THAT(text, HasSubstr("\ntable lpr_f.kontakter (files 2, skipped 2): SELECT"));
}

}  // namespace
}  // namespace fvm::extract
