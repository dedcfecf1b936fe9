// The API of releases, at the same door as that of cases (casework_routes.hpp) and under the same rules: the
// header Fvm-Actor says who asks. What has files in it (sending, sending anew) is done where the files are,
// by `fvm release`; here people look and decide.
#pragma once

#include <mutex>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "http/router.hpp"

namespace fvm::api {

// One caller at a time: the ledger's reading handle belongs to one thread.
struct ReleaseAccess {
  audit::Ledger& ledger;
  const config::Config& config;
  std::mutex& mutex;
};

// Adds, below /api/v1/releases: GET on the list, on one of them, on its /record; POST on its /review
// {"verdict": "approve|return|reject", "reason": …, "revision": …, "comments": [{"file": 1, "text": …}]}, on
// its /escalate, /withdraw, /hold, /recall {"reason": …} and /answer {"text": …}. And GET /api/v1/review: the
// queue with its clock. What somebody may not see is 404, as if it were not there. `access` must outlive the
// router.
void add_release_routes(http::Router& router, const ReleaseAccess& access);

}  // namespace fvm::api
