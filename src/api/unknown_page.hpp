// What somebody sees who opened an address that does not exist.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/types.hpp"

namespace fvm::api {

// A page with the status of `problem` and ways on, in the language of the address, for a browser that wants a
// page; for everybody else, and of addresses of the API, `problem` itself.
http::Response unknown_address(const ServiceFacts& facts, const Assets& assets, const http::Request& request,
                               http::Response problem);

}  // namespace fvm::api
