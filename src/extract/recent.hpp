// Builds as a list: what is under way, and how the last ones ended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "store/database.hpp"

namespace fvm::extract {

struct BuildLine {
  int64_t build = 0;
  std::string project;
  std::string state;  // started, built, done, failed
  Time started{};
  std::optional<Time> ended;
  uint64_t persons = 0, rows = 0;  // of one that is done
  std::string reason;              // of one that failed: a code
};
// Those that have not ended first, then the newest; at most so many.
Result<std::vector<BuildLine>> recent_builds(const store::Database& database, size_t count);

}  // namespace fvm::extract
