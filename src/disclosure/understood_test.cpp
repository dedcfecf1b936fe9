// What may leave without a person: the table says what it counts, and what stands in it can be read.
#include <gtest/gtest.h>

#include "disclosure/few.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/testing.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

// Rules that find something in it, each once, in the order they do.
std::vector<std::string> doubts(std::string_view text) {
  const Grid table(drawn(text));
  Findings findings;
  check_understood(table, layout_of(table), {}, findings);
  std::vector<std::string> rules;
  for (const Finding& f : findings.list()) {
    const std::string rule = f.rule.substr(8);
    if (rules.empty() || rules.back() != rule) rules.push_back(rule);
  }
  return rules;
}
using Rules = std::vector<std::string>;

TEST(Understood, TablesThatSayWhatTheyCount) {
  EXPECT_EQ(doubts("region | antal\nNord | 120\nSyd | 130"), Rules{});
  EXPECT_EQ(doubts("kommune | K | M\nRibe | 120 | 130\nSkive | 99 | 88"), Rules{});
  EXPECT_EQ(doubts("Antal kontakter\nkommune | akut | planlagt\nRibe | 120 | 130\nSkive | 99 | 88"), Rules{});
  EXPECT_EQ(doubts("term | estimate | p.value\nalder | 1,04 | 0,02\nkøn | 1,31 | 0,04"), Rules{});
  EXPECT_EQ(doubts("Variabel | A, n (%) | B\nAlder, gns (SD) | 54,1 (13,2) | 54,3 (13,1)\nAstma | 124 (10,3) "
                   "| 133 (10,2)"),
            Rules{});
  EXPECT_EQ(doubts("fra | job | ledig | syg\njob | 0,81 | 0,12 | 0,07\nledig | 0,30 | 0,60 | 0,10\nsyg | "
                   "0,10 | 0,20 | 0,70"),
            Rules{});
  EXPECT_EQ(doubts("måned | henvisninger | akutte\n2019M01 | 6005 | 2526\n2019M02 | 5805 | 2226\n2019M03 | "
                   "5905 | 2326"),
            Rules{});
  EXPECT_EQ(doubts("variabel | (1)\nkvinde | 0,893***\n | (0,012)\nalder | 1,814***\n | (0,040)"), Rules{});
}

TEST(Understood, WhatNothingSaysIsForAPerson) {
  EXPECT_EQ(doubts("branche | loen\nA | 412000\nB | 512000"), Rules{"column_not_understood"});
  EXPECT_EQ(doubts("nr | kommentar\na | faldt på trappen\nb | nægter indlæggelse"),
            (Rules{"remarks", "nothing_counted"}));
  EXPECT_EQ(doubts("adiag | bdiag\nDI219 | DI109\nDC500 | DJ449"), Rules{"nothing_counted"});
  EXPECT_EQ(doubts("køn | antal besøg\nK | 12\nM | 30\nK | 14"), Rules{"rows_alike"});
  EXPECT_EQ(doubts("gruppe | antal | bemærkning\nA | 120 | samme pt. som i 2019\nB | 130 | "),
            Rules{"remarks"});
}

TEST(Understood, NotesLeaveBesideResultsOnly) {
  const auto holds = [](std::string_view text) {
    const Grid table(drawn(text));
    Findings findings;
    const Holds what = check_understood(table, layout_of(table), {}, findings);
    EXPECT_EQ(findings.list().empty(), what != Holds::nothing) << text;
    return what;
  };
  EXPECT_EQ(holds("region | antal\nNord | 120\nSyd | 130"), Holds::results);
  EXPECT_EQ(holds("Kilde: Landspatientregisteret\nCeller med under fem personer er skjult"), Holds::notes);
  EXPECT_EQ(holds("HIV Nord\ntre"), Holds::nothing);
  EXPECT_EQ(holds("Patienten er en mand på 47 år fra Skive med HIV"), Holds::nothing);
  EXPECT_EQ(holds("Emne | Tekst\nNord | Syd"), Holds::nothing);
}

