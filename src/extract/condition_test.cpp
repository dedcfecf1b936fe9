// Conditions: what is in the language, what is refused and where, and that nothing else gets through.
#include "extract/condition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace fvm::extract {
namespace {

using catalogue::Class;
using catalogue::Type;

const catalogue::Table& table() {
  static const catalogue::Table made{.register_name = "LMDB",
                                     .name = "lmdb",
                                     .person = "pnr12",
                                     .variables = {{"pnr12", Type::text, Class::person},
                                                   {"atc", Type::text, Class::code},
                                                   {"eksd", Type::date},
                                                   {"tid", Type::timestamp},
                                                   {"apk", Type::integer},
                                                   {"volume", Type::decimal},
                                                   {"recnum", Type::text, Class::record_key},
                                                   {"recu", Type::text, Class::provider},
                                                   {"navn", Type::text, Class::dropped},
                                                   {"hemmelig", Type::text, Class::ordinary, false, false},
                                                   {"bløde \"gåse\"øjne", Type::text}}};
  return made;
}

std::string rendered(std::string_view text) {
  const auto read = read_condition(text, table());
  return read.ok() ? render(*read) : read.error().code + "@" + std::string(read.error().argument("offset"));
}

TEST(Condition, IsRenderedInParenthesesAndQuotes) {
  EXPECT_EQ(rendered("atc LIKE 'A10%' AND eksd >= DATE '2015-01-01'"),
            R"((("atc" LIKE 'A10%') AND ("eksd" >= DATE '2015-01-01')))");
  EXPECT_EQ(rendered("ATC = 'a' or Atc='b' and not apk<>1"),
            R"((("atc" = 'a') OR (("atc" = 'b') AND (NOT ("apk" <> 1)))))");
  EXPECT_EQ(rendered("apk + 2 * volume / 3 - -1 > 0"), R"(((("apk" + ((2 * "volume") / 3)) - -1) > 0))");
  EXPECT_EQ(rendered("atc NOT IN ('A', 'B') AND apk IN (-1, 2)"),
            R"((("atc" NOT IN ('A', 'B')) AND ("apk" IN (-1, 2))))");
  EXPECT_EQ(rendered("eksd BETWEEN DATE '2010-01-01' AND DATE '2012-12-31' AND recnum IS NOT NULL"),
            R"((("eksd" BETWEEN DATE '2010-01-01' AND DATE '2012-12-31') AND ("recnum" IS NOT NULL)))");
  EXPECT_EQ(rendered("SUBSTRING(upper(atc), 1, 3) != 'A''B'"),
            R"((substring(upper("atc"), 1, 3) <> 'A''B'))");
  EXPECT_EQ(rendered("year(eksd) - 1 >= 2000 AND tid < DATE '2020-01-01'"),
            R"((((year("eksd") - 1) >= 2000) AND ("tid" < DATE '2020-01-01')))");
  EXPECT_EQ(rendered("\"bløde \"\"gåse\"\"øjne\" = ''"), R"(("bløde ""gåse""øjne" = ''))");
  EXPECT_EQ(rendered("eksd - DATE '2020-01-01' > 30"), R"((("eksd" - DATE '2020-01-01') > 30))");
}

TEST(Condition, TheWholeLanguageIsRendered) {
  EXPECT_EQ(rendered("case when apk > 1 then 'a' when atc is null then 'b' else 'c' end = 'a'"),
            R"(((CASE WHEN ("apk" > 1) THEN 'a' WHEN ("atc" IS NULL) THEN 'b' ELSE 'c' END) = 'a'))");
  EXPECT_EQ(rendered("eksd + interval '6' month <= DATE '2020-01-01'"),
            R"((("eksd" + INTERVAL '6' MONTH) <= DATE '2020-01-01'))");
  EXPECT_EQ(rendered("try_cast(replace(atc, ',', '.') as decimal) > 48"),
            R"((TRY_CAST(replace("atc", ',', '.') AS DOUBLE) > 48))");
  EXPECT_EQ(rendered("DATE_SUB('year', eksd, DATE '2020-01-01') >= 18"),
            R"((date_sub('year', "eksd", DATE '2020-01-01') >= 18))");
  EXPECT_EQ(rendered("starts_with(atc, 'A10') AND NOT contains(atc, 'B')"),
            R"((starts_with("atc", 'A10') AND (NOT contains("atc", 'B'))))");
  EXPECT_EQ(rendered("greatest(apk, 1.5) > least(apk, 2) AND nullif(apk, 0) IS NOT NULL"),
            R"(((greatest("apk", 1.5) > least("apk", 2)) AND (nullif("apk", 0) IS NOT NULL)))");
  EXPECT_EQ(rendered("last_day(tid) = eksd"), R"((last_day("tid") = "eksd"))");
  EXPECT_EQ(rendered("eksd + INTERVAL '6' MONTHS > eksd"), "condition.bad_interval@16");
  EXPECT_EQ(rendered("date_diff('days', eksd, eksd) > 1"), "condition.bad_unit@10");
}

TEST(Condition, ARefusalSaysWhereItIs) {
  EXPECT_EQ(rendered("atcc = 'A'"), "condition.unknown_variable@0");
  EXPECT_EQ(rendered("apk = 1 AND uper(atc) = 'A'"), "condition.unknown_function@12");
  EXPECT_EQ(rendered("atc = 10"), "condition.wrong_type@6");
  EXPECT_EQ(rendered("eksd > '2015-01-01'"), "condition.wrong_type@7");
  EXPECT_EQ(rendered("atc"), "condition.wrong_type@0");
  EXPECT_EQ(rendered("atc = 'A' AND"), "condition.ends_early@13");
  EXPECT_EQ(rendered("atc = 'A"), "condition.quote_open@6");
  EXPECT_EQ(rendered("eksd > DATE '2015-02-30'"), "condition.bad_date@12");
  EXPECT_EQ(rendered("substr(atc) = 'A'"), "condition.argument_count@0");
  EXPECT_EQ(rendered(""), "condition.ends_early@0");
}

TEST(Condition, TheNearestNameIsSuggested) {
  EXPECT_EQ(read_condition("atcc = 'A'", table()).error().argument("suggestion"), "atc");
  EXPECT_EQ(read_condition("uper(atc) = 'A'", table()).error().argument("suggestion"), "upper");
  EXPECT_EQ(read_condition("hemelig = 'A'", table()).error().argument("suggestion"), "")
      << "not one that is withheld";
}

TEST(Condition, IdentifiersCannotSingleAnybodyOut) {
  for (const char* text : {"pnr12 = '1'", "pnr12 IN ('1','2')", "length(pnr12) = 10", "pnr12 = recnum",
                           "recnum LIKE 'p%'", "recu BETWEEN 'a' AND 'b'", "coalesce(pnr12, 'x') IS NULL"}) {
    const auto read = read_condition(text, table());
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, "condition.identifier") << text;
    EXPECT_EQ(read.error().kind, Kind::refused) << text;
  }
  EXPECT_EQ(rendered("pnr12 IS NULL"), R"(("pnr12" IS NULL))");
  EXPECT_EQ(rendered("navn = 'Jensen'"), "condition.not_granted@0");
  EXPECT_EQ(rendered("hemmelig = 'x'"), "condition.not_granted@0");
}

