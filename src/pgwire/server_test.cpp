#include "pgwire/server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "pgwire/toy_engine.hpp"

namespace fvm::pgwire {
namespace {

// A session whose statement "sleep" ends only when it is interrupted.
class SleepySession final : public Session {
 public:
  explicit SleepySession(std::atomic<int>& interrupted) : interrupted_(interrupted) {}
  Result<std::vector<std::string>> split(std::string_view sql) override {
    return std::vector{std::string(sql)};
  }
  Result<std::shared_ptr<Statement>> prepare(std::string_view sql, std::span<const uint32_t>) override {
    if (sql == "sleep") {
      std::unique_lock lock(mutex_);
      woken_.wait(lock, [&] { return awake_; });
      awake_ = false;
      return sql_error("57014", "canceling statement due to user request");
    }
    return std::shared_ptr<Statement>(std::make_shared<ToyStatement>(std::string(sql), copied_));
  }
  Transaction transaction() const override { return Transaction::idle; }
  void statement_failed() override {}
  Result<void> begin_group() override { return {}; }
  Result<void> end_group() override { return {}; }
  std::vector<std::pair<std::string, std::string>> changed_settings() override { return {}; }
  void waiting() override {}
  void interrupt() override {
    const std::lock_guard lock(mutex_);
    awake_ = true;
    ++interrupted_;
    woken_.notify_all();
  }

 private:
  std::atomic<int>& interrupted_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool awake_ = false;
  std::vector<std::vector<CopyField>> copied_;
};

class SleepyEngine final : public Engine {
 public:
  Result<std::unique_ptr<Session>> open(const Startup&, int32_t) override {
    return std::unique_ptr<Session>(std::make_unique<SleepySession>(interrupted));
  }
  std::atomic<int> interrupted = 0;
};

std::string number(uint32_t value) {
  char bytes[4];
  put_four(bytes, value);
  return {bytes, 4};
}

class Client {
 public:
  explicit Client(const Path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void send(const std::string& bytes) {
    EXPECT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void greet() {
    const std::string body = number(3 << 16) + std::string("user\0a\0\0", 8);
    send(number(static_cast<uint32_t>(body.size() + 4)) + body);
  }
  void query(const std::string& sql) {
    send("Q" + number(static_cast<uint32_t>(sql.size() + 5)) + sql + '\0');
  }
  // Message types up to ReadyForQuery, or to the end of the connection.
  std::string answer() {
    std::string kinds;
    while (kinds.empty() || kinds.back() != 'Z') {
      const auto head = bytes(5);
      if (head.size() < 5) return kinds;
      uint32_t length = 0;
      std::memcpy(&length, head.data() + 1, 4);
      const auto body = bytes(__builtin_bswap32(length) - 4);
      kinds += head[0];
      if (head[0] == 'K') key = body;
    }
    return kinds;
  }
  std::string key;

 private:
  std::string bytes(size_t count) {
    std::string out;
    char one[4096];
    while (out.size() < count) {
      const ssize_t got = ::recv(socket_.get(), one, std::min(count - out.size(), sizeof one), 0);
      if (got <= 0) return out;
      out.append(one, static_cast<size_t>(got));
    }
    return out;
  }
  Descriptor socket_;
};

class ServerTest : public testing::Test {
 protected:
  void start(uint32_t connections_max) {
    char name[] = "/tmp/pgwire-XXXXXX";
    folder_ = ::mkdtemp(name);
    auto made =
        Server::listen(real_world(), engine_, {.socket_folder = folder_, .connections_max = connections_max});
    ASSERT_TRUE(made.ok());
    server_ = std::move(*made);
    thread_ = std::thread([this] { server_->run(); });
  }
  void TearDown() override {
    if (server_) server_->stop();
    if (thread_.joinable()) thread_.join();
    std::filesystem::remove_all(folder_);
  }
  Path socket() const { return folder_ / ".s.PGSQL.5432"; }

  SleepyEngine engine_;
  Path folder_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, ManyTalkAtOnce) {
  start(50);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      Client client(socket());
      client.greet();
      if (client.answer() != "RKZ") return;
      for (int k = 0; k < 20; ++k) {
        client.query("rows 3");
        if (client.answer() == "TDDDCZ") ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

TEST_F(ServerTest, CancelNeedsTheSecret) {
  start(50);
  Client sleeper(socket());
  sleeper.greet();
  ASSERT_EQ(sleeper.answer(), "RKZ");
  sleeper.query("sleep");
  auto wrong = sleeper.key;
  wrong[7] = static_cast<char>(wrong[7] ^ 1);
  {
    Client other(socket());
    other.send(number(16) + number(80877102) + wrong);
    EXPECT_EQ(other.answer(), "");
    EXPECT_EQ(engine_.interrupted, 0);
  }
  Client other(socket());
  other.send(number(16) + number(80877102) + sleeper.key);
  EXPECT_EQ(sleeper.answer(), "EZ");
  sleeper.query("rows 1");
  EXPECT_EQ(sleeper.answer(), "TDCZ");
}

TEST_F(ServerTest, AFrontendThatHangsUpIsInterrupted) {
  start(50);
  {
    Client client(socket());
    client.greet();
    client.answer();
    client.query("sleep");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  for (int i = 0; i < 100 && engine_.interrupted == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(engine_.interrupted, 1);
}

TEST_F(ServerTest, OneTooManyIsToldSo) {
  start(2);
  Client one(socket()), two(socket());
  one.greet();
  two.greet();
  ASSERT_EQ(one.answer(), "RKZ");
  ASSERT_EQ(two.answer(), "RKZ");
  Client three(socket());
  EXPECT_EQ(three.answer(), "E");
}

TEST_F(ServerTest, StopEndsWhatIsRunning) {
  start(50);
  Client client(socket());
  client.greet();
  client.answer();
  client.query("sleep");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server_->stop();
  thread_.join();
  EXPECT_EQ(client.answer().find('T'), std::string::npos);
}

TEST_F(ServerTest, OnlyTheOwnerMayOpenTheSocket) {
  start(50);
  const auto mode = std::filesystem::status(socket()).permissions();
  EXPECT_EQ(mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

}  // namespace
}  // namespace fvm::pgwire
