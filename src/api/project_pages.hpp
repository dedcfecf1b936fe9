// Who uses the data, and for what: the public list of projects. Says nothing of persons or accounts.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

// Adds /projekter and /en/projects.
void add_project_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets);

}  // namespace fvm::api
