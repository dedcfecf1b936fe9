#include "api/repeats.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "api/link_routes.hpp"
#include "base/forwarding_world.hpp"

namespace fvm::api {
namespace {

class LaterWorld final : public ForwardingWorld {
 public:
  Time now() override { return time_; }
  void advance(int64_t microseconds) { time_.microseconds += microseconds; }

 private:
  Time time_ = real_world().now();
};

class RepeatsTest : public testing::Test {
 protected:
  http::Request request(const std::string& key, const std::string& body = "{}",
                        const std::string& actor = "anna") {
    http::Request one{.method = "POST", .path = "/api/v1/releases", .body = body};
    one.headers = {{"idempotency-key", key}, {"fvm-actor", actor}};
    return one;
  }
  http::Response ask(const http::Request& one) {
    return repeats_.answer(one, [this](const http::Request&) {
      return http::Response{status_, "application/json", std::to_string(++done_)};
    });
  }

  LaterWorld world_;
  Repeats repeats_{world_};
  unsigned status_ = 201;
  int done_ = 0;
};

TEST_F(RepeatsTest, TheSameKeyGetsTheSameAnswerAndNothingIsDoneTwice) {
  EXPECT_EQ(ask(request("k")).body, "1");
  const auto again = ask(request("k"));
  EXPECT_EQ(again.body, "1");
  EXPECT_EQ(again.status, 201u);
  EXPECT_EQ(again.headers.back().first, "Idempotency-Replayed");
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(ask(request("")).body, "2") << "without a key each is done";
  EXPECT_EQ(ask(request("")).body, "3");
}

TEST_F(RepeatsTest, AnotherActorKeyOrBodyIsAnotherRequest) {
  ask(request("k"));
  EXPECT_EQ(ask(request("k", "{}", "bo")).body, "2") << "nobody gets another's answer";
  EXPECT_EQ(ask(request("l")).body, "3");
  EXPECT_EQ(ask(request("k", "{\"x\":1}")).status, 422u);
  EXPECT_EQ(done_, 3);
}

TEST_F(RepeatsTest, WhatDidNotSucceedMayBeTriedAgain) {
  status_ = 403;
  ask(request("k"));
  status_ = 200;
  EXPECT_EQ(ask(request("k")).body, "2");
  EXPECT_EQ(ask(request("k")).body, "2");
}

TEST_F(RepeatsTest, OneThatIsUnderWayIsNotBegunAgain) {
  http::Response inner;
  repeats_.answer(request("k"), [&](const http::Request& same) {
    inner = ask(same);
    return http::Response{200, "application/json", "x"};
  });
  EXPECT_EQ(inner.status, 409u);
  EXPECT_EQ(done_, 0);
}

TEST_F(RepeatsTest, OneThatFailedByAnExceptionMayBeTriedAgain) {
  const auto fails = [](const http::Request&) -> http::Response { throw std::runtime_error("x"); };
  EXPECT_THROW(repeats_.answer(request("k"), fails), std::runtime_error);
  EXPECT_EQ(ask(request("k")).status, 201u) << "not under way for ever";
}

TEST_F(RepeatsTest, TheSameKeyOnAnotherPathOrMethodIsAnotherRequest) {
  ask(request("k"));
  auto other = request("k");
  other.path = "/api/v1/links";
  EXPECT_EQ(ask(other).body, "2");
  other.method = "PUT";
  EXPECT_EQ(ask(other).body, "3");
}

TEST(MayRepeat, NoAnswerThatHoldsASecretOrAFileIsKept) {
  const auto may = [](const char* method, const char* pattern) {
    return may_repeat({.method = method, .pattern = pattern, .summary = {}, .handler = {}});
  };
  EXPECT_TRUE(may("POST", "/api/v1/releases") && may("PUT", "/api/v1/applications/{number}/document"));
  EXPECT_FALSE(may("POST", "/api/v1/accounts/{user}/code"));
  EXPECT_FALSE(may("POST", "/api/v1/projects/{number}/desktop"));
  EXPECT_FALSE(may("POST", "/api/v1/links/{number}"));
  EXPECT_FALSE(may("GET", "/api/v1/releases") || may("DELETE", "/api/v1/releases"));
}

TEST_F(RepeatsTest, AfterADayItIsForgotten) {
  ask(request("k"));
  world_.advance(int64_t{25} * 3600 * 1'000'000);
  EXPECT_EQ(ask(request("k")).body, "2");
}

TEST_F(RepeatsTest, AKeyIsShortAndPlain) {
  EXPECT_EQ(ask(request(std::string(repeat_key_bytes_max + 1, 'x'))).status, 400u);
  EXPECT_EQ(ask(request("a b")).status, 400u);
  EXPECT_EQ(ask(request(std::string(repeat_key_bytes_max, 'x'))).status, 201u);
}

TEST_F(RepeatsTest, TheOldestGoWhenThereIsNoRoom) {
  ask(request("first"));
  for (size_t i = 0; i < repeats_kept_max; ++i) ask(request("k" + std::to_string(i)));
  const int before = done_;
  ask(request("k" + std::to_string(repeats_kept_max - 1)));
  EXPECT_EQ(done_, before) << "the newest is there";
  ask(request("first"));
  EXPECT_EQ(done_, before + 1);
}

}  // namespace
}  // namespace fvm::api
