// Rows that are persons, and figures that tell about few: each table is one rule.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "disclosure/base85.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/disguises.hpp"
#include "disclosure/few.hpp"
#include "disclosure/file_type.hpp"
#include "disclosure/names.hpp"
#include "disclosure/testing.hpp"
#include "disclosure/together.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

constexpr std::string_view persons = R"(
  koen | foedselsdato | kommune | diagnose
  M    | 01-02-1951   | 101     | DE119
  K    | 17-12-1963   | 461     | DJ459
  M    | 03-05-1947   | 751     | DI109
  K    | 22-08-1980   | 851     | DF329
  M    | 30-11-1972   | 147     | DC509)";

TEST(Individuals, TraitsSideBySideWithNothingCounted) {
  EXPECT_TRUE(finds("rows_of_individuals", persons));
  EXPECT_TRUE(finds("birth_date", persons));
  EXPECT_FALSE(finds("rows_of_individuals", R"(
    koen | aldersgruppe | kommune | antal
    M    | 18-39        | 101     | 120
    K    | 18-39        | 101     | 135
    M    | 40-59        | 461     | 99
    K    | 40-59        | 461     | 101
    M    | 60-79        | 851     | 87)"));
}

TEST(Individuals, AHundredInEveryRowCountsNothing) {
  std::string counted, constant;
  std::istringstream lines{std::string(persons)};
  int row = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    counted += line + (row == 0 ? " | antal\n" : " | " + std::to_string(100 + row) + "\n");
    constant += line + (row == 0 ? " | antal\n" : " | 100\n");
    ++row;
  }
  EXPECT_TRUE(finds("rows_of_individuals", constant));
  // Each row has a date of its own: what is counted beside it makes no group of it.
  EXPECT_TRUE(finds("rows_of_individuals", counted));
  EXPECT_FALSE(
      finds("rows_of_individuals",
            "koen | dato | diagnose | antal\nK | 2020-01-01 | DE119 | 120\nM | 2020-01-01 | DE119 | 130\n"
            "K | 2020-02-01 | DE119 | 125\nM | 2020-02-01 | DE119 | 141\nK | 2020-03-01 | DE119 | 150\n"
            "M | 2020-03-01 | DE119 | 152"));
}

// Eight rows below a heading; '#' is each one's number.
std::string eight(const std::string& header, std::string_view row) {
  std::string all = header;
  for (char number = '1'; number <= '8'; ++number) {
    all += '\n';
    for (const char c : row) all += c == '#' ? number : c;
  }
  return all;
}

TEST(Individuals, HoweverFewAndHoweverTheyAreWritten) {
  const auto people = [](const std::string& table) { return finds("rows_of_individuals", table); };
  EXPECT_TRUE(people("koen | dato | dg\nM | 14-03-1951 | DE119\nK | 02-11-1948 | DJ459"));
  EXPECT_FALSE(people("koen | dato | sted\nM | 14-03-1951 | Samsø\nK | 02-11-1948 | Odense"));
  EXPECT_TRUE(people(eight("k | d | sted", "M | #. marts 195# | By")));
  EXPECT_TRUE(people(eight("k | d | sted", "M | 195#030# | By")));
  EXPECT_FALSE(people(eight("k | d | sted", "M | 195#990# | By")));
  EXPECT_TRUE(people(eight("fødselsår | kommune | diagnose | dage", "195# | Samsø | Kræft | #")));
  EXPECT_TRUE(people(eight("navn | dato", "Ditte Ravn | 0#-03-1951")));
  EXPECT_FALSE(people(eight("hospital | dato", "Odense Hospital | 0#-03-1951")));
}