TEST(Understood, CellsThatAreNoFigures) {
  for (const char* cell :
       {"120 inkl. 3", "120+3", "drei", "103 og 3", "3 + 4", "•••", "5 minus 2", "a3b", "<b>3</b>"}) {
    const Rules found =
        doubts("region | antal\nNord | 120\nSyd | " + std::string(cell) + "\nMidt | 130\nVest | 88");
    EXPECT_FALSE(found.empty()) << cell;
  }
  for (const char* cell : {"<5", "1-4", "NA", "-", "120 personer", "1.234", "12 (4,5 %)", "..", "ref"}) {
    const Rules found =
        doubts("region | antal\nNord | 120\nSyd | " + std::string(cell) + "\nMidt | 130\nVest | 88");
    EXPECT_EQ(found, Rules{}) << cell;
  }
  EXPECT_EQ(doubts("gruppe | antal | alder (median)\nA | 12 | 93, 91, 88\nB | 13 | 45, 33, 22"),
            Rules{"cell_not_understood"});
  EXPECT_EQ(doubts("gruppe | antal | HIV\nA | 120 | (3)\nB | 130 | (12)"), Rules{"small_count_possible"});
}

TEST(Understood, FewToldInLabels) {
  for (const char* label :
       {"Kvinder (3)", "Kvinder [3/45]", "Kvinder, tre", "Kvinder: 3 personer", "3 ud af 45", "heraf tre",
        "To patienter", "en enkelt borger", "Kvinde 93 år fra Læsø", "K 93 Læsø HIV", "HIV: 3", "HIV = 3"})
    EXPECT_TRUE(may_tell_few(label, 5)) << label;
  for (const char* label :
       {"0-17 år", "65+", "Type 2-diabetes", "Model 1", "sex=1", "Charlson: 2", "2. dosis", "K 65+",
        "M 18-39", "Kvinder 65 år og derover", "Tabel 1: personer efter kommune", "min. 2 recepter"})
    EXPECT_FALSE(may_tell_few(label, 5)) << label;
  for (const char* note : {"Note: Tre personer er udeladt", "I Skive var tallet 3", "Skive 3, Morsø 2",
                           "og 3 døde i perioden", "mindst 3 patienter mangler"})
    EXPECT_TRUE(note_may_tell_few(note, 5)) << note;
  for (const char* note :
       {"Tabel 2. Antal efter region", "Model 2 er justeret for alder", "Kilde: LPR3 og CPR 2024",
        "1) Celler under 5 er skjult", "Mindst 2 recepter inden 3 år", "Grupper med 3 decimaler"})
    EXPECT_FALSE(note_may_tell_few(note, 5)) << note;
}

TEST(Understood, NamesOfStatisticsAndPeriods) {
  for (const char* text : {"gns. alder", "HR (95 % CI)", "p10", "std.error", "pr. 1.000", "t value", "AUC"})
    EXPECT_TRUE(says_statistic(text)) << text;
  for (const char* text : {"bmi", "region", "b-12", "F_uddannelse", "timer"})
    EXPECT_FALSE(says_statistic(text)) << text;
  for (const char* text :
       {"2019", "2019M01", "2019-01", "2019K1", "jan", "januar 2019", "uge 12", "2021-01-01"})
    EXPECT_TRUE(is_period(text)) << text;
  for (const char* text : {"", "3019", "2019-13-40", "2019K9", "jan 12345", "12", "2021-01-17"})
    EXPECT_FALSE(is_period(text)) << text;
  EXPECT_EQ(whole_told_in("Kvinder (n=250)"), 250u);
  EXPECT_EQ(whole_told_in("Kvinder (250)"), 250u);
  EXPECT_EQ(whole_told_in("pr. (1000)"), std::nullopt);
}

}  // namespace
}  // namespace fvm::disclosure
