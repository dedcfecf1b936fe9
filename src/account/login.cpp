// Both factors together.
#include "account/attempt.hpp"
#include "account/session.hpp"
#include "account/store.hpp"
#include "identity/service.hpp"

namespace fvm::account {
namespace {

Result<Reason> why_not(const store::Database& store, const std::optional<identity::User>& user,
                       const Proof& proof, const Attempt& attempt, Time now, bool fits) {
  if (TRY(locked_until(store, proof.professional, now))) return Reason("locked");
  if (!user) return Reason("unknown");
  if (!user->may_act()) return Reason("closed");
  if (TRY(cvr_of(store, *user)) != proof.cvr) return Reason("institution");
  if (user->name != attempt.user) return Reason("name");
  return Reason(fits ? "" : "password");
}

}  // namespace

Result<Setting> open_setting(World& world, audit::Ledger& ledger, const Path& store_file,
                             CommonPasswords common, PasswordCost cost) {
  std::string stand_in = TRY(hash_password(world, random_hex(world, 32), cost));
  return Setting{world, ledger, store_file, std::move(common), cost, std::move(stand_in)};
}

Result<Opened> log_in(const Setting& setting, const Proof& proof, const Attempt& attempt,
                      std::string_view user_agent) {
  const auto store = TRY(store::Database::open_reading(setting.store_file));
  const auto user = TRY(bound_user(store, proof.professional));
  const Credential credential = user ? TRY(credential_of(store, user->id)) : Credential{};
  const bool fits =
      attempt.password.size() <= password_bytes_max &&
      password_fits(credential.password.empty() ? setting.stand_in : credential.password, attempt.password) &&
      !credential.password.empty();
  const Reason reason = TRY(why_not(store, user, proof, attempt, setting.world.now(), fits));
  if (!reason.empty()) return failed(setting, proof, user ? user->name : "", reason, "account.refused");
  audit::Event event{
      user->name, "login.opened", user->name, {{"institution", proof.cvr}, {"assurance", proof.assurance}}};
  return setting.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Opened> {
    // Between looking and writing the account may have been closed or have got another password.
    const auto now = TRY(identity::find_user(writer, user->name));
    if (!now.may_act() || TRY(credential_of(writer, now.id)).password != credential.password)
      return refused("account.refused");
    TRY(forget_failures(writer, proof.professional));
    return open_session(setting, writer, now, proof, user_agent);
  });
}

Result<Standing> standing_of(const store::Database& store, std::string_view name, Time now) {
  Standing standing{.user = TRY(identity::find_user(store, name))};
  const Credential credential = TRY(credential_of(store, standing.user.id));
  standing.bound = !credential.professional.empty();
  standing.activated = !credential.password.empty();
  auto codes = TRY(store.prepare("SELECT expires FROM account_code WHERE user = ? AND expires > ?",
                                 standing.user.id, now));
  if (TRY(codes.step())) standing.code_expires = codes.time(0);
  if (standing.bound) standing.locked_until = TRY(locked_until(store, credential.professional, now));
  return standing;
}

Result<void> unbind(audit::Ledger& ledger, const std::string& actor, std::string_view name,
                    const std::string& reason) {
  audit::Event event{actor, "account.unbound", std::string(name), {{"reason", reason}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    const auto user = TRY(identity::find_user(writer, name));
    TRY(writer.execute("DELETE FROM credential WHERE user = ?", user.id));
    if (writer.changed_rows() == 0) return refused("account.not_bound", {{"user", user.name}});
    TRY(writer.execute("DELETE FROM account_code WHERE user = ?", user.id));
    writer.fact("sessions_ended", std::to_string(TRY(end_sessions(writer, user.id, "unbound"))));
    return {};
  });
}

Result<void> unlock(audit::Ledger& ledger, const std::string& actor, std::string_view name) {
  audit::Event event{actor, "account.unlocked", std::string(name), {}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    const auto user = TRY(identity::find_user(writer, name));
    const Credential credential = TRY(credential_of(writer, user.id));
    if (credential.professional.empty()) return refused("account.not_bound", {{"user", user.name}});
    return forget_failures(writer, credential.professional);
  });
}

Result<void> note_refusal(audit::Ledger& ledger, std::string_view reason) {
  return ledger.record({"fvm-portal", "login.refused", "-", {{"reason", std::string(reason)}}});
}

}  // namespace fvm::account
