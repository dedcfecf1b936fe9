// Work done on another thread while this one goes on; where there is no other to be had, when it is asked
// for.
#pragma once

#include <algorithm>
#include <functional>
#include <future>
#include <system_error>
#include <thread>
#include <vector>

namespace fvm {

// Into how many parts work on so many bytes is worth being cut.
inline size_t threads_for(size_t bytes) {
  constexpr size_t part_bytes_min = 1 << 20, threads_max = 4;
  const size_t threads = std::min<size_t>(std::thread::hardware_concurrency(), threads_max);
  return std::max<size_t>(1, std::min(threads, bytes / part_bytes_min));
}

// So many bytes are worth a thread.
inline constexpr size_t bytes_beside_min = 1 << 16;

// `large`: worth a thread. What `work` returns is had by get() of the result, which must be called before
// anything that `work` refers to ends.
template <typename Work>
auto beside(bool large, Work work) {
  if (large) {
    try {
      return std::async(std::launch::async, work);
    } catch (const std::system_error&) {  // the sandbox allows no more threads
    }
  }
  return std::async(std::launch::deferred, std::move(work));
}

// `work(i)` for each i below `count`, beside each other if they are `large`; the first by this thread.
// Returns when all is done.
template <typename Work>
void all_beside(size_t count, const Work& work, bool large = true) {
  std::vector<std::future<void>> at_work;
  for (size_t i = count; i-- > 0;) at_work.push_back(beside(large && i > 0, [&work, i] { work(i); }));
  std::for_each(at_work.rbegin(), at_work.rend(), [](auto& each) { each.get(); });
}

}  // namespace fvm
