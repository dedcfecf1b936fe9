// A closing that comes while a mail is being sent: it is broken off between two pieces, and never sent twice.
#include "courier/dispatch.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
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
    return {world_, *ledger_, *instance_, config_, *copies_, vouch_, std::move(send)};
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

// ---- mailed as a link

class LinkMailTest : public DispatchTest {
 protected:
  void SetUp() override {
    DispatchTest::SetUp();
    config_.portal.public_url = "https://portal.example.dk/";
    ASSERT_TRUE(identity::set_delivery(*ledger_, "olga", cvr, "link", config_.portal.public_url).ok());
  }
  Send taking(net::Delivered answer) {
    return [this, answer](const std::string&, const std::string&, std::string_view message,
                          const std::function<Result<void>()>& before_piece) -> net::Delivered {
      if (!before_piece().ok()) return {net::Outcome::later, 0, "aborted", true};
      mail_ = message;
      return answer;
    };
  }
  // The text of the mail that was taken last.
  std::string text() const {
    constexpr std::string_view encoding = "Content-Transfer-Encoding: base64\r\n\r\n";
    const size_t begin = mail_.find(encoding);
    if (begin == std::string::npos) return "";
    std::string lines = mail_.substr(begin + encoding.size());
    lines.resize(lines.find("--"));
    std::erase_if(lines, [](char c) { return c == '\r' || c == '\n'; });
    return crypto::from_base64(lines).value_or("");
  }
  std::string token(const std::string& number) const {
    const std::string text = this->text();
    const std::string before = "https://portal.example.dk/hent/" + number + "#";
    const size_t at = text.find(before);
    return at == std::string::npos ? "" : text.substr(at + before.size(), release::link_token_characters);
  }
  std::string mail_;
};

TEST_F(LinkMailTest, HoldsTheLinkAndNoByteOfTheFile) {
  const std::string number = approved("g;antal\nHEMMELIGHED;50\n");
  EXPECT_EQ(dispatcher(taking(accepted_)).run_once().value(), 1u);
  EXPECT_EQ(state(number), State::sent);
  EXPECT_EQ(mail_.find("HEMMELIGHED"), std::string::npos);
  EXPECT_EQ(mail_.find("attachment"), std::string::npos);
  EXPECT_EQ(text().find("HEMMELIGHED"), std::string::npos);
  EXPECT_EQ(text().find("t.csv"), std::string::npos) << "nor its name";
  EXPECT_EQ(mail_.find(net::base64_lines("g;antal\nHEMMELIGHED;50\n").substr(0, 20)), std::string::npos);
  ASSERT_EQ(token(number).size(), release::link_token_characters);
  const auto request = found(number);
  ASSERT_TRUE(request.link);
  EXPECT_EQ(request.link->token_sha256, crypto::sha256_hex(token(number)));
  EXPECT_EQ(request.deliveries.front().what, "link_made");
}

TEST_F(LinkMailTest, TheControlWithoutTheSettingTheFileIsInTheMail) {
  ASSERT_TRUE(identity::set_delivery(*ledger_, "olga", cvr, "attachment", "").ok());
  const std::string number = approved("g;antal\nHEMMELIGHED;50\n");
  EXPECT_EQ(dispatcher(taking(accepted_)).run_once().value(), 1u);
  EXPECT_NE(mail_.find(net::base64_lines("g;antal\nHEMMELIGHED;50\n").substr(0, 20)), std::string::npos);
  EXPECT_FALSE(found(number).link);
}

TEST_F(LinkMailTest, EveryTryHasALinkOfItsOwnAndOnlyTheNewestOpens) {
  const std::string number = approved();
  EXPECT_EQ(dispatcher(taking({net::Outcome::later, 451, "", true})).run_once().value(), 0u);
  const std::string first = token(number);
  EXPECT_EQ(state(number), State::failed);
  EXPECT_EQ(dispatcher(taking(accepted_)).run_once(number).value(), 1u);
  const std::string second = token(number);
  ASSERT_NE(first, second);
  EXPECT_EQ(code(release::show_link(*ledger_, {number, first, "rita"})), "release.link_stopped");
  EXPECT_TRUE(release::show_link(*ledger_, {number, second, "rita"}).ok());
}

TEST_F(LinkMailTest, WithoutTheAddressOfThePortalItIsHeldAndNothingLeaves) {
  config_.portal.public_url = "";
  const std::string number = approved();
  EXPECT_EQ(dispatcher(taking(accepted_)).run_once().value(), 0u);
  EXPECT_EQ(state(number), State::held);
  EXPECT_EQ(mail_, "");
}

TEST_F(LinkMailTest, WhenTheKeeperIsDownItWaits) {
  const std::string number = approved();
  const Send send = taking(accepted_);
  Dispatcher without(
      world_, *ledger_, *instance_, config_, *copies_,
      [](const std::string&) -> Result<std::string> {
        return surroundings("wire.not_running", {{"program", "fvm-keeper"}});
      },
      send);
  EXPECT_EQ(without.run_once().value(), 0u);
  EXPECT_EQ(state(number), State::approved);
}

}  // namespace
}  // namespace fvm::courier
