// Work done on another thread while this one goes on; where there is no other to be had, when it is asked
// for.
#pragma once

#include <functional>
#include <future>
#include <system_error>

namespace fvm::runner {

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

}  // namespace fvm::runner
