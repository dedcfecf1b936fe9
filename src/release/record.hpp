// The disclosure record of a request: what was checked by which rules, with which parameters and versions,
// what was found, and which way it was sent. JSON; every revision has one from its check on, and nothing
// leaves without it.
#pragma once

#include "release/standing.hpp"
#include "release/store.hpp"

namespace fvm::release {

// `situation` and `rules`: what the route was chosen from; none for a request that was checked before there
// were routes.
DisclosureRecord make_record(const Request& request, const std::vector<File>& files, std::string_view route,
                             const Situation* situation, const Rules* rules, Time now);
// The record is there, is what was written and names every file by its SHA-256; "release.no_record"
// (refused).
Result<void> check_record(const store::Database& store, const Request& request);
// Writes one from what is stored, if there is none.
Result<void> ensure_record(audit::Writer& writer, const Request& request);

}  // namespace fvm::release
