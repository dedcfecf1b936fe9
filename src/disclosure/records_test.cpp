// Records in which something is counted, hidden counts with something beside them, and table 1.
#include <gtest/gtest.h>

#include "disclosure/testing.hpp"

namespace fvm::disclosure {
namespace {

TEST(Records, RowsInNoOrderAreNoGroups) {
  std::string scattered = "køn | alder | kommune | antal kontakter\n", grouped = scattered;
  for (int i = 0; i < 40; ++i) {
    const char* places[] = {"Læsø", "Samsø", "Aarhus", "Fanø"};
    const std::string rest = std::to_string(20 + i * 7 % 71) + " | " + places[i * 3 % 4] + " | " +
                             std::to_string(5 + i * 13 % 90) + "\n";
    scattered += std::string(i % 3 == 0 ? "K" : "M") + " | " + rest;
  }
  for (int i = 0; i < 40; ++i)
    grouped += std::string(i < 20 ? "K" : "M") + " | " + std::to_string(20 + i % 20) + " | alle | " +
               std::to_string(50 + i * 13 % 90) + "\n";
  EXPECT_TRUE(finds("rows_of_individuals", scattered));
  EXPECT_FALSE(finds("rows_of_individuals", grouped));
}

TEST(Records, FewPersonsAndThoseThatAreNumbered) {
  EXPECT_TRUE(
      finds("rows_of_individuals",
            "alder | køn | diagnose | antal\n93 | K | HIV | 5\n41 | M | Kræft | 6\n67 | K | KOL | 7"));
  EXPECT_TRUE(finds("rows_of_individuals", "alder | køn | bopæl | antal indlæggelser\n93 | K | Læsø | 12"));
  EXPECT_FALSE(finds("rows_of_individuals", "alder | køn | antal\n18 | K | 50\n19 | K | 60\n20 | K | 70"));
  EXPECT_TRUE(finds("rows_of_individuals", "deltager | gns\nDeltager 1 | 26,1\nDeltager 2 | 25,2"));
  EXPECT_TRUE(finds("rows_of_individuals",
                    "variabel | Pt 1 | Pt 2 | Pt 3\nAlder | 93 | 41 | 67\nBMI | 18,2 | 22,3 | 31,2"));
  EXPECT_TRUE(finds(
      "identifier_column",
      "id | variable | value\nA1 | age | 93\nA2 | age | 41\nA3 | age | 67\nA4 | age | 18\nA5 | age | 55"));
  EXPECT_FALSE(finds("identifier_column", "patienter | antal\nA1 | 93\nA2 | 41\nA3 | 67\nA4 | 18\nA5 | 55"));
}

TEST(Beside, AFigureOfThoseWhoseCountIsHidden) {
  EXPECT_TRUE(finds("percent_beside", "gruppe | antal | gns. alder\nA | 120 | 63,1\nC | <5 | 93,0"));
  EXPECT_TRUE(finds("percent_beside", "gruppe | antal | pct\nA | 120 | 48,0\nB | 127 | 50,8\nC |  | 1,2"));
  EXPECT_TRUE(finds("percent_beside", "gruppe | antal\nA | 120 (48,0)\nC | <5 (1,2)"));
  EXPECT_FALSE(finds("percent_beside", "gruppe | antal | p\nA | 120 | 0,2\nC | <5 | 0,3"));
  EXPECT_FALSE(finds("percent_beside", "gruppe | antal | gns. alder\nA | 120 | 63,1\nC | <5 | "));
}

TEST(Beside, TheRestOfAWholeThatFollowsFromShares) {
  EXPECT_TRUE(finds("recalculable", "trin | n | pct\nI | 150 | 60,0\nII | 97 | 38,8\nIII | <5 | "));
  EXPECT_TRUE(finds("small_difference", "rygning | n | pct\nAldrig | 120 | 48,0\nTidligere | 127 | 50,8"));
  EXPECT_TRUE(
      finds("small_difference", "rygning | n | pct\nAldrig | 120 | 48,0 %\nTidligere | 127 | 50,8 %"));
  EXPECT_FALSE(finds("small_difference", "rygning | n | pct\nAldrig | 120 | 48,0\nTidligere | 130 | 52,0"));
  EXPECT_FALSE(finds("small_difference", "sygehus | n | pct døde\nA | 1200 | 4,0\nB | 1270 | 5,2"))
      << "of wholes of their own";
}

TEST(Sections, WhatIsLeftOfAll) {
  EXPECT_TRUE(finds("recalculable",
                    "variabel | niveau | n\nAlle |  | 500\nKøn | Mand | 250\nKøn | Kvinde | 250\nRyger | Ja "
                    "| <5\nRyger | Nej | 497"));
  EXPECT_TRUE(finds("small_difference", "variabel | n\nAlle | 500\nRyger ja | 200\nRyger nej | 297"));
  EXPECT_TRUE(finds(
      "recalculable",
      "variabel | niveau | n\nKøn | Mand | 250\nKøn | Kvinde | 250\nRyger | Ja | <5\nRyger | Nej | 497"));
  EXPECT_FALSE(finds(
      "recalculable",
      "variabel | niveau | n\nKøn | Mand | 250\nKøn | Kvinde | 250\nRyger | Ja | <5\nRyger | Nej | 470"));
  EXPECT_FALSE(
      finds("small_difference",
            "region | år | n\nNord | 2022 | 250\nNord | 2023 | 250\nSyd | 2022 | 200\nSyd | 2023 | 297"))
      << "of the same levels";
  EXPECT_TRUE(finds("small_difference",
                    "gruppe | antal\nDiabetes | 250\nheraf mænd | 247\nKOL | 300\nheraf mænd | 150"));
}

TEST(Sections, StepsOfASelection) {
  EXPECT_TRUE(
      finds("small_difference",
            "trin | antal\nAlle borgere | 1200\nEksklusion: manglende data | 1197\nEksklusion: døde | 1150"));
  EXPECT_FALSE(finds("small_difference", "region | antal\nNord | 1200\nSyd | 1197\nØst | 1150"));
}

TEST(Amounts, OfTenDigitsAreForAPerson) {
  const auto table = [](const char* heading) {
    return drawn("region | " + std::string(heading) +
                 "\nNord | 2548152839\nSyd | 2402699375\nØst | 998152839");
  };
  EXPECT_EQ(found(table("udgift (kr.)")), Places{"personal_number_possible@3:2"});
  EXPECT_EQ(found(table("nummer")).front(), "personal_number@3:2");
  // The check digit fits: it is a person's whatever the heading says.
  EXPECT_EQ(found(drawn("region | udgift (kr.)\nNord | 2548152839\nSyd | 0707614285")).front(),
            "personal_number@3:2");
}

}  // namespace
}  // namespace fvm::disclosure
