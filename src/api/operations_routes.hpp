// The API of operations, for operators (the ledger for security officers too), at the same door as that of
// cases.
#pragma once

#include "api/facts.hpp"
#include "api/sanction_routes.hpp"

namespace fvm::api {

// Adds, below /api/v1: GET operations; GET accounts, POST accounts {"user", "institution", "roles"}, POST
// accounts/{user}/code {"hours"}, POST accounts/{user}/close {"reason"}; POST institutions {"name", "cvr",
// "recipients"}; GET ledger?actor=&action=&about=&before=. `access` and `facts` must outlive the router.
void add_operations_routes(http::Router& router, const OversightAccess& access, const ServiceFacts& facts);

}  // namespace fvm::api
