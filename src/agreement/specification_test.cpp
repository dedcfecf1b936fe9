#include "agreement/specification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "agreement/annex.hpp"
#include "extract/testing.hpp"

namespace fvm::agreement {
namespace {

using extract::testing::catalogue;

constexpr Date today{2026, 11, 27};
constexpr const char* head = R"([application]
title = "Diabetes \"2\" i \\ Norge"
purpose = " Statistik over\nforekomst "
authority = { name = "Demo Kommune", cvr = "29189846" }
period = { from = 2026-11-01, to = 2028-10-31 }
)";

casework::Application application(const std::string& text,
                                  const std::vector<casework::OrderItem>& order = {}) {
  return casework::read_application(text, "t.toml", today, order).application;
}

extract::Specification compiled(const casework::Application& application) {
  const auto made = compile(specification_of(application, "FVM-2026-0017"), "t.toml", catalogue(), today);
  EXPECT_TRUE(made.ok()) << made.error().code << made.error().argument("name") << "\n"
                         << specification_of(application, "FVM-2026-0017");
  return made.ok() ? made->specification : extract::Specification{};
}

TEST(SpecificationOf, TakesTheHeaderFromTheForm) {
  const auto s = compiled(application(std::string(head) + R"(
[population]
description = "Alle med medicin"
any = [ { table = "LMDB.lmdb", where = "atc LIKE 'A10%'", at_least = 2 } ]
[[grant]]
table = "lmdb.LMDB"
variables = ["atc"]
period = { variable = "eksd", from = 2015-01-01, to = 2025-12-31 }
reason = "Behandling."
variable_reasons = { atc = "Hvilken" }
mode = "frozen"
)"));
  EXPECT_EQ(s.number, "FVM-2026-0017");
  EXPECT_EQ(s.title, "Diabetes \"2\" i \\ Norge");
  EXPECT_EQ(s.purpose, "Statistik over\nforekomst");
  EXPECT_EQ(s.cvr, "29189846");
  EXPECT_EQ(s.valid_to, (Date{2028, 10, 31}));
  ASSERT_EQ(s.any.size(), 1u);
  EXPECT_EQ(s.any[0].at_least, 2);
  ASSERT_EQ(s.grants.size(), 1u);
  EXPECT_EQ(s.grants[0].table, "LMDB.lmdb");
  EXPECT_EQ(s.grants[0].reason, "Behandling.");
  EXPECT_EQ(s.grants[0].mode, extract::Mode::frozen);
}

TEST(SpecificationOf, IsTheSameHoweverTheApplicationWasWritten) {
  const std::string population =
      "[population]\ndescription=\"x\"\nany=[{where=\"atc = 'A'\",table=\"LMDB.lmdb\"}]\n";
  const std::string grant =
      "[[grant]]\nreason='r'\nvariables=['atc']\ntable='LMDB.lmdb'\nperiod={to=2025-12-31,variable='eksd',"
      "from=2015-01-01}\n";
  const std::string spaced =
      "[[grant]]\ntable = \"LMDB.lmdb\" # comment\nvariables = [\n  \"atc\",\n]\nperiod.from = 2015-01-01\n"
      "period.to = 2025-12-31\nperiod.variable = \"eksd\"\nreason = \"r\"\n";
  EXPECT_EQ(specification_of(application(head + population + grant), "FVM-2026-0017"),
            specification_of(application(spaced + population + head), "FVM-2026-0017"));
}

// Random variables written in grants and random x's on an order sheet: what is compiled is exactly their
// union, table by table, and reading the text again gives the same text.
RC_GTEST_PROP(SpecificationOf, HoldsEveryOrderedVariableAndNothingElse, ()) {
  const std::map<std::string, std::vector<std::string>> tables{
      {"LPR_F.kontakter",
       {"dw_ek_kontakt", "cpr", "cpr_moder", "dato_start", "aktionsdiagnose", "ydernummer"}},
      {"LPR_F.diagnoser", {"dw_ek_kontakt", "diagnosekode"}},
      {"LMDB.lmdb", {"pnr12", "atc", "eksd", "apk"}}};
  const std::map<std::string, std::string> dates{{"LPR_F.kontakter", "dato_start"}, {"LMDB.lmdb", "eksd"}};
  std::map<std::string, std::set<std::string>> wanted;
  std::string text =
      std::string(head) + "[population]\ndescription = \"x\"\nall = [ { table = \"CPR.t_person\" } ]\n";
  std::vector<casework::OrderItem> order;
  for (const auto& [table, variables] : tables) {
    const auto chosen = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(variables));
    const std::set<std::string> written(chosen.begin(), chosen.end());
    const auto ordered = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(variables));
    if (written.empty() && ordered.empty()) continue;
    wanted[table].insert(written.begin(), written.end());
    wanted[table].insert(ordered.begin(), ordered.end());
    const size_t dot = table.find('.');
    for (const std::string& variable : ordered) {
      std::string shouted = variable;
      if (*rc::gen::arbitrary<bool>())
        std::transform(shouted.begin(), shouted.end(), shouted.begin(), ::toupper);
      order.push_back({table.substr(0, dot), table.substr(dot + 1), shouted, "LPR", 7, 7});
    }
    text += "[[grant]]\ntable = \"" + table + "\"\nreason = \"r\"\nvariables = [";
    for (const std::string& variable : written) text += "\"" + variable + "\", ";
    text += "]\n";
    if (dates.contains(table))
      text += "period = { variable = \"" + dates.at(table) + "\", from = 2015-01-01, to = 2020-12-31 }\n";
  }
  RC_PRE(!wanted.empty());
  const casework::Application read = application(text, order);
  const std::string specification = specification_of(read, "FVM-2026-0017");
  const auto made = compile(specification, "t.toml", catalogue(), today);
  RC_ASSERT(made.ok());
  std::map<std::string, std::set<std::string>> got;
  for (const extract::Grant& grant : made->specification.grants) {
    RC_ASSERT(got[grant.table].empty());
    got[grant.table].insert(grant.variables.begin(), grant.variables.end());
    RC_ASSERT(got[grant.table].size() == grant.variables.size());
  }
  RC_ASSERT(got == wanted);
  RC_ASSERT(specification_of(read, "FVM-2026-0017") == specification);
}

}  // namespace
}  // namespace fvm::agreement
