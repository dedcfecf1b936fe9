// Strangers by address: a flood is told to wait, and nobody beside it.
#include <gtest/gtest.h>

#include "base/forwarding_world.hpp"
#include "http/strangers.hpp"

namespace fvm::http {
namespace {

class FixedWorld final : public ForwardingWorld {
 public:
  int64_t seconds = 1'000'000;
  Time now() override { return {seconds * 1'000'000}; }
};

class StrangersTest : public ::testing::Test {
 protected:
  unsigned ask(const std::string& forwarded, const std::string& path = "/", const std::string& cookie = {},
               const std::string& peer = "127.0.0.1") {
    Request request{.method = "GET",
                    .path = path,
                    .query = {},
                    .headers = {},
                    .parameters = {},
                    .body = {},
                    .peer = peer};
    if (!forwarded.empty()) request.headers["x-forwarded-for"] = forwarded;
    if (!cookie.empty()) request.headers["cookie"] = "__Host-fvm=" + cookie;
    const auto refused = strangers_.refusal(request);
    if (!refused) return 200;
    EXPECT_NE(refused->body.find("title_da"), std::string::npos);
    EXPECT_EQ(refused->headers.back().first, "Retry-After");
    return refused->status;
  }
  int until_refused(const std::function<unsigned(int)>& asks) {
    int count = 0;
    while (count < 2000 && asks(count) == 200) ++count;
    return count;
  }

  FixedWorld world_;
  Strangers strangers_{world_,
                       Proxies::parse({"127.0.0.1"}).value(),
                       {[](const Request& request) { return request.header("cookie") == "__Host-fvm=good"; },
                        [](const Request& request) { return request.path == "/login/mitid"; }}};
};

TEST_F(StrangersTest, AFloodWaitsAndNobodyElse) {
  EXPECT_EQ(until_refused([&](int) { return ask("203.0.113.7"); }), 400);
  EXPECT_EQ(ask("203.0.113.8"), 200u);
  EXPECT_EQ(ask("203.0.113.7", "/", "good"), 200u) << "who has a session is nobody's neighbour";
  EXPECT_EQ(ask("203.0.113.7", "/", "made up"), 429u);
  world_.seconds += 1;
  EXPECT_EQ(until_refused([&](int) { return ask("203.0.113.7"); }), 50);
}

TEST_F(StrangersTest, SayingOneIsSomebodyElseDoesNotHelp) {
  const auto lying = [&](int i) { return ask("198.51.100." + std::to_string(i % 250) + ", 203.0.113.7"); };
  EXPECT_EQ(until_refused(lying), 400);
  const auto direct = [&](int i) {
    return ask("198.51.100." + std::to_string(i % 250), "/", "", "203.0.113.9");
  };
  EXPECT_EQ(until_refused(direct), 400) << "no proxy of ours said so";
  EXPECT_EQ(until_refused([&](int i) { return ask("192.0.2." + std::to_string(i % 250)); }), 2000)
      << "the control: so many addresses, which the proxy has seen";
}

TEST_F(StrangersTest, AnIpv6NetworkIsOneStranger) {
  EXPECT_EQ(until_refused([&](int i) { return ask("2001:db8:1:2::" + std::to_string(i)); }), 400);
  EXPECT_EQ(ask("2001:db8:1:3::1"), 200u);
}

TEST_F(StrangersTest, TheWayInIsNarrower) {
  EXPECT_EQ(until_refused([&](int) { return ask("203.0.113.7", "/login/mitid"); }), 60);
  EXPECT_EQ(ask("203.0.113.7", "/login"), 200u) << "what costs little is still there";
  EXPECT_EQ(ask("203.0.113.7", "/login/mitid", "good"), 429u)
      << "a session is no reason to ask the broker so often";
  EXPECT_EQ(ask("203.0.113.8", "/login/mitid"), 200u);
}

TEST_F(StrangersTest, WhoAsksOnThisMachineForItselfIsNotCounted) {
  EXPECT_EQ(until_refused([&](int) { return ask("", "/login/mitid"); }), 2000);
}

}  // namespace
}  // namespace fvm::http
