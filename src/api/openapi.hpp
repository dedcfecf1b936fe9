// The API's own description (OpenAPI 3.1), made from the route table that answers: a route that is not in it
// does not exist. What requests and answers look like is web/src/shapes.ts; tests hold real answers
// against it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "http/router.hpp"

namespace fvm::api {

struct Described {
  std::string_view title, version;
  const http::Router& all;      // every route of the port
  const http::Router& guarded;  // those of them that ask for a session
};
// Routes below /api and /logout; pages are not part of the API.
boost::json::object openapi_document(const Described& described);

// Adds GET /api/v1/openapi.json with what `router` holds so far.
void add_openapi_route(http::Router& router, std::string_view title, std::string_view version,
                       const http::Router& guarded);

}  // namespace fvm::api