TEST(Individuals, OnItsSideAndPackedInOneCell) {
  EXPECT_TRUE(finds("rows_of_individuals", R"(
    koen         | M          | K          | M          | K          | M
    foedselsdato | 01-02-1951 | 17-12-1963 | 03-05-1947 | 22-08-1980 | 30-11-1972
    diagnose     | DE119      | DJ459      | DI109      | DF329      | DC509)"));
  EXPECT_TRUE(finds("rows_of_individuals", R"(
    gruppe                 | antal
    M_01-02-1951_101_DE119 | 120
    K_17-12-1963_461_DJ459 | 130
    M_03-05-1947_751_DI109 | 140
    K_22-08-1980_851_DF329 | 150
    M_30-11-1972_147_DC509 | 160)"));
}

TEST(Figures, ASharesCountCanBeWorkedOut) {
  EXPECT_TRUE(finds("percent_numerator", "kommune | antal | astma, pct\nA | 250 | 1,2\nB | 400 | 12,0"));
  EXPECT_FALSE(finds("percent_numerator", "kommune | antal | astma, pct\nA | 250 | 12,4\nB | 400 | 12,0"));
  // One percent of 250 is two or three, of 400 perhaps six.
  EXPECT_TRUE(finds("percent_numerator", "kommune | antal | astma, pct\nA | 250 | 1\nB | 400 | 12"));
  EXPECT_FALSE(finds("percent_numerator", "kommune | antal | astma, pct\nA | 400 | 1\nB | 250 | 12"));
  EXPECT_TRUE(finds("percent_numerator", "diagnose | n | andel (%)\nHIV | 1500 | 0,2\nAstma | 1500 | 12,4"));
  EXPECT_TRUE(finds("percent_numerator",
                    "region | n | andel (95 % CI)\nA | 250 | 1,2 % (0,3-3,5)\nB | 300 | 12,0 % (8,6-16,2)"));
  EXPECT_FALSE(finds(
      "percent_numerator",
      "kommune | andel (pct.) | grænse, nedre | antal svar\nA | 25,4 | 0,2 | 1500\nB | 30,7 | 29,2 | 1883"));
  EXPECT_FALSE(
      finds("percent_numerator", "region | antal | andel\nA | 19977 | 0.81000000000000005\nB | 300 | 0.12"));
  EXPECT_TRUE(finds("percent_numerator", "Variable | Obs | Mean\nhiv | 250 | .012\nage | 250 | 63.2"));
  EXPECT_TRUE(finds("percent_numerator",
                    "variabel | A (n=250) | B (n=300)\nHIV, % | 1,2 | 4,0\nAlder, gns | 63,2 | 61,0"));
  EXPECT_TRUE(finds("percent_numerator", "g (n=250) | pct\nA | 98,8\nB | 1,2"));
  // Those who are not in it are few.
  EXPECT_TRUE(finds("percent_numerator", "gruppe | antal | pct overlevende\nA | 125 | 97,6\nB | 200 | 50,0"));
  EXPECT_FALSE(
      finds("percent_numerator", "gruppe | antal | pct overlevende\nA | 125 | 92,8\nB | 200 | 50,0"));
  // The mean of noughts and ones, and a sum with its mean.
  EXPECT_TRUE(finds("percent_numerator", "gruppe | antal | gns. død\nA | 125 | 0,024\nB | 200 | 0,5"));
  EXPECT_FALSE(finds("percent_numerator", "gruppe | antal | gns. død\nA | 125 | 0,024\nB | 200 | 1,5"));
  EXPECT_TRUE(finds("percent_numerator", "gruppe | gns | sum\nA | 4,5 | 13,5\nB | 3,2 | 640"));
  EXPECT_FALSE(finds("percent_numerator", "gruppe | gns | sum\nA | 4,5 | 135\nB | 3,2 | 640"));
}

TEST(Figures, ExtremesStepsAndContributors) {
  EXPECT_TRUE(finds("extreme", "variabel | n | min | max\nalder | 250 | 18 | 104"));
  EXPECT_FALSE(finds("extreme", "variabel | n | p25 | p75\nalder | 250 | 41 | 67"));
  EXPECT_TRUE(finds("survival_steps",
                    "time | survival\n0 | 1.000\n1 | 0.995\n2 | 0.990\n3 | 0.985\n4 | 0.980\n5 | 0.975"));
  EXPECT_FALSE(
      finds("survival_steps",
            "time | survival\n0 | 1.00\n365 | 0.90\n730 | 0.80\n1095 | 0.70\n1460 | 0.6\n1825 | 0.5"));
  EXPECT_TRUE(finds(
      "survival_steps",
      "dag | S(t)\n0 | 1.00\n13 | 0.95\n19 | 0.9\n40 | 0.85\n77 | 0.8\n90 | 0.75\n91 | 0.7\n99 | 0.65"));
  EXPECT_FALSE(finds(
      "survival_steps",
      "dag | S(t)\n0 | 1.00\n10 | 0.95\n20 | 0.9\n30 | 0.85\n40 | 0.8\n50 | 0.75\n60 | 0.7\n70 | 0.65"));
  EXPECT_TRUE(finds("extreme", "g | antal | p95\nA | 12 | 88\nB | 2000 | 92"));
  EXPECT_FALSE(finds("extreme", "g | antal | p95\nA | 1200 | 88\nB | 2000 | 92"));
  EXPECT_TRUE(finds("whole_group", "g | antal | gns | sd\nA | 50 | 43,0 | 0,0\nB | 20 | 50,1 | 3,3"));
  EXPECT_FALSE(finds("whole_group", "g | antal | gns | sd\nA | 50 | 43,0 | 1,0\nB | 20 | 50,1 | 3,3"));
  EXPECT_TRUE(finds("dominance",
                    "branche | antal | sum | største\nA | 12 | 1000000 | 940000\nB | 40 | 900000 | 30000"));
  EXPECT_FALSE(finds("dominance",
                     "branche | antal | sum | største\nA | 12 | 1000000 | 140000\nB | 40 | 900000 | 30000"));
}

TEST(Figures, RangesThatHideNothing) {
  EXPECT_TRUE(finds("small_count_possible", "g | antal\nA | 120\nB | <2\nC | 90"));
  EXPECT_TRUE(finds("small_count_possible", "g | antal\nA | 120\nB | 3-4\nC | 90"));
  EXPECT_FALSE(finds("small_count_possible", "g | antal\nA | 120\nB | <5\nC | 1-4"));
  EXPECT_TRUE(
      finds("recalculable",
            "g | antal\nA | 100\nB | <5\nØst i alt | 103\nC | 70\nD | 60\nVest i alt | 130\nI alt | 233"));
}

TEST(Figures, RangesNarrowerThanTheThresholdHidesNothing) {
  for (const char* cell : {"1-2", "1-3", "3-3", "0-1", "<=1", "≤1", "tre personer", "et par"})
    EXPECT_TRUE(finds("small_count_possible", std::string("g | antal\nA | 120\nB | ") + cell + "\nC | 90"))
        << cell;
  for (const char* cell : {"0-4", "1-4", "<=4", "≤4", "10-12", "ikke opgjort"})
    EXPECT_FALSE(finds("small_count_possible", std::string("g | antal\nA | 120\nB | ") + cell + "\nC | 90"))
        << cell;
}

TEST(Figures, SeveralHiddenCountsThatAreTheLeastOrTheMost) {
  const auto found = [](const std::string& total) {
    return finds("small_count_possible", "g | antal\nA | 100\nB | <5\nC | <5\nI alt | " + total);
  };
  EXPECT_TRUE(found("102"));
  EXPECT_TRUE(found("108"));
  EXPECT_FALSE(found("105"));
  EXPECT_FALSE(found("120"));
}

TEST(Figures, HeadingsOfCategoriesSideBySideAndNamesOfMeasuresThatAreWords) {
  EXPECT_TRUE(finds("small_count_possible", "d | Region Nord | Region Syd\nA | 120 | 130\nB | 3 | 40"));
  EXPECT_TRUE(finds("small_count_possible", "d | alder 0-17 | alder 18+\nA | 120 | 130\nB | 3 | 40"));
  EXPECT_FALSE(finds("small_count_possible", "gruppe kode | gruppe navn | antal\n1 | A | 120\n3 | B | 40"));
  EXPECT_FALSE(finds("small_count_possible", "alder fra | alder til | antal\n0 | 4 | 120\n5 | 9 | 40"));
  EXPECT_TRUE(finds("small_count", "g | døde (se note)\nA | 120\nB | 3"));
  EXPECT_FALSE(finds("small_count", "g | døde, OR\nA | 1,20\nB | 3"));
}

TEST(Figures, RowsAreNumberedFromOne) {
  EXPECT_TRUE(finds("small_count_possible", "g | astma\nA | 2\nB | 3\nC | 4\nD | 5"));
  EXPECT_FALSE(finds("small_count_possible", "g | nr\nA | 1\nB | 2\nC | 3\nD | 4"));
}

TEST(Figures, FewToldInANote) {
  EXPECT_TRUE(
      finds("small_count_possible", "g | antal | note\nA | 120 | heraf 3 personer med HIV\nB | 55 | "));
  EXPECT_TRUE(finds("small_count_possible", "Heraf døde 3 personer | \ng | antal\nA | 120\nB | 55"));
  EXPECT_FALSE(
      finds("small_count_possible", "g | antal\nfamilier med 2 børn | 120\nfamilier med 3 børn | 55"));
}

TEST(Few, InWordsAndInWhatProgramsPrint) {
  for (const char* text : {"heraf døde 3 patienter", "kun tre personer", "to kvinder", "n = 3",
                           "(3 observations deleted)", "Frequency Missing = 3", "NA's   :3", "DELETE 3",
                           "> nrow(d)\n[1] 3", "number of events= 3", "[3 rows x 5 columns]"})
    EXPECT_EQ(find_few(text, 5).size(), 1u) << text;
  for (const char* text : {"30 patienter", "due to patients", "n = 30", "version 3", "2-3 personer", "Df 1",
                           "0.3 events", "3.1 personer", "tabel 3", "> x\n[1] 3"})
    EXPECT_TRUE(find_few(text, 5).empty()) << text;
}

TEST(Names, AGivenNameAndAFamilyName) {
  EXPECT_EQ(find_names("drøftet med Kirsten Andersen i går").size(), 1u);
  EXPECT_EQ(find_names("Anne Marie Sørensen, Jens_Hansen").size(), 2u);
  for (const char* name :
       {"Jensen, Peter", "Jensen,Peter", "PETER JENSEN", "peter jensen", "Bo ÅGAARD JENSEN"})
    EXPECT_EQ(find_names(name).size(), 1u) << name;
  for (const char* text : {"Hansen og Jensen; Anne; Peter Plys", "Hansen, Jensen", "peter og jensen",
                           "antal per dag", "Jensen; Peter"})
    EXPECT_TRUE(find_names(text).empty()) << text;
}

TEST(Disguises, LettersForDigitsAndBytesForLetters) {
  EXPECT_EQ(undisguised("O1O2O3-1235"), "010203-1235");
  EXPECT_EQ(undisguised("%30102"), "0102");
  EXPECT_EQ(undisguised("1*2*3"), "1 2 3");
  EXPECT_EQ(undisguised("almindelig tekst"), "");
  EXPECT_TRUE(unpack_run("cGF0aWVudCAwMTAyMDMtMTIzNSBvZyBlbiB0aWw=").packed);
  EXPECT_TRUE(unpack_run("70617469656e74203031303230332d31323335").packed);
  EXPECT_FALSE(unpack_run("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
                   .packed);  // SHA-256 of "test"
  EXPECT_FALSE(unpack_run("officeDocument/2006/relationships/worksheet").packed);
}

TEST(Base85, WhatItStandsForIsRead) {
  const std::string sentence = "patient 010203-1235 og en til, som blev indlagt";
  for (const std::string_view packed :
       {R"x(aA9<5Wo~pJFflMPFf%PNGBY(GZ)YH7ZXk4NY%CyiZ*3rAY-M&JX>Md}VP|v)x",
        R"x(<~E+*j&ASuT40JP7:0Jb:81,Cd1DeC2(DBO%8Cb-]MDf$V+Ch7c4Bl7Ht@:sZ~>)x",
        R"x(Aa9<5wO#PjfFLmpfF+pngby^gz!yh7zxK4ny+cYIz/3Ray?m=jx(mD$vp%V)x"}) {
    for (const std::string& text : {std::string(packed), "x=b85decode('" + std::string(packed) + "')",
                                    "se: " + std::string(packed) + " tak"}) {
      const auto found = find_base85(text);
      ASSERT_EQ(found.size(), 1u) << text;
      EXPECT_NE(found[0].text.find("010203-1235"), std::string::npos) << text << found[0].text;
    }
  }
}

TEST(Base85, DenseRunsArePackedWhateverTheyStandFor) {
  constexpr std::string_view drawn =
      R"x(c|yJNAqMb-cVh7K%T0Do#|I!$6`Bu;^2XZA<3zhL5=H%Qgx{Li#k0_MtPYP;r!{Pdkv|~z_bsp@(oG7M)x";
  EXPECT_EQ(find_base85(drawn).size(), 1u);
  EXPECT_EQ(find_base85("data,frame;" + std::string(drawn)).size(), 1u) << "behind other signs";
  for (
      const std::string_view honest :
      {R"x(summary(glm(Y~Alder+Koen+I(Alder^2),family=binomial(link="logit"),data=D[D$Aar==2019&D$Type=="A",])))x",
       "https://www.Sundhedsdata.dk/da/Registre-og-Services/Om-de-nationale-Registre?Id=2A7B&x=Y_1#Afsnit-2",
       "Kommune=101;Aar=2019;Antal=1234;Sum=1.234.567,89;Gns=12,5;Pct=33,3%;ATC=A10BA02;Dg=DE119;N=98",
       R"x({"Region":"Hovedstaden","Antal":1234,"Aar":[2015,2016,2017],"P":0.0012,"ATC":"A10BA02","KI":"[1.02;1.35]"})x",
       R"x($A$1:$B$20;$C$3;SUM(Ark1!D2:D99);IF(B2>5;"Ja";"Nej");VLOOKUP(A2;Ark2!$A$1:$F$99;3;FALSE))x",
       "M12.5,20.3L13.7,21.8C14.1,22.9,15.0,23.4,16.2,24.8L17.1,25.5Z"}) {
    EXPECT_TRUE(find_base85(honest).empty()) << honest;
  }
}

TEST(Text, RaisedDigitsAreMarksToo) {
  EXPECT_TRUE(has_raised("3¹²"));
  EXPECT_FALSE(has_raised("Ærø 3"));
  EXPECT_EQ(without_raised("3¹² af 4₁"), "3 af 4");
  EXPECT_EQ(raised("12"), "¹²");
}

TEST(Together, OneRowInEachOfManyFiles) {
  std::vector<Outline> files;
  for (int i = 0; i < 6; ++i) files.push_back({"r" + std::to_string(i) + ".csv", 1, 3, {}});
  Findings findings;
  check_together(files, {}, findings);
  EXPECT_EQ(findings.count("finding.rows_of_files"), 1u);
  for (Outline& file : files) file.rows = 40;
  Findings none;
  check_together(files, {}, none);
  EXPECT_TRUE(none.list().empty());
  EXPECT_EQ(traits_in_name("mand 1951 DE119.csv"), 3u);
  EXPECT_EQ(traits_in_name("tabel 2024.csv"), 1u);
}

std::optional<std::string> shape_of(std::string_view table) {
  const Grid grid = drawn(table);
  return small_shape_of(grid, layout_of(grid));
}

TEST(OverTime, AFewRowsThatTellTraitsAndCountNobodyHaveAShape) {
  EXPECT_EQ(shape_of("koen | alder | kommune\nK | 57 | 461"), "age+place+sex");
  EXPECT_EQ(shape_of("kommune | koen | alder\n461 | K | 57"), "age+place+sex") << "in another order";
  EXPECT_EQ(shape_of("koen | alder | antal\nK | 57 | 120"), std::nullopt) << "it counts";
  EXPECT_EQ(shape_of("navn_a | navn_b | navn_c\nx | y | z"), "headings");
  EXPECT_EQ(shape_of("navn_a | navn_b\nx | y"), std::nullopt);
  std::string many = "koen | alder";
  for (int i = 0; i < 11; ++i) many += "\nK | " + std::to_string(40 + i);
  EXPECT_EQ(shape_of(many), std::nullopt) << "judged by itself";
  EXPECT_EQ(small_shape_of_text("Mand, 1951, DE119, Odense"), "text");
  EXPECT_EQ(small_shape_of_text("Antallet steg fra 120 til 140 i perioden."), std::nullopt);
}

TEST(OverTime, TheFifthFileOfAKindIsTold) {
  const std::vector<Outline> now = {{"r.csv", 1, 3, {}, {{"age+place+sex", 1}}}};
  const auto told = [&](const std::vector<Outline>& files, const std::vector<SmallBefore>& before) {
    Findings findings;
    check_over_time(files, before, findings);
    return findings.count("finding.rows_of_requests");
  };
  EXPECT_EQ(told(now, {{"age+place+sex", 3, 3}}), 0u);
  EXPECT_EQ(told(now, {{"age+place+sex", 4, 4}}), 1u);
  EXPECT_EQ(told(now, {{"birth+diagnosis", 4, 4}}), 0u) << "another kind";
  EXPECT_EQ(told(now, {{"birth+diagnosis", 9, 9}, {"text", 5, 5}}), 1u) << "many of all kinds";
  EXPECT_EQ(told({{"t.csv", 40, 3, {}}}, {{"age+place+sex", 40, 40}}), 0u) << "nothing small in this one";
  const std::vector<Outline> untold = {{"r.csv", 1, 0, {}, {{"headings ab12", 1}}}};
  EXPECT_EQ(told(untold, {{"headings ab12", 8, 8}}), 0u);
  EXPECT_EQ(told(untold, {{"headings ab12", 9, 9}}), 1u);
  EXPECT_EQ(told(untold, {{"headings cd34", 50, 50}}), 0u);
}

TEST(SecondOpinion, WhatLibmagicSaysBesideUs) {
  EXPECT_EQ(second_opinion(Content::text, "text/csv"), Opinion::same);
  EXPECT_EQ(second_opinion(Content::text, "application/json"), Opinion::same);
  EXPECT_EQ(second_opinion(Content::text, "application/postscript"), Opinion::doubtful);
  EXPECT_EQ(second_opinion(Content::text, "text/rtf"), Opinion::doubtful);
  EXPECT_EQ(second_opinion(Content::text, "application/x-dosexec"), Opinion::doubtful);
  EXPECT_EQ(second_opinion(Content::pdf, "application/pdf"), Opinion::same);
  EXPECT_EQ(second_opinion(Content::pdf, "text/plain"), Opinion::other);
  EXPECT_EQ(second_opinion(Content::zip, "application/zip"), Opinion::same);
  EXPECT_EQ(second_opinion(Content::zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Opinion::same);
  EXPECT_EQ(second_opinion(Content::zip, "application/java-archive"), Opinion::other);
  EXPECT_EQ(second_opinion(Content::png, "image/png"), Opinion::same);
  EXPECT_EQ(second_opinion(Content::png, "image/apng"), Opinion::doubtful);
  EXPECT_EQ(second_opinion(Content::jpeg, "application/octet-stream"), Opinion::other);
}

TEST(Together, TotalsThatDifferByFew) {
  Findings findings;
  check_together({{"a.csv", 3, 0, {{{"antal", 320}}}}, {"b.csv", 3, 0, {{{"antal", 323}}}}}, {}, findings);
  EXPECT_EQ(findings.count("finding.small_difference"), 1u);
  Findings none;
  check_together({{"a.csv", 3, 0, {{{"antal", 320}}}}, {"b.csv", 3, 0, {{{"antal", 390}}}}}, {}, none);
  EXPECT_TRUE(none.list().empty());
}

RC_GTEST_PROP(Individuals, AnyCellsAreReadToTheEnd, (std::vector<std::vector<std::string>> rows)) {
  Table table;
  table.rows = std::move(rows);
  Findings findings;
  check_table(table, layout_of(table), {}, {}, findings);
  check_names(table.rows.empty() || table.rows[0].empty() ? "" : table.rows[0][0], {}, findings);
  for (const Finding& f : findings.list()) RC_ASSERT(f.shape.find_first_of("012345678") == std::string::npos);
}

}  // namespace
}  // namespace fvm::disclosure
