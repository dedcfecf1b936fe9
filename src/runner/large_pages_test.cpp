#include "runner/large_pages.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <numeric>
#include <vector>

namespace fvm::runner {
namespace {

// In a process of its own, for it changes how that allocates until it ends.
[[noreturn]] void allocate_after(size_t bytes) {
  use_large_pages(bytes);
  bool good = true;
  for (size_t round = 0; round < 3; ++round) {
    std::vector<size_t> numbers(1 << 20);
    std::iota(numbers.begin(), numbers.end(), round);
    good = good && numbers.back() == numbers.size() - 1 + round;
  }
  std::_Exit(good ? 0 : 1);
}

TEST(LargePages, MemoryIsMemory) {
  EXPECT_EXIT(allocate_after(64u << 20), ::testing::ExitedWithCode(0), "");
}

TEST(LargePages, WhereThereIsNoRoomNothingChanges) {
  const auto without_room = [] {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_DATA, &none);
    use_large_pages(64u << 20);
    std::_Exit(0);
  };
  EXPECT_EXIT(without_room(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace fvm::runner
