// Which numbers the check of what goes home knows to be pseudonyms: none may be missing, whatever became of a
// list.
#include "runner/seen_pseudonyms.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "lake/number_list.hpp"

namespace fvm::runner {
namespace {

namespace fs = std::filesystem;

class Seen : public ::testing::Test {
 protected:
  Seen() : folder_(fs::temp_directory_path() / ("seen_test_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Seen() override { fs::remove_all(folder_); }

  void run(const std::string& sql) {
    const auto done = connection_->run(sql);
    ASSERT_TRUE(done.ok()) << done.error().code;
  }
  // The numbers first, first + 2, … (ten of them) as a file of the map, some twice; the person who left has
  // none of the mirror.
  Path write(const std::string& name, int64_t first, bool listed) {
    const Path file = folder_ / name;
    run("COPY (SELECT CASE WHEN range % 2 = 0 THEN range END AS mirror, " + std::to_string(first) +
        " + 2 * (range % 10) AS project FROM range(14) UNION ALL SELECT 5, NULL) TO '" + file.string() +
        "' (FORMAT parquet)");
    if (listed) {
      EXPECT_TRUE(list_pseudonyms(*connection_, file).ok());
    }
    return file;
  }
  // What is known of the numbers below 200, and how many files had to be read for that.
  std::set<uint64_t> known(size_t files_read) {
    std::set<uint64_t> out;
    const auto seen = SeenPseudonyms::of(folder_);
    if (!seen.ok()) return ADD_FAILURE() << seen.error().code, out;
    EXPECT_EQ(seen->files_read(), files_read);
    for (uint64_t number = 0; number < 200; ++number)
      if (seen->all().contains(number)) out.insert(number);
    return out;
  }
  static std::set<uint64_t> ten_from(uint64_t first) {
    std::set<uint64_t> out;
    for (uint64_t i = 0; i < 10; ++i) out.insert(first + 2 * i);
    return out;
  }
  static std::set<uint64_t> both(std::set<uint64_t> a, const std::set<uint64_t>& b) {
    a.insert(b.begin(), b.end());
    return a;
  }

  Path folder_;
  duck::Database database_ = *duck::Database::open({.memory_mib = 64, .threads = 1});
  Result<duck::Connection> connection_ = database_.connect();
};

TEST_F(Seen, AListStandsForItsFile) {
  write("build-1.parquet", 100, true);
  EXPECT_EQ(known(0), ten_from(100));
  const auto list = NumberList::open((folder_ / "build-1.pseudonyms").string());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 10u) << "each once, and nothing for who has none";
}

TEST_F(Seen, AFileWithoutAListIsRead) {
  write("build-1.parquet", 100, false);
  EXPECT_EQ(known(1), ten_from(100));
  write("build-2-changes.parquet", 31, true);
  EXPECT_EQ(known(1), both(ten_from(100), ten_from(31)));
}

TEST_F(Seen, AListThatIsNotWholeIsNotTrusted) {
  const Path file = write("build-1.parquet", 100, true), list = lake::pseudonym_list_of(file);
  const auto bytes = fs::file_size(list);
  fs::resize_file(list, bytes - 8);
  EXPECT_EQ(known(1), ten_from(100)) << "the last number is missing";
  fs::resize_file(list, 0);
  EXPECT_EQ(known(1), ten_from(100)) << "empty";
  ASSERT_TRUE(list_pseudonyms(*connection_, file).ok());
  std::fstream(list, std::ios::in | std::ios::out | std::ios::binary).write("X", 1);
  EXPECT_EQ(known(1), ten_from(100)) << "never finished: no mark";
}

TEST_F(Seen, WhatWasSuppliedIsNoPseudonymOfTheProject) {
  const Path supplied = folder_ / "supplied.parquet";
  run("COPY (SELECT range AS mirror, 'a' AS cohort FROM range(50)) TO '" + supplied.string() +
      "' (FORMAT parquet)");
  EXPECT_EQ(known(1), std::set<uint64_t>());
  write("build-1.parquet", 100, true);
  EXPECT_EQ(known(1), ten_from(100));
  ASSERT_TRUE(list_pseudonyms(*connection_, supplied).ok());
  EXPECT_EQ(known(0), ten_from(100));
}

TEST_F(Seen, WithoutAnyFileNothingIsScanned) {
  EXPECT_EQ(SeenPseudonyms::of(folder_).error().code, "scan.no_population");
  ASSERT_TRUE(write_number_list(std::vector<uint64_t>{1}, (folder_ / "build-1.pseudonyms").string()).ok());
  EXPECT_EQ(SeenPseudonyms::of(folder_).error().code, "scan.no_population") << "a list alone is no map";
}

}  // namespace
}  // namespace fvm::runner
