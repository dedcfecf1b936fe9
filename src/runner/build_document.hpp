// The document of a build, which other jobs that look at the same plan read too (precheck).
#pragma once

#include <boost/json.hpp>

#include "runner/build_steps.hpp"

namespace fvm::runner {

// Boost.JSON throws on a field that is missing or of another type.
BuildDocument read_build_document(const boost::json::object& from);
// The part of it that tells the population: "population": {"events": [{"name", "query", "none"}],
// "dated_cohorts", "index", "known_persons", "controls": {"per_case", "tolerance", "traits", "candidates",
// "none"}}, and
// for the task "supply" "cohorts": [{"name", "date"}].
void read_population_document(const boost::json::object& from, BuildDocument& out);
// The engine's errors without what they quote; a full disk is told apart.
Error plain_build_error(Error error);

}  // namespace fvm::runner
