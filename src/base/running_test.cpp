#include "base/running.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace fvm {
namespace {

class RunningTest : public ::testing::Test {
 protected:
  const Path folder_ = std::filesystem::temp_directory_path() / ("fvm-jobs-" + random_hex(real_world(), 6));
  void TearDown() override { std::filesystem::remove_all(folder_); }
};

TEST_F(RunningTest, IsToldWhileItRunsAndGoneWhenItHasEnded) {
  EXPECT_TRUE(running_jobs(real_world(), folder_).empty());
  {
    JobNote note(real_world(), folder_, {.kind = "build", .subject = "FVM-1", .unit = "tables", .total = 3});
    const auto begun = running_jobs(real_world(), folder_);
    ASSERT_EQ(begun.size(), 1u);
    EXPECT_EQ(begun[0].total, 3u);
    note.tell("too soon to be kept", 1, 3, 10);
    EXPECT_EQ(running_jobs(real_world(), folder_)[0].done, 0u);
    ::usleep(510'000);
    note.tell("lmdb", 2, 3, 70);
    const auto told = running_jobs(real_world(), folder_);
    EXPECT_EQ(told[0].step, "lmdb");
    EXPECT_EQ(told[0].done, 2u);
    EXPECT_EQ(told[0].rows, 70u);
    EXPECT_EQ(told[0].began, begun[0].began);
  }
  EXPECT_TRUE(running_jobs(real_world(), folder_).empty());
}

TEST_F(RunningTest, AProgramThatWasKilledIsNotToldOfAndCleanedUpAfter) {
  const pid_t child = ::fork();
  if (child == 0) {
    const JobNote note(real_world(), folder_, {.kind = "delivery", .subject = "A.b"});
    ::_exit(0);  // without leaving the scope
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(std::filesystem::is_empty(folder_));
  EXPECT_TRUE(running_jobs(real_world(), folder_).empty());
  {
    const JobNote next(real_world(), folder_, {.kind = "delivery", .subject = "A.b"});
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace fvm
