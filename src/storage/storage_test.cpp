// What of encrypted folders needs neither FUSE nor a keeper; the rest is tests/functional/test_storage.py.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "storage/gocryptfs.hpp"
#include "storage/vault.hpp"

namespace fvm::storage {
namespace {

class StorageTest : public ::testing::Test {
 protected:
  config::Instance instance_{std::filesystem::temp_directory_path() /
                             ("fvm-storage-" + random_hex(real_world(), 6))};
  void SetUp() override { ASSERT_TRUE(instance_.make_folders(real_world()).ok()); }
  void TearDown() override { (void)real_world().remove_tree(instance_.root()); }
};

TEST_F(StorageTest, UsersThatNobodyHas) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(is_fresh_user(fresh_user()));
  for (const uid_t user : {0u, 1000u, 65534u, 999'999'999u, 2'000'000'000u, 4'294'967'295u})
    EXPECT_FALSE(is_fresh_user(user)) << user;
}

TEST_F(StorageTest, AProjectThatIsNotEncryptedNeedsNothing) {
  Vault vault(instance_, "/nowhere");
  EXPECT_TRUE(vault.hold("FVM-2026-0017").ok());
  EXPECT_TRUE(vault.let_go("FVM-2026-0017").ok());
  EXPECT_TRUE(vault.hold("../keys").ok()) << "no name, so no project";
  EXPECT_EQ(vault.make("../keys").error().code.substr(0, 8), "storage.");
}

TEST_F(StorageTest, WithoutGocryptfsItSaysWhatToInstall) {
  if (::access("/dev/fuse", F_OK) != 0) GTEST_SKIP() << "no /dev/fuse";
  Vault vault(instance_, "/nowhere");
  const auto made = vault.make("FVM-2026-0017");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "storage.no_gocryptfs");
  ASSERT_TRUE(real_world().make_directories(instance_.project_storage("FVM-2026-0017"), 0700).ok());
  EXPECT_EQ(vault.hold("FVM-2026-0017").error().code, "storage.no_gocryptfs");
}

TEST_F(StorageTest, AProgramsInputAndDescriptorsArriveAndNothingElse) {
  int input[2], output[2];
  ASSERT_EQ(::pipe2(input, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(output, O_CLOEXEC), 0);
  const Descriptor in(input[0]), out(output[1]), result(output[0]);
  {
    const Descriptor close_it(input[1]);
    ASSERT_EQ(::write(input[1], "key\n", 4), 4);
  }
  const auto pid =
      start({"/bin/sh", {"-c", "cat >&3; ls /proc/self/fd >&3; exit 7"}, in.get(), {out.get()}, 0});
  ASSERT_TRUE(pid.ok());
  EXPECT_EQ(wait_for(*pid, 5000), 7);
  char text[256];
  const ssize_t got = ::read(result.get(), text, sizeof text);
  EXPECT_EQ(std::string(text, static_cast<size_t>(got)).substr(0, 12), "key\n0\n1\n2\n3\n");
}

TEST_F(StorageTest, ADescriptorsNumberIsPutIntoAWord) {
  int output[2];
  ASSERT_EQ(::pipe2(output, O_CLOEXEC), 0);
  const Descriptor out(output[1]), result(output[0]);
  const auto pid = start({"/bin/readlink", {"/proc/self/fd/{0}"}, -1, {out.get()}, 0});
  ASSERT_TRUE(pid.ok());
  EXPECT_EQ(wait_for(*pid, 5000), 0) << "descriptor 3 is open in it";
  const auto other = start({"/bin/readlink", {"/proc/self/fd/{1}"}, -1, {out.get()}, 0});
  EXPECT_NE(wait_for(*other, 5000), 0) << "descriptor 4 is not";
}

TEST_F(StorageTest, EndsAndKilledProgramsAreNoticed) {
  const auto sleeper = start({"/bin/sleep", {"1000"}, -1, {}, 0});
  ASSERT_TRUE(sleeper.ok());
  EXPECT_FALSE(has_ended(*sleeper));
  EXPECT_EQ(wait_for(*sleeper, 50), -1);
  ::kill(*sleeper, SIGKILL);
  for (int i = 0; i < 100 && !has_ended(*sleeper); ++i) ::usleep(10'000);
  EXPECT_TRUE(has_ended(*sleeper));
  EXPECT_EQ(wait_for(*sleeper, 5000), 128 + SIGKILL);
}

TEST_F(StorageTest, AsAnotherUserItHasThatUsersRightsOnly) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const Path file = instance_.root() / "made";
  std::ofstream(file) << "secret";
  ::chmod(file.c_str(), 0600);
  ::chmod(instance_.root().c_str(), 0755);
  EXPECT_EQ(wait_for(start({"/bin/cat", {file.string()}, -1, {}, 0}).value(), 5000), 0);
  EXPECT_NE(wait_for(start({"/bin/cat", {file.string()}, -1, {}, fresh_user()}).value(), 5000), 0);
}

TEST_F(StorageTest, ATreeIsGivenAwayAndLinksAreNotFollowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
  const Path tree = instance_.root() / "tree", outside = instance_.root() / "outside";
  std::filesystem::create_directories(tree / "sub");
  std::ofstream(tree / "sub" / "file") << "x";
  std::ofstream(outside) << "x";
  std::filesystem::create_symlink(outside, tree / "link");
  const uid_t user = fresh_user();
  ASSERT_TRUE(give_tree(tree, user).ok());
  struct stat facts{};
  for (const Path& path : {tree, tree / "sub", tree / "sub" / "file"}) {
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_uid, user) << path;
  }
  ASSERT_EQ(::stat(outside.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_uid, 0u);
}

TEST_F(StorageTest, MountsAreFoundBelowAFolderAndNotBesideIt) {
  const auto all = mounts_below("/", ""), of_processes = mounts_below("/", "proc"), ours = mounts_below("/");
  EXPECT_NE(std::find(all.begin(), all.end(), Path("/proc")), all.end());
  EXPECT_NE(std::find(of_processes.begin(), of_processes.end(), Path("/proc")), of_processes.end());
  EXPECT_EQ(std::find(ours.begin(), ours.end(), Path("/proc")), ours.end())
      << "another's mount is left alone";
  EXPECT_TRUE(mounts_below(instance_.projects()).empty());
  EXPECT_FALSE(answers(instance_.projects()));
  EXPECT_TRUE(unmount_at(instance_.projects(), false, "/usr/bin").ok()) << "no mount: nothing to do";
}

}  // namespace
}  // namespace fvm::storage
