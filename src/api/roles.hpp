// Who may use a route: for people who read the API's description and for whoever draws a menu. What lets in
// or refuses is behind the route; a test asks each route as each role, so that this says the same.
#pragma once

#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "identity/types.hpp"

namespace fvm::api {

struct WhoMay {
  std::vector<identity::Role> roles;  // one of them is needed; empty: any account
  std::string_view further;           // what is asked beside the role, in English; empty: nothing
};
WhoMay who_may(const http::Route& route);

}  // namespace fvm::api
