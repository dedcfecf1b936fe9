#include "runner/large_pages.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>

namespace fvm::runner {

void use_large_pages(size_t bytes) {
  constexpr size_t room_max = 256u << 20, own_mapping_min = 32u << 20, step = 8u << 20, page = 2u << 20;
  ::mallopt(M_ARENA_MAX, 1);  // all threads share the room
  ::mallopt(M_MMAP_THRESHOLD, own_mapping_min);
  ::mallopt(M_TRIM_THRESHOLD, INT_MAX);
  // The heap grows by all of it at once; it is not touched, so it takes no memory yet.
  ::mallopt(M_TOP_PAD, static_cast<int>(std::min(bytes, room_max)));
  void* const first = std::malloc(step);
  ::mallopt(M_TOP_PAD, step);
  if (first == nullptr) return;
  const auto begin = (reinterpret_cast<uintptr_t>(first) + page - 1) / page * page;
  const auto end = reinterpret_cast<uintptr_t>(::sbrk(0));
  std::free(first);
  // Refused: memory in small pages is as good, only slower.
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace fvm::runner