TEST(Condition, InjectionIsRefused) {
  for (const char* text : {"1 = 1; DROP TABLE x",
                           "atc = 'A' -- rest",
                           "atc = 'A' /* x */",
                           "atc IN (SELECT atc FROM t)",
                           "EXISTS (SELECT 1)",
                           "atc = read_text('/etc/passwd')",
                           "atc = (SELECT 'x')",
                           "atc = 'A' UNION SELECT 1",
                           "apk = 1::INTEGER",
                           "atc ~ 'x'",
                           "atc || 'x' = 'y'",
                           "atc = $1",
                           "atc = ?",
                           "t.atc = 'A'",
                           "atc = E'\\x41'",
                           "CASE WHEN apk = 1 THEN 1 END",
                           "CASE apk WHEN 1 THEN 1 END = 1",
                           "CASE WHEN apk = 1 THEN 1 ELSE 'x' END = 1",
                           "CASE WHEN pnr12 = '1' THEN 1 END = 1",
                           "CASE WHEN apk THEN 1 END = 1",
                           "CASE WHEN apk = 1 THEN (apk = 1) END = 1",
                           "TRY_CAST(atc AS VARCHAR) = 'x'",
                           "TRY_CAST(pnr12 AS INTEGER) = 1",
                           "TRY_CAST(apk AS DATE) = eksd",
                           "eksd + INTERVAL '1; DROP' DAY > eksd",
                           "eksd + INTERVAL '1' CENTURY > eksd",
                           "INTERVAL '1' DAY = INTERVAL '1' DAY",
                           "apk + INTERVAL '1' DAY > 1",
                           "date_diff(atc, eksd, eksd) = 1",
                           "date_diff('century', eksd, eksd) = 1",
                           "nullif(apk, 1, 2) = 1",
                           "concat(apk, apk) = '1'",
                           "greatest(pnr12, 'x') = 'x'",
                           "starts_with(pnr12, '01')",
                           "atc COLLATE nocase = 'a'",
                           "apk = CAST('1' AS INTEGER)",

                           "getenv('HOME') = 'x'",
                           "atc = \"pg_catalog\".\"x\"",
                           "atc ILIKE 'a'",
                           "TRUE",
                           "apk = 1 OR true",
                           "apk = 1e9999",
                           "apk = 0x10",
                           "[1] = 1",
                           "{'a': 1} = 1",
                           "atc LIKE upper('x')",
                           "apk = (1 = 1)",
                           "NOT apk",
                           "atc IN ()",
                           "atc IN (apk)"}) {
    EXPECT_FALSE(read_condition(text, table()).ok()) << text;
  }
}

