// Rows that the scan took out of a file, compared with the project's own data in a job of its own: the scan
// reads the hostile file and has no register data, this job has the data and reads nothing of anybody's but
// those rows.
#pragma once

#include <string>
#include <vector>

#include "config/instance.hpp"
#include "disclosure/candidates.hpp"
#include "extract/project.hpp"
#include "release/progress.hpp"

namespace fvm::release {

// From which score on (rules rows.doubtful and rows.certain), and what counts as few.
struct AlikeRules {
  double doubtful = 0, certain = 0;
  uint64_t units_min = 0;
};
Result<AlikeRules> alike_rules(const config::Config& config, const extract::Project& project);

// The document of the job; what of the project's tables may be compared: no pseudonyms, no keys. Empty when
// there is nothing to compare.
std::string population_document(const extract::Project& project,
                                const std::vector<disclosure::Candidate>& candidates,
                                const AlikeRules& rules);
// What its answer says of the file: findings with places and counts, never a value.
// "release.scan_unreadable".
Result<void> read_agreements(std::string_view answer, const std::vector<disclosure::Candidate>& candidates,
                             const AlikeRules& rules, Report& report);

// Runs the job and adds what it finds. Where it dies or takes too long a person reads the file
// ("finding.rows_not_compared"); surroundings that fail (no launcher) are the error.
Result<void> compare_with_population(const config::Instance& instance, const config::Config& config,
                                     const extract::Project& project,
                                     const std::vector<disclosure::Candidate>& candidates, Report& report,
                                     int ended);

}  // namespace fvm::release
