#include "runner/build_controls.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace fvm::runner {
namespace {

// Candidates are kept apart by this many of `near`: a month, in days of the calendar that it counts in. Small
// enough that few of those looked at are too far away, large enough that a tolerance of years is few bands.
constexpr int64_t band_width = 31;

int64_t band_of(int64_t near) {
  return near >= 0 ? near / band_width : -((band_width - 1 - near) / band_width);
}

// Places in a circle that are taken one by one.
class Circle {
 public:
  explicit Circle(size_t count) : next_(count), free_(count) {
    std::iota(next_.begin(), next_.end(), size_t{0});
  }
  bool full() const { return free_ == 0; }
  void take(size_t place) {
    next_[place] = (place + 1) % next_.size();
    --free_;
  }
  // The first free place at or after `at` (below the count). Not when full. Follows the links of taken
  // places, which are shortened on the way.
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

 private:
  std::vector<size_t> next_;  // itself when free
  size_t free_;
};

// What a case looks for: everybody with `near` in [least, most], from its own place onward.
struct Wanted {
  uint64_t from;
  int64_t least, most;
  bool takes(const Matched& candidate) const { return candidate.near >= least && candidate.near <= most; }
  // Is the way to `a` shorter than that to `b`, round the circle?
  bool comes_first(uint64_t a, uint64_t b) const { return a - from < b - from; }  // both wrap at 2^64
};

class Band {
 public:
  explicit Band(std::vector<Matched> candidates)
      : candidates_(std::move(candidates)), circle_(candidates_.size()) {
    const auto [least, most] =
        std::minmax_element(candidates_.begin(), candidates_.end(),
                            [](const Matched& a, const Matched& b) { return a.near < b.near; });
    least_ = least->near, most_ = most->near;
  }

  const Matched& at(size_t place) const { return candidates_[place]; }
  void take(size_t place) { circle_.take(place); }

  // The place of the first free candidate that is wanted; the count when there is none.
  size_t find(const Wanted& wanted) {
    const size_t nobody = candidates_.size();
    if (circle_.full() || least_ > wanted.most || most_ < wanted.least) return nobody;
    const auto onward =
        std::lower_bound(candidates_.begin(), candidates_.end(), Matched{wanted.from, INT64_MIN});
    const size_t start = circle_.first_free(static_cast<size_t>(onward - candidates_.begin()) % nobody);
    size_t place = start;
    while (!wanted.takes(candidates_[place])) {
      place = circle_.first_free((place + 1) % nobody);
      if (place == start) return nobody;
    }
    return place;
  }
  size_t nobody() const { return candidates_.size(); }

 private:
  std::vector<Matched> candidates_;  // ascending by pseudonym
  Circle circle_;
  int64_t least_ = 0, most_ = 0;
};

class Candidates {
 public:
  explicit Candidates(std::span<const Matched> candidates) : free_(candidates.size()) {
    std::map<int64_t, std::vector<Matched>> by_band;
    for (const Matched& each : candidates) by_band[band_of(each.near)].push_back(each);
    for (auto& [number, members] : by_band) bands_.emplace(number, Band(std::move(members)));
  }
  bool empty() const { return free_ == 0; }

  // The first free one that is wanted, who is taken; nothing when there is none.
  const Matched* take(const Wanted& wanted) {
    Band* best = nullptr;
    size_t best_place = 0;
    const auto end = bands_.upper_bound(band_of(wanted.most));
    for (auto band = bands_.lower_bound(band_of(wanted.least)); band != end; ++band) {
      const size_t place = band->second.find(wanted);
      if (place == band->second.nobody()) continue;
      if (best != nullptr &&
          !wanted.comes_first(band->second.at(place).project, best->at(best_place).project))
        continue;
      best = &band->second, best_place = place;
    }
    if (best == nullptr) return nullptr;
    best->take(best_place), --free_;
    return &best->at(best_place);
  }

 private:
  std::map<int64_t, Band> bands_;
  size_t free_;
};

}  // namespace

std::vector<Assignment> match_controls(std::span<const Matched> cases, std::span<const Matched> candidates,
                                       size_t per_case, int64_t tolerance) {
  std::vector<Assignment> out;
  Candidates free(candidates);
  for (size_t round = 0; round < per_case; ++round) {
    for (const Matched& each : cases) {
      if (free.empty()) return out;
      const Matched* taken = free.take({each.project, each.near - tolerance, each.near + tolerance});
      if (taken != nullptr) out.push_back({taken->project, each.project});
    }
  }
  return out;
}

}  // namespace fvm::runner
