// The first page: what the service is, how to get access, whether it runs, how new the data are. Whole
// without JavaScript.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/types.hpp"

namespace fvm::api {

http::Response first_page(const ServiceFacts& facts, const Assets& assets, Language language);

}  // namespace fvm::api
