// Letters through the courier: sent, put off, given up; and after a crash.
#include "courier/letters.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "notify/outbox.hpp"

namespace fvm::courier {
namespace {

class LetterSenderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("fvm-sender-" + random_hex(real_world(), 6));
    std::filesystem::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(real_world(), folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(notify::migrate(*ledger_).ok());
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }
  void queue(const std::string& to = "a@example.dk") {
    const notify::Letter letter{.reference = "FVM-2026-0001",
                                .to = to,
                                .subject = "Emne",
                                .text = "Tekst",
                                .files = {{"aftale.pdf", "%PDF"}}};
    ASSERT_TRUE(ledger_
                    ->write({"karl", "test.letter", "FVM-2026-0001", {}},
                            [&](audit::Writer& writer) { return notify::queue_letter(writer, letter); })
                    .ok());
  }
  LetterSender sender() {
    return {real_world(), *ledger_, config_,
            [this](const std::string&, const std::string& to, std::string_view message,
                   const std::function<Result<void>()>& before_data) {
              EXPECT_TRUE(before_data().ok());
              recipients_.push_back(to);
              messages_.emplace_back(message);
              return answer_;
            }};
  }
  notify::Letter letter() const { return notify::letters_about(ledger_->database(), "FVM-2026-0001")->at(0); }
  void make_due() {
    ASSERT_TRUE(ledger_
                    ->write({"test", "test.due", "", {}},
                            [&](audit::Writer& writer) {
                              return notify::defer_letter(writer, letter().id, writer.now());
                            })
                    .ok());
  }

  Path folder_;
  std::unique_ptr<audit::Ledger> ledger_;
  config::Config config_;
  net::Delivered answer_{net::Outcome::accepted, 250, "", true};
  std::vector<std::string> recipients_, messages_;
};

TEST_F(LetterSenderTest, IsSentOnceWithItsAttachment) {
  queue();
  EXPECT_EQ(sender().run_once().value(), 1u);
  EXPECT_EQ(letter().state, notify::LetterState::sent);
  ASSERT_EQ(messages_.size(), 1u);
  EXPECT_EQ(recipients_[0], "a@example.dk");
  EXPECT_NE(messages_[0].find("aftale.pdf"), std::string::npos);
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_EQ(messages_.size(), 1u);
}

TEST_F(LetterSenderTest, IsTriedAgainLaterWithTheSameMessageId) {
  queue();
  answer_ = {net::Outcome::later, 451, "", false};
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_EQ(letter().state, notify::LetterState::waiting);
  EXPECT_GT(letter().next_try, real_world().now());
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_EQ(messages_.size(), 1u);  // its time has not come
  const std::string id = letter().message_id;
  make_due();
  answer_ = {net::Outcome::unknown, 0, "lost", false};  // perhaps taken: sent again all the same
  EXPECT_EQ(sender().run_once().value(), 0u);
  make_due();
  answer_ = {net::Outcome::accepted, 250, "", true};
  EXPECT_EQ(sender().run_once().value(), 1u);
  EXPECT_EQ(letter().message_id, id);
  for (const std::string& message : messages_) EXPECT_NE(message.find(id), std::string::npos);
}

TEST_F(LetterSenderTest, IsGivenUpWhenTheServerRefusesAndTheCaseworkersAreTold) {
  queue();
  answer_ = {net::Outcome::refused, 550, "", false};
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_EQ(letter().state, notify::LetterState::failed);
  const auto told = notify::notices(ledger_->database(), "FVM-2026-0001").value();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].audience, "role:caseworker");
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_EQ(messages_.size(), 1u);
}

TEST_F(LetterSenderTest, IsGivenUpAfterADayOfTrying) {
  queue();
  answer_ = {net::Outcome::later, 0, "no answer", false};
  for (uint32_t i = 0; i < notify::tries_max; ++i) {
    EXPECT_EQ(letter().state, notify::LetterState::waiting) << i;
    EXPECT_EQ(sender().run_once().value(), 0u);
    if (letter().state == notify::LetterState::waiting) make_due();
  }
  EXPECT_EQ(letter().state, notify::LetterState::failed);
}

TEST_F(LetterSenderTest, AnAddressThatIsNoneNeverLeaves) {
  queue("a@example.dk\r\nBcc: eve@x.example");
  EXPECT_EQ(sender().run_once().value(), 0u);
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(letter().state, notify::LetterState::failed);
}

TEST_F(LetterSenderTest, OneThatFailsDoesNotHoldUpTheOthers) {
  queue("no address");
  queue("b@example.dk");
  EXPECT_EQ(sender().run_once().value(), 1u);
  EXPECT_EQ(recipients_, (std::vector<std::string>{"b@example.dk"}));
}

}  // namespace
}  // namespace fvm::courier
