// Bytes between a session and the outside, against a sandbox that is played by the test.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "enclave/run.hpp"

namespace fvm::enclave {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read.reset(ends[0]), write.reset(ends[1]);
  }
  Descriptor read, write;
};

std::string read_all(int fd) {
  std::string text(1 << 16, 0), all;
  for (ssize_t got; (got = ::read(fd, text.data(), text.size())) > 0;)
    all.append(text, 0, static_cast<size_t>(got));
  return all;
}

// The three pipes of a sandbox, and the launcher's connection.
class Relay : public ::testing::Test {
 protected:
  Relay() { ::signal(SIGPIPE, SIG_IGN); }
  Running running() {
    auto ends = wire::pair().value();
    launcher_ = ends.second.take();
    return Running{std::move(ends.first),
                   {std::move(in_.write), std::move(out_.read), std::move(error_.read)}};
  }
  void exited(const wire::Exited& how) {
    wire::Connection launcher(std::move(launcher_));
    EXPECT_TRUE(launcher.send(how).ok());
    launcher_ = launcher.take();
  }

  Pipe in_, out_, error_;                 // the sandbox's
  Pipe user_in_, user_out_, user_error_;  // the user's
  Descriptor launcher_;
};

TEST_F(Relay, EverythingWrittenComesOutEvenAfterTheEnd) {
  const std::string much(3 << 20, 'x');
  std::thread sandbox([&] {
    EXPECT_EQ(read_all(in_.read.get()), "typed");
    exited({.code = 5});
    std::string_view rest = much;
    while (!rest.empty())
      rest.remove_prefix(
          static_cast<size_t>(std::max<ssize_t>(::write(out_.write.get(), rest.data(), rest.size()), 0)));
    EXPECT_EQ(::write(error_.write.get(), "warning", 7), 7);
    out_.write.reset(), error_.write.reset();
  });
  std::string got;
  std::thread user([&] {
    EXPECT_EQ(::write(user_in_.write.get(), "typed", 5), 5);
    user_in_.write.reset();
    got = read_all(user_out_.read.get());
  });
  const auto end =
      relay(running(), user_in_.read.get(), user_out_.write.get(), user_error_.write.get(), -1, {});
  user_out_.write.reset(), user_error_.write.reset();
  sandbox.join(), user.join();
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->code, 5);
  EXPECT_EQ(got, much);
  EXPECT_EQ(read_all(user_error_.read.get()), "warning");
}

TEST_F(Relay, NobodyReadingEndsIt) {
  user_out_.read.reset();
  ASSERT_EQ(::write(out_.write.get(), "rows", 4), 4);
  const auto end = relay(running(), -1, user_out_.write.get(), user_error_.write.get(), -1, {});
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->signal, SIGPIPE);
}

TEST_F(Relay, ASignalEndsItAndAWindowSizeDoesNot) {
  Pipe wake;
  ASSERT_EQ(::write(wake.write.get(), "12", 2), 2);
  int woken = 0;
  const auto on_wake = [&](int) {
    char byte = 0;
    EXPECT_EQ(::read(wake.read.get(), &byte, 1), 1);
    return ++woken == 1 ? 0 : SIGTERM;
  };
  const auto end =
      relay(running(), -1, user_out_.write.get(), user_error_.write.get(), wake.read.get(), on_wake);
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(end.value().code, 128 + SIGTERM);
}

TEST_F(Relay, ALostLauncherIsAnErrorAfterWhatWasWritten) {
  ASSERT_EQ(::write(out_.write.get(), "half", 4), 4);
  Running made = running();
  launcher_.reset(), out_.write.reset(), error_.write.reset();
  const auto end = relay(std::move(made), -1, user_out_.write.get(), user_error_.write.get(), -1, {});
  EXPECT_EQ(end.error().code, "wire.closed");
  user_out_.write.reset();
  EXPECT_EQ(read_all(user_out_.read.get()), "half");
}

}  // namespace
}  // namespace fvm::enclave
