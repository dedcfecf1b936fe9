#include "sanction/reach.hpp"

#include <algorithm>
#include <array>

#include "enclave/service.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "release/store.hpp"

namespace fvm::sanction {
namespace {

// What a closing holds back (release/suspend.hpp).
constexpr std::array leaving = {release::State::approved, release::State::sending, release::State::failed,
                                release::State::bounced};

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

Result<void> add_institution(const store::Database& store, const std::string& cvr, Reached& out) {
  const auto institution = TRY(identity::find_institution(store, cvr));
  for (const auto& user : TRY(identity::list_users(store)))
    if (user.institution == institution.id && !user.closed) out.accounts.push_back(user.name);
  for (const std::string& number : TRY(extract::list_projects(store))) {
    const auto project = TRY(extract::open_project(store, number));
    if (project.cvr == cvr && project.state == extract::State::open) out.projects.push_back(number);
  }
  return {};
}

Result<void> add_members(const store::Database& store, Reached& out) {
  for (const std::string& project : out.projects) {
    for (const auto& member : TRY(identity::members_of(store, project)))
      if (!holds(out.accounts, member.name) && !holds(out.members, member.name))
        out.members.push_back(member.name);
  }
  return {};
}

}  // namespace

Result<Reached> reached_by(const store::Database& store, const Case& about, Reach reach) {
  Reached out;
  if (reach == Reach::none) return out;
  if (reach == Reach::institution) {
    TRY(add_institution(store, about.cvr, out));
    // He may belong to another institution than the project does.
    if (!holds(out.accounts, about.user)) out.accounts.push_back(about.user);
  } else {
    out.accounts.push_back(about.user);
    if (reach == Reach::project) out.projects.push_back(about.project);
  }
  TRY(add_members(store, out));
  const auto stopped = [&](const std::string& user, const std::string& project) {
    return holds(out.accounts, user) || holds(out.projects, project);
  };
  for (const auto& request : TRY(release::in_states(store, leaving)))
    out.releases += stopped(request.author, request.project);
  for (const auto& session : TRY(enclave::list(store, {}, true)))
    out.sessions += stopped(session.user, session.project);
  return out;
}

}  // namespace fvm::sanction
