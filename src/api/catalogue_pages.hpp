// What data there are, for everybody: registers with their freshness, the tables of one, the variables of one
// table, and a search over all of them. GET with a query, so that every view has an address.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

// Adds /registre, /registre/{register}, /registre/{register}/{table} and the same below /en/registers.
// ?q= searches names and texts (variables_shown_max are shown); an unknown name is a page with status 404.
inline constexpr size_t variables_shown_max = 200;
void add_catalogue_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets);

}  // namespace fvm::api