TEST(Condition, IsBoundedInLengthAndDepth) {
  EXPECT_EQ(rendered(std::string(condition_bytes_max + 1, ' ')), "condition.too_long@0");
  const auto wrapped = [](size_t levels, std::string before, std::string after) {
    std::string text;
    for (size_t i = 0; i < levels; ++i) text += before;
    text += "apk = 1";
    for (size_t i = 0; i < levels; ++i) text += after;
    return text;
  };
  EXPECT_TRUE(read_condition(wrapped(40, "(", ")"), table()).ok());
  EXPECT_EQ(rendered(wrapped(2000, "(", ")")), "condition.too_deep@64");
  EXPECT_FALSE(read_condition(wrapped(1500, "NOT ", ""), table()).ok());
  EXPECT_FALSE(read_condition("apk = " + std::string(3000, '-') + "1", table()).ok());
  EXPECT_FALSE(read_condition(wrapped(1000, "abs(", ")"), table()).ok());
  std::string sum = "apk";
  for (int i = 0; i < 1000; ++i) sum += " + 1";
  EXPECT_FALSE(read_condition(sum + " = 0", table()).ok());
}

// A random condition of the language, by the grammar.
std::string random_value(int depth, bool number);
std::string random_text(int) {
  return *rc::gen::element<std::string>("atc", "'A''1'", "upper(atc)", "substr( atc,1 )", "trim('x')",
                                        "\"bløde \"\"gåse\"\"øjne\"", "coalesce(atc, 'x', atc)",
                                        "CASE WHEN apk = 1 THEN 'x' ELSE atc END", "concat(atc, 'x')",
                                        "nullif(replace(atc, 'a', 'b'), 'c')");
}
std::string random_number(int depth) {
  if (depth <= 0)
    return *rc::gen::element<std::string>("apk", "volume", "17", "-2.5", "length(atc)", "year(eksd)",
                                          "TRY_CAST(atc AS INTEGER)", "date_diff('day', eksd, tid)",
                                          "CASE WHEN atc LIKE 'A%' THEN 1 WHEN apk > 2 THEN 2.5 END");
  const auto op = *rc::gen::element<std::string>(" + ", "-", "*", " / ", " % ");
  return "(" + random_number(depth - 1) + ")" + op + " " + random_number(0);
}
std::string random_value(int depth, bool number) {
  return number ? random_number(depth) : random_text(depth);
}
std::string random_condition(int depth) {
  const bool number = *rc::gen::arbitrary<bool>();
  if (depth <= 0) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        return random_value(2, number) + " <= " + random_value(1, number);
      case 1:
        return random_value(1, number) + " IS NOT NULL";
      case 2:
        return random_text(0) + " not like 'A%'";
      case 3:
        return random_value(1, number) + " BETWEEN " + random_value(0, number) + " AND " +
               random_value(0, number);
      case 4:
        return random_number(1) + " NOT IN (1, -2, 3.5)";
      default:
        return *rc::gen::element<std::string>("eksd + 1 > DATE '2020-02-29'",
                                              "eksd - INTERVAL '2' YEAR < tid + INTERVAL '10' DAY",
                                              "starts_with(atc, 'A10')");
    }
  }
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return random_condition(depth - 1) + " AND " + random_condition(depth - 1);
    case 1:
      return "(" + random_condition(depth - 1) + ") or " + random_condition(depth - 1);
    case 2:
      return "NOT (" + random_condition(depth - 1) + ")";
    default:
      return random_condition(0);
  }
}

RC_GTEST_PROP(ConditionProperty, RenderingIsStable, ()) {
  const std::string text = random_condition(*rc::gen::inRange(0, 4));
  const auto once = read_condition(text, table());
  RC_ASSERT(once.ok());
  const auto twice = read_condition(render(*once), table());
  RC_ASSERT(twice.ok());
  RC_ASSERT(render(*once) == render(*twice));
}

RC_GTEST_PROP(ConditionProperty, GarbageIsRefusedWithAPlaceInside, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "atc", "apk", "(", ")", "'", "\"", "AND", "NOT", "IN", "LIKE", ",", "=", "-", "--", "1", ".", ";",
      "DATE", "'x'", "BETWEEN", "IS", "NULL", "\\", "\xc3", "upper", "%"));
  std::string text;
  for (const auto& word : words) text += word + " ";
  const auto read = read_condition(text, table());
  if (read.ok()) return;
  RC_ASSERT(std::stoul(std::string(read.error().argument("offset"))) <= text.size());
}

RC_GTEST_PROP(ConditionProperty, AnyTextInQuotesStaysText, (const std::string& any)) {
  std::string quoted;
  for (const char c : any) {
    if (c == '\0') continue;
    quoted += c;
    if (c == '\'') quoted += c;
  }
  const auto read = read_condition("atc = '" + quoted + "'", table());
  RC_ASSERT(read.ok());
  RC_ASSERT(render(*read) == "(\"atc\" = '" + quoted + "')");
}

TEST(Condition, NamesItsVariables) {
  EXPECT_EQ(variables_of(*read_condition("apk = 1 OR atc = 'x' OR APK = 2", table())),
            (std::vector<std::string>{"apk", "atc"}));
}

}  // namespace
}  // namespace fvm::extract
