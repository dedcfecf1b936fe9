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

// Within one stratum (cases and candidates who are alike in everything that is matched on): up to `per_case`
// controls for each case, each candidate at most once. Both are project pseudonyms, ascending: an order that
// the project's key makes, so it is as good as drawn by lot and the same every time.
//
// Candidates stand in a circle by pseudonym, and so do cases. In each of `per_case` rounds every case, in
// ascending order, takes the first free candidate from its own place onward. When candidates are too few, the
// shortage is shared: nobody gets a second control before everybody has had the chance of a first. A case or
// candidate more moves only the neighbours between it and the next free place.
std::vector<Assignment> match_controls(std::span<const uint64_t> cases, std::span<const uint64_t> candidates,
                                       size_t per_case);

}  // namespace fvm::runner
