// What becomes of a request whose scan does not come back with an answer.
#include "release/progress.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "release/service.hpp"

namespace fvm::release {
namespace {

class Progress : public testing::Test {
 protected:
  Progress()
      : folder_(std::filesystem::temp_directory_path() / ("progress-" + random_hex(real_world(), 6))),
        instance_(folder_) {
    EXPECT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    EXPECT_TRUE(migrate(*ledger_).ok());
  }
  ~Progress() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  // A request with one kept file, at the door of the scan.
  std::string captured() {
    File file{.position = 1, .name = "t.csv", .sha256 = std::string(64, 'a')};
    file.word = word_on(vouch_, Word::kept, project_, file.sha256).value();
    const Request wanted{.project = "P-1", .author = "anna", .state = State::captured, .files = {file}};
    const auto id =
        ledger_->write({"anna", "release.begun", "P-1", {}}, [&](audit::Writer& writer) -> Result<int64_t> {
          const int64_t made = TRY(insert_request(writer, wanted));
          TRY(update_file(writer, {.id = made}, file));
          return made;
        });
    return number_of(id.value());
  }
  Result<Request> scanned_with(Error error, const std::string& number) {
    Hands hands;
    hands.vouch = vouch_;
    hands.open = [](const std::string&) -> Result<Bytes> { return Bytes{"/dev/null"}; };
    hands.scan = [&](const Request&, const File&, const Bytes&) -> Result<Report> { return error; };
    return advance(real_world(), *ledger_, instance_, hands, number);
  }

  const Vouch vouch_ = [](const std::string& text) -> Result<std::string> { return "heard: " + text; };
  std::string project_ = "P-1";  // from whose /outbox the file was captured
  Path folder_;
  config::Instance instance_;
  std::unique_ptr<audit::Ledger> ledger_;
};

TEST_F(Progress, AFileThatBreaksTheScanIsBlockedAndNotScannedForEver) {
  for (const char* code : {"job.died", "job.timed_out", "job.memory_exhausted", "job.result_too_large",
                           "release.scan_unreadable"}) {
    const auto request = scanned_with(surroundings(code), captured());
    ASSERT_TRUE(request.ok()) << code;
    EXPECT_EQ(request->state, State::blocked) << code;
    EXPECT_EQ(request->files.at(0).findings.at(0).detail, code);
  }
}

TEST_F(Progress, SurroundingsThatFailLeaveItToTheNextTry) {
  const std::string number = captured();
  EXPECT_EQ(scanned_with(surroundings("wire.no_answer"), number).error().code, "wire.no_answer");
  EXPECT_EQ(find(ledger_->database(), number)->state, State::check_failed);
  EXPECT_EQ(scanned_with(surroundings("job.died"), number)->state, State::blocked) << "and is taken up again";
}

TEST_F(Progress, WhatWasCapturedForAnotherProjectIsNotCheckedForThisOne) {
  project_ = "P-2";
  const std::string number = captured();
  EXPECT_EQ(scanned_with(surroundings("job.died"), number).error().code, "release.not_checked");
  EXPECT_EQ(find(ledger_->database(), number)->state, State::check_failed);
}

}  // namespace
}  // namespace fvm::release
