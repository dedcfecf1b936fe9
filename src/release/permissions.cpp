#include "release/permissions.hpp"

#include <algorithm>

#include "identity/service.hpp"
#include "release/store.hpp"
#include "store/pages.hpp"

namespace fvm::release {
namespace {

// What one reviewer alone does.
bool is_decision(Event event) {
  return event == Event::approve || event == Event::reject || event == Event::send_back;
}

bool is_vote(Event event) {
  return is_decision(event) || event == Event::vote || event == Event::complete || event == Event::escalate;
}

bool is_second_look(Event event) {
  return event == Event::close || event == Event::find;
}

Result<Facts> facts_of(const store::Database& store, const Request& request, std::string_view name) {
  Facts facts;
  const auto user = identity::find_user(store, name);
  if (!user.ok()) {
    if (user.error().kind == Kind::usage) return facts;  // nobody we know
    return user.error();
  }
  facts.open_account = user->may_act();
  facts.author = user->name == request.author;
  facts.member = TRY(identity::is_member(store, request.project, user->name));
  facts.reviewer = user->has(identity::Role::reviewer);
  facts.voted = std::any_of(request.history.begin(), request.history.end(), [&](const Step& step) {
    return step.actor == user->name && is_vote(step.event);
  });
  facts.administrator = user->has(identity::Role::operator_);
  facts.security = user->has(identity::Role::security);
  return facts;
}

}  // namespace

Role role_of(const Facts& facts, Event event) {
  if (!facts.open_account) return Role::stranger;
  if (facts.author) return Role::author;
  if (facts.member) return Role::member;
  if (facts.reviewer && is_second_look(event)) return facts.voted ? Role::reviewer : Role::inspector;
  if (facts.reviewer && (is_vote(event) || !facts.administrator)) return Role::reviewer;
  return facts.administrator ? Role::administrator : Role::stranger;
}

Result<Role> role_of(const store::Database& store, const Request& request, std::string_view user,
                     Event event) {
  return role_of(TRY(facts_of(store, request, user)), event);
}

Result<bool> may_see(const store::Database& store, const Request& request, std::string_view user) {
  const Facts facts = TRY(facts_of(store, request, user));
  return facts.open_account &&
         (facts.author || facts.member || facts.reviewer || facts.administrator || facts.security);
}

Result<std::vector<Request>> seen_by(const store::Database& store, std::string_view user,
                                     std::string_view project, int64_t before, int64_t most) {
  const auto known = identity::find_user(store, user);
  if (!known.ok())
    return known.error().kind == Kind::usage ? std::vector<Request>()
                                             : Result<std::vector<Request>>(known.error());
  const bool watches = known->has(identity::Role::reviewer) || known->has(identity::Role::operator_) ||
                       known->has(identity::Role::security);
  Part part{std::string(project), watches ? "" : known->name, before, most};
  return store::seen_page<Request>(
      most,
      [&](int64_t count) -> Result<std::vector<Request>> {
        part.most = count;
        auto some = TRY(list_part(store, part));
        if (!some.empty()) part.before = some.back().id;
        return some;
      },
      [&](Request& request) -> Result<std::optional<Request>> {
        if (!TRY(may_see(store, request, user))) return std::optional<Request>();
        return std::optional(std::move(request));
      });
}

Result<std::vector<Event>> allowed_events(const store::Database& store, const Request& request,
                                          std::string_view user) {
  const Facts facts = TRY(facts_of(store, request, user));
  std::vector<Event> allowed;
  for (const Event event : all_events()) {
    if (next(request.state, event, role_of(facts, event))) allowed.push_back(event);
  }
  return allowed;
}

Error refusal(const Request& request, Event event, Role role) {
  if (is_vote(event) && role == Role::author)
    return refused("release.own_review", {{"release", request.number}});
  if (is_vote(event) && role == Role::member)
    return refused("release.member_review", {{"release", request.number}});
  if (is_vote(event) && role != Role::reviewer)
    return refused("release.not_reviewer", {{"release", request.number}});
  if (is_second_look(event) && role != Role::inspector)
    return refused("release.not_inspector", {{"release", request.number}});
  return refused("release.not_allowed", {{"release", request.number},
                                         {"state", std::string(name_of(request.state))},
                                         {"event", std::string(name_of(event))},
                                         {"role", std::string(name_of(role))}});
}

}  // namespace fvm::release
