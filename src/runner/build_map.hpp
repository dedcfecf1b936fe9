// The map of a project's population: every number of each person in it -> the project's pseudonym, with what
// is known of the person; and, without a number, every other pseudonym that the project has seen, providers'
// with theirs. Two files, so that a change costs what changed:
//
//   base     (mirror, project, index_day, is_main, is_control, match_set, cohort, provider_mirror)
//   changes  the same columns, since the base; may be missing. A number that stands here is as it stands
//   here,
//            whatever the base says of it; without a pseudonym it belongs to nobody in the population now.
//
// So the population now is the rows of map_now(), and what the project has ever seen is each pseudonym in
// either file; beside each stands the list of those (seen_pseudonyms.hpp). The changes are written again by
// each build that adds to them; when they have become many the base is.
#pragma once

#include <string>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {

// The rows with a number that count now, as a relation in brackets. `changes` empty or not there: of the
// base.
std::string map_now(const std::string& base, const std::string& changes);

// (project, mirror) of the providers that the project has seen, as a relation in brackets; those whose number
// was not kept when they were seen (maps of before that) are not in it.
std::string map_of_providers(const std::string& base, const std::string& changes);

// After the population, or the affected part of it, was chosen into the table population: makes population
// whole (from here on maybe a view), former, and came, went and changed, which tell who came and who went.
// Fills in persons and numbers where only a part was chosen.
Result<void> join_former(duck::Connection& connection, const BuildDocument& document,
                         PopulationCounts& counts);

// Until document.wanted is cleared, population has the rows of the numbers in these columns of the files in
// the variable `files`, and some others. Nothing where it is a table, or the files have more rows than it
// has.
Result<void> want_numbers(duck::Connection& connection, const BuildDocument& document,
                          const std::vector<std::string>& columns);

// When all tables are built: population/population.parquet, or population/changes.parquet, or nothing when
// those of the build before say the same.
enum class MapWritten { nothing, changes, whole };
Result<MapWritten> write_map(duck::Connection& connection, const BuildDocument& document);

}  // namespace fvm::runner
