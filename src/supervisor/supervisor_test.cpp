#include "supervisor/supervisor.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>

#include "supervisor/lock.hpp"
#include "supervisor/new_instance.hpp"

namespace fvm::supervisor {
namespace {

using namespace std::chrono_literals;

class SupervisorTest : public ::testing::Test {
 protected:
  World& world_ = real_world();
  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-super-" + random_hex(world_, 6));
  config::Instance instance_{folder_};
  std::vector<std::string> notes_;
  pid_t child_ = 0;

  void SetUp() override { ASSERT_TRUE(instance_.make_folders(world_).ok()); }
  void TearDown() override {
    if (child_ > 0) {
      ::kill(child_, SIGTERM);
      ::waitpid(child_, nullptr, 0);
    }
    (void)world_.remove_tree(folder_);
  }

  // A program that is a shell script: `name`, and what it does.
  Program script(const std::string& name, const std::string& text) {
    return {.name = name, .file = "/bin/sh", .arguments = {"-c", text}, .log = instance_.log_file(name)};
  }
  Supervisor supervisor(std::vector<Program> programs) {
    const Limits limits{.ready_milliseconds = 2000, .stop_milliseconds = 500, .pause_milliseconds_min = 20};
    return {world_, instance_, std::move(programs), limits,
            [this](std::string_view key, const Arguments&) { notes_.emplace_back(key); }};
  }
  // The supervisor in a process of its own, as `fvm up` runs it; its exit code is 0 when it ended as asked.
  void run_apart(std::vector<Program> programs) {
    child_ = ::fork();
    if (child_ != 0) return;
    int code = 1;
    {
      auto apart = supervisor(std::move(programs));
      if (apart.start().ok() && apart.run().ok()) code = 0;
    }
    ::_exit(code);
  }
  bool is_ready() {
    return soon([&] {
      const auto seen = look(world_, instance_);
      return seen && seen->ready;
    });
  }
  static bool soon(const std::function<bool()>& condition) {
    for (const auto until = std::chrono::steady_clock::now() + 5s;
         std::chrono::steady_clock::now() < until;) {
      if (condition()) return true;
      ::usleep(10'000);
    }
    return false;
  }
  pid_t pid_of(size_t program) {
    const auto seen = look(world_, instance_);
    return seen && seen->programs.size() > program ? seen->programs[program].pid : 0;
  }
};

constexpr const char* stays = "exec sleep 1000";

TEST_F(SupervisorTest, StartsAgainWhatDies) {
  run_apart({script("a", stays), script("b", stays)});
  ASSERT_TRUE(is_ready());
  const pid_t first = pid_of(0);
  const pid_t other = pid_of(1);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(soon([&] { return pid_of(0) != 0 && pid_of(0) != first; }));
  EXPECT_EQ(look(world_, instance_)->programs[0].restarts, 1u);
  EXPECT_EQ(pid_of(1), other);
}

TEST_F(SupervisorTest, DownEndsAllAndFreesTheInstance) {
  run_apart({script("a", stays), script("stubborn", "trap '' TERM; while :; do sleep 0.1; done")});
  ASSERT_TRUE(is_ready());
  const pid_t a = pid_of(0);
  const pid_t stubborn = pid_of(1);
  EXPECT_TRUE(stop(instance_, 5000).value());
  int status = 0;
  ::waitpid(child_, &status, 0);
  child_ = 0;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_NE(::kill(a, 0), 0);
  EXPECT_NE(::kill(stubborn, 0), 0);
  EXPECT_FALSE(look(world_, instance_).has_value());
  EXPECT_FALSE(stop(instance_, 100).value());
}

TEST_F(SupervisorTest, OnlyOneAtATime) {
  run_apart({script("a", stays)});
  ASSERT_TRUE(is_ready());
  auto second = supervisor({script("a", stays)});
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, "up.running_already");
  EXPECT_EQ(started.error().argument("pid"), std::to_string(child_));
  EXPECT_TRUE(world_.exists(instance_.supervisor_file()));  // the loser took nothing away
}

TEST_F(SupervisorTest, ProgramsDieWithASupervisorThatIsKilled) {
  run_apart({script("a", stays)});
  ASSERT_TRUE(is_ready());
  const pid_t a = pid_of(0);
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = 0;
  EXPECT_TRUE(soon([&] { return ::kill(a, 0) != 0; }));
  EXPECT_TRUE(take_lock(instance_.supervisor_lock()).ok());
}

TEST_F(SupervisorTest, ARefusalToStartEndsAllAndSaysWhy) {
  // Readiness of a script is known at once, so give it a socket that nobody answers.
  std::vector<Program> programs = {script("a", stays), script("b", "echo the passphrase is wrong; exit 2")};
  programs[1].socket = instance_.keeper_socket();
  auto with_socket = supervisor(programs);
  const auto started = with_socket.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, "up.program_refused");
  EXPECT_EQ(started.error().argument("program"), "b");
  EXPECT_EQ(started.error().argument("reason"), "the passphrase is wrong");
  EXPECT_EQ(with_socket.programs()[0].pid, 0);
  EXPECT_FALSE(world_.exists(instance_.keeper_socket()));
}

TEST_F(SupervisorTest, HandsOverTheSocketAndNothingElse) {
  Program program = script("a",
                           "echo fds=$LISTEN_FDS crash=$FVM_CRASH_AT; ls -l /proc/self/fd | wc -l; test -S "
                           "/proc/self/fd/3 && echo socket; exec sleep 1000");
  program.socket = instance_.keeper_socket();
  const int stray = ::dup(0);  // not close-on-exec: must not arrive
  run_apart({program});
  ::close(stray);
  ASSERT_TRUE(soon([&] { return last_line(program.log) == "socket"; }));
  const std::string log = world_.read_file(program.log, 4096).value();
  EXPECT_EQ(log.substr(0, log.find('\n')), "fds=1 crash=");
  EXPECT_NE(log.find("\n6\n"), std::string::npos) << log;  // "total", 0, 1, 2, 3 and ls's own
}

TEST_F(SupervisorTest, MissingProgramsAreToldAndSkipped) {
  Program missing = script("gone", "");
  missing.file = folder_ / "no-such-program";
  auto some = supervisor({missing, script("a", stays)});
  ASSERT_TRUE(some.start().ok());
  EXPECT_EQ(notes_, std::vector<std::string>{"up.program_not_built"});
  EXPECT_FALSE(some.programs()[0].built);
  auto none = supervisor({missing});
  EXPECT_EQ(none.start().error().code, "up.nothing_built");
}

TEST_F(SupervisorTest, NewInstanceRefusesWhatIsThere) {
  ASSERT_TRUE(world_.create_file(folder_ / "somebody-elses.txt", "x", 0600).ok());
  const auto full = make_instance(world_, instance_, "/nonexistent", {});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, "init.not_empty");
  EXPECT_EQ(full.error().argument("name"), "somebody-elses.txt");
  (void)world_.remove(folder_ / "somebody-elses.txt");
  // Without a keeper there are no keys, hence no config.toml, hence no instance.
  EXPECT_FALSE(make_instance(world_, instance_, "/nonexistent", {}).ok());
  EXPECT_FALSE(world_.exists(instance_.config_file()));
}

}  // namespace
}  // namespace fvm::supervisor
