// Who somebody is to a request. What that lets him do stands in states.def alone.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "release/types.hpp"
#include "store/database.hpp"

namespace fvm::release {

struct Facts {
  bool open_account = false;
  bool author = false, member = false;
  bool reviewer = false, administrator = false, security = false;
  bool voted = false;  // on any revision of it
};
// The strongest bar wins: an author who is also a reviewer is the author, a member who is also an operator is
// a member; a closed account is a stranger. Pure. `event` settles which of two roles a person outside the
// project uses; for a second look, a reviewer who voted on it is not the inspector.
Role role_of(const Facts& facts, Event event);

// The same, from the store.
Result<Role> role_of(const store::Database& store, const Request& request, std::string_view user,
                     Event event);

// Members see their project's requests; reviewers, operators and security officers see all.
Result<bool> may_see(const store::Database& store, const Request& request, std::string_view user);

// The requests that he may see, newest first: of those older than `before` (an id; 0: of all) the first
// `most` (-1: all). The query gives no more of them than that takes.
Result<std::vector<Request>> seen_by(const store::Database& store, std::string_view user,
                                     std::string_view project, int64_t before = 0, int64_t most = -1);

// What that user may do with it as it stands: the steps that states.def lists for him.
Result<std::vector<Event>> allowed_events(const store::Database& store, const Request& request,
                                          std::string_view user);

// Why `role` may not take this step, as an error for the person: own review, member's review, or the general
// one.
Error refusal(const Request& request, Event event, Role role);

}  // namespace fvm::release
