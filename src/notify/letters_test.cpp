// Letters on their way from a step to the courier.
#include "notify/letters.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/messages.hpp"
#include "notify/outbox.hpp"

namespace fvm::notify {
namespace {

class LettersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("fvm-letters-" + random_hex(real_world(), 6));
    std::filesystem::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(real_world(), folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(migrate(*ledger_).ok());
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }
  Result<void> change(const std::function<Result<void>(audit::Writer&)>& body) {
    return ledger_->write({"test", "test.letter", "FVM-2026-0001", {}}, body);
  }
  Result<void> queue(const Letter& letter) {
    return change([&](audit::Writer& writer) { return queue_letter(writer, letter); });
  }
  std::vector<int64_t> due() const { return letters_due(ledger_->database(), real_world().now()).value(); }

  Path folder_;
  std::unique_ptr<audit::Ledger> ledger_;
};

Letter letter() {
  return {.reference = "FVM-2026-0001",
          .to = "a@example.dk",
          .subject = "Emne",
          .text = "Tekst",
          .files = {{"aftale.pdf", std::string("\0%PDF", 5)}}};
}

TEST_F(LettersTest, WaitsWithItsFilesUntilItIsSent) {
  ASSERT_TRUE(queue(letter()).ok());
  ASSERT_EQ(due().size(), 1u);
  const Letter found = find_letter(ledger_->database(), due()[0]).value();
  EXPECT_EQ(found.to, "a@example.dk");
  EXPECT_EQ(found.files.at(0).bytes, std::string("\0%PDF", 5));
  ASSERT_TRUE(change([&](audit::Writer& w) { return open_letter(w, found.id, "L-1.x@y"); }).ok());
  EXPECT_EQ(due().size(), 1u);  // a crash now leaves it due
  ASSERT_TRUE(change([&](audit::Writer& w) { return open_letter(w, found.id, "L-1.other@y"); }).ok());
  EXPECT_EQ(find_letter(ledger_->database(), found.id)->message_id, "L-1.x@y");
  EXPECT_EQ(find_letter(ledger_->database(), found.id)->tries, 2u);
  ASSERT_TRUE(change([&](audit::Writer& w) { return finish_letter(w, found.id, LetterState::sent); }).ok());
  EXPECT_TRUE(due().empty());
  const auto about = letters_about(ledger_->database(), "FVM-2026-0001").value();
  ASSERT_EQ(about.size(), 1u);
  EXPECT_EQ(about[0].state, LetterState::sent);
  EXPECT_EQ(about[0].files.at(0).name, "aftale.pdf");
}

TEST_F(LettersTest, IsNotTriedBeforeItsTime) {
  ASSERT_TRUE(queue(letter()).ok());
  const int64_t id = due().at(0);
  const Time later{real_world().now().microseconds + 60'000'000};
  ASSERT_TRUE(change([&](audit::Writer& w) { return defer_letter(w, id, later); }).ok());
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(letters_due(ledger_->database(), later)->size(), 1u);
}

TEST_F(LettersTest, GoesDownWithTheStepThatFails) {
  const auto failed = change([&](audit::Writer& writer) -> Result<void> {
    TRY(queue_letter(writer, letter()));
    return refused("letter.too_large", {{"reference", "x"}});
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_TRUE(due().empty());
}

TEST_F(LettersTest, IsBounded) {
  Letter large = letter();
  large.text = std::string(letter_text_bytes_max + 1, 'a');
  EXPECT_EQ(queue(large).error().code, "letter.too_large");
  large = letter();
  large.files.assign(letter_files_max + 1, {"a", "b"});
  EXPECT_EQ(queue(large).error().code, "letter.too_large");
  large.files = {{"a", std::string(letter_files_bytes_max + 1, 'a')}};
  EXPECT_EQ(queue(large).error().code, "letter.too_large");
}

TEST(ComposeLetter, SaysItInDanishAndEnglishWithItsLines) {
  const Letter made =
      compose_letter("FVM-2026-0001", "a@example.dk", "letter.request_subject", "letter.request",
                     {{"case", "FVM-2026-0001"}, {"title", "T"}, {"service", "S"}, {"words", "Hvad?"}});
  EXPECT_NE(made.text.find("Vi kan ikke gå videre med FVM-2026-0001: T"), std::string::npos);
  EXPECT_NE(made.text.find("We cannot go on with FVM-2026-0001: T"), std::string::npos);
  EXPECT_NE(made.text.find("\r\n\r\nHvad?\r\n\r\n"), std::string::npos);
  EXPECT_EQ(made.text.find("\\n"), std::string::npos);
}

TEST(ComposeLetter, WhatAPersonWroteStaysAsItIsAndBreaksOutOfNothing) {
  const std::string words = "C:\\new {title} \x01title\x02\r\nBcc: eve@x.example";
  const Letter made = compose_letter(
      "c", "a@example.dk", "letter.request_subject", "letter.request",
      {{"case", "x\r\nBcc: eve@x.example"}, {"title", "T"}, {"service", "S"}, {"words", words}});
  EXPECT_NE(made.text.find("C:\\new {title}"), std::string::npos);
  EXPECT_EQ(made.subject.find('\n'), std::string::npos);
  EXPECT_EQ(made.subject.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace fvm::notify
