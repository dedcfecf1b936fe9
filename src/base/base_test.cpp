#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "base/messages.hpp"
#include "base/time.hpp"
#include "base/world.hpp"

namespace fvm {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return usage("time.unreadable", {{"text", "odd"}});
  return n / 2;
}
Result<int> quarter(int n) {
  return TRY(half(TRY(half(n))));
}

TEST(Result, TryReturnsValueOrFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, Kind::usage);
  EXPECT_EQ(failed.error().argument("text"), "odd");
}

TEST(Messages, FillsPlacesInBothLanguages) {
  const Error error = usage("time.unreadable", {{"text", "31-31"}});
  EXPECT_NE(describe(Language::english, error).find("31-31"), std::string::npos);
  EXPECT_NE(describe(Language::danish, error).find("31-31"), std::string::npos);
  EXPECT_NE(describe(Language::english, error), describe(Language::danish, error));
}

TEST(Time, RoundTripsThroughText) {
  EXPECT_EQ(to_text(Time{0}), "1970-01-01T00:00:00.000000Z");
  for (const int64_t t : {int64_t{-1}, int64_t{1'795'445'123'123'456}, int64_t{951'782'400'000'000}}) {
    EXPECT_EQ(parse_time(to_text(Time{t})).value().microseconds, t);
  }
  EXPECT_EQ(to_text(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_FALSE(parse_date("2023-02-29").ok());
  EXPECT_FALSE(parse_time("2026-01-01T25:00:00Z").ok());
}

class WorldTest : public ::testing::Test {
 protected:
  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-base-" + random_hex(real_world(), 6));
  void SetUp() override { ASSERT_TRUE(real_world().make_directories(folder_, 0700).ok()); }
  void TearDown() override { (void)real_world().remove_tree(folder_); }
};

TEST_F(WorldTest, CreateIsExclusiveAndLeavesNoTemporary) {
  World& world = real_world();
  ASSERT_TRUE(world.create_file(folder_ / "a", "one", 0600).ok());
  const auto again = world.create_file(folder_ / "a", "two", 0600);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, "file.exists");
  EXPECT_EQ(*world.read_file(folder_ / "a", 10), "one");
  EXPECT_EQ(world.list(folder_)->size(), 1u);
  EXPECT_EQ(world.read_file(folder_ / "a", 2).error().code, "file.too_large");
}

TEST_F(WorldTest, CrashPointKillsOnlyWhereAsked) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("FVM_CRASH_AT", "here:2", 1);
    crash_point("elsewhere");
    crash_point("here");
    crash_point("here");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

}  // namespace
}  // namespace fvm
