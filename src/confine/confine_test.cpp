#include "confine/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace fvm::confine {
namespace {

class Confine : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"open", "own", "run", "secret"})
      ASSERT_TRUE(real_world().make_directories(folder_ / name, 0700).ok());
    for (const char* name : {"open/a", "own/b", "secret/c", "run/key"})
      ASSERT_TRUE(real_world().create_file(folder_ / name, "x", 0600).ok());
  }
  void TearDown() override { (void)real_world().remove_tree(folder_); }

  // What `act` returns in a process that is confined; 99: it could not be.
  int confined(const std::function<int()>& act) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto done =
          confine({{folder_ / "open", folder_ / "nowhere"}, {folder_ / "own"}, {folder_ / "run"}});
      ::_exit(done.ok() && *done == Done::confined ? act() : 99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  }
  int opened(const char* name, int flags) const {
    return ::open((folder_ / name).c_str(), flags, 0600) < 0 ? errno : 0;
  }
  int listens() const {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    (folder_ / "run" / "s").string().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  }

  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-confine-" + random_hex(real_world(), 6));
};

TEST_F(Confine, WhatIsAllowedWorks) {
  if (confined([] { return 0; }) == 99) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(confined([&] { return opened("open/a", O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return opened("own/b", O_RDWR | O_TRUNC); }), 0);
  EXPECT_EQ(confined([&] { return opened("own/new", O_CREAT | O_EXCL | O_WRONLY); }), 0);
  EXPECT_EQ(confined([&] { return ::unlink((folder_ / "own/b").c_str()); }), 0);
  EXPECT_EQ(confined([&] { return listens(); }), 0);
}

TEST_F(Confine, EverythingElseIsRefusedByTheKernel) {
  if (confined([] { return 0; }) == 99) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(confined([&] { return opened("secret/c", O_RDONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return opened("open/a", O_WRONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return opened("open/new", O_CREAT | O_WRONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return opened("run/key", O_RDONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return opened("run/file", O_CREAT | O_WRONLY); }), EACCES);
  EXPECT_EQ(confined([] { return ::open("/etc/passwd", O_RDONLY) < 0 ? errno : 0; }), EACCES);
  EXPECT_EQ(confined([] { return ::execl("/bin/true", "true", nullptr) < 0 ? errno : 0; }), EACCES);
  // The control: without it all of that can be done.
  EXPECT_EQ(opened("secret/c", O_RDONLY), 0);
  EXPECT_EQ(opened("run/key", O_RDONLY), 0);
}

}  // namespace
}  // namespace fvm::confine
