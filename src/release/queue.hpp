// The queue of review with its clock, in working days, and what was measured of it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "release/store.hpp"

namespace fvm::release {

struct Waiting {
  Request request;     // as the viewer sees it
  int64_t used = 0;    // working days since it came into review
  int64_t left = 0;    // of the target; below zero: overdue
  Date due{};          // the day on which the target is used up
  bool voted = false;  // the viewer has voted already
};
// What waits for reviewers and this one may look at, oldest first.
Result<std::vector<Waiting>> queue_for(const store::Database& store, Time now, int64_t target_days,
                                       std::string_view viewer);

// Of revisions that people decided on in the last `measured_days`.
struct Measured {
  size_t decided = 0;
  int64_t median_days = 0;  // working days
  double median_hours = 0;  // by the clock
  size_t within_target = 0;
};
inline constexpr int64_t measured_days = 90;
// Nothing while nobody has decided anything. Requests that are under way are in no figure.
Result<std::optional<Measured>> measured_review(const store::Database& store, Time now, int64_t target_days);

}  // namespace fvm::release
