#include "sanction/permissions.hpp"

#include <algorithm>

#include "identity/service.hpp"

namespace fvm::sanction {
namespace {

bool did(const Case& about, std::string_view name, std::initializer_list<Event> events) {
  return std::any_of(about.history.begin(), about.history.end(), [&](const Step& step) {
    return step.actor == name && std::find(events.begin(), events.end(), step.event) != events.end();
  });
}

// Members are reached by the closing of their project, signatories by that of their institution.
bool is_reached(const Case& about, const identity::User& user, bool member, const std::string& cvr) {
  const bool whole_institution = about.measure && about.measure->reach == Reach::institution;
  const bool whole_project = about.measure && about.measure->reach >= Reach::project;
  if (whole_institution && cvr == about.cvr && user.has(identity::Role::signatory)) return true;
  return whole_project && member;
}

}  // namespace

Role role_of(const Facts& facts, Event event) {
  if (!facts.account) return Role::stranger;
  if (facts.subject) return Role::subject;
  if (facts.suspended || facts.member) return Role::stranger;
  const bool on_appeal = event == Event::uphold || event == Event::overturn;
  // A closing until the case is assessed cannot wait for a colleague; everything else is somebody else's.
  if (facts.reporter && event != Event::interim) return Role::stranger;
  if (facts.assessor && on_appeal) return Role::stranger;
  if (on_appeal) return facts.decision_maker && !facts.decided ? Role::board : Role::stranger;
  if (facts.decision_maker && !facts.assessor && event != Event::assess && event != Event::interim &&
      event != Event::reopen)
    return Role::decider;
  return facts.security ? Role::security : Role::stranger;
}

Result<Facts> facts_of(const store::Database& store, const Case& about, std::string_view name) {
  Facts facts;
  const auto user = identity::find_user(store, name);
  if (!user.ok() && user.error().kind == Kind::usage) return facts;
  if (!user.ok()) return user.error();
  const auto institution = TRY(identity::find_institution(store, user->institution_name));
  facts.account = !user->closed;
  facts.suspended = user->suspended;
  facts.member = TRY(identity::is_member(store, about.project, user->name));
  facts.subject = user->name == about.user || is_reached(about, *user, facts.member, institution.cvr);
  facts.reporter = user->name == about.reporter;
  facts.assessor = did(about, user->name, {Event::assess, Event::interim});
  facts.decided = did(about, user->name, {Event::decide});
  facts.security = user->has(identity::Role::security);
  facts.decision_maker = user->has(identity::Role::decision_maker);
  return facts;
}

Result<bool> may_see(const store::Database& store, const Case& about, std::string_view user) {
  const Facts facts = TRY(facts_of(store, about, user));
  if (!facts.account) return false;
  return facts.subject || facts.reporter ||
         (!facts.suspended && !facts.member && (facts.security || facts.decision_maker));
}

}  // namespace fvm::sanction
