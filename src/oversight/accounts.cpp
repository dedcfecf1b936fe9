#include "oversight/accounts.hpp"

#include "config/instance.hpp"

namespace fvm::oversight {
namespace {

Result<void> check_not_own(const Setting& setting, const std::string& user, identity::Scope scope,
                           const std::string& subject) {
  if (scope == identity::Scope::user && subject != user) return {};
  if (scope == identity::Scope::institution) {
    const auto about = TRY(identity::find_institution(setting.store(), subject));
    if (about.id != TRY(identity::find_user(setting.store(), user)).institution) return {};
  }
  return refused("oversight.own_account");
}

}  // namespace

Result<void> require_operator(const Setting& setting, const std::string& user, std::string_view wanted) {
  const auto role = identity::require_role(setting.store(), user, identity::Role::operator_);
  if (role.ok()) return {};
  if (role.error().kind == Kind::refused)
    TRY(setting.ledger.record(
        {user, "oversight.refused", "-", {{"wanted", std::string(wanted)}, {"why", role.error().code}}}));
  return role.error();
}

Result<People> people(const Setting& setting, const std::string& user, std::string_view after, int64_t most) {
  TRY(identity::require_role(setting.store(), user, identity::Role::operator_));
  People all{TRY(identity::list_institutions(setting.store())), {}, TRY(sanction::pauses(setting.store()))};
  for (const auto& each : TRY(identity::list_users(setting.store(), after, most)))
    all.accounts.push_back(TRY(account::standing_of(setting.store(), each.name, setting.world.now())));
  return all;
}

Result<identity::Institution> add_institution(const Setting& setting, const std::string& user,
                                              const std::string& name, const std::string& cvr,
                                              const std::vector<std::string>& recipients) {
  TRY(require_operator(setting, user, "institution.add"));
  return identity::add_institution(setting.ledger, user, name, cvr, recipients);
}

Result<identity::Institution> set_recipients(const Setting& setting, const std::string& user,
                                             const std::string& institution,
                                             const std::vector<std::string>& add,
                                             const std::vector<std::string>& remove) {
  TRY(require_operator(setting, user, "institution.recipients"));
  return identity::set_recipients(setting.ledger, user, institution, add, remove);
}

Result<identity::Institution> close_institution(const Setting& setting, const std::string& user,
                                                const std::string& institution, const std::string& reason) {
  TRY(require_operator(setting, user, "institution.close"));
  return sanction::close_institution(setting.ledger, user, institution, reason);
}

Result<identity::Institution> set_delivery(const Setting& setting, const std::string& user,
                                           const std::string& institution, const std::string& delivery) {
  TRY(require_operator(setting, user, "institution.delivery"));
  const auto config = TRY(config::read_config(setting.world, setting.instance.config_file()));
  return identity::set_delivery(setting.ledger, user, institution, delivery, config.portal.public_url);
}

Result<identity::User> add_account(const Setting& setting, const std::string& user,
                                   const NewAccount& wanted) {
  TRY(require_operator(setting, user, "user.add"));
  return identity::add_user(setting.ledger, user, wanted.name, wanted.institution,
                            TRY(identity::roles_of(wanted.roles)));
}

Result<account::IssuedCode> issue_code(const Setting& setting, const std::string& user,
                                       const account::CodeOrder& order) {
  TRY(require_operator(setting, user, "user.code"));
  return account::issue_code(setting.world, setting.ledger, user, order);
}

Result<identity::User> close_account(const Setting& setting, const std::string& user, const std::string& name,
                                     const std::string& reason) {
  TRY(require_operator(setting, user, "user.close"));
  if (name == user) return refused("oversight.own_account");
  return identity::close_user(setting.ledger, user, name, reason);
}

Result<identity::Suspension> pause(const Setting& setting, const std::string& user,
                                   const sanction::PauseOrder& order) {
  TRY(require_operator(setting, user, "account.pause"));
  TRY(check_not_own(setting, user, order.scope, order.subject));
  return sanction::pause(setting.ledger, user, order);
}

Result<void> end_pause(const Setting& setting, const std::string& user, identity::Scope scope,
                       const std::string& subject, const std::string& reason) {
  TRY(require_operator(setting, user, "account.end_pause"));
  return sanction::end_pause(setting.ledger, user, scope, subject, reason);
}

}  // namespace fvm::oversight
