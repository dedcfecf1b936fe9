#include "release/review.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/blank.hpp"
#include "crypto/sha256.hpp"
#include "disclosure/text.hpp"
#include "identity/service.hpp"
#include "release/record.hpp"

namespace fvm::release {
namespace {

constexpr size_t nonce_bytes = 16;
constexpr int tries_max = 3;  // somebody else may vote in the same moment

Event event_of(Ballot ballot) {
  if (ballot == Ballot::approve) return Event::approve;
  return ballot == Ballot::reject ? Event::reject : Event::send_back;
}

Result<void> check_opinion(const Opinion& opinion) {
  if (opinion.reason.size() > purpose_bytes_max) return usage("release.no_reason");
  if (opinion.ballot == Ballot::approve) {
    if (!opinion.comments.empty()) return usage("release.comments_approve");
    return {};
  }
  if (is_blank(opinion.reason)) return usage("release.no_reason");
  return {};
}

Result<void> check_against(const Request& request, const Opinion& opinion) {
  std::set<uint32_t> commented;
  for (const auto& [position, text] : opinion.comments) {
    if (!commented.insert(position).second)
      return usage("release.comment_twice", {{"position", std::to_string(position)}});
    if (position < 1 || position > request.files.size() || text.size() > purpose_bytes_max)
      return usage("release.no_such_position", {{"position", std::to_string(position)}});
  }
  const Arguments which = {{"release", request.number}, {"revision", std::to_string(request.revision)}};
  if (opinion.revision == 0 && request.revision > 1) return usage("release.say_revision", which);
  if (opinion.revision != 0 && opinion.revision != request.revision)
    return refused("release.other_revision", which);
  return {};
}

bool has_voted(const Request& request, std::string_view reviewer) {
  return std::any_of(request.votes.begin(), request.votes.end(),
                     [&](const Vote& vote) { return vote.reviewer == reviewer; });
}

size_t others_votes(const Request& request, std::string_view reviewer) {
  return static_cast<size_t>(std::count_if(request.votes.begin(), request.votes.end(),
                                           [&](const Vote& vote) { return vote.reviewer != reviewer; }));
}

// Which event this opinion is, as the request stands.
Event choose(const Request& request, const std::string& reviewer, const Opinion& opinion) {
  if (request.state == State::independent)
    return others_votes(request, reviewer) + 1 >= request.reviewers ? Event::complete : Event::vote;
  if (request.state == State::consolidating && opinion.ballot != Ballot::send_back) return Event::vote;
  return event_of(opinion.ballot);
}

void reveal(audit::Writer& writer, const Request& request) {
  for (size_t i = 0; i < request.votes.size(); ++i) {
    const Vote& vote = request.votes[i];
    writer.fact("vote_" + std::to_string(i + 1), vote.reviewer + " " + std::string(name_of(vote.ballot)));
    writer.fact("nonce_" + std::to_string(i + 1), vote.nonce);
  }
}

// In the transaction of a vote.
Result<void> record_vote(audit::Writer& writer, const Request& request, const Vote& vote, Event event,
                         const Opinion& opinion) {
  if (choose(request, vote.reviewer, opinion) != event) return refused("release.moved");  // tried again
  if (request.state == State::consolidating && !has_voted(request, vote.reviewer))
    return refused("release.not_voter", {{"release", request.number}});
  TRY(put_vote(writer, request, vote));
  writer.fact("revision", std::to_string(request.revision));
  if (event == Event::vote && request.state == State::independent) {
    writer.fact("commitment", commitment_of(request, vote));
    return {};
  }
  reveal(writer, TRY(find(writer, request.number)));
  return {};
}

Result<Request> try_opinion(audit::Ledger& ledger, std::string_view number, const std::string& reviewer,
                            const Opinion& opinion, const std::string& nonce) {
  const Request before = TRY(find(ledger.database(), number));
  const Event event = choose(before, reviewer, opinion);
  const bool secret = event == Event::vote || event == Event::complete;
  const auto body = [&](audit::Writer& writer, Request& request) -> Result<void> {
    TRY(check_against(request, opinion));
    const std::string name = TRY(identity::find_user(writer, reviewer)).name;
    if (opinion.ballot == Ballot::approve) TRY(check_not_closed(writer, request));
    TRY(record_vote(writer, request,
                    {name, opinion.ballot, opinion.reason, opinion.comments, writer.now(), nonce}, event,
                    opinion));
    return event == Event::approve ? fix_bytes(writer, request) : Result<void>();
  };
  // A vote's reason stands with the vote, not in the history that others see.
  return take_step(ledger, number, user(reviewer), event, secret ? std::string() : opinion.reason, body);
}

}  // namespace

std::string commitment_of(const Request& request, const Vote& vote) {
  boost::json::array comments;
  for (const auto& [position, text] : vote.comments) comments.push_back({position, text});
  return crypto::sha256_hex(boost::json::serialize(
      boost::json::array{"fvm-vote-1", request.number, request.revision, vote.reviewer, name_of(vote.ballot),
                         vote.reason, std::move(comments), vote.nonce}));
}

Result<void> fix_bytes(audit::Writer& writer, Request& request) {
  for (File& file : request.files) {
    file.approved_sha256 = file.sha256;
    writer.fact("sha256_" + std::to_string(file.position), file.sha256);
    TRY(update_file(writer, request, file));
  }
  return ensure_record(writer, request);
}

Result<Request> give_opinion(World& world, audit::Ledger& ledger, std::string_view number,
                             const std::string& reviewer, const Opinion& given) {
  Opinion opinion = given;
  opinion.reason = disclosure::to_utf8(opinion.reason);
  for (auto& [position, text] : opinion.comments) text = disclosure::to_utf8(text);
  TRY(check_opinion(opinion));
  const std::string nonce = random_hex(world, nonce_bytes);
  for (int tries = 1;; ++tries) {
    auto done = try_opinion(ledger, number, reviewer, opinion, nonce);
    if (!done.ok() && done.error().code == "release.moved" && tries < tries_max) continue;
    if (!done.ok()) return done;
    crash_point("release.voted");
    TRY(follow_votes(ledger, *done));
    return find(ledger.database(), number);
  }
}

Result<Request> escalate(audit::Ledger& ledger, std::string_view number, const std::string& reviewer,
                         const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, user(reviewer), Event::escalate, reason,
                   [](audit::Writer& writer, Request& request) -> Result<void> {
                     return set_route(writer, request, request.route, 2);
                   });
}

Result<void> follow_votes(audit::Ledger& ledger, const Request& request) {
  if (request.state != State::consolidating || request.votes.size() < request.reviewers) return {};
  const Ballot ballot = request.votes.front().ballot;
  const bool agree = std::all_of(request.votes.begin(), request.votes.end(),
                                 [&](const Vote& vote) { return vote.ballot == ballot; });
  if (!agree) return {};
  // While the author or the project is closed it waits; the next round asks again.
  if (ballot == Ballot::approve && TRY(is_closed_for_now(ledger.database(), request))) return {};
  const auto body = [&](audit::Writer& writer, Request& now) -> Result<void> {
    for (const Vote& vote : now.votes) {
      if (vote.ballot != ballot) return refused("release.moved");
    }
    if (ballot != Ballot::approve) return {};
    TRY(check_not_closed(writer, now));
    return fix_bytes(writer, now);
  };
  TRY(take_step(ledger, request.number, checker(), event_of(ballot), {}, body));
  return {};
}

}  // namespace fvm::release
