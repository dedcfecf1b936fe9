// One-time links: where an institution chose so, a result is mailed as a link and fetched behind the login.
//
// A link holds a random token of 256 bits, of which the store has the digest, and the keeper's word over what
// it opens: number, revision, time, and the approved SHA-256 of every file. The word is asked for by
// fvm-courier, which makes links and hands out bytes; who can write in the store alone (a portal that was
// taken over) can neither make a link nor turn one to other bytes.
//
// A link opens what could leave at that very moment: everything that is asked when a mail is sent
// (service.hpp, may_leave) is asked again at each fetch, so a recall, a closing, a recipient who is off the
// list and a recalled table end it at once. Why: docs/architecture/0040-one-time-links.md.
#pragma once

#include <string>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "release/copies.hpp"
#include "release/types.hpp"
#include "release/words.hpp"

namespace fvm::release {

// Limits. A file is fetched once. Until its page has said that it arrived, a broken-off download may be begun
// anew: by the same account, so long after the first, and so often.
inline constexpr int64_t link_resume_seconds = 600;
inline constexpr uint32_t link_fetches_max = 3;
inline constexpr size_t link_token_characters = 64;

Vouch keeper_vouches(const config::Instance& instance);

struct NewLink {
  std::string token;  // goes into the mail and nowhere else
  Link link;
};
// For the request as it is now, with the SHA-256 that were approved; changes nothing.
Result<NewLink> make_link(World& world, const Vouch& vouch, const Request& request, int64_t days);
// In the transaction that begins to send: from then on no older link of the request opens anything.
Result<void> put_link(audit::Writer& writer, const Request& request, const Link& link);
// "https://portal.example.dk/hent/H-000001#TOKEN": what follows '#' is sent to no server by a browser.
std::string link_address(std::string_view public_url, std::string_view number, std::string_view token);

// Who asks for what. `user`: the account that is logged in.
struct LinkAsked {
  std::string number, token, user;
  uint32_t position = 0;  // of a file, from 1
};

// What the link opens, for its page; nothing is used up. A record in the ledger and a fact in the history,
// also of a refusal; so for the next two. Refused: "release.link_unknown" (no such token, or another
// request's), "release.link_not_yours" (of another institution, or somebody else has fetched),
// "release.link_recalled", "release.link_stopped" (not now: held, closed, not sent yet; a newer one was
// mailed), "release.link_expired".
Result<Request> show_link(audit::Ledger& ledger, const LinkAsked& asked);

// One file's bytes in a memory file, which are those that were approved, counted before they are handed out.
// Besides: "release.link_used"; "release.not_approved_bytes" when the copy or the keeper's word do not fit.
struct LinkFetched {
  std::string name, sha256;  // name: as outside
  uint64_t bytes = 0;
  Descriptor memory;
};
Result<LinkFetched> fetch_link(World& world, audit::Ledger& ledger, const KeptCopies& copies,
                               const Vouch& vouch, const LinkAsked& asked);

// The page had it whole: from now on it is fetched.
Result<Request> link_arrived(audit::Ledger& ledger, const LinkAsked& asked);

// Whether that file can be fetched (again) at that time.
bool may_fetch(const Link& link, uint32_t position, Time now);

}  // namespace fvm::release
