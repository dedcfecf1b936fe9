// The rules as small tables: each test is one rule, read like the manual.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "disclosure/checks.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/testing.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

TEST(Counts, UnderFiveInACountColumnBlocks) {
  EXPECT_EQ(found(drawn(R"(
    aldersgruppe | antal
    18-39        | 120
    40-64        | 4
    65+          | 0
    80+          | 5
  )")),
            Places{"small_count@3:2"});
}

TEST(Counts, AnHonestTwinPasses) {
  EXPECT_EQ(found(drawn(R"(
    aldersgruppe | antal | andel
    18-39        | 120   | 41,2 %
    40-64        | <5    |
    65+          | 171   | 58,8 %
  )")),
            Places{});
}

TEST(Counts, YearsAgesCodesAndRunningNumbersAreNoCounts) {
  EXPECT_EQ(found(drawn(R"(
    nr | år   | alder | komkode | antal
    1  | 2019 | 2     | 101     | 50
    2  | 2020 | 3     | 147     | 60
    3  | 2021 | 4     | 3       | 70
  )")),
            Places{});
}

TEST(Counts, YearsAsHeadersOverWholeNumbersAreCounts) {
  EXPECT_EQ(found(drawn(R"(
    region      | 2023 | 2024
    Hovedstaden | 812  | 790
    Bornholm    | 12   | 3
  )")),
            Places{"small_count@3:3"});
}

TEST(Counts, AColumnThatDoesNotSayWhatItCountsGoesToAPerson) {
  EXPECT_EQ(found(drawn(R"(
    region      | astma | kol
    Hovedstaden | 812   | 90
    Bornholm    | 12    | 3
  )")),
            Places{"small_count_possible@3:3"});
}

TEST(Counts, CountWithPercentInOneCell) {
  EXPECT_EQ(found(drawn(R"(
    kendetegn             | cases        | controls
    Kvinder, n (%)        | 120 (51,2 %) | 240 (50 %)
    Nyresygdom            | 3 (0,4 %)    | 12 (1,1 %)
    Indlæggelser, median (IQR) | 2 (1-3) | 2 (1-4)
  )")),
            Places{"small_count@3:2"});
}

TEST(Counts, AHiddenCellThatATotalGivesAway) {
  EXPECT_EQ(found(drawn(R"(
    region      | antal
    Hovedstaden | 100
    Bornholm    | <5
    I alt       | 103
  )")),
            Places{"recalculable@3:2"});
  EXPECT_EQ(found(drawn(R"(
    region      | antal
    Hovedstaden | 100
    Fyn         | <5
    Bornholm    | <5
    I alt       | 105
  )")),
            Places{});
}

TEST(Counts, AHiddenCellThatATotalColumnGivesAway) {
  EXPECT_EQ(found(drawn(R"(
    region      | kvinder | mænd | total
    Hovedstaden | 100     | 90   | 190
    Bornholm    | 40      | <5   | 42
  )")),
            (Places{"recalculable@3:3", "small_difference@3:2"}));
}

TEST(Counts, AShareBesideAHiddenCountGoesToAPerson) {
  EXPECT_EQ(found(drawn(R"(
    gruppe | antal | pct
    A      | 250   | 98,8
    B      | <5    | 1,2
  )")),
            (Places{"percent_beside@3:3", "percent_numerator@2:3", "small_difference@2:2"}));
}

TEST(Counts, SignsAloneAreNoNumber) {
  for (const char* text : {"+", "++", "-+1", "--", "e", ".", ",,"}) EXPECT_FALSE(number_of(text)) << text;
  EXPECT_EQ(number_of("-2,5")->value, -2.5);
  EXPECT_EQ(number_of("4.1E-1")->value, 0.41);
}

TEST(Counts, WordsInAColumnOfCounts) {
  const auto in_a_column = [](const std::string& cell) {
    return found(drawn("g | antal\nA | 120\nB | " + cell + "\nC | 77"));
  };
  for (const char* cell : {"3 personer", "~3", "≈3", "(3)", "3†", "3 af 120", "3 - 0,4 %", "4 [2]"})
    EXPECT_EQ(in_a_column(cell), Places{"small_count@3:2"}) << cell;
  for (const char* cell :
       {"tre", "four", "III", "n: 3", "x3", "-3", "2 - 4", "2..4", "<4 >2", "0x3", "53-50"})
    EXPECT_EQ(in_a_column(cell), Places{"small_count_possible@3:2"}) << cell;
  for (const char* cell :
       {"30 personer", "~30", "<5", "1-4", "2-40", "0x30", "30-20", "uoplyst", "-", "12,5", "0 x", "3 (2-4)"})
    EXPECT_EQ(in_a_column(cell), Places{}) << cell;
}

TEST(Counts, ATableOfWordsHasAHeaderToo) {
  EXPECT_EQ(found(drawn("g | antal\nA | 120 personer\nB | 3 personer")), Places{"small_count@3:2"});
  EXPECT_EQ(found(drawn("navn | kode\nA | x\nB | y")), Places{});
}

TEST(Counts, NearlyAWholeNumberIsOne) {
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | 3.9999999999")), Places{"small_count@3:2"});
}

TEST(Counts, AStrayDecimalHidesNoColumnOfCounts) {
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | 2,9999\nC | 77\nD | 3\nE | 90")),
            (Places{"small_count_possible@3:2", "small_count@5:2"}));
}

TEST(Counts, ARowThatWasTakenOut) {
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | 200\nI alt | 323")), Places{"small_count_possible@4:2"});
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | 200\nI alt | 320")), Places{});
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | NA\nI alt | 123")), Places{"recalculable@3:2"});
  EXPECT_EQ(found(drawn("g | antal\nA | 120\nB | -\nI alt | 120")), Places{});
}

TEST(Counts, ThousandsInDanishAreNotDecimals) {
  EXPECT_EQ(found(drawn(R"(
    gruppe | antal
    A      | 1.234
    B      | 12.500
    C      | 2
  )")),
            Places{"small_count@4:2"});
}

// A count below the threshold is found wherever it stands among large ones, whatever the shape of the table.
RC_GTEST_PROP(Counts, OneSmallCellIsAlwaysFound, ()) {
  const auto rows = *rc::gen::inRange<size_t>(1, 30), columns = *rc::gen::inRange<size_t>(1, 8);
  const auto row = *rc::gen::inRange<size_t>(0, rows), column = *rc::gen::inRange<size_t>(0, columns);
  Table table;
  table.rows.resize(rows + 1);
  table.rows[0].push_back("gruppe");
  for (size_t c = 0; c < columns; ++c)
    table.rows[0].push_back("antal " + std::string(1, static_cast<char>('A' + c)));
  for (size_t r = 0; r < rows; ++r) {
    table.rows[r + 1].push_back("g" + std::string(1, static_cast<char>('a' + r % 26)));
    for (size_t c = 0; c < columns; ++c)
      table.rows[r + 1].push_back(std::to_string(*rc::gen::inRange(5, 100000)));
  }
  // Other rules may find that one column is a part of another.
  const auto small = [&] {
    Places places = found(table);
    std::erase_if(places, [](const std::string& place) { return !place.starts_with("small_count"); });
    return places;
  };
  RC_ASSERT(small().empty());
  table.rows[row + 1][column + 1] = std::to_string(*rc::gen::inRange(1, 5));
  RC_ASSERT(small() == Places{"small_count@" + std::to_string(row + 2) + ":" + std::to_string(column + 2)});
}

std::vector<Evidence> numbers_in(std::string_view text) {
  std::vector<Evidence> out;
  for (const auto& number : find_personal_numbers(plain_text(text).text)) out.push_back(number.evidence);
  return out;
}
const std::vector<Evidence> certain = {Evidence::shape_and_date}, possible = {Evidence::possible}, none = {};

TEST(PersonalNumbers, EverySpelling) {
  for (const char* text : {"0102031235",
                           "010203-1235",
                           "x 010203-1235.",
                           "010203 - 1235",
                           "cpr:0102031235;",
                           "610203-1235",
                           "01-02-03-1235",
                           "０１０２０３1235",
                           "010203\u2013"
                           "1235",
                           "0102\u200B031235",
                           "010203-1AB4",
                           "0102031AB4",
                           "0101011234,0202021235x",
                           "010203_1235",
                           "010203     - 1235",
                           "01021903-1235",
                           "19030201-1235",
                           "010219031235",
                           "01.02.1903-1235",
                           "1903-02-01-1235",
                           "01020312350203041236"}) {
    ASSERT_FALSE(numbers_in(text).empty()) << text;
    EXPECT_NE(numbers_in(text)[0], Evidence::possible) << text;
  }
  EXPECT_EQ(numbers_in("0707614285")[0], Evidence::check_digit);  // an example number of CPR-kontoret
}

TEST(PersonalNumbers, WhatMayBeOneGoesToAPerson) {
  for (const char* text :
       {"102031235", "010203 1235", "1.0102031235", "01 02 03 1235", "01020312345", "90102031235",
        "010203.1235", "010203:1235", "010203 (1235)", "01.02.1903 1235", "2003-02-01 1235", "01-02-03-12-35",
        "010203>1235", "010203`1235", "010203•1235", "010203-12 35", "1210-010203", "010203 > 1210"})
    EXPECT_EQ(numbers_in(text), possible) << text;
}

TEST(PersonalNumbers, OtherNumbersAreLeftAlone) {
  for (const char* text :
       {"9902031235",       "0113031235",   "99020312345",    "150612.4321",   "2020-03-01;1235",
        "2020-03-01 12:35", "12 34 56 78",  "a01020312345f",  "1012451234.57", "1.23456789012345",
        "2026-11-23",       "12345678",     "010203-12345",   "3002031235",    "0.0102",
        "1235-010203",      "a1210-010203", "010203 <- 1235", "010203 > 1235", "310203>1235",
        "010203>12356",     "010203æ1235"}) {
    EXPECT_EQ(numbers_in(text), none) << text;
  }
}

RC_GTEST_PROP(PersonalNumbers, AnyRealDateIsFoundInsideAnyText,
              (const std::string& before, const std::string& after)) {
  const int day = *rc::gen::inRange(1, 29), month = *rc::gen::inRange(1, 13),
            year = *rc::gen::inRange(0, 100);
  const int tail = *rc::gen::inRange(0, 10000);
  char number[16];
  std::snprintf(number, sizeof number, "%02d%02d%02d-%04d", day, month, year, tail);
  const std::string text = before + " " + number + " " + after;
  RC_ASSERT(!numbers_in(text).empty());
}

TEST(Pseudonyms, FoundInEveryNotation) {
  const std::vector<uint64_t> sorted = {1234567890123, 3656158440062975};
  const Pseudonyms pseudonyms(sorted);
  for (const char* text :
       {"1234567890123", "id=1234567890123;", "1.234.567.890.123", "1 234 567 890 123", "id1234567890123x",
        "3656158440062975", "ZZZZZZZZZZ", "0x11F71FB04CB", "1234567890123.0"}) {
    EXPECT_EQ(find_pseudonyms(text, pseudonyms).size(), 1u) << text;
  }
  for (const char* text : {"1234567890124", "12345678901234", "", "0", "ZZZZZZZZZY"})
    EXPECT_TRUE(find_pseudonyms(text, pseudonyms).empty()) << text;
  EXPECT_EQ(found(drawn("navn | værdi\n a | 1.234567890123E12"), pseudonyms), Places{"pseudonym@2:2"});
}

TEST(Pseudonyms, RecordKeysAreKnownByTheirRange) {
  const Pseudonyms none;
  for (const char* text :
       {"3656158440062976", "key=7312316880125951;", "4.123.456.789.012,0 and 4,123,456,789,012,345",
        "4.123.456.789.012.345", "0x10000000000000", "EA5F1B2C3D4E5", "key 4123456789012345.0"}) {
    EXPECT_EQ(find_pseudonyms(text, none).size(), 1u) << text;
  }
  EXPECT_EQ(found(drawn("navn | værdi\n a | 4.123456789012345E15"), none), Places{"pseudonym@2:2"});
  for (const char* text : {"3656158440062975", "7312316880125952", "0.4123456789012345", "0,4123456789012345",
                           "412345678901234", "41234567890123456", "4000 5000 6000 7000",
                           "5 100 200 300 400 500", "19991231235959", "1764272000000000", "12345678901"}) {
    EXPECT_TRUE(find_pseudonyms(text, none).empty()) << text;
  }
}

TEST(Pseudonyms, PackedInBase64) {
  Findings findings;
  const std::vector<uint64_t> sorted = {1234567890123};
  // base64 of "person 1234567890123 and more text here"
  check_text("data:;base64,cGVyc29uIDEyMzQ1Njc4OTAxMjMgYW5kIG1vcmUgdGV4dCBoZXJl", Pseudonyms(sorted), {},
             findings);
  EXPECT_EQ(findings.count("finding.pseudonym"), 1u);
}

TEST(Rows, KeyVariablesBlockAndLongDistinctNumbersGoToAPerson) {
  EXPECT_EQ(found(drawn("v_cpr | antal\n 7001 | 50")), Places{"identifier_column@1:1"});
  Table table = drawn("lbnr | beløb");
  for (int i = 0; i < 40; ++i) table.rows.push_back({std::to_string(7000017 + i * 7919), "12,5"});
  EXPECT_EQ(found(table), (Places{"rows_of_individuals@1:1", "identifier_column@2:1"}));
}

TEST(Rows, AColumnOfNumbersThatLostTheirZeroBlocks) {
  EXPECT_EQ(found(drawn("a | b\n102031235 | x\n 103041236 | y\n 905061237 | z"))[0].substr(0, 15),
            "personal_number");
}

TEST(Text, BecomesUtf8ThatEverybodyTakes) {
  EXPECT_EQ(to_utf8("r\xC3\xB8"
                    "d"),
            "rød");
  EXPECT_EQ(to_utf8("r\xF8"
                    "d"),
            "rød")
      << "Latin-1";
  EXPECT_EQ(to_utf8("\xEF\xBF\xBD r\xC3\xB8"
                    "d"),
            "\xEF\xBF\xBD rød")
      << "a replacement character breaks no text";
  EXPECT_EQ(to_utf8("n\xED\xA0\x80s \xC3\xB8"), "n\xEF\xBF\xBDs ø") << "half of a pair";
  EXPECT_EQ(to_utf8("\xF4\x90\x80\x80 \xC3\xB8"), "\xEF\xBF\xBD ø") << "beyond the last character";
  EXPECT_EQ(to_utf8("\xE0\x80\xB0\xC3\xB8"), "0ø") << "a digit hides in no longer spelling";
  EXPECT_EQ(to_utf8(std::string_view("\xFF\xFE\x00\xD8x\x00", 6)), "\xEF\xBF\xBDx")
      << "half of a pair in UTF-16";
  EXPECT_EQ(plain_text("a\xED\xA0\x80\xFF").text, "a\xEF\xBF\xBD?");
}

TEST(FileTypes, ContentDecides) {
  using namespace std::string_view_literals;
  EXPECT_EQ(content_of("a;b\n1;2\n"), Content::text);
  EXPECT_EQ(content_of("PK\3\4xxxx"), Content::zip);
  EXPECT_EQ(content_of("\x7F"
                       "ELF\2\1"sv),
            Content::executable);
  EXPECT_EQ(content_of("PAR1xxxx"), Content::data);
  EXPECT_EQ(content_of("\x1F\x8B\x08"sv), Content::archive);
  EXPECT_EQ(content_of("a\0b"sv), Content::unknown);
  EXPECT_EQ(content_of("\xFF\xFE"
                       "a\0b\0"sv),
            Content::text);
  EXPECT_EQ(extension_of("Tabel 1.XLSX"), "xlsx");
  EXPECT_EQ(extension_of(".htaccess"), "");
}

TEST(FileTypes, Names) {
  for (const char* name : {"tabel 1.csv", "Bilag_Ærø.xlsx", "a"})
    EXPECT_TRUE(is_good_file_name(name)) << name;
  for (const char* name : {"", ".x", "-x.csv", "a/b.csv", "a\nb.csv", "a\r\nBcc: x.csv", "x\u202Evsc.exe",
                           "a\\b", "a ", "\xFF.csv"}) {
    EXPECT_FALSE(is_good_file_name(name)) << name;
  }
}

TEST(Findings, ManyNotesHideNoReview) {
  Findings findings;
  for (int i = 0; i < 100; ++i) findings.add("finding.whole_group", {"", uint64_t(i + 1), 1});
  findings.add_as(Severity::review, "finding.whole_group", {"", 101, 1});
  EXPECT_EQ(findings.list().back().severity, Severity::review);
  EXPECT_EQ(findings.count("finding.whole_group"), 101u);
}

TEST(Findings, KeepsTheFirstOfEachRuleAndCountsAll) {
  Findings findings;
  for (int i = 0; i < 100; ++i) findings.add("finding.small_count", {"", uint64_t(i + 1), 1});
  findings.add("finding.comment");
  EXPECT_EQ(findings.list().size(), Findings::per_rule_max + 1);
  EXPECT_EQ(findings.count("finding.small_count"), 100u);
  EXPECT_TRUE(findings.blocks());
  EXPECT_EQ(severity_of("finding.no_such_rule"), Severity::block);
}

TEST(Places, AsAPersonWritesThem) {
  EXPECT_EQ(place_text({"Ark1", 7, 28}, true), "Ark1!AB7");
  EXPECT_EQ(place_text({"", 7, 2}, false), "7:2");
  EXPECT_EQ(shape_of("Æ12-b"), "AA99-A");
}

}  // namespace
}  // namespace fvm::disclosure
