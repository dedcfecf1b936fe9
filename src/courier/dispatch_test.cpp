// A closing that comes while a mail is being sent: it is broken off between two pieces, and never sent twice.
#include "courier/dispatch.hpp"

#include <gtest/gtest.h>

#include "release/suspend.hpp"
#include "release/testing.hpp"

namespace fvm::courier {
namespace {

using release::State;

class DispatchTest : public release::ReleaseTest {
 protected:
  void SetUp() override {
    ReleaseTest::SetUp();
    hands_.rules.cell_count_min = 5;
  }
  Dispatcher dispatcher(Send send) {
    return {world_, *ledger_, *instance_, config_, *copies_, std::move(send)};
  }
  void close_anna() {
    ASSERT_TRUE(ledger_
                    ->write({"test", "test.closed", "B-1", {}},
                            [&](audit::Writer& w) -> Result<void> {
                              TRY(identity::suspend(w, identity::Scope::user, "anna", "B-1"));
                              TRY(release::hold_closed(w, "B-1"));
                              return {};
                            })
                    .ok());
  }
  void open_anna() {
    ASSERT_TRUE(ledger_
                    ->write({"test", "test.opened", "B-1", {}},
                            [&](audit::Writer& w) -> Result<void> {
                              TRY(identity::lift(w, "B-1"));
                              TRY(release::restore_open(w, "B-1"));
                              return {};
                            })
                    .ok());
  }
  // Sends in three pieces; the closing comes before piece number `at`. How many pieces left.
  size_t send_while_closing(size_t at, net::Delivered answer) {
    size_t left = 0;
    const auto send = [&](const std::string&, const std::string&, std::string_view,
                          const std::function<Result<void>()>& before_piece) -> net::Delivered {
      for (size_t piece = 0; piece < 3; ++piece) {
        if (piece == at) close_anna();
        if (!before_piece().ok()) return {net::Outcome::later, 0, "aborted", true};
        ++left;
      }
      if (at == 3) close_anna();
      return answer;
    };
    EXPECT_TRUE(dispatcher(send).run_once().ok());
    return left;
  }
  config::Config config_;
  const net::Delivered accepted_{net::Outcome::accepted, 250, "", true};
  const net::Delivered unknown_{net::Outcome::unknown, 0, "", true};
};

TEST_F(DispatchTest, TheControlWithoutAClosingAllPiecesLeave) {
  const std::string number = approved();
  EXPECT_EQ(send_while_closing(9, accepted_), 3u);
  EXPECT_EQ(state(number), State::sent);
}

TEST_F(DispatchTest, BrokenOffBetweenTwoPiecesAndSentOnceAfterwards) {
  for (const size_t at : {0u, 1u, 2u}) {
    const std::string number = approved();
    EXPECT_EQ(send_while_closing(at, accepted_), at);
    EXPECT_EQ(state(number), State::held) << at;
    open_anna();
    EXPECT_EQ(state(number), State::approved) << at << ": for certain it had not arrived";
    EXPECT_EQ(send_while_closing(9, accepted_), 3u);
    EXPECT_EQ(state(number), State::sent);
    execute("DELETE FROM suspension");  // else two look at the next one
  }
}

TEST_F(DispatchTest, WhatTheServerHadTakenBeforeIsSent) {
  const std::string number = approved();
  EXPECT_EQ(send_while_closing(3, accepted_), 3u);
  EXPECT_EQ(state(number), State::sent);
  open_anna();
  EXPECT_EQ(state(number), State::sent);
}

TEST_F(DispatchTest, WhatNobodyKnowsIsNotSentAgainByTheEndOfTheClosing) {
  const std::string number = approved();
  EXPECT_EQ(send_while_closing(3, unknown_), 3u);
  EXPECT_EQ(state(number), State::held);
  open_anna();
  EXPECT_EQ(state(number), State::held) << "an operator must ask the receiver";
  EXPECT_TRUE(release::settle(*ledger_, number, "olga", release::Verdict::arrived, "spurgt").ok());
}

TEST_F(DispatchTest, AfterACrashInSendingTheClosingIsStillKept) {
  const std::string number = sending();
  close_anna();
  EXPECT_EQ(state(number), State::held);
  size_t calls = 0;
  const auto send = [&](const auto&, const auto&, auto, const auto&) -> net::Delivered {
    ++calls;
    return accepted_;
  };
  EXPECT_TRUE(dispatcher(send).run_once().ok());
  EXPECT_EQ(calls, 0u);
  EXPECT_EQ(state(number), State::held);
}

}  // namespace
}  // namespace fvm::courier
