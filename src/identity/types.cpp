#include "identity/types.hpp"

#include <algorithm>
#include <array>

namespace fvm::identity {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 8> role_names = {{
    {Role::analyst, "analyst"},
    {Role::reviewer, "reviewer"},
    {Role::caseworker, "caseworker"},
    {Role::operator_, "operator"},
    {Role::security, "security"},
    {Role::applicant, "applicant"},
    {Role::signatory, "signatory"},
    {Role::decision_maker, "decision-maker"},
}};

constexpr std::array<std::pair<Delivery, std::string_view>, 2> delivery_names = {{
    {Delivery::attachment, "attachment"},
    {Delivery::link, "link"},
}};

}  // namespace

bool User::has(Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::string_view to_text(Role role) {
  return role_names[static_cast<size_t>(role)].second;
}

std::optional<Role> role_of(std::string_view text) {
  for (const auto& [role, name] : role_names) {
    if (name == text) return role;
  }
  return std::nullopt;
}

std::string_view to_text(Delivery delivery) {
  return delivery_names[static_cast<size_t>(delivery)].second;
}

std::optional<Delivery> delivery_of(std::string_view text) {
  for (const auto& [delivery, name] : delivery_names) {
    if (name == text) return delivery;
  }
  return std::nullopt;
}

Result<std::vector<Role>> roles_of(const std::vector<std::string>& names) {
  std::vector<Role> roles;
  for (const std::string& name : names) {
    const auto role = role_of(name);
    if (!role) return usage("identity.role_unknown", {{"role", name}});
    roles.push_back(*role);
  }
  return roles;
}

}  // namespace fvm::identity
