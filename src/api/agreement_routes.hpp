// The API of agreements, at the same door as that of cases (casework_routes.hpp) and under the same rules.
#pragma once

#include "agreement/service.hpp"
#include "api/casework_routes.hpp"

namespace fvm::api {

struct AgreementAccess {
  const agreement::Setting& setting;
  CaseworkAccess& cases;  // for its mutex
};

// Adds, below /api/v1/applications/{number}: GET on /specification; GET and POST (accept what is the actor's)
// on /agreements; GET on /agreements/{id}, as text, and its /pdf and /docx. `access` must outlive the router.
void add_agreement_routes(http::Router& router, AgreementAccess& access);

}  // namespace fvm::api
