// What a build starts from: the mirror as it stands, and what the project was built from before. Private to
// this room.
#pragma once

#include <optional>

#include "extract/plan.hpp"
#include "extract/service.hpp"

namespace fvm::extract {

struct Looking {
  const Specification& specification;
  const catalogue::Catalogue& catalogue;
  const Project* before = nullptr;  // for a refresh: also what happened since this version of the project
};
// One consistent cut: versions that were the newest of all tables at one moment; of frozen grants the pinned
// ones too. "project.mirror_restless" (surroundings) when deliveries come faster than the cut can be taken.
Result<Mirror> look_at_mirror(const Setting& setting, const Looking& looking);

// Surely nothing to do: no newer version of any table that the project was built from, the same catalogue and
// specification, no build cut short. Cheap, for whoever asks often; false decides nothing.
Result<bool> is_surely_fresh(const Setting& setting, const Project& project,
                             const catalogue::Catalogue& catalogue);

// The current version, if a refresh can start from it: built, its population file there.
Result<std::optional<Previous>> previous_of(const Setting& setting, const Project& project);

}  // namespace fvm::extract
