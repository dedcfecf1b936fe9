#include "mirror/compact.hpp"

#include <gtest/gtest.h>

namespace fvm::mirror {
namespace {

lake::File file(uint64_t mib, std::optional<uint64_t> rows = 10) {
  return {.bytes = mib << 20, .rows = rows};
}

TEST(CompactionGroups, TakeSmallFilesTogetherAndNoneAlone) {
  lake::Snapshot snapshot;
  snapshot.files = {
      {"a", file(10)}, {"b", file(100)}, {"c", file(20)}, {"d", file(30)}, {"e", file(5, std::nullopt)}};
  const CompactionLimits limits{.small_mib = 64, .group_mib = 40};
  using Groups = std::vector<std::vector<std::string>>;
  EXPECT_EQ(compaction_groups(snapshot, limits), (Groups{{"a", "c"}}))
      << "d alone stays; b is large; e tells no rows";
  EXPECT_EQ(compaction_groups(snapshot, {.small_mib = 64, .group_mib = 256}), (Groups{{"a", "c", "d"}}));
  EXPECT_TRUE(compaction_groups(snapshot, {.small_mib = 1}).empty());
  EXPECT_TRUE(compaction_groups({}, limits).empty());
}

TEST(MergedStatistics, WidenRangesAndAddNulls) {
  lake::File a = file(1), b = file(1);
  a.statistics = {{"n", "5", "9", 1},
                  {"t", "\"b\"", "\"c\"", 0},
                  {"x", "1", "2", 0},
                  {"e", std::nullopt, std::nullopt, 10}};
  b.statistics = {{"n", "-10", "7", 2},
                  {"t", "\"a\"", "\"bb\"", 0},
                  {"x", std::nullopt, std::nullopt, 0},
                  {"e", "3", "4", 0}};
  const auto merged = merged_statistics({&a, &b});
  ASSERT_EQ(merged.size(), 4u);
  EXPECT_EQ(merged[0].column, "e");
  EXPECT_EQ(merged[0].minimum, "3") << "a file of NULL only has no range";
  EXPECT_EQ(merged[0].nulls, 10u);
  EXPECT_EQ(merged[1].minimum, "-10");
  EXPECT_EQ(merged[1].maximum, "9");
  EXPECT_EQ(merged[1].nulls, 3u);
  EXPECT_EQ(merged[2].minimum, "\"a\"");
  EXPECT_EQ(merged[2].maximum, "\"c\"");
  EXPECT_EQ(merged[3].minimum, std::nullopt) << "one file does not tell";
}

TEST(MergedStatistics, AColumnThatOneFileLacksIsNotToldOf) {
  lake::File a = file(1), b = file(1);
  a.statistics = {{"new", "1", "2", 0}};
  EXPECT_TRUE(merged_statistics({&a, &b}).empty());
}

}  // namespace
}  // namespace fvm::mirror
