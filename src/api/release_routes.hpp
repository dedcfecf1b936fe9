// The API of releases, at the same door as that of cases (casework_routes.hpp) and under the same rules: the
// header Fvm-Actor says who asks. Files are named here and never touched: what is begun here is captured and
// checked by fvm-courier, what stands in an outbox is looked at by fvm-steward.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "http/router.hpp"

namespace fvm::api {

// What somebody wants to see of a kept file (release/look.hpp).
struct Looked {
  std::string number, user;
  uint32_t revision = 0, position = 0;
};

// One caller at a time: the ledger's reading handle belongs to one thread. The portal opens no kept file:
// `look` asks the courier, which checks by itself who may; called from several threads at a time.
struct ReleaseAccess {
  audit::Ledger& ledger;
  const config::Config& config;
  std::mutex& mutex;
  std::function<Result<std::string>(const Looked&)> look{};
  // What the user's /outbox holds and what sending it would lead to, as JSON (docs/outbox.md).
  std::function<Result<std::string>(const std::string& project, const std::string& user,
                                    const std::vector<std::string>& together)>
      outlook{};
  // Somebody has begun or approved it: it is taken up now.
  std::function<void(const std::string& number)> wake{};
};

// Adds, below /api/v1/releases: GET on the list, on one of them, on its /record; POST on its /review
// {"verdict": "approve|return|reject", "reason": …, "revision": …, "comments": [{"file": 1, "text": …}]}, on
// its /escalate, /withdraw, /hold, /recall, /retain, /let_go (security officers) {"reason": …}, /answer
// {"text": …} and /resubmit {"files": […], "declared": true, "reason": …}. GET on its /review: what the actor
// may do with it, and the files of the revision before; on its /files/{position}?revision=: what a reviewer
// sees of a file. Below /api/v1/projects/{project}: GET on /outbox (the caller's own; ?files=["a.csv"] judges
// those together) and POST on /releases {"files": ["a.csv"], "recipient": …, "purpose": …, "declared": true}:
// 201 with the request in state "staged"; it moves by itself from there, so ask for it again. docs/outbox.md
// has the shapes. ?project= on the list: only of this one. And GET /api/v1/review: the queue with its clock.
// What somebody may not see is 404, as if it were not there. `access` must outlive the router.
void add_release_routes(http::Router& router, const ReleaseAccess& access);

}  // namespace fvm::api
