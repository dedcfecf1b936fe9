#include "api/roles.hpp"

namespace fvm::api {
namespace {

using identity::Role;

struct Rule {
  std::string_view method;  // empty: any
  std::string_view begin;   // of the pattern
  WhoMay who;
};

constexpr std::string_view member = "a member of the project";
constexpr std::string_view of_case = "whose case it is, and those who handle it: casework-states.md";
constexpr std::string_view of_release =
    "its author, members, reviewers and those who watch: release-states.md";
constexpr std::string_view votes = "whoever may vote on it";
constexpr std::string_view of_breach = "those whom it concerns, and those who handle it: sanction-states.md";

// The first that fits; the longer beginning before the shorter.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"POST", "/api/v1/applications/", {{}, Relation::of_case, of_case}},
      {"POST", "/api/v1/applications", {{Role::applicant}, Relation::none, "for one's own institution"}},
      {"", "/api/v1/applications", {{}, Relation::of_case, of_case}},
      {"", "/api/v1/projects/{project}/releases", {{Role::analyst}, Relation::member, member}},
      {"", "/api/v1/projects/", {{Role::analyst}, Relation::member, member}},
      {"", "/api/v1/projects", {{}, Relation::member, "projects that one is a member of"}},
      {"GET", "/api/v1/releases/{number}/files/", {{Role::reviewer}, Relation::votes, votes}},
      {"POST", "/api/v1/releases/{number}/retain", {{Role::security}, Relation::of_release, ""}},
      {"POST", "/api/v1/releases/{number}/let_go", {{Role::security}, Relation::of_release, ""}},
      {"", "/api/v1/releases", {{}, Relation::of_release, of_release}},
      {"", "/api/v1/review", {{}, Relation::votes, "requests that one may vote on or look at again"}},
      {"", "/api/v1/links", {{}, Relation::receiver, "the one to whom the link was given"}},
      {"", "/api/v1/breaches", {{}, Relation::of_breach, of_breach}},
      {"", "/api/v1/security", {{Role::security}}},
      {"", "/api/v1/ledger", {{Role::security, Role::operator_}}},
      {"", "/api/v1/operations", {{Role::operator_}}},
      {"", "/api/v1/settings", {{Role::operator_}}},
      {"GET", "/api/v1/accounts", {{Role::operator_}}},
      {"", "/api/v1/accounts", {{Role::operator_}, Relation::another, "never one's own account"}},
      {"",
       "/api/v1/institutions",
       {{Role::operator_}, Relation::another, "never one's own institution, where it closes"}},
      {"", "/api/v1/deliveries", {{Role::operator_}}}};
  return all;
}

}  // namespace

std::string_view name_of(Relation relation) {
  constexpr std::string_view names[] = {"",     "member", "case",     "release",
                                        "vote", "breach", "receiver", "another"};
  return names[static_cast<size_t>(relation)];
}

WhoMay who_may(const http::Route& route) {
  for (const Rule& rule : rules())
    if ((rule.method.empty() || rule.method == route.method) && route.pattern.starts_with(rule.begin))
      return rule.who;
  return {};
}

}  // namespace fvm::api
