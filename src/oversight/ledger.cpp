#include "oversight/ledger.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "identity/service.hpp"
#include "release/store.hpp"

namespace fvm::oversight {
namespace {

constexpr std::array secret_while = {release::State::independent, release::State::consolidating};
constexpr std::string_view secret_actions[] = {"release.vote", "release.complete", "release.looked",
                                               "release.refused"};

Result<void> leave_out_votes(const store::Database& store, audit::Page& page) {
  std::set<std::string> secret;
  for (const auto& request : TRY(release::in_states(store, secret_while))) secret.insert(request.number);
  std::erase_if(page.entries, [&](const audit::Entry& entry) {
    return secret.contains(entry.subject) && std::find(std::begin(secret_actions), std::end(secret_actions),
                                                       entry.action) != std::end(secret_actions);
  });
  return {};
}

}  // namespace

Result<void> may_search(const Setting& setting, const std::string& user) {
  const auto found = TRY(identity::find_user(setting.store(), user));
  TRY(identity::require_open(found));
  if (found.has(identity::Role::security)) return {};
  TRY(identity::require_role(setting.store(), user, identity::Role::operator_));
  return {};
}

Result<audit::Page> search(const Setting& setting, const std::string& user, audit::Wanted wanted,
                           const Aside& aside) {
  TRY(may_search(setting, user));
  TRY(setting.ledger.record(
      {user, "oversight.searched", wanted.subject, {{"actor", wanted.actor}, {"action", wanted.action}}}));
  wanted.records_max = std::min(wanted.records_max, records_max);
  Result<audit::Page> read = audit::Page{};
  aside([&] { read = audit::page_of(setting.world, setting.instance.audit(), wanted); });
  auto page = TRY(std::move(read));
  TRY(leave_out_votes(setting.store(), page));
  return page;
}

}  // namespace fvm::oversight
