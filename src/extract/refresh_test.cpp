#include "extract/refresh.hpp"

#include <gtest/gtest.h>

namespace fvm::extract {
namespace {

size_t at_a_time(uint16_t wanted, size_t processors, uint64_t free_mib) {
  return projects_at_a_time({.memory_mib = 1024, .threads = 2, .projects_at_a_time = wanted}, processors,
                            free_mib);
}

TEST(ProjectsAtATime, AsManyAsFit) {
  EXPECT_EQ(at_a_time(0, 8, 100'000), 8u);
  EXPECT_EQ(at_a_time(0, 8, 3'500), 3u) << "memory of three builds";
}
TEST(ProjectsAtATime, TheSettingIsAMost) {
  EXPECT_EQ(at_a_time(2, 8, 100'000), 2u);
  EXPECT_EQ(at_a_time(100, 8, 100'000), 8u);
}
TEST(ProjectsAtATime, AlwaysOne) {
  EXPECT_EQ(at_a_time(0, 0, 0), 1u);
}

}  // namespace
}  // namespace fvm::extract
