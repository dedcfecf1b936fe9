// Events, cohorts, index dates and controls: what good ones mean, every way bad ones are refused, and their
// words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/describe.hpp"
#include "extract/plan.hpp"
#include "extract/specification.hpp"
#include "extract/testing.hpp"

namespace fvm::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string contact = R"([[population.event]]
name = "contact"
table = "LPR_F.diagnoser"
where = "diagnosekode LIKE 'DE11%'"
pick = "any"
)";
const std::string purchase = R"([[population.event]]
name = "purchase"
table = "LMDB.lmdb"
where = "atc LIKE 'A10%'"
after = "contact"
within_days = 180
)";

// Line 8 is the first of `population`.
std::string with(const std::string& population, const std::string& more = {}) {
  return "[project]\nnumber = \"FVM-2026-0017\"\ntitle = \"x\"\nauthority = { name = \"K\", cvr = "
         "\"29189846\" }\n"
         "valid = { from = 2026-11-01, to = 2028-10-31 }\n\n[population]\n" +
         population +
         "[[grant]]\ntable = \"LMDB.lmdb\"\nvariables = [\"pnr12\"]\nreason = \"x\"\n"
         "period = { variable = \"eksd\", from = 2015-01-01, to = 2025-12-31" +
         more + " }\n";
}

Reading read(const std::string& text) {
  return read_specification(text, "s.toml", testing::catalogue(), {2026, 11, 23},
                            [](const std::string& name) { return name == "cohort.csv"; });
}

std::vector<std::string> findings(const std::string& text) {
  std::vector<std::string> out;
  for (const Finding& finding : read(text).findings) {
    out.push_back(finding.error.code + "@" + std::string(finding.error.argument("line")) + ":" +
                  std::string(finding.error.argument("column")));
  }
  return out;
}

TEST(Population, EventsAreReadInOrder) {
  const auto reading = read(with("index = \"purchase\"\n" + contact + purchase));
  ASSERT_TRUE(reading.specification) << findings(with("index = \"purchase\"\n" + contact + purchase))[0];
  const Specification& s = *reading.specification;
  ASSERT_EQ(s.events.size(), 2u);
  EXPECT_EQ(s.events[0].variable, "dato_start") << "the parent's, which limits it";
  EXPECT_TRUE(s.events[0].in_parent);
  EXPECT_EQ(s.events[0].pick, Pick::any);
  EXPECT_EQ(s.events[1].pick, Pick::first);
  ASSERT_EQ(s.events[1].bonds.size(), 1u);
  EXPECT_EQ(s.events[1].bonds[0].event, "contact");
  EXPECT_EQ(s.events[1].bonds[0].from_days, 1);
  EXPECT_EQ(s.events[1].bonds[0].within_days, 180);
  EXPECT_EQ(s.index, "purchase");
}

