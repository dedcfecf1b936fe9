// What the tests of the ledger share: a ledger in a folder of its own, and what its files must look like.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "audit/ledger.hpp"
#include "audit/record.hpp"

namespace fvm::audit {

namespace fs = std::filesystem;

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fvm-ledger-" + random_hex(real_world(), 6));
    fs::create_directories(audit());
  }
  void TearDown() override { fs::remove_all(folder_); }
  Path audit() const { return folder_ / "audit"; }
  Path store() const { return folder_ / "fvm.sqlite"; }

  Result<std::unique_ptr<Ledger>> open(Signer signer = {}, Options options = {}) const {
    auto ledger = TRY(Ledger::open(real_world(), audit(), store(), std::move(signer), options));
    TRY(ledger->migrate("test", {"CREATE TABLE note (text TEXT)"}));
    return ledger;
  }
  static Result<void> add(Ledger& ledger, const std::string& text) {
    return ledger.write({"anne", "test.noted", text, {}}, [&](Writer& writer) -> Result<void> {
      return writer.execute("INSERT INTO note VALUES (?)", text);
    });
  }
  static int64_t notes(const Ledger& ledger) {
    auto rows = ledger.database().prepare("SELECT count(*) FROM note").value();
    EXPECT_TRUE(rows.step().value());
    return rows.integer(0);
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    const auto entries = real_world().list(audit()).value();
    for (const auto& entry : entries) {
      if (!entry.name.ends_with(".jsonl")) continue;
      std::ifstream file(audit() / entry.name);
      for (std::string line; std::getline(file, line);) all.push_back(line);
    }
    return all;
  }
  // A process of its own adds one note, and kills itself at `crash_at` unless that is empty; its wait status.
  int add_elsewhere(const std::string& text, const std::string& crash_at) const {
    const pid_t child = ::fork();
    if (child == 0) {
      if (!crash_at.empty()) ::setenv("FVM_CRASH_AT", crash_at.c_str(), 1);
      ::setenv("FVM_TEST_FOLDER", folder_.c_str(), 1);
      ::setenv("FVM_TEST_TEXT", text.c_str(), 1);
      ::execl("/proc/self/exe", "audit_test", "--gtest_also_run_disabled_tests",
              "--gtest_filter=LedgerTest.DISABLED_InAProcessOfItsOwn", "--gtest_brief=1", nullptr);
      ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  void add_and_die(const std::string& step, const std::string& text) const {
    const int status = add_elsewhere(text, step);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << step;
  }
  // Every line follows the one before: no record lost, doubled or out of order.
  void expect_one_chain(size_t records) const {
    const auto all = lines();
    ASSERT_EQ(all.size(), records);
    std::string previous(64, '0');
    for (size_t i = 0; i < all.size(); ++i) {
      const auto ends = read_ends(all[i]);
      ASSERT_TRUE(ends.has_value()) << all[i];
      EXPECT_EQ(ends->seq, i + 1);
      EXPECT_NE(all[i].find("\"previous\":\"" + previous + '"'), std::string::npos) << all[i];
      previous = ends->hash;
    }
  }

  Path folder_;
};

}  // namespace fvm::audit
