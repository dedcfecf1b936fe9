#include "casework/permissions.hpp"

#include <algorithm>

#include "identity/service.hpp"

namespace fvm::casework {
namespace {

bool is_decision(Event event) {
  return event == Event::approve || event == Event::reject;
}

// What the applicant would do, done for somebody who has no account.
bool is_proxys(Event event) {
  return event == Event::save || event == Event::submit || event == Event::answer ||
         event == Event::withdraw || event == Event::hand_over;
}

bool was_assigned(const Case& about, std::string_view user) {
  return std::any_of(about.history.begin(), about.history.end(), [&](const Step& step) {
    return (step.event == Event::assign || step.event == Event::request) && step.subject == user;
  });
}

Role role_in_the_service(const Facts& facts, Event event) {
  const bool mine = facts.caseworker && (facts.assigned || facts.unassigned);
  if (facts.by_mail && mine && (is_proxys(event) || !facts.handed_in)) return Role::proxy;
  if (!facts.handed_in) return Role::stranger;
  if (facts.decision_maker && is_decision(event) && !facts.handled) return Role::decision_maker;
  if (mine) return Role::caseworker;
  if (facts.caseworker && facts.decision_maker) {
    return event == Event::opine || facts.handled ? Role::colleague : Role::decision_maker;
  }
  if (facts.caseworker) return Role::colleague;
  return facts.decision_maker && !facts.handled ? Role::decision_maker : Role::stranger;
}

}  // namespace

Role role_of(const Facts& facts, Event event) {
  if (!facts.open_account) return Role::stranger;
  if (facts.signatory && event == Event::sign && facts.handed_in) return Role::signatory;
  if (facts.applicant) return Role::applicant;
  if (facts.signatory && facts.handed_in) return Role::signatory;
  return role_in_the_service(facts, event);
}

Result<Viewer> viewer_of(const store::Database& store, std::string_view name) {
  const auto user = identity::find_user(store, name);
  if (!user.ok()) {
    if (user.error().kind == fvm::Kind::usage) return Viewer();  // nobody we know
    return user.error();
  }
  const auto institution = TRY(identity::find_institution(store, user->institution_name));
  return Viewer{user->name,
                institution.cvr,
                user->may_act(),
                user->has(identity::Role::signatory),
                user->has(identity::Role::caseworker),
                user->has(identity::Role::decision_maker)};
}

Facts facts_of(const Viewer& viewer, const Case& about) {
  Facts facts;
  if (viewer.name.empty()) return facts;
  facts.open_account = viewer.open;
  facts.applicant = viewer.name == about.applicant;
  facts.signatory = viewer.signatory && viewer.cvr == about.cvr;
  facts.caseworker = viewer.caseworker;
  facts.decision_maker = viewer.decision_maker;
  facts.assigned = viewer.name == about.caseworker;
  facts.unassigned = about.caseworker.empty();
  facts.handled = facts.assigned || was_assigned(about, viewer.name);
  facts.by_mail = about.origin == Origin::mail && about.applicant.empty();
  facts.handed_in = about.submitted.has_value();
  return facts;
}

Result<Facts> facts_of(const store::Database& store, const Case& about, std::string_view name) {
  return facts_of(TRY(viewer_of(store, name)), about);
}

Result<Role> role_of(const store::Database& store, const Case& about, std::string_view user, Event event) {
  return role_of(TRY(facts_of(store, about, user)), event);
}

Error refusal(const Case& about, Event event, Role role) {
  if (role == Role::stranger) return usage("casework.unknown", {{"case", about.number}});
  if (is_decision(event) && role == Role::applicant)
    return refused("casework.own_case", {{"case", about.number}});
  if (is_decision(event) && (role == Role::caseworker || role == Role::colleague))
    return refused("casework.not_decision_maker", {{"case", about.number}});
  return refused("casework.not_allowed", {{"case", about.number},
                                          {"state", std::string(name_of(about.state))},
                                          {"event", std::string(name_of(event))},
                                          {"role", std::string(name_of(role))}});
}

}  // namespace fvm::casework
