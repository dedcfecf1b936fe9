// What anybody may ask without logging in.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

// Adds /, /en, /health, /api/v1/status, /api/v1/freshness, /assets/{name}. `facts` and `assets` must outlive
// the router.
void add_public_routes(http::Router& router, const ServiceFacts& facts, const Assets& assets);

}  // namespace fvm::api
