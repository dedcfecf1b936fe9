// What of a request somebody sees. While two look at it each alone, nothing shows what the other has said, or
// that he has said anything: no vote, no step, no count, no time. Pure.
#pragma once

#include <string_view>

#include "release/permissions.hpp"
#include "release/types.hpp"

namespace fvm::release {

// `role`: what the viewer is to the request (role_of with Event::vote). Everybody sees his own vote.
//   independent    nobody sees any other's
//   consolidating  reviewers see all, nobody else any
//   afterwards     everybody who sees the request sees all: the author must know what to mend
// That a security officer retains its copies is not told to the project: it may be what is looked into.
Request as_seen_by(Request request, Role role, std::string_view viewer);

}  // namespace fvm::release
