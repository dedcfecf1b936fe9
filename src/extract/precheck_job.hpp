// The counts on the mirror, in the sandbox. Private to this room.
#pragma once

#include "extract/precheck_sql.hpp"
#include "extract/service.hpp"

namespace fvm::extract {

struct EventCount {
  uint64_t sample = 1, persons = 0, unique_any = 0, unique_one = 0;
  std::vector<uint64_t> without;
};
struct Counts {
  uint64_t persons = 0;
  int64_t question = 0;  // who was asked for: the population's criteria over the mirror's present files
  uint64_t seed = 0;     // for rounding: of the question and of the set of persons
  uint64_t traits_persons = 0, traits_unique = 0;
  std::vector<uint64_t> traits_without;
  std::vector<EventCount> events;
  std::vector<uint64_t> others;  // by project of `others`
};

// "project.not_delivered" with `name` when a table is not in the mirror.
Result<Snapshots> newest_snapshots(const Setting& setting, const Specification& specification,
                                   const catalogue::Catalogue& catalogue);

// The map of a project's population (runner/build_map.hpp); `changes` may be empty.
struct PopulationFiles {
  Path base, changes;
};
// `others`: populations of other projects. `supplied`: the authority's own numbers, encrypted; or
// empty.
Result<Counts> run_precheck(const Setting& setting, const Specification& specification,
                            const catalogue::Catalogue& catalogue, const Snapshots& snapshots,
                            const CountQueries& queries, const std::vector<PopulationFiles>& others,
                            const Path& supplied);

}  // namespace fvm::extract
