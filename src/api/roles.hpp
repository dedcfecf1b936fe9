// Who may use a route: for people who read the API's description and for whoever draws a menu. What lets in
// or refuses is behind the route; a test asks each route as each kind of person, so that this says the same.
#pragma once

#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "identity/types.hpp"

namespace fvm::api {

// What somebody must be to the thing that the address names; of a list, to what he finds in it.
enum class Relation { none, member, of_case, of_release, votes, of_breach, receiver, another };
std::string_view name_of(Relation relation);  // "case"

struct WhoMay {
  std::vector<identity::Role> roles;  // one of them is needed; empty: any account
  Relation relation = Relation::none;
  std::string_view further{};  // the same in English, for people; empty: nothing is asked beside the role
};
WhoMay who_may(const http::Route& route);

}  // namespace fvm::api
