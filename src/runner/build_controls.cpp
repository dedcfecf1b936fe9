#include "runner/build_controls.hpp"

#include <algorithm>
#include <numeric>

namespace fvm::runner {
namespace {

// Places in a circle that are taken one by one.
class Circle {
 public:
  explicit Circle(size_t count) : next_(count), free_(count) {
    std::iota(next_.begin(), next_.end(), size_t{0});
  }
  bool full() const { return free_ == 0; }
  // The first free place at or after `at` (below the count), which is taken. Not when full.
  size_t take(size_t at) {
    const size_t place = first_free(at);
    next_[place] = (place + 1) % next_.size();
    --free_;
    return place;
  }

 private:
  // Follows the links of taken places, which are shortened on the way.
  size_t first_free(size_t at) {
    size_t end = at;
    while (next_[end] != end) end = next_[end];
    while (next_[at] != at && next_[at] != end) {
      const size_t next = next_[at];
      next_[at] = end;
      at = next;
    }
    return end;
  }

  std::vector<size_t> next_;  // itself when free
  size_t free_;
};

}  // namespace

std::vector<Assignment> match_controls(std::span<const uint64_t> cases, std::span<const uint64_t> candidates,
                                       size_t per_case) {
  std::vector<Assignment> out;
  if (candidates.empty()) return out;
  Circle circle(candidates.size());
  for (size_t round = 0; round < per_case; ++round) {
    for (const uint64_t each : cases) {
      if (circle.full()) return out;
      const auto place = std::lower_bound(candidates.begin(), candidates.end(), each) - candidates.begin();
      const size_t taken = circle.take(static_cast<size_t>(place) % candidates.size());
      out.push_back({candidates[taken], each});
    }
  }
  return out;
}

}  // namespace fvm::runner
