// Matched controls: which candidates become controls of which cases. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fvm::runner {

struct Assignment {
  uint64_t control = 0, of = 0;
  auto operator<=>(const Assignment&) const = default;
};

// A case or a candidate: a project pseudonym, and the number that control and case may differ in a little
// (extract/population_sql.hpp); the same for all where they may not.
struct Matched {
  uint64_t project = 0;
  int64_t near = 0;
  auto operator<=>(const Matched&) const = default;
};

// Within one stratum (cases and candidates who are alike in everything that is matched on exactly): up to
// `per_case` controls for each case, each candidate at most once, and none whose `near` is more than
// `tolerance` from its case's. Both are ascending by pseudonym: an order that the project's key makes, so it
// is as good as drawn by lot and the same every time.
//
// Candidates stand in a circle by pseudonym, and so do cases. In each of `per_case` rounds every case, in
// ascending order, takes the first free candidate near enough from its own place onward. So a case has too
// few only when nobody near enough is free; when candidates are too few, the shortage is shared: nobody gets
// a second control before everybody has had the chance of a first. It is not the largest matching that there
// could be. A case or candidate more starts one chain a round of cases that each take another one, and
// everybody who was taken still is.
std::vector<Assignment> match_controls(std::span<const Matched> cases, std::span<const Matched> candidates,
                                       size_t per_case, int64_t tolerance);

}  // namespace fvm::runner
