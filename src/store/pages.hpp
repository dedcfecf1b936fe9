// A page of a long list of which whoever asks sees a part: who sees what is decided entry by entry, after the
// query.
#pragma once

#include <cstdint>
#include <iterator>
#include <vector>

#include "base/result.hpp"

namespace fvm::store {

// The first `most` (-1: all) of what may be seen. `next(count)`: Result of a vector, the next so many of the
// list (-1: all that are left); `see(entry)`: Result of an optional, what is shown of it, or nothing. No more
// is asked for than that takes, and many entries that are not seen cost few queries.
template <typename Shown, typename Next, typename See>
Result<std::vector<Shown>> seen_page(int64_t most, Next next, See see) {
  std::vector<Shown> out;
  const auto missing = [&] { return most < 0 || std::ssize(out) < most; };
  int64_t count = most;
  for (bool more = true; more && missing();) {
    auto some = TRY(next(count));
    more = count >= 0 && std::ssize(some) == count;
    for (auto& entry : some) {
      if (!missing()) break;
      if (auto shown = TRY(see(entry))) out.push_back(std::move(*shown));
    }
    count *= 2;
  }
  return out;
}

}  // namespace fvm::store
