// The API of breaches and of what a security officer watches, at the same door as that of cases
// (casework_routes.hpp) and under the same rules: the header Fvm-Actor says who asks.
#pragma once

#include <mutex>

#include "http/router.hpp"
#include "oversight/types.hpp"

namespace fvm::api {

// One caller at a time: the ledger's reading handle belongs to one thread.
struct OversightAccess {
  oversight::Setting setting;
  std::mutex& mutex;
};

// Adds, below /api/v1: GET breaches (those that the actor may see), POST breaches {"user", "project",
// "release", "words"}; GET breaches/{number}: the case, what the actor may do ("may"), and for those who
// handle it what the rule says ("rule") and whom each closing would reach ("would_reach"); POST
// breaches/{number}/steps/{event}
// {"words", "severity": assess, "reach": interim or decide, "days": decide}. GET security: who is closed,
// second looks, failed logins. What somebody may not see is 404, as if it were not there. `access` must
// outlive the router.
void add_sanction_routes(http::Router& router, const OversightAccess& access);

}  // namespace fvm::api
