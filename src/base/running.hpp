// Long jobs while they run, for whoever looks from outside: a small file each, written anew now and then,
// gone when the job has ended. Nothing depends on them: what cannot be written is not told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/world.hpp"

namespace fvm {

struct RunningJob {
  std::string kind, subject;     // "delivery" of "LMDB.lmdb", "build" of "FVM-2026-0017"
  std::string step;              // what it is at: a word of the program's own, or a table
  std::string unit;              // what is counted: "bytes", "tables"
  uint64_t done = 0, total = 0;  // of that; total 0: nobody knows how much there is
  uint64_t rows = 0;             // so far
  Time began{}, told{};
  int64_t pid = 0;
};

class JobNote {
 public:
  // `about`: kind, subject, unit and total. Also removes what programs that were killed left in `folder`.
  JobNote(World& world, Path folder, RunningJob about);
  ~JobNote();
  JobNote(const JobNote&) = delete;
  JobNote& operator=(const JobNote&) = delete;

  // Kept for others at most twice a second.
  void tell(std::string_view step, uint64_t done, uint64_t total, uint64_t rows);

 private:
  void write();
  World& world_;
  Path folder_, file_;
  RunningJob job_;
};

// Those whose program is there still, oldest first.
std::vector<RunningJob> running_jobs(World& world, const Path& folder);

}  // namespace fvm
