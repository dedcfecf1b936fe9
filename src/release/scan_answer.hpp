// What the scan of a file answers. It comes from a sandbox that has read a hostile file: every field is taken
// as text or a number, bounded, and anything out of shape fails. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "disclosure/candidates.hpp"
#include "release/progress.hpp"

namespace fvm::release {

struct ScanAnswer {
  Report report;
  std::vector<disclosure::Candidate> candidates;  // rows to be compared with the project's own data
};

// "release.scan_unreadable" (surroundings).
Result<ScanAnswer> read_scan_answer(std::string_view text);

}  // namespace fvm::release
