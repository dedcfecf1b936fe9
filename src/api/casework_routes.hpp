// The API of cases. It has no login: the caller names the actor in the header Fvm-Actor and is believed, as
// with `fvm --as`. So it must be served on a Unix socket that only the service's own user can open, never on
// the network.
#pragma once

#include <mutex>

#include "casework/service.hpp"
#include "http/router.hpp"

namespace fvm::api {

// One caller at a time: the ledger's reading handle belongs to one thread.
struct CaseworkAccess {
  const casework::Setting& setting;
  std::mutex mutex{};
};

// Adds, below /api/v1/applications: GET and POST (a TOML document) on the list; GET on a case; GET and PUT on
// its /document; GET on its /difference; POST on its /steps/{event} with {"text": …, "to": …} (and the events
// amend and extend, which answer with the new case). And GET /api/v1/queue. Answers are JSON, mistakes are
// problem documents (RFC 9457), findings stand in them. `access` must outlive the router.
void add_casework_routes(http::Router& router, CaseworkAccess& access);

}  // namespace fvm::api
