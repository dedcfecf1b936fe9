#include "casework/visibility.hpp"

#include <algorithm>

#include "casework/store.hpp"

namespace fvm::casework {
namespace {

bool is_of_the_service(Role role) {
  return role == Role::caseworker || role == Role::colleague || role == Role::decision_maker ||
         role == Role::proxy;
}

}  // namespace

Sight sight_of(const Facts& facts) {
  if (!facts.open_account) return Sight::nothing;
  if (facts.applicant) return Sight::outside;
  if (facts.signatory && facts.handed_in) return Sight::outside;
  const bool service = facts.caseworker || facts.decision_maker;
  return service && (facts.handed_in || facts.by_mail) ? Sight::inside : Sight::nothing;
}

Result<Sight> sight_of(const store::Database& store, const Case& about, std::string_view user) {
  return sight_of(TRY(facts_of(store, about, user)));
}

Case seen(Case about, Sight sight) {
  if (sight == Sight::inside) return about;
  if (sight == Sight::nothing) return {};
  std::erase_if(about.history, [](const Step& step) { return is_internal(step.event); });
  for (Step& step : about.history) {
    if (is_of_the_service(step.role)) step.actor = the_service;
    if (step.event == Event::assign || step.event == Event::request) step.subject.clear();
    if (step.event == Event::assign) step.words.clear();
  }
  if (!about.caseworker.empty()) about.caseworker = the_service;
  return about;
}

Result<std::vector<Case>> visible(const store::Database& store, std::vector<Case> cases,
                                  std::string_view user) {
  std::vector<Case> out;
  const Viewer viewer = TRY(viewer_of(store, user));
  for (Case& each : cases) {
    const Sight sight = sight_of(facts_of(viewer, each));
    if (sight != Sight::nothing) out.push_back(seen(std::move(each), sight));
  }
  return out;
}

Result<Case> find_visible(const store::Database& store, std::string_view number, std::string_view user) {
  Case found = TRY(find(store, number));
  const Sight sight = TRY(sight_of(store, found, user));
  if (sight == Sight::nothing) return usage("casework.unknown", {{"case", std::string(number)}});
  return seen(std::move(found), sight);
}

}  // namespace fvm::casework
