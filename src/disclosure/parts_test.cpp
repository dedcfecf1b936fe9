// Counts beside their whole, numbers cut over cells, and categories that are none: each with what must not be
// found.
#include <gtest/gtest.h>

#include "disclosure/disguises.hpp"
#include "disclosure/testing.hpp"

namespace fvm::disclosure {
namespace {

TEST(Parts, FewAreLeftOfTheWhole) {
  EXPECT_EQ(found(drawn("g | patienter i alt | overlevende\nA | 125 | 122\nB | 200 | 180")),
            Places{"small_difference@2:3"});
  EXPECT_EQ(found(drawn("g | patienter i alt | overlevende\nA | 125 | 120\nB | 200 | 180")), Places{});
  // Somewhere it is more: no part.
  EXPECT_EQ(found(drawn("g | antal 2021 | antal 2022\nA | 125 | 122\nB | 180 | 200")), Places{});
  EXPECT_EQ(found(drawn("gruppe | antal\nAlle med diabetes | 1125\nAlle med diabetes og bopæl | 1122")),
            Places{"small_difference@3:2"});
  EXPECT_EQ(found(drawn("gruppe | antal\nAlle med diabetes | 1125\nAlle med kol og bopæl | 1122")), Places{});
}

TEST(Parts, AllOrNoneOfTheWhole) {
  EXPECT_EQ(found(drawn("g | antal | heraf med HIV\nA | 12 | 12\nB | 20 | 9")), Places{"whole_group@2:3"});
  EXPECT_EQ(found(drawn("g | antal | heraf med HIV\nA | 12 | 0\nB | 20 | 9")), Places{"whole_group@2:3"});
  EXPECT_EQ(found(drawn("g | antal | heraf med HIV\nA | 120 | 12\nB | 20 | 9")), Places{});
  // The same in every row says nothing of a part.
  EXPECT_EQ(found(drawn("g | antal | personer\nA | 12 | 12\nB | 20 | 20")), Places{});
}

TEST(Categories, AreNothingElse) {
  for (const char* header : {"smittede uge 12", "kommune Samsø", "indlagte dag 1", "n (median)", "uge"})
    EXPECT_EQ(found(drawn(std::string("region | ") + header + "\nA | 120\nB | 3")),
              Places{"small_count_possible@3:2"})
        << header;
  for (const char* header : {"uge", "sygehus nr", "alder ved diagnose", "kommunekode"})
    EXPECT_EQ(found(drawn(std::string("region | ") + header + " | antal\nA | 12 | 80\nB | 3 | 90")), Places{})
        << header;
}

TEST(Split, DateAndNumberInColumnsApart) {
  const std::string beside = "dato | nr\n010203 | 1235\n040561 | 1236\n070372 | 1237";
  EXPECT_EQ(found(drawn(beside)), Places{"personal_number@2:1"});
  EXPECT_EQ(found(drawn("dato | sted | lbnr\n010203 | N | 1235\n040561 | N | 1236\n070372 | S | 1237")),
            Places{"personal_number_possible@2:1"});
  EXPECT_EQ(found(drawn("lbnr | dato | gns\n1235 | 010203 | 1,5\n1236 | 040561 | 1,5\n1237 | 070372 | 1,6")),
            Places{"personal_number_possible@2:2"});
  EXPECT_EQ(found(drawn("g\n010203\n1235\n040561\n1236\n070372\n1237")),
            Places{"personal_number_possible@2:1"});
  EXPECT_EQ(found(drawn("dato | 010203 | 040561 | 070372\nlbnr | 1235 | 1236 | 1237")),
            Places{"personal_number_possible@1:2"});
  // Years, and days that nobody has.
  EXPECT_EQ(found(drawn("dato | sted | aar\n010203 | N | 2003\n040561 | N | 1961\n070372 | S | 1972")),
            Places{});
  EXPECT_EQ(found(drawn("kode | sted | nr\n990203 | N | 1235\n990561 | N | 1236\n990372 | S | 1237")),
            Places{});
}

TEST(Split, ACellThatLostItsZeroOrEndsItsLine) {
  const auto in_a_cell = [](const std::string& cell) {
    Table table;
    table.rows = {{"g", "antal"}, {cell, "120"}, {"B", "77"}};
    return found(table);
  };
  EXPECT_EQ(in_a_cell("10203-1235"), Places{"personal_number_possible@2:1"});
  EXPECT_EQ(in_a_cell("19030201>1235"), Places{"personal_number_possible@2:1"});
  EXPECT_EQ(in_a_cell("010203\n1235"), Places{"personal_number@2:1"});
  for (const char* other : {"99203-1235", "19039901>1235", "010203\n123", "990203\n1235"})
    EXPECT_EQ(in_a_cell(other), Places{}) << other;
}

TEST(Packed, TenDigitsInACell) {
  for (const char* packed :
       {"MDEwMjAzLTEyMzU=", "MDEwMjAzMTIzNQ", "3031303230332d31323335", "GAYTAMRQGMWTCMRTGU"}) {
    const Unpacked inside = unpack_digits(packed);
    EXPECT_TRUE(inside.packed) << packed;
    EXPECT_TRUE(inside.text.starts_with("010203")) << packed << " " << inside.text;
  }
  for (const char* word : {"Organisationsnr", "MellemNordjyll", "30313032303339", "Hovedstadens", ""})
    EXPECT_FALSE(unpack_digits(word).packed) << word;
}

}  // namespace
}  // namespace fvm::disclosure