TEST(Population, DaysMayStandInsideTheBond) {
  const auto reading = read(with(contact + R"([[population.event]]
name = "death"
table = "LMDB.lmdb"
after = { event = "contact", from_days = 0, within_days = 30 }
[[population.event]]
name = "between"
table = "LMDB.lmdb"
after = { event = "contact" }
before = { event = "death", from_days = 7 }
)"));
  ASSERT_TRUE(reading.specification);
  const auto& bonds = reading.specification->events[2].bonds;
  ASSERT_EQ(bonds.size(), 2u);
  EXPECT_TRUE(bonds[0].after && !bonds[1].after);
  EXPECT_EQ(bonds[1].from_days, 7);
  EXPECT_FALSE(bonds[1].within_days);
}

TEST(Population, BadEventsAreRefusedWithTheirPlace) {
  const auto event = [](const std::string& line) {
    return with("[[population.event]]\nname = \"a\"\ntable = \"LMDB.lmdb\"\n" + line + "\n");
  };
  EXPECT_THAT(findings(event("")), ElementsAre());
  EXPECT_THAT(findings(event("pick = \"frist\"")), ElementsAre("population.unknown_pick@11:8"));
  EXPECT_THAT(findings(event("pick = \"none\"")), ElementsAre("project.population_open@7:1"));
  EXPECT_THAT(findings(event("after = \"a\"")), ElementsAre("population.unknown_event@11:9"));
  EXPECT_THAT(findings(event("after = 3")),
              ElementsAre("project.wrong_kind@11:9", "population.unknown_event@11:9"));
  EXPECT_THAT(findings(event("within_days = 3")), ElementsAre("population.days_of_which@11:15"));
  EXPECT_THAT(findings(event("from = 2020-01-01\nto = 2019-01-01")),
              ElementsAre("project.from_after_to@11:8"));
  EXPECT_THAT(findings(event("date = \"atc\"")), ElementsAre("project.period_not_a_date@11:8"));
  EXPECT_THAT(findings(event("date = \"ekds\"")), ElementsAre("project.unknown_variable@11:8"));
  EXPECT_THAT(findings(event("[[population.event]]\nname = \"a\"\ntable = \"LMDB.lmdb\"")),
              ElementsAre("population.named_twice@12:8"));
  EXPECT_THAT(findings(event("[[population.event]]\nname = \"A b\"\ntable = \"CPR.t_person\"")),
              ElementsAre("population.no_date@11:1", "population.bad_name@12:8"));
  EXPECT_THAT(findings(event("[[population.event]]\nname = \"b\"\ntable = \"LMDB.lmdb\"\nafter = \"a\"\n"
                             "from_days = 9\nwithin_days = 8")),
              ElementsAre("population.days_empty@16:15"));
  EXPECT_THAT(findings(event("[[population.event]]\nname = \"b\"\ntable = \"LMDB.lmdb\"\nafter = \"a\"\n"
                             "before = \"a\"\nwithin_days = 8")),
              ElementsAre("population.days_of_which@16:15"));
}

TEST(Population, TheIndexIsOneDay) {
  EXPECT_THAT(findings(with("index = \"contact\"\n" + contact)), ElementsAre("population.index_any@8:9"));
  EXPECT_THAT(findings(with("index = \"contakt\"\n" + contact)), ElementsAre("population.unknown_event@8:9"));
  EXPECT_THAT(findings(with(contact, ", from_days = -5")), ElementsAre("population.no_index@17:79"));
  const std::string dated =
      "index = \"c\"\n[[population.cohort]]\nname = \"c\"\nfile = \"cohort.csv\"\ndate = \"d\"\n";
  EXPECT_THAT(findings(with(dated, ", from_days = -5, to_days = 5")), ElementsAre());
  EXPECT_THAT(findings(with(dated, ", from_days = 5, to_days = -5")),
              ElementsAre("population.days_empty@17:79"));
  EXPECT_THAT(findings(with("index = \"supplied\"\nsupplied = \"cohort.csv\"\n")),
              ElementsAre("population.unknown_event@8:9"))
      << "no dates";
}

TEST(Population, CohortsLieBesideTheSpecification) {
  const auto reading =
      read(with("supplied = \"cohort.csv\"\n[[population.cohort]]\nname = \"b\"\nfile = \"cohort.csv\"\n"));
  ASSERT_TRUE(reading.specification);
  ASSERT_EQ(reading.specification->cohorts.size(), 2u);
  EXPECT_EQ(reading.specification->cohorts[0].name, "supplied");
  EXPECT_THAT(findings(with("[[population.cohort]]\nname = \"b\"\nfile = \"no.csv\"\n")),
              ElementsAre("project.supplied_missing@10:8"));
  EXPECT_THAT(findings(with("[[population.cohort]]\nname = \"b\"\nfile = \"../x\"\n")),
              ElementsAre("project.supplied_name@10:8"));
}

std::string controls(const std::string& match, const std::string& table = "LPR_F.kontakter") {
  return with("any = [ { table = \"LMDB.lmdb\" } ]\n[population.controls]\nper_case = 4\ntable = \"" + table +
              "\"\nmatch = [ " + match + " ]\n");
}

TEST(Population, ControlsAreMatchedOnWhatMayBeGranted) {
  const auto good =
      read(controls("{ variable = \"aktionsdiagnose\" }, { variable = \"dato_start\", years = 5 }"));
  ASSERT_TRUE(good.specification);
  EXPECT_EQ(good.specification->controls->per_case, 4);
  EXPECT_EQ(good.specification->controls->match[1].years, 5);
  EXPECT_THAT(findings(controls("")), ElementsAre("population.no_match@12:9"));
  EXPECT_THAT(findings(controls("{ variable = \"cpr\" }")), ElementsAre("population.match_identifier@12:24"));
  EXPECT_THAT(findings(controls("{ variable = \"ydernummer\" }")),
              ElementsAre("population.match_identifier@12:24"));
  EXPECT_THAT(findings(controls("{ variable = \"fritekst\" }")),
              ElementsAre("population.match_identifier@12:24"));
  EXPECT_THAT(findings(controls("{ variable = \"aktionsdiagnos\" }")),
              ElementsAre("project.unknown_variable@12:24"));
  EXPECT_THAT(findings(controls("{ variable = \"aktionsdiagnose\", years = 1 }")),
              ElementsAre("project.period_not_a_date@12:24"));
  EXPECT_THAT(findings(controls("{ variable = \"diagnosekode\" }", "LPR_F.diagnoser")),
              ElementsAre("population.match_person@12:11"));
}

TEST(Population, ControlsMayDifferByYearsInOneDate) {
  const auto good =
      read(controls("{ variable = \"dato_start\", within_years = 2 }, { variable = \"aktionsdiagnose\" }"));
  ASSERT_TRUE(good.specification);
  EXPECT_EQ(good.specification->controls->match[0].within_years, 2);
  EXPECT_EQ(good.specification->controls->match[0].years, 0);
  EXPECT_THAT(findings(controls("{ variable = \"dato_start\", within_years = 2, years = 5 }")),
              ElementsAre("population.match_window@12:53"));
  EXPECT_THAT(
      findings(controls("{ variable = \"dato_start\", within_years = 1 }, { variable = \"dato_start\", "
                        "within_years = 2 }")),
      ElementsAre("population.match_window@12:100"));
  EXPECT_THAT(findings(controls("{ variable = \"aktionsdiagnose\", within_years = 1 }")),
              ElementsAre("project.period_not_a_date@12:24"));
  EXPECT_EQ(findings(controls("{ variable = \"dato_start\", within_years = 0 }")).size(), 1u);
  EXPECT_EQ(findings(controls("{ variable = \"dato_start\", within_years = 21 }")).size(), 1u);
  const auto words = [&](Language language) {
    return describe_population(language, *good.specification).back();
  };
  EXPECT_THAT(words(Language::english), HasSubstr("agree with that person in dato_start (LPR_F.kontakter) at "
                                                  "most 2 years apart, aktionsdiagnose (LPR_F.kontakter)."));
  EXPECT_THAT(
      words(Language::danish),
      HasSubstr(
          "svarer til personen i dato_start (LPR_F.kontakter) højst 2 år fra hinanden, aktionsdiagnose"));
}

TEST(Population, ItsOwnTableMayBeGranted) {
  const std::string own =
      "[[grant]]\ntable = \"project.Population\"\nvariables = [\"person\", \"index_date\"]\nreason = \"x\"\n";
  const auto reading = read(with("any = [ { table = \"LMDB.lmdb\" } ]\n") + own);
  ASSERT_TRUE(reading.specification);
  EXPECT_EQ(reading.specification->grants.size(), 1u);
  ASSERT_TRUE(reading.specification->population_grant);
  EXPECT_EQ(reading.specification->population_grant->table, "PROJECT.population");
}

Plan plan_of(const Specification& specification) {
  Mirror mirror;
  mirror.live["LPR_F.kontakter"] = {.version = 1, .files = {{"k.parquet", {.path = "k.parquet"}}}};
  mirror.live["LPR_F.diagnoser"] = {.version = 1, .files = {{"d.parquet", {.path = "d.parquet"}}}};
  mirror.live["LMDB.lmdb"] = {.version = 1, .files = {{"l.parquet", {.path = "l.parquet"}}}};
  return *make_plan(specification, testing::catalogue(), mirror);
}

TEST(Population, EventsBecomeSemiJoins) {
  const Plan plan =
      plan_of(*read(with("index = \"purchase\"\n" + contact + purchase, ", from_days = -30")).specification);
  ASSERT_EQ(plan.events.size(), 2u);
  EXPECT_THAT(plan.events[0].query,
              HasSubstr(R"(JOIN (SELECT DISTINCT t."dw_ek_kontakt" AS key, t."cpr" AS next)"));
  EXPECT_THAT(plan.events[1].query, HasSubstr("SELECT r.person, min(r.day) AS day FROM"));
  EXPECT_THAT(
      plan.events[1].query,
      HasSubstr(
          R"( SEMI JOIN "event:contact" x0 ON x0.person = r.person AND r.day >= x0.day + 1 AND r.day <= x0.day + 180)"));
  EXPECT_THAT(plan.tables[0].sql.rows, HasSubstr("p.index_day + (-30)"));
  EXPECT_THAT(plan.tables[0].sql.came, HasSubstr("JOIN came p"));
}

TEST(Population, AWindowIsANumberBesideTheStratum) {
  const Plan plan = plan_of(
      *read(controls("{ variable = \"aktionsdiagnose\" }, { variable = \"dato_start\", within_years = 3 }"))
           .specification);
  EXPECT_EQ(plan.controls->tolerance, 3 * 372);
  EXPECT_THAT(
      plan.controls->traits,
      HasSubstr(
          R"(min(t."aktionsdiagnose")::VARCHAR AS stratum, (year(min(CAST(t."dato_start" AS DATE))) * 372 + )"));
  const Plan alone =
      plan_of(*read(controls("{ variable = \"dato_start\", within_years = 1 }")).specification);
  EXPECT_THAT(alone.controls->traits, HasSubstr("'' AS stratum"));
  const Plan exact = plan_of(*read(controls("{ variable = \"aktionsdiagnose\" }")).specification);
  EXPECT_EQ(exact.controls->tolerance, 0);
  EXPECT_THAT(exact.controls->traits, HasSubstr("(0)::BIGINT AS near"));
  EXPECT_NE(plan.population_recipe, exact.population_recipe);
}

TEST(Population, IsPutInWords) {
  const Specification s = *read(with("index = \"purchase\"\n" + contact + purchase)).specification;
  EXPECT_THAT(
      describe_population(Language::english, s),
      ElementsAre(
          "\"contact\" is any of the person's rows in LPR_F.diagnoser where diagnosekode begins with DE11 by "
          "dato_start. It must have happened.",
          "\"purchase\" is the person's first row in LMDB.lmdb where atc begins with A10 by eksd, after "
          "\"contact\", at most 180 days apart. It must have happened.",
          "A person's index date is the date of \"purchase\"."));
  EXPECT_THAT(describe_rows(Language::danish, s.grants[0]),
              ElementsAre("Kun rækker, hvor eksd ligger fra 2015-01-01 til 2025-12-31, begge dage med.",
                          "Følger registret: altid de nyeste rækker."));
}

constexpr const char* everything = R"toml(all = [ { table = "LMDB.lmdb", at_least = 2 } ]
any = [ { table = "LMDB.lmdb", where = "atc IN ('A', 'B') OR NOT (eksd < DATE '2020-01-01')" } ]
none = [ { table = "LPR_F.kontakter", where = "aktionsdiagnose IS NULL" } ]
supplied = "cohort.csv"
index = "e"
[[population.event]]
name = "e"
table = "LMDB.lmdb"
where = "apk BETWEEN 1 AND 2 AND atc NOT LIKE '%B_'"
from = 2015-01-01
to = 2020-01-01
at_least = 2
pick = "last"
[[population.event]]
name = "f"
table = "LMDB.lmdb"
before = { event = "e", from_days = 30, within_days = 60 }
pick = "none"
[[population.event]]
name = "g"
table = "LMDB.lmdb"
after = "e"
from_days = 0
[population.controls]
per_case = 2
table = "LPR_F.kontakter"
match = [ { variable = "aktionsdiagnose" }, { variable = "dato_start", years = 5 } ]
none = [ { table = "LMDB.lmdb" } ]
)toml";

TEST(Population, EveryPartHasWordsInBothLanguages) {
  const Specification s = *read(with(everything, ", from_days = -5, to_days = 5")).specification;
  for (const Language language : {Language::danish, Language::english}) {
    auto lines = describe_population(language, s);
    for (const std::string& line : describe_rows(language, s.grants[0])) lines.push_back(line);
    EXPECT_EQ(lines.size(), 14u);
    for (const std::string& line : lines) {
      EXPECT_THAT(line, Not(HasSubstr("words.")));
      EXPECT_THAT(line, Not(HasSubstr("{")));
    }
  }
  EXPECT_EQ(in_words(Language::english, *s.any[0].where),
            "atc is one of A, B or not (eksd is before 2020-01-01)");
}

}  // namespace
}  // namespace fvm::extract
