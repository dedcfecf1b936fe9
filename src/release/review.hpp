// What a reviewer says of a request, and what follows from it. One reviewer decides alone; where the route
// asks for two, each votes without seeing the other's vote, both are shown when both are in, and it goes on
// when they agree.
#pragma once

#include "release/service.hpp"

namespace fvm::release {

struct Opinion {
  Ballot ballot{};
  std::string reason;                                      // needed unless it approves
  std::vector<std::pair<uint32_t, std::string>> comments;  // by the file's position; only unless it approves
  uint32_t revision = 0;  // that was looked at; may be left out while there is only one
};
// Decides, or votes, by the state of the request. Approving fixes the SHA-256 of every file. Refused:
// "release.own_review", "release.member_review", "release.not_reviewer", "release.other_revision" (it was
// sent anew meanwhile), "release.closed_for_now" (the author or the project is closed). Bad input:
// "release.no_reason", "release.say_revision", "release.no_such_position", "release.comments_approve".
Result<Request> give_opinion(World& world, audit::Ledger& ledger, std::string_view number,
                             const std::string& reviewer, const Opinion& given);
// A reviewer wants a second one; his own vote is still to be given.
Result<Request> escalate(audit::Ledger& ledger, std::string_view number, const std::string& reviewer,
                         const std::string& reason);

// Takes the step that two equal votes lead to; nothing while they differ. What a crash left is found by
// `advance`.
Result<void> follow_votes(audit::Ledger& ledger, const Request& request);

// Fixes the SHA-256 of every file; part of each step that leads to `approved`.
Result<void> fix_bytes(audit::Writer& writer, Request& request);
// What the ledger is told of a vote that nobody may see yet: SHA-256 over all of it and its nonce. The ledger
// gets the nonces when both are in, so that anybody can see that no vote was changed.
std::string commitment_of(const Request& request, const Vote& vote);

}  // namespace fvm::release
