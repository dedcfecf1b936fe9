// The pre-check's rules on specifications, and its rounding as somebody would attack it.
#include "extract/precheck.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "extract/precheck_classes.hpp"
#include "extract/precheck_rounding.hpp"
#include "extract/precheck_sql.hpp"
#include "extract/precheck_texts.hpp"

namespace fvm::extract {
namespace {

using catalogue::Class;
using catalogue::Type;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Date today{2026, 11, 27};

const catalogue::Catalogue& registers() {
  static const catalogue::Catalogue made{
      .version = 1,
      .tables = {
          {.register_name = "BEF",
           .name = "person",
           .person = "pnr",
           .variables = {{"pnr", Type::text, Class::person},
                         {"foed", Type::date, Class::birth_date},
                         {"koen", Type::text, Class::code},
                         {"kommune", Type::text, Class::residence},
                         {"mor", Type::text, Class::relative}}},
          {.register_name = "LPR",
           .name = "adm",
           .person = "cpr",
           .period = "dato",
           .variables =
               {{"cpr", Type::text, Class::person},
                {"recnum", Type::text, Class::record_key},
                {"dato", Type::date, Class::date},
                {"diag", Type::text, Class::code},
                {"sengedage", Type::integer, Class::measure},
                {.name = "gammel", .what = Class::code, .validity = catalogue::read_validity("1977 - 1993")},
                {.name = "lukket", .what = Class::code, .listed = true, .orderable = false}}},
          {.register_name = "LPR",
           .name = "diag",
           .parent = catalogue::Parent{"adm", "recnum", "recnum"},
           .variables = {{"recnum", Type::text, Class::record_key}, {"kode", Type::text, Class::code}}}}};
  return made;
}

std::string specification(
    const std::string& grants,
    const std::string& population = "any = [ { table = \"LPR.adm\", where = \"diag LIKE 'DE1%'\" } ]") {
  return "[project]\nnumber = \"FVM-2026-0017\"\ntitle = \"T\"\nauthority = { name = \"Demo Kommune\", cvr = "
         "\"29189846\" }\n"
         "valid = { from = 2026-11-01, to = 2028-10-31 }\n[population]\n" +
         population + "\n" + grants;
}
std::string grant(const std::string& table, const std::string& variables, const std::string& more = "",
                  const std::string& reason = "Nødvendig for at følge forløb over tid.") {
  return "[[grant]]\ntable = \"" + table + "\"\nvariables = [" + variables + "]\nreason = \"" + reason +
         "\"\n" + more + "\n";
}
const std::string period = "period = { variable = \"dato\", from = 2015-01-01, to = 2025-12-31 }";

std::vector<Remark> check(const std::string& text, const VariableReasons& reasons = {}) {
  return check_specification(read_specification(text, "spec.toml", registers(), today), registers(), today,
                             reasons);
}
std::string codes(const std::vector<Remark>& remarks) {
  std::string out;
  for (const Remark& each : remarks) out += each.error.code + "@" + place_of(each) + " ";
  return out;
}

TEST(PrecheckRules, AGoodSpecificationHasNoRemarks) {
  EXPECT_EQ(codes(check(specification(grant("LPR.adm", "\"cpr\", \"dato\", \"diag\"", period)))), "");
}

TEST(PrecheckRules, WhatTheReaderFindsBlocks) {
  const auto remarks = check(specification(grant("LPR.adm", "\"cpr\", \"daato\"", period)));
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_EQ(remarks[0].severity, Severity::blocks);
  EXPECT_THAT(place_of(remarks[0]), HasSubstr("spec.toml:"));
  EXPECT_FALSE(remarks[0].advice.empty());
  EXPECT_TRUE(block(remarks));
}

TEST(PrecheckRules, EverySensitiveVariableNeedsItsReason) {
  const std::string text =
      specification(grant("BEF.person", "\"pnr\", \"foed\", \"koen\", \"kommune\", \"mor\""));
  EXPECT_EQ(codes(check(text)),
            "precheck.sensitive_without_reason@BEF.person.foed "
            "precheck.sensitive_without_reason@BEF.person.kommune "
            "precheck.sensitive_without_reason@BEF.person.mor ");
  const VariableReasons reasons{
      {"BEF.person", {{"FOED", "Alder ved første kontakt skal beregnes."}, {"kommune", "kort"}}}};
  EXPECT_THAT(codes(check(text, reasons)), Not(HasSubstr("foed")));
  EXPECT_THAT(codes(check(text, reasons)), HasSubstr("kommune")) << "one word is no reason";
  const std::string named =
      specification(grant("BEF.person", "\"pnr\", \"mor\"", "", "Koblingen til mor er selve opgaven."));
  EXPECT_THAT(codes(check(named)), Not(HasSubstr("sensitive")));
}

TEST(PrecheckRules, ReasonsAreReasons) {
  EXPECT_THAT(codes(check(specification(grant("LPR.adm", "\"cpr\"", period, "Udfald.")))),
              HasSubstr("precheck.short_reason@LPR.adm"));
  const std::string twice =
      specification(grant("LPR.adm", "\"cpr\"", period) +
                    grant("BEF.person", "\"pnr\"", "", "nødvendig for at følge forløb, over tid"));
  EXPECT_THAT(codes(check(twice)), HasSubstr("precheck.same_reason"))
      << "other capitals and commas are no other reason";
}

TEST(PrecheckRules, ValidityAndOrdering) {
  const auto remarks = check(specification(grant("LPR.adm", "\"cpr\", \"gammel\", \"lukket\"", period)));
  EXPECT_THAT(codes(remarks), HasSubstr("precheck.never_valid@LPR.adm.gammel"));
  EXPECT_TRUE(codes(remarks).find("lukket") != std::string::npos && block(remarks));
  const std::string early = "period = { variable = \"dato\", from = 1990-01-01, to = 1996-12-31 }";
  EXPECT_THAT(codes(check(specification(grant("LPR.adm", "\"cpr\", \"gammel\"", early)))),
              HasSubstr("precheck.outside_validity@LPR.adm.gammel"));
  const std::string inside = "period = { variable = \"dato\", from = 1980-01-01, to = 1990-12-31 }";
  EXPECT_EQ(codes(check(specification(grant("LPR.adm", "\"cpr\", \"gammel\"", inside)))), "");
}

TEST(PrecheckRules, RowsThatCannotBeJoined) {
  EXPECT_THAT(codes(check(specification(grant("LPR.adm", "\"dato\"", period)))),
              HasSubstr("precheck.no_person@LPR.adm.cpr"));
  EXPECT_THAT(
      codes(check(specification(grant("LPR.adm", "\"cpr\"", period) + grant("LPR.diag", "\"kode\"")))),
      HasSubstr("precheck.no_key@LPR.diag.recnum"));
  EXPECT_THAT(
      codes(check(specification(grant("LPR.adm", "\"cpr\"", period), "any = [ { table = \"LPR.adm\" } ]"))),
      HasSubstr("precheck.everybody"));
}

TEST(PrecheckRules, EveryRemarkSaysWhatToDoInBothLanguages) {
  const auto remarks = check(specification(grant("BEF.person", "\"foed\", \"mor\"", "", "Kort.") +
                                           grant("LPR.adm", "\"gammel\", \"lukket\"", period, "Kort.")));
  EXPECT_GT(remarks.size(), 6u);
  for (const Remark& each : remarks) {
    EXPECT_FALSE(each.advice.empty()) << each.error.code;
    const std::string danish = describe(Language::danish, each), english = describe(Language::english, each);
    EXPECT_NE(danish, english) << each.error.code;
    EXPECT_THAT(danish, Not(HasSubstr("{"))) << "a place without its fact";
    EXPECT_THAT(english, Not(HasSubstr("precheck.")));
  }
}

TEST(PrecheckClasses, WhatSomebodyMayKnow) {
  const auto& person = registers().tables[0];
  EXPECT_EQ(trait_of(*person.find("foed")), Trait::birth);
  EXPECT_EQ(trait_of(*person.find("koen")), Trait::sex);
  EXPECT_EQ(trait_of(*person.find("kommune")), Trait::residence);
  EXPECT_EQ(knowledge_of(*person.find("pnr")), Knowledge::nothing);
  const auto& adm = registers().tables[1];
  EXPECT_EQ(knowledge_of(*adm.find("dato")), Knowledge::event);
  EXPECT_EQ(knowledge_of(*adm.find("diag")), Knowledge::event);
  EXPECT_EQ(knowledge_of(*adm.find("sengedage")), Knowledge::nothing);
}

// --- what is counted

TEST(PrecheckSql, OneQueryATableAndOneATrait) {
  const auto reading = read_specification(
      specification(grant("BEF.person", "\"pnr\", \"foed\"") +
                    grant("LPR.adm", "\"cpr\", \"dato\"", period + "\nwhere = \"diag LIKE 'DE%'\"") +
                    grant("LPR.diag", "\"kode\"")),
      "s", registers(), today);
  ASSERT_TRUE(reading.specification);
  Snapshots snapshots;
  for (const auto& table : registers().tables) {
    lake::Snapshot& made = snapshots[table.full_name()];
    for (const auto& variable : table.variables) made.schema.fields.push_back({variable.name, "string"});
    made.files["a.parquet"] = lake::File{};
  }
  const CountQueries queries = count_queries(*reading.specification, registers(), snapshots);
  ASSERT_EQ(queries.traits.size(), 1u);
  EXPECT_THAT(queries.traits[0].query, HasSubstr("'/in/mirror/bef/person/a.parquet'"));
  ASSERT_EQ(queries.events.size(), 2u) << "a table with traits only has no events";
  EXPECT_THAT(queries.events[0].query, HasSubstr("DATE '2026-01-01'"));
  EXPECT_THAT(queries.events[0].query, HasSubstr("LIKE 'DE%'"));
  EXPECT_THAT(queries.events[1].query, HasSubstr("'/in/mirror/lpr/adm/a.parquet'")) << "through its parent";
  EXPECT_THAT(queries.events[1].query, HasSubstr("DATE '2015-01-01'")) << "and in its parent's period";
  auto relative = *reading.specification;
  relative.grants[1].period->to_days = 30;
  EXPECT_THAT(count_queries(relative, registers(), snapshots).events[0].query,
              HasSubstr("CAST(t.\"dato\" AS DATE) <= k.index_day + (30)"))
      << "days from the index date limit it further";
}

// --- figures that may be shown

TEST(PrecheckRounding, FewAreFewer) {
  for (uint64_t fingerprint = 0; fingerprint < 200; ++fingerprint) {
    EXPECT_TRUE(safe_size(0, fingerprint, 10).fewer);
    EXPECT_TRUE(safe_size(4, fingerprint, 10).fewer);
    EXPECT_FALSE(safe_size(20, fingerprint, 10).fewer);
  }
}

RC_GTEST_PROP(PrecheckRounding, WithinAStepOfTheTruth, ()) {
  const auto persons = *rc::gen::inRange<uint64_t>(20, 10'000'000);
  const auto fingerprint = *rc::gen::arbitrary<uint64_t>();
  const SafeSize size = safe_size(persons, fingerprint, 10);
  RC_ASSERT(size.about % size.step == 0);
  RC_ASSERT(std::max(size.about, persons) - std::min(size.about, persons) <= size.step);
  RC_ASSERT(persons / size.step < 100);
  RC_ASSERT(safe_size(persons, fingerprint, 10).about == size.about);
}

// Somebody pads the population to just below an edge, then asks with and without one person. Plain rounding
// (the positive control) tells him each time; ours must leave him guessing.
TEST(PrecheckRounding, APaddedPopulationDoesNotTellAboutOnePerson) {
  int plain_right = 0, right = 0;
  constexpr int tries = 4000;
  for (uint64_t i = 0; i < tries; ++i) {
    const bool is_in = i % 2 == 0;
    const uint64_t padded = 104, asked = padded + (is_in ? 1 : 0);
    const auto plain = [](uint64_t n) { return (n + 5) / 10 * 10; };
    plain_right += (plain(asked) != plain(padded)) == is_in;
    const uint64_t before = safe_seed(i, 1), after = safe_seed(is_in ? ~i : i, 2);
    const bool changed = safe_size(asked, after, 10).about != safe_size(padded, before, 10).about;
    right += changed == is_in;
  }
  EXPECT_EQ(plain_right, tries);
  EXPECT_LT(right, tries * 55 / 100);
  EXPECT_GT(right, tries * 45 / 100);
}

TEST(PrecheckRounding, SharesNeedPersonsBehindThem) {
  EXPECT_FALSE(safe_percent(3, 49, 1, 1, 5));
  EXPECT_TRUE(safe_percent(3, 50, 1, 1, 5));
  for (uint64_t fingerprint = 0; fingerprint < 100; ++fingerprint) {
    const unsigned percent = *safe_percent(500, 1000, fingerprint, 1, 5);
    EXPECT_TRUE(percent % 5 == 0 && percent >= 45 && percent <= 55) << percent;
    EXPECT_LE(*safe_percent(1000, 1000, fingerprint, 1, 5), 100u);
  }
  EXPECT_EQ(grouped(1234567), "1\u202F234\u202F567");
}

}  // namespace
}  // namespace fvm::extract
