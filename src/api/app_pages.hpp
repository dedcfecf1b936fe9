// The pages of those who have logged in. The server sends what each page is about and where it belongs; what
// it shows comes from the API, as the one who asks may see it (web/src/pages). They hold nothing that is not
// public.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

// Adds GET for every page, Danish and English. `facts` and `assets` must outlive the router.
void add_app_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets);

}  // namespace fvm::api
