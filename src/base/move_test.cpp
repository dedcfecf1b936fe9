// Files that move between file systems, and a disk that fails in between.
#include "base/move.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/forwarding_world.hpp"
#include "base/scratch.hpp"

namespace fvm {
namespace {

// Renaming fails from the folder "other": as from another file system, or as a broken disk.
class TornWorld : public ForwardingWorld {
 public:
  explicit TornWorld(Error error) : error_(std::move(error)) {}
  Result<void> rename(const Path& from, const Path& to) override {
    if (from.parent_path().filename() == "other") return error_;
    return ForwardingWorld::rename(from, to);
  }

 private:
  Error error_;
};

class Move : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(real_world().make_directories(other_, 0700).ok());
    ASSERT_TRUE(real_world().create_file(other_ / "a", "new", 0600).ok());
    ASSERT_TRUE(real_world().create_file(folder_.path() / "b", "old", 0600).ok());
  }
  std::string content(const Path& path) { return real_world().read_file(path, 100).value(); }
  size_t files() { return real_world().list(folder_.path()).value().size(); }  // and the folder "other"

  Scratch folder_ =
      Scratch::make(real_world(), std::filesystem::temp_directory_path() / random_hex(real_world(), 8))
          .value();
  Path other_ = folder_.path() / "other", to_ = folder_.path() / "b";
};

TEST_F(Move, FromAnotherFileSystemIsACopy) {
  TornWorld world(surroundings("file.other_system"));
  ASSERT_TRUE(move_file(world, other_ / "a", to_).ok());
  EXPECT_EQ(content(to_), "new");
  EXPECT_FALSE(world.exists(other_ / "a"));
  EXPECT_EQ(files(), 2u);
}

TEST_F(Move, ADiskThatFailsIsNoReasonToCopy) {
  TornWorld world(surroundings("file.disk_full"));
  const auto moved = move_file(world, other_ / "a", to_);
  ASSERT_FALSE(moved.ok());
  EXPECT_EQ(moved.error().code, "file.disk_full");
  EXPECT_EQ(content(to_), "old");
  EXPECT_EQ(content(other_ / "a"), "new");
}

TEST_F(Move, WhatCannotBeCopiedLeavesNothing) {
  TornWorld world(surroundings("file.other_system"));
  EXPECT_FALSE(move_file(world, other_ / "missing", to_).ok());
  EXPECT_EQ(content(to_), "old");
  EXPECT_EQ(files(), 2u);
}

TEST_F(Move, RealFileSystemsSayThatTheyAreTwo) {
  struct stat here{}, memory{};
  const Path shared = Path("/dev/shm") / random_hex(real_world(), 8);
  if (!real_world().create_file(shared, "far", 0600).ok()) GTEST_SKIP() << "/dev/shm is not at hand";
  ASSERT_EQ(::stat(folder_.path().c_str(), &here), 0);
  ASSERT_EQ(::stat(shared.c_str(), &memory), 0);
  if (here.st_dev == memory.st_dev) GTEST_SKIP() << "one file system";
  EXPECT_EQ(real_world().rename(shared, to_).error().code, "file.other_system");
  EXPECT_TRUE(move_file(real_world(), shared, to_).ok());
  EXPECT_EQ(content(to_), "far");
}

}  // namespace
}  // namespace fvm
