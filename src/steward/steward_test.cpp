// The clock of duties: due at once, due again, woken; a duty that fails or hangs up holds nobody up.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <stdexcept>

#include "enclave/service.hpp"
#include "steward/duties.hpp"
#include "steward/rounds.hpp"
#include "steward/service.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {
namespace {

using namespace std::chrono_literals;

bool soon(const std::function<bool()>& condition) {
  for (const auto until = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < until;) {
    if (condition()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

struct Count {
  std::atomic<int> times = 0;
  Duty duty(std::string name, std::chrono::milliseconds interval) {
    return {std::move(name), interval, [this](const Stop&) -> Result<void> {
              ++times;
              return {};
            }};
  }
};

TEST(Rounds, ADutyIsDueAtOnceAndAgainAfterItsInterval) {
  Count often, seldom;
  const Rounds rounds({often.duty("often", 5ms), seldom.duty("seldom", 1h)});
  EXPECT_TRUE(soon([&] { return often.times >= 5; }));
  EXPECT_EQ(seldom.times, 1);
  EXPECT_GE(rounds.carried_out(), 6u);
}

TEST(Rounds, WakingCarriesOutAtOnceTheOneThatIsNamedOrAll) {
  Count a, b;
  Rounds rounds({a.duty("a", 1h), b.duty("b", 1h)});
  ASSERT_TRUE(soon([&] { return a.times == 1 && b.times == 1; }));
  EXPECT_TRUE(rounds.wake("a"));
  EXPECT_TRUE(soon([&] { return a.times == 2; }));
  EXPECT_EQ(b.times, 1);
  EXPECT_TRUE(rounds.wake(""));
  EXPECT_TRUE(soon([&] { return a.times == 3 && b.times == 2; }));
  EXPECT_FALSE(rounds.wake("c"));
}

TEST(Rounds, ADutyThatFailsOrThrowsIsTriedAgainAndStopsNobody) {
  std::atomic<int> failed = 0, threw = 0;
  Count other;
  const Rounds rounds({{"fails", 3ms,
                        [&](const Stop&) -> Result<void> {
                          ++failed;
                          return surroundings("audit.disk_full");
                        }},
                       {"throws", 3ms,
                        [&](const Stop&) -> Result<void> {
                          ++threw;
                          throw std::runtime_error("from a library");
                        }},
                       other.duty("other", 3ms)});
  EXPECT_TRUE(soon([&] { return failed >= 3 && threw >= 3 && other.times >= 3; }));
}

TEST(Rounds, ALongDutyHoldsNobodyUpAndIsNotDoneTwiceAtATime) {
  std::atomic<int> inside = 0, most = 0, times = 0;
  Count other;
  Rounds rounds({{"long", 1ms,
                  [&](const Stop& stop) -> Result<void> {
                    most = std::max<int>(most, ++inside);
                    ++times;
                    for (int i = 0; i < 50 && !stop; ++i) std::this_thread::sleep_for(1ms);
                    --inside;
                    return {};
                  }},
                 other.duty("other", 1ms)});
  for (int i = 0; i < 20; ++i) rounds.wake("long");
  EXPECT_TRUE(soon([&] { return times >= 2 && other.times >= 10; }));
  EXPECT_EQ(most, 1);
}

// Woken while it works, it does its work once more: what it was woken for may have come too late for it.
TEST(Rounds, WokenWhileAtWorkItIsCarriedOutOnceMore) {
  std::atomic<int> times = 0;
  std::atomic<bool> go_on = false;
  Rounds rounds({{"a", 1h, [&](const Stop& stop) -> Result<void> {
                    ++times;
                    while (!go_on && !stop) std::this_thread::sleep_for(1ms);
                    return {};
                  }}});
  ASSERT_TRUE(soon([&] { return times == 1; }));
  rounds.wake("a");
  go_on = true;
  EXPECT_TRUE(soon([&] { return times == 2; }));
}

TEST(Rounds, EndingTellsTheDutiesAndWaitsForThem) {
  std::atomic<bool> began = false, ended = false;
  {
    const Rounds rounds({{"a", 1h, [&](const Stop& stop) -> Result<void> {
                            began = true;
                            while (!stop) std::this_thread::sleep_for(1ms);
                            ended = true;
                            return {};
                          }}});
    ASSERT_TRUE(soon([&] { return began.load(); }));
  }
  EXPECT_TRUE(ended);
}

class StewardService : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGUSR1}) ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC));
  }
  void TearDown() override {
    if (server_.joinable()) {
      ::kill(::getpid(), SIGTERM);
      server_.join();
    }
    (void)real_world().remove_tree(instance_.root());
  }
  void serve(std::vector<Duty> duties) {
    listener_.emplace(wire::Listener::at(instance_.steward_socket()).value());
    const auto door = wire::Door::beside(real_world(), instance_.steward_socket()).value();
    server_ = std::thread([this, door, list = std::move(duties)]() mutable {
      ended_ = steward::serve(std::move(list), *listener_, signals_.get(), "1.2", door, takers_).ok();
    });
  }
  Result<wire::Connection> connect() { return wire::connect(instance_.steward_socket(), "fvm-steward"); }

  config::Instance instance_{std::filesystem::temp_directory_path() /
                             ("fvm-steward-" + random_hex(real_world(), 6))};
  config::Config config_;
  Descriptor signals_;
  std::optional<wire::Listener> listener_;
  std::thread server_;
  std::atomic<bool> ended_ = false;
  Takers takers_ = {
      [](wire::Connection caller, wire::AskTableAs asked) {
        (void)wire::send_table(caller, {asked.project + "|" + asked.user + "|" + asked.request, {"x"}}).ok();
      },
      [](wire::Connection caller, wire::AskOutlook asked) {
        (void)wire::send_table(caller, {asked.project + "|" + asked.user, asked.together}).ok();
      },
      [](wire::Connection caller, wire::AskOrder asked) {
        (void)wire::send_table(caller, {asked.user + "|" + asked.name, {asked.bytes}}).ok();
      },
      [](wire::Connection caller, wire::AskCheck asked) {
        (void)wire::send_table(caller, {asked.user + "|" + asked.number, {}}).ok();
      }};
};

