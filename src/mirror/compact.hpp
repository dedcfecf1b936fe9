// Compaction: many small files of a mirror table become few larger ones, with the same rows. Versions of
// before keep their files. One new version of the table, or nothing at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "lake/table.hpp"

namespace fvm::mirror {

struct CompactionLimits {
  uint64_t small_mib = 64;   // files below this are taken together
  uint64_t group_mib = 256;  // at most so much becomes one file
};

// Which files become one: in the order of their names, none alone. Pure.
std::vector<std::vector<std::string>> compaction_groups(const lake::Snapshot& snapshot,
                                                        const CompactionLimits& limits);

// What is known of several files' columns together: a range only where every file that has values tells its
// own.
std::vector<lake::ColumnStatistics> merged_statistics(const std::vector<const lake::File*>& files);

struct Compacted {
  int64_t version = 0;  // of the table now
  size_t files_before = 0, files_after = 0;
};

// "mirror.unfinished" (refused) while a delivery to the table waits to be finished; "mirror.compaction_rows"
// (defect) when the new files do not hold as many rows as the old: then nothing is committed.
Result<Compacted> compact(World& world, const config::Instance& instance, audit::Ledger& ledger,
                          const config::Config::Deliver& settings, const lake::Table& table,
                          const std::string& actor, const CompactionLimits& limits);

}  // namespace fvm::mirror
