// Accounts and members of projects.
#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "identity/store.hpp"

namespace fvm::identity {
namespace {

constexpr std::string_view user_columns =
    "SELECT u.id, u.name, u.institution, i.name, u.closed IS NOT NULL, u.created,"
    " (SELECT group_concat(role) FROM user_role WHERE user = u.id),"
    " EXISTS (SELECT 1 FROM suspension s WHERE s.ended IS NULL AND ((s.scope = 'user' AND s.subject = u.name)"
    " OR (s.scope = 'institution' AND s.subject = i.cvr)))"
    " FROM user u JOIN institution i ON i.id = u.institution ";

std::vector<Role> roles_of(std::string_view list) {
  std::vector<Role> roles;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    if (const auto role = role_of(list.substr(0, comma))) roles.push_back(*role);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return roles;
}

Result<std::vector<User>> users(store::Statement rows) {
  std::vector<User> all;
  while (TRY(rows.step())) {
    all.push_back({.id = rows.integer(0),
                   .name = rows.text(1),
                   .institution = rows.integer(2),
                   .institution_name = rows.text(3),
                   .roles = roles_of(rows.text(6)),
                   .closed = rows.integer(4) != 0,
                   .suspended = rows.integer(7) != 0,
                   .created = rows.time(5)});
  }
  return all;
}

std::string role_list(const std::vector<Role>& roles) {
  std::string text;
  for (const Role role : roles) text += (text.empty() ? "" : " ") + std::string(to_text(role));
  return text;
}

}  // namespace

Result<User> find_user(const store::Database& store, std::string_view name) {
  auto found = TRY(users(TRY(store.prepare(std::string(user_columns) + "WHERE u.name = ?", name))));
  if (found.empty()) return usage("identity.user_unknown", {{"user", std::string(name)}});
  return std::move(found.front());
}

Result<std::vector<User>> list_users(const store::Database& store, std::string_view after, int64_t most) {
  return users(TRY(
      store.prepare(std::string(user_columns) + "WHERE u.name > ? ORDER BY u.name LIMIT ?", after, most)));
}

Result<void> require_open(const User& user) {
  if (user.closed) return refused("identity.user_closed", {{"user", user.name}});
  if (user.suspended) return refused("identity.user_suspended", {{"user", user.name}});
  return {};
}

Result<User> require_role(const store::Database& store, std::string_view name, Role role) {
  auto user = TRY(find_user(store, name));
  TRY(require_open(user));
  if (!user.has(role)) {
    return refused("identity.role_missing", {{"user", user.name}, {"role", std::string(to_text(role))}});
  }
  return user;
}

Result<User> add_user(audit::Writer& writer, const std::string& name, std::string_view institution,
                      const std::vector<Role>& roles) {
  if (!is_user_name(name)) return usage("identity.user_name_wrong", {{"user", name}});
  if (roles.empty()) return usage("identity.no_role", {{"user", name}});
  const Institution owner = TRY(find_open_institution(writer, institution));
  if (find_user(writer, name).ok()) return refused("identity.user_exists", {{"user", name}});
  writer.fact("institution", owner.cvr);
  TRY(writer.execute("INSERT INTO user (name, institution, created) VALUES (?, ?, ?)", name, owner.id,
                     writer.now()));
  const int64_t id = writer.last_row();
  for (const Role role : roles) {
    TRY(writer.execute("INSERT OR IGNORE INTO user_role (user, role) VALUES (?, ?)", id, to_text(role)));
  }
  return find_user(writer, name);
}

Result<User> add_user(audit::Ledger& ledger, const std::string& actor, const std::string& name,
                      std::string_view institution, const std::vector<Role>& roles) {
  audit::Event event{actor, "user.added", name, {{"roles", role_list(roles)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<User> {
    return add_user(writer, name, institution, roles);
  });
}

Result<User> add_role(audit::Writer& writer, std::string_view name, Role role) {
  const User user = TRY(find_user(writer, name));
  if (user.closed) return refused("identity.user_closed", {{"user", user.name}});
  TRY(writer.execute("INSERT OR IGNORE INTO user_role (user, role) VALUES (?, ?)", user.id, to_text(role)));
  return find_user(writer, name);
}

Result<User> close_user(audit::Ledger& ledger, const std::string& actor, std::string_view name,
                        const std::string& reason) {
  if (!is_display_name(reason)) return usage("identity.no_reason", {{"user", std::string(name)}});
  audit::Event event{actor, "user.closed", std::string(name), {{"reason", reason}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<User> {
    const User user = TRY(find_user(writer, name));
    if (user.closed) return refused("identity.user_closed", {{"user", user.name}});
    TRY(writer.execute("UPDATE user SET closed = ?, close_reason = ? WHERE id = ?", writer.now(), reason,
                       user.id));
    return find_user(writer, name);
  });
}

Result<void> add_member(audit::Writer& writer, std::string_view project, std::string_view name) {
  const User user = TRY(require_role(writer, name, Role::analyst));
  return writer.execute("INSERT OR IGNORE INTO member (project, user, added) VALUES (?, ?, ?)", project,
                        user.id, writer.now());
}

Result<void> add_member(audit::Ledger& ledger, const std::string& actor, std::string_view project,
                        std::string_view user) {
  audit::Event event{actor, "project.member_added", std::string(project), {{"user", std::string(user)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    return add_member(writer, project, user);
  });
}

Result<void> remove_member(audit::Writer& writer, std::string_view project, std::string_view name) {
  const User user = TRY(find_user(writer, name));
  TRY(writer.execute("DELETE FROM member WHERE project = ? AND user = ?", project, user.id));
  if (writer.changed_rows() > 0) return {};
  return refused("identity.not_member", {{"user", user.name}, {"project", std::string(project)}});
}

Result<void> remove_member(audit::Ledger& ledger, const std::string& actor, std::string_view project,
                           std::string_view name) {
  audit::Event event{actor, "project.member_removed", std::string(project), {{"user", std::string(name)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    return remove_member(writer, project, name);
  });
}

Result<std::vector<User>> members_of(const store::Database& store, std::string_view project) {
  return users(TRY(store.prepare(
      std::string(user_columns) + "JOIN member m ON m.user = u.id WHERE m.project = ? ORDER BY u.name",
      project)));
}

Result<bool> is_member(const store::Database& store, std::string_view project, std::string_view user) {
  auto rows = TRY(
      store.prepare("SELECT 1 FROM member m JOIN user u ON u.id = m.user WHERE m.project = ? AND u.name = ?",
                    project, user));
  return rows.step();
}

}  // namespace fvm::identity
