#include "confine/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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
      const auto done = confine(
          {{folder_ / "open", folder_ / "nowhere"}, {folder_ / "own"}, {folder_ / "run"}, {allowed_}});
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

  // A port of this machine at which somebody listens.
  static uint16_t listener() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    socklen_t bytes = sizeof address;
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd, 8), 0);
    EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
    return ntohs(address.sin_port);
  }
  static int calls(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    address.sin_port = htons(port);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return result == 0 ? 0 : errno;
  }
  static long version() {
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  }

  const uint16_t allowed_ = listener(), other_ = listener();
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

TEST_F(Confine, OnlyThePortsThatWereNamedAreCalled) {
  if (version() < 4) GTEST_SKIP() << "this kernel does not confine TCP";
  EXPECT_EQ(confined([&] { return calls(allowed_); }), 0);
  EXPECT_EQ(confined([&] { return calls(other_); }), EACCES);
  EXPECT_EQ(calls(other_), 0) << "the control";
}

TEST_F(Confine, NoOtherProgramGetsASignal) {
  if (version() < 6) GTEST_SKIP() << "this kernel does not confine signals";
  EXPECT_EQ(confined([] { return ::kill(::getppid(), 0) == 0 ? 0 : errno; }), EPERM);
  EXPECT_EQ(confined([] { return ::kill(::getpid(), 0) == 0 ? 0 : errno; }), 0) << "itself it may";
}

}  // namespace
}  // namespace fvm::confine
