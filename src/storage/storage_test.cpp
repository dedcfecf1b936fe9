// What of encrypted folders needs neither FUSE nor a keeper; the rest is tests/functional/test_storage.py and
// test_luks.py.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "storage/mappings.hpp"
#include "storage/mounts.hpp"
#include "storage/programs.hpp"
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
  EXPECT_EQ(vault.make("../keys").error().code, "keeper.bad_project");
}

// What the operator chose, and one line that says where a project lies.
void choose(const config::Instance& instance, std::string_view encryption) {
  std::ofstream(instance.config_file()) << "[storage]\nencryption = \"" << encryption << "\"\n";
}

TEST_F(StorageTest, WithoutGocryptfsItSaysWhatToInstall) {
  if (::access("/dev/fuse", F_OK) != 0) GTEST_SKIP() << "no /dev/fuse";
  choose(instance_, "gocryptfs");
  Vault vault(instance_, "/nowhere");
  const auto made = vault.make("FVM-2026-0017");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "storage.no_gocryptfs");
  std::ofstream(instance_.project_storage("FVM-2026-0017") / "gocryptfs.conf") << "{}";
  EXPECT_EQ(vault.hold("FVM-2026-0017").error().code, "storage.no_gocryptfs");
  EXPECT_TRUE(vault.make("FVM-2026-0017").ok()) << "made already, and never made anew";
}

TEST_F(StorageTest, WhereLuksCannotBeItSaysWhy) {
  choose(instance_, "luks");
  Vault vault(instance_, "/nowhere");
  const auto made = vault.make("FVM-2026-0017");
  ASSERT_FALSE(made.ok());
  const std::string& code = made.error().code;
  EXPECT_TRUE(code == "storage.luks_needs_root" || code == "storage.no_device_mapper" ||
              code == "storage.no_cryptsetup" || code == "wire.not_running")
      << code;
  EXPECT_FALSE(real_world().exists(instance_.project_volume("FVM-2026-0017")));
}

TEST_F(StorageTest, WhatIsNotWholeIsNotShown) {
  choose(instance_, "luks");
  Vault vault(instance_, "/usr/bin:/usr/sbin");
  const Path folder = instance_.project_storage("FVM-2026-0017");
  ASSERT_TRUE(real_world().make_directories(folder, 0700).ok());
  std::ofstream(folder / "volume.new") << "half";
  EXPECT_EQ(vault.hold("FVM-2026-0017").error().code, "storage.not_whole");
  EXPECT_TRUE(std::filesystem::is_empty(instance_.projects())) << "nor is a bare folder put in its place";
}

TEST_F(StorageTest, AProjectStaysWhatItWasMadeAs) {
  const Path folder = instance_.project_storage("FVM-2026-0017");
  ASSERT_TRUE(real_world().make_directories(folder, 0700).ok());
  for (const auto& [setting, file] : {std::pair{"luks", "gocryptfs.conf"}, {"gocryptfs", "volume.luks"}}) {
    choose(instance_, setting);
    std::ofstream(folder / file) << "whole";
    EXPECT_TRUE(Vault(instance_, "/usr/bin:/usr/sbin").make("FVM-2026-0017").ok());
    EXPECT_EQ(real_world().read_file(folder / file, 100).value(), "whole") << setting << " touches nothing";
    std::filesystem::remove(folder / file);
  }
  choose(instance_, "none");
  EXPECT_EQ(Vault(instance_, "/usr/bin").make("FVM-2026-0017").error().code, "storage.not_encrypted");
}

// What the kernel says below /sys/block, in files.
void pretend(const Path& sys, const std::string& loop, const std::string& file, const std::string& holder,
             const std::string& name, const std::string& device) {
  const Path blocks = sys / "block";
  std::filesystem::create_directories(blocks / loop / "loop");
  std::filesystem::create_directories(blocks / loop / "holders");
  std::ofstream(blocks / loop / "loop" / "backing_file") << file << "\n";
  if (holder.empty()) return;
  std::filesystem::create_directories(blocks / holder / "dm");
  std::ofstream(blocks / loop / "holders" / holder) << "";
  std::ofstream(blocks / holder / "dm" / "name") << name << "\n";
  std::ofstream(blocks / holder / "dev") << device << "\n";
}

TEST_F(StorageTest, OpenVolumesAreFoundByWhereTheirFileLies) {
  const Path sys = instance_.root() / "sys", storage = std::filesystem::canonical(instance_.storage());
  pretend(sys, "loop0", storage / "A" / "volume.luks", "dm-0", "fvm-A-1", "254:0");
  pretend(sys, "loop1", (storage / "B" / "volume.luks").string() + " (deleted)", "dm-7", "other", "254:7");
  pretend(sys, "loop2", storage.string() + "-other/A/volume.luks", "dm-2", "fvm-A-2", "254:2");
  pretend(sys, "loop3", storage / "C" / "volume.new", "", "", "");
  std::filesystem::create_directories(sys / "block" / "vda");
  auto found = mappings_of(instance_.storage(), sys);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "") << "a loop device of which nothing is made";
  EXPECT_EQ(found[1].name, "fvm-A-1");
  EXPECT_EQ(found[1].device, makedev(254, 0));
  EXPECT_EQ(found[2].name, "other") << "removed, and still open; whatever its name";
  EXPECT_EQ(mappings_of(storage / "A" / "volume.luks", sys).size(), 1u);
  EXPECT_TRUE(mappings_of(storage / "A" / "volume", sys).empty());
  EXPECT_TRUE(mappings_of(storage, sys / "missing").empty());
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
  const auto all = mounts_below("/");
  const auto proc =
      std::find_if(all.begin(), all.end(), [](const Mount& mount) { return mount.place == "/proc"; });
  ASSERT_NE(proc, all.end());
  EXPECT_EQ(proc->type, "proc");
  struct stat facts{};
  ASSERT_EQ(::stat("/proc", &facts), 0);
  EXPECT_EQ(proc->device, facts.st_dev);
  EXPECT_TRUE(mounts_below(instance_.projects()).empty());
  EXPECT_FALSE(answers(instance_.projects()));
  EXPECT_TRUE(unmount_at(instance_.projects(), false, "/usr/bin").ok()) << "no mount: nothing to do";
}

}  // namespace
}  // namespace fvm::storage
