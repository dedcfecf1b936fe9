// Lists of numbers and filters of them: they may let too much through, never too little.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "runner/number_filter.hpp"
#include "runner/number_lists.hpp"

namespace fvm::runner {
namespace {

using Numbers = std::set<uint64_t>;

class Lists : public ::testing::Test {
 protected:
  Lists() {
    folder_ = std::filesystem::temp_directory_path() / ("lists_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / "a.numbers").string();
  }
  ~Lists() override { std::filesystem::remove_all(folder_); }

  void write(const Numbers& numbers) {
    auto database = duck::Database::open({.memory_mib = 64, .threads = 1});
    auto connection = database->connect();
    std::string values = "SELECT 0::UBIGINT AS n WHERE false";
    for (const uint64_t number : numbers)
      values += " UNION ALL SELECT " + std::to_string(number) + "::UBIGINT";
    ASSERT_TRUE(write_number_list(*connection, "SELECT n FROM (" + values + ") ORDER BY 1", path_).ok());
  }
  static bool share(const Numbers& a, const Numbers& b) {
    return std::any_of(a.begin(), a.end(), [&](uint64_t number) { return b.contains(number); });
  }

  Path folder_;
  std::string path_;
};

TEST_F(Lists, AnyIsThereOrNot) {
  for (int run = 0; run < 60; ++run) {
    const auto draw = [](size_t most, uint64_t below) {
      Numbers out;
      for (size_t i = static_cast<size_t>(rand()) % (most + 1); i > 0; --i)
        out.insert(static_cast<uint64_t>(rand()) % below);
      return out;
    };
    const uint64_t below = run % 2 == 0 ? 50 : 5000;
    const Numbers there = draw(80, below), wanted = draw(run % 3 == 0 ? 2 : 60, below);
    write(there);
    const auto list = NumberList::open(path_);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), there.size());
    const std::vector<uint64_t> ascending(wanted.begin(), wanted.end());
    ASSERT_EQ(list->has_any(ascending), share(there, wanted)) << run;
  }
}

TEST_F(Lists, OneThatIsNotWholeIsNone) {
  write({1, 2, 3});
  const auto bytes = std::filesystem::file_size(path_);
  ASSERT_TRUE(NumberList::open(path_));
  std::filesystem::resize_file(path_, bytes - 8);
  EXPECT_FALSE(NumberList::open(path_)) << "a number is missing";
  std::filesystem::resize_file(path_, 8);
  EXPECT_FALSE(NumberList::open(path_));
  std::ofstream(path_, std::ios::trunc) << "something else, of sixteen bytes and more........";
  EXPECT_FALSE(NumberList::open(path_));
  EXPECT_FALSE(NumberList::open(path_ + ".missing"));
}

TEST_F(Lists, FilesWithoutAListMayHoldAnything) {
  const auto found = files_with_any({"/nowhere/a", "/nowhere/b"}, "pnr", std::vector<uint64_t>{1});
  EXPECT_EQ(found.unlisted.size(), 2u);
  EXPECT_TRUE(found.listed.empty());
}

RC_GTEST_PROP(NumberFilter, LetsThroughWhateverWasAdded, (std::vector<int64_t> numbers)) {
  NumberFilter filter;
  filter.set(numbers.size());
  filter.add(numbers);
  for (const int64_t number : numbers) RC_ASSERT(filter.wants(number));
}

TEST(NumberFilter, KeepsMostOthersOutUntilItIsCleared) {
  NumberFilter filter;
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 100'000; ++i) numbers.push_back(i * 36'561'584'400);
  filter.set(numbers.size());
  filter.add(numbers);
  size_t through = 0;
  for (int64_t i = 0; i < 100'000; ++i) through += filter.wants(i * 36'561'584'400 + 7) ? 1 : 0;
  EXPECT_LT(through, 3'000u);
  filter.clear();
  EXPECT_TRUE(filter.wants(7));
}

}  // namespace
}  // namespace fvm::runner
