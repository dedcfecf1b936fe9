#include "wire/job.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace fvm::wire {
namespace {

// A launcher that starts nothing: `act` plays the job, holding its three streams, and says how it ended.
class PretendLauncher {
 public:
  explicit PretendLauncher(std::function<void(Connection&, Frame&)> act)
      : path_(std::filesystem::temp_directory_path() / ("fvm-job-" + std::to_string(::getpid()))),
        listener_(Listener::at(path_).value()),
        thread_([this, act = std::move(act)] {
          auto caller = listener_.accept(5000);
          ASSERT_TRUE(caller.ok());
          auto frame = caller->receive(5000);
          ASSERT_TRUE(frame.ok());
          act(*caller, *frame);
        }) {}
  ~PretendLauncher() {
    thread_.join();
    std::filesystem::remove(path_);
  }
  const Path& path() const { return path_; }

 private:
  Path path_;
  Listener listener_;
  std::thread thread_;
};

void say(const Frame& frame, size_t stream, std::string_view text) {
  ASSERT_EQ(::write(frame.descriptors[stream].get(), text.data(), text.size()),
            static_cast<ssize_t>(text.size()));
}

Result<std::string> run_with(std::function<void(Connection&, Frame&)> act,
                             WorkerJob job = {.profile = "scan"}) {
  const PretendLauncher launcher(std::move(act));
  return run_worker(launcher.path(), job);
}

void end(Connection& caller, Frame& frame, const Exited& exited) {
  frame.descriptors.clear();
  ASSERT_TRUE(caller.send(exited).ok());
}

TEST(RunWorker, HandsTheDocumentInAndTheResultOut) {
  std::vector<std::string> lines;
  WorkerJob job{
      .profile = "scan", .label = "H-1", .document = std::string(300000, 'd'), .on_line = [&](auto line) {
        lines.emplace_back(line);
      }};
  const auto result = run_with(
      [](Connection& caller, Frame& frame) {
        const auto launch = decode<Launch>(frame.body);
        ASSERT_TRUE(launch.ok());
        EXPECT_EQ(launch->arguments, std::vector<std::string>{"scan"});
        ASSERT_TRUE(caller.send(Launched{1}).ok());
        say(frame, 2, "progress rows rows=1 bytes=2\nhalf a li");
        size_t total = 0;
        char piece[65536];
        for (ssize_t got;
             total < 300000 && (got = ::read(frame.descriptors[0].get(), piece, sizeof piece)) > 0;) {
          total += static_cast<size_t>(got);
        }
        say(frame, 2, "ne\n");
        say(frame, 1, "{\"bytes\":" + std::to_string(total) + "}");
        end(caller, frame, Exited{});
      },
      job);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value(), "{\"bytes\":300000}");
  EXPECT_EQ(lines, (std::vector<std::string>{"progress rows rows=1 bytes=2", "half a line"}));
}

TEST(RunWorker, AnErrorDocumentIsThatError) {
  const auto result = run_with([](Connection& caller, Frame& frame) {
    ASSERT_TRUE(caller.send(Launched{1}).ok());
    say(frame, 1, R"({"error":{"kind":2,"code":"deliver.header_twice","arguments":{"column":"cpr"}}})");
    end(caller, frame, Exited{.code = 1});
  });
  EXPECT_EQ(result.error().kind, Kind::usage);
  EXPECT_EQ(result.error().code, "deliver.header_twice");
  EXPECT_EQ(result.error().argument("column"), "cpr");
}

TEST(RunWorker, HowAJobDiedIsSaid) {
  const auto died_as = [](const Exited& exited) {
    return run_with([&](Connection& caller, Frame& frame) {
             ASSERT_TRUE(caller.send(Launched{1}).ok());
             say(frame, 1, "{\"half\":");
             say(frame, 2, "terminate called\nprogress x rows=1 bytes=1\n");
             end(caller, frame, exited);
           })
        .error();
  };
  const Error error = died_as({.code = 134, .signal = 6});
  EXPECT_EQ(error.code, "job.died");
  EXPECT_EQ(error.argument("signal"), "6");
  EXPECT_EQ(error.argument("last_line"), "terminate called");
  EXPECT_EQ(died_as({.code = 137, .signal = 9, .timed_out = 1}).code, "job.timed_out");
  EXPECT_EQ(died_as({.code = 137, .signal = 9, .memory_exhausted = 1}).code, "job.memory_exhausted");
}

TEST(RunWorker, AJobThatReadsNothingDoesNotKillUs) {
  WorkerJob job{.profile = "scan", .document = std::string(1 << 20, 'd')};
  const auto result = run_with(
      [](Connection& caller, Frame& frame) {
        ASSERT_TRUE(caller.send(Launched{1}).ok());
        frame.descriptors[0].reset();  // the next write of the document meets a closed pipe
        say(frame, 1, "{}");
        end(caller, frame, Exited{});
      },
      job);
  EXPECT_EQ(result.value(), "{}");
}

TEST(RunWorker, AFailedSandboxTellsBubblewrapsReason) {
  for (const bool launched : {false, true}) {
    const auto result = run_with([&](Connection& caller, Frame& frame) {
      say(frame, 2, "bwrap: No permissions\n");
      frame.descriptors.clear();
      if (launched) {
        ASSERT_TRUE(caller.send(Launched{1}).ok());
      }
      ASSERT_TRUE(caller.send(to_failure(surroundings("sandbox.failed", {{"profile", "scan"}}))).ok());
    });
    EXPECT_EQ(result.error().code, "sandbox.failed");
    EXPECT_EQ(result.error().argument("reason"), "bwrap: No permissions");
  }
}

TEST(RunWorker, LauncherGoneAndMountMissingAreErrors) {
  EXPECT_EQ(run_with([](Connection&, Frame&) {}).error().code, "wire.closed");
  EXPECT_EQ(run_worker("/nonexistent", {.profile = "scan"}).error().code, "wire.not_running");
  const WorkerJob job{.profile = "scan", .mounts = {{"/nonexistent", {"/in/x", 0}}}};
  EXPECT_EQ(run_worker("/nonexistent", job).error().code, "file.missing");
}

}  // namespace
}  // namespace fvm::wire
