// Who may do what: institutions and their recipients, accounts and their roles, members of projects. Password
// and MitID login come with the portal's login.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace fvm::identity {

enum class Role {
  analyst,
  reviewer,
  caseworker,
  operator_,
  security,
  applicant,       // may apply on behalf of his institution
  signatory,       // may sign for it
  decision_maker,  // decides applications
};

// How its results reach it: in the mail, or behind a one-time link that asks for a login (room release,
// 0040).
enum class Delivery { attachment, link };
std::string_view to_text(Delivery delivery);
std::optional<Delivery> delivery_of(std::string_view text);

struct Institution {
  int64_t id = 0;
  std::string name;
  std::string cvr;  // eight digits
  std::vector<std::string>
      recipients;  // "someone@example.dk", or "@example.dk": every address of that domain
  Delivery delivery = Delivery::attachment;
  bool closed = false;  // for good: it has left, and nothing is mailed to it
};

struct User {
  int64_t id = 0;
  std::string name;  // at most 32 of a-z 0-9 - _ . and a letter first: it becomes a folder name
  int64_t institution = 0;
  std::string institution_name;
  std::vector<Role> roles;
  bool closed = false;
  bool suspended = false;  // the account or its whole institution is closed for a time (suspension.hpp)
  Time created;

  bool has(Role role) const;
  bool may_act() const { return !closed && !suspended; }
  bool may_act_as(Role role) const { return may_act() && has(role); }
};

std::string_view to_text(Role role);
std::optional<Role> role_of(std::string_view text);
// All of `names`; "identity.role_unknown" (usage) with the first that is none.
Result<std::vector<Role>> roles_of(const std::vector<std::string>& names);

}  // namespace fvm::identity