TEST_F(StewardService, AnswersHowItIsIsWokenAndEndsAsAsked) {
  Count count;
  serve({count.duty("a", 1h)});
  ASSERT_TRUE(soon([&] { return count.times == 1; }));
  const auto status = connect()->call<wire::Status>(wire::GetStatus{});
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->program, "fvm-steward");
  EXPECT_EQ(status->version, "1.2");
  EXPECT_EQ(status->pid, ::getpid());
  EXPECT_EQ(status->served, 1u);
  EXPECT_TRUE(connect()->call<wire::Done>(wire::Wake{"a"}).ok());
  EXPECT_TRUE(soon([&] { return count.times == 2; }));
  ::kill(::getpid(), SIGUSR1);
  EXPECT_TRUE(soon([&] { return count.times == 3; }));
  ::kill(::getpid(), SIGTERM);
  server_.join();
  EXPECT_TRUE(ended_);
}

TEST_F(StewardService, WhoAsksForATableIsHandedOver) {
  serve({});
  auto caller = connect();
  ASSERT_TRUE(caller->send(wire::AskTableAs{"P", "anna", "{}"}).ok());
  const auto answer = wire::receive_table(*caller);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->json, "P|anna|{}");
  EXPECT_EQ(answer->documents, std::vector<std::string>{"x"});
  auto broken = connect();
  ASSERT_TRUE(broken->send(wire::Type::ask_table_as, "no message").ok());
  EXPECT_FALSE(wire::receive_table(*broken).ok());
}

TEST_F(StewardService, WhoAsksForAnOutlookIsHandedOver) {
  serve({});
  auto caller = connect();
  ASSERT_TRUE(caller->send(wire::AskOutlook{"P", "anna", {"a.csv"}}).ok());
  const auto answer = wire::receive_table(*caller);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->json, "P|anna");
  EXPECT_EQ(answer->documents, std::vector<std::string>{"a.csv"});
}

TEST_F(StewardService, WhoUploadsAnOrderIsHandedOver) {
  serve({});
  auto caller = connect();
  const std::string bytes("PK\0\x03", 4);
  ASSERT_TRUE(caller->send(wire::AskOrder{"anna", "ark.xlsx", bytes}).ok());
  const auto answer = wire::receive_table(*caller);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->json, "anna|ark.xlsx");
  EXPECT_EQ(answer->documents, std::vector<std::string>{bytes});
}

TEST_F(StewardService, WhoAsksForACheckIsHandedOver) {
  serve({});
  auto caller = connect();
  ASSERT_TRUE(caller->send(wire::AskCheck{"anna", "FVM-2026-0001"}).ok());
  const auto answer = wire::receive_table(*caller);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->json, "anna|FVM-2026-0001");
}

TEST_F(StewardService, WhatItDoesNotUnderstandIsRefusedAndItGoesOn) {
  Count count;
  serve({count.duty("a", 1h)});
  EXPECT_EQ(connect()->call<wire::Done>(wire::Wake{"b"}).error().code, "steward.unknown_duty");
  EXPECT_EQ(connect()->call<wire::Done>(wire::SendRelease{"x"}).error().code, "wire.broken_message");
  auto broken = connect();
  ASSERT_TRUE(broken.ok());
  ASSERT_TRUE(broken->send(wire::Type::wake, "\x01").ok());
  EXPECT_EQ(wire::Connection::read<wire::Done>(broken->receive(2000).value()).error().code,
            "wire.broken_message");
  {
    const auto silent = connect();
  }  // comes and goes without a word
  EXPECT_TRUE(connect()->call<wire::Status>(wire::GetStatus{}).ok());
}

TEST_F(StewardService, TheTableIsBoundToTheInstanceAndEveryDutyRunsOnAnEmptyOne) {
  {
    const auto ledger =
        audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(migrate(*ledger).ok());
  }
  const Stop stop = false;
  std::set<std::string> names;
  for (const Duty& duty : duties(real_world(), instance_, config_)) {
    EXPECT_TRUE(names.insert(duty.name).second) << duty.name << " stands twice";
    EXPECT_GE(duty.interval, std::chrono::seconds(config_.steward.interval_seconds)) << duty.name;
    const auto done = duty.run(stop);
    EXPECT_TRUE(done.ok()) << duty.name << ": " << done.error().code;
  }
  EXPECT_TRUE(names.contains("sessions"));
}

TEST_F(StewardService, ADutyWithoutAStoreFailsAndWorksAgainWhenItIsBack) {
  {
    const auto ledger =
        audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(migrate(*ledger).ok());
  }
  const Stop stop = false;
  const auto all = duties(real_world(), instance_, config_);
  const Path store = instance_.store_file().parent_path();
  std::filesystem::rename(store, instance_.root() / "gone");
  EXPECT_FALSE(all.at(0).run(stop).ok());
  std::filesystem::rename(instance_.root() / "gone", store);
  EXPECT_TRUE(all.at(0).run(stop).ok());
}

}  // namespace
}  // namespace fvm::steward
