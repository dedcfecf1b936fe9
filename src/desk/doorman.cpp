#include "desk/doorman.hpp"

#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"

namespace fvm::desk {
namespace {

constexpr size_t secret_bytes = 32;

Time after(Time now, int64_t seconds) {
  return Time{now.microseconds + seconds * 1'000'000};
}

}  // namespace

void Doorman::sweep() {
  const Time now = world_.now();
  std::erase_if(ways_, [&](const auto& each) { return each.second.until <= now; });
  std::erase_if(visitors_, [&](const auto& each) {
    const Visitor& visitor = each.second;
    return visitor.until <= now || (visitor.screens == 0 && after(visitor.last, stale_seconds) <= now);
  });
}

Result<Left> Doorman::leave(const std::string& ticket) {
  auto grant = TRY(steward_.redeem(ticket));
  auto begun = TRY(provider_.begin(oidc::Ask::login));
  const std::lock_guard lock(mutex_);
  sweep();
  if (ways_.size() >= on_the_way_max) return surroundings("desk.full");
  Left left{random_hex(world_, secret_bytes), std::move(begun.url)};
  ways_[crypto::sha256_hex(left.way)] = {std::move(grant), std::move(begun.flow),
                                         after(world_.now(), way_seconds)};
  return left;
}

// The account's own person, as the case database has it, and as this program has seen it before.
Result<void> Doorman::check(const Way& way, const oidc::Identity& identity) {
  const wire::Redeemed& grant = way.grant;
  if (grant.professional.empty() || !crypto::same_secret(grant.professional, identity.professional))
    return refused("desk.other_person", {{"user", grant.user}});
  const auto rule =
      config_.desk.admission == "first_use" ? admission::Rule::first_use : admission::Rule::confirmed;
  return book_.admit({.project = grant.project,
                      .user = grant.user,
                      .professional = identity.professional,
                      .cvr = identity.cvr},
                     rule);
}

Result<std::pair<std::string, wire::Redeemed>> Doorman::arrive(const std::string& way,
                                                               const oidc::Callback& callback,
                                                               std::string_view user_agent) {
  Way found;
  {
    const std::lock_guard lock(mutex_);
    sweep();
    const auto there = ways_.find(crypto::sha256_hex(way));
    if (way.empty() || there == ways_.end()) return refused("oidc.state");
    found = there->second;
    if (!crypto::same_secret(found.flow.state, callback.state)) return refused("oidc.state");
    ways_.erase(there);
  }
  const auto identity = provider_.finish(found.flow, callback);
  const auto may = identity.ok() ? check(found, *identity) : Result<void>(identity.error());
  if (!may.ok()) {
    TRY(steward_.note_refusal(found.grant.hold, may.error().code));
    return may.error();
  }
  const std::lock_guard lock(mutex_);
  if (visitors_.size() >= visitors_max) return surroundings("desk.full");
  const std::string secret = random_hex(world_, secret_bytes);
  const Time now = world_.now();
  visitors_[crypto::sha256_hex(secret)] = {found.grant, crypto::sha256_hex(user_agent),
                                           after(now, visit_seconds), now};
  return std::pair(secret, found.grant);
}

Result<Visitor> Doorman::visitor(const std::string& secret, std::string_view user_agent) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = visitors_.find(crypto::sha256_hex(secret));
  if (secret.empty() || found == visitors_.end() || found->second.browser != crypto::sha256_hex(user_agent))
    return refused("desk.no_visit");
  return found->second;
}

void Doorman::count(const std::string& secret, int change) {
  const std::lock_guard lock(mutex_);
  const auto found = visitors_.find(crypto::sha256_hex(secret));
  if (found == visitors_.end()) return;
  found->second.screens += static_cast<size_t>(change);
  found->second.last = world_.now();
}

}  // namespace fvm::desk
