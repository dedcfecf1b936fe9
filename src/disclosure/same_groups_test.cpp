// Counts of the same groups in two tables, by limits within each other, and of those who have a value: what
// must be found, and what must not.
#include "disclosure/same_groups.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "disclosure/testing.hpp"

namespace fvm::disclosure {
namespace {

std::vector<Groups> groups_in(std::string_view text, const std::string& sheet = "") {
  Table table = drawn(text);
  table.sheet = sheet;
  const Grid grid(table);
  return groups_of(grid, layout_of(grid));
}
bool differ(std::string_view one, std::string_view other, const std::string& name = "Alle",
            const std::string& other_name = "Uden kræft") {
  return differ_in_few(groups_in(one, name).front(), groups_in(other, other_name).front(), {}).has_value();
}
std::string ages(std::vector<int> counts, const std::string& heading = "antal") {
  std::string text = "alder | " + heading;
  for (size_t i = 0; i < counts.size(); ++i)
    text += "\n" + std::to_string(20 + 10 * i) + "-årige | " + std::to_string(counts[i]);
  return text;
}

TEST(SameGroups, OneWithinTheOther) {
  const std::string all = ages({120, 245, 389, 512});
  EXPECT_TRUE(differ(all, ages({118, 245, 380, 512})));
  EXPECT_TRUE(differ(ages({118, 245, 380, 512}), all));
  EXPECT_FALSE(differ(all, all));
  EXPECT_FALSE(differ(all, ages({115, 240, 380, 507})));               // nowhere few
  EXPECT_FALSE(differ(all, ages({118, 247, 380, 512})));               // here more, there less
  EXPECT_FALSE(differ(all, ages({118, 145, 289, 412}), "A", "B"));     // not nearly the same
  EXPECT_TRUE(differ(all, ages({118, 145, 289, 412})));                // some of all of them
  EXPECT_FALSE(differ(all, ages({118, 245, 380, 512}, "indlagte")));   // something else is counted
  EXPECT_FALSE(differ(ages({120, 245, 389}), ages({118, 245, 389})));  // too few to say
}

TEST(SameGroups, YearsAndSexesAreOtherPersons) {
  const std::string all = ages({120, 245, 389, 512}), fewer = ages({118, 245, 380, 512});
  EXPECT_FALSE(differ(all, fewer, "2022", "2023"));
  EXPECT_FALSE(differ(all, fewer, "Kvinder", "Mænd"));
  EXPECT_TRUE(differ(all, fewer, "Kvinder", "Kvinder uden kræft"));
  EXPECT_TRUE(differ(all, fewer, "2022", "2022 uden kræft"));
}

TEST(SameGroups, PlaceOfTheFirst) {
  const auto place = differ_in_few(groups_in(ages({120, 245, 389, 512}), "A").front(),
                                   groups_in(ages({120, 245, 386, 512}), "B").front(), {});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->sheet, "B");
  EXPECT_EQ(place->row, 4);
  EXPECT_EQ(place->column, 2);
}

TEST(SameGroups, RowsOfEachPopulation) {
  std::string text = "population | alder | antal";
  for (const char* who : {"alle", "danske"}) {
    for (int i = 0; i < 4; ++i)
      text += std::string("\n") + who + " | " + std::to_string(20 + 10 * i) + "-årige | " +
              std::to_string(100 + 50 * i - (*who == 'd' && i == 2 ? 3 : 0));
  }
  const auto groups = groups_in(text);
  ASSERT_EQ(groups.size(), 3);
  EXPECT_EQ(groups[1].name, "alle");
  EXPECT_TRUE(differ_in_few(groups[1], groups[2], {}));
  EXPECT_FALSE(differ_in_few(groups[0], groups[2], {}));  // a whole table and a part of it
}

RC_GTEST_PROP(SameGroups, FoundExactlyWhenFewAreLeftOut, ()) {
  const auto counts = *rc::gen::container<std::vector<int>>(6, rc::gen::inRange(200, 900));
  const auto less = *rc::gen::container<std::vector<int>>(6, rc::gen::inRange(0, 9));
  std::vector<int> fewer;
  for (size_t i = 0; i < counts.size(); ++i) fewer.push_back(counts[i] - less[i]);
  const bool few = std::any_of(less.begin(), less.end(), [](int each) { return each >= 1 && each < 5; });
  RC_ASSERT(differ(ages(counts), ages(fewer)) == few);
}

TEST(Thresholds, FewLieBetween) {
  EXPECT_EQ(
      found(drawn("udfald | antal\nDød inden 30 dage | 112\nDød inden 90 dage | 115\nDød inden 1 år | 189")),
      Places{"small_difference@3:2"});
  EXPECT_EQ(found(drawn("charlson | antal\n≥1 | 1423\n≥2 | 820\n≥3 | 817")), Places{"small_difference@4:2"});
  EXPECT_EQ(
      found(drawn("region | antal | død inden 30 dage | død inden 90 dage\nA | 890 | 31 | 33\nB | 904 | 40 "
                  "| 62")),
      Places{"small_difference@2:4"});
  for (const char* text : {"udfald | antal\nDød inden 30 dage | 112\nDød inden 90 dage | 117",
                           "udfald | antal\nDød inden 30 dage | 112\nIndlagt inden 90 dage | 115",
                           "uge | antal\nuge 10 | 112\nuge 11 | 114",
                           "diagnose | antal\nType 1 diabetes | 112\nType 2 diabetes | 114",
                           "alder | antal\n20-29 år | 112\n30-39 år | 114\n40+ år | 117",
                           "region | tilstand | antal\nA | inden 30 dage | 112\nB | inden 90 dage | 115"})
    EXPECT_EQ(found(drawn(text)), Places{}) << text;
}

TEST(Thresholds, WithoutAValue) {
  EXPECT_EQ(found(drawn("variabel | N | gns | sd\nAlder | 1250 | 54,3 | 12,1\nBMI | 1247 | 27,1 | 4,9")),
            Places{"small_difference@3:2"});
  EXPECT_EQ(found(drawn("variabel | N | gns | sd\nAlder | 1250 | 54,3 | 12,1\nBMI | 1187 | 27,1 | 4,9")),
            Places{});
  EXPECT_EQ(found(drawn("region | N | gns | sd\nA | 1250 | 54,3 | 12,1\nB | 1247 | 57,1 | 4,9")), Places{});
}

}  // namespace
}  // namespace fvm::disclosure
