// One-time codes: given out by the service, used once together with MitID Erhverv.
#include <span>

#include "account/attempt.hpp"
#include "account/store.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"

namespace fvm::account {
namespace {

constexpr int64_t hour = 3'600'000'000;
constexpr size_t professional_bytes_max = 128;

// What stands in the store about the code that somebody tries.
struct Found {
  identity::User user;
  Credential credential;
  std::string hash, professional;
  Time expires;
};

Result<std::optional<Found>> find_code(const store::Database& store, std::string_view user) {
  const auto account = identity::find_user(store, user);
  if (!account.ok() && account.error().code != "identity.user_unknown") return account.error();
  if (!account.ok()) return std::optional<Found>();
  auto rows =
      TRY(store.prepare("SELECT hash, professional, expires FROM account_code WHERE user = ?", account->id));
  if (!TRY(rows.step())) return std::optional<Found>();
  return std::optional<Found>(
      Found{*account, TRY(credential_of(store, account->id)), rows.text(0), rows.text(1), rows.time(2)});
}

Result<Reason> why_not(const store::Database& store, const std::optional<Found>& found, const Proof& proof,
                       std::string_view hash, Time now) {
  if (TRY(locked_until(store, proof.professional, now))) return Reason("locked");
  if (!found) return Reason("unknown");
  if (!found->user.may_act()) return Reason("closed");
  if (!crypto::same_secret(found->hash, hash)) return Reason("code");
  if (found->expires <= now) return Reason("expired");
  if (TRY(cvr_of(store, found->user)) != proof.cvr) return Reason("institution");
  if (!found->professional.empty() && found->professional != proof.professional) return Reason("person");
  if (!found->credential.professional.empty() && found->credential.professional != proof.professional)
    return Reason("person");
  const auto owner = TRY(bound_user(store, proof.professional));
  if (owner && owner->id != found->user.id) return Reason("person");
  return Reason();
}

Result<void> set_password(audit::Writer& writer, const Found& found, const Proof& proof,
                          std::string_view hash, std::string_view code_hash) {
  TRY(writer.execute("DELETE FROM account_code WHERE user = ? AND hash = ?", found.user.id, code_hash));
  if (writer.changed_rows() != 1) return refused("account.code_refused");  // somebody was quicker
  TRY(writer.execute(
      "INSERT INTO credential (user, professional, bound, password, password_set) VALUES (?1, ?2, ?3, ?4, ?3)"
      " ON CONFLICT (user) DO UPDATE SET professional = ?2, bound = coalesce(bound, ?3), password = ?4, "
      "password_set = ?3",
      found.user.id, proof.professional, writer.now(), hash));
  writer.fact("sessions_ended", std::to_string(TRY(end_sessions(writer, found.user.id, "new password"))));
  return forget_failures(writer, proof.professional);
}

}  // namespace

Result<IssuedCode> issue_code(World& world, audit::Ledger& ledger, const std::string& actor,
                              const CodeOrder& order) {
  std::string bytes(code_random_bytes, 0);
  world.random(std::as_writable_bytes(std::span(bytes)));
  IssuedCode issued{code_of(bytes), order.user};
  if (order.professional.size() > professional_bytes_max ||
      (!order.professional.empty() && !identity::is_display_name(order.professional)))
    return usage("account.professional_wrong", {{"professional", order.professional}});
  audit::Event event{actor, "account.code_issued", order.user, {}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<IssuedCode> {
    const auto user = TRY(identity::find_user(writer, order.user));
    TRY(identity::require_open(user));
    const Credential credential = TRY(credential_of(writer, user.id));
    if (!order.professional.empty() && !credential.professional.empty() &&
        credential.professional != order.professional)
      return refused("account.bound_elsewhere", {{"user", user.name}});
    issued.purpose = credential.password.empty() ? Purpose::activation : Purpose::reset;
    issued.expires = Time{writer.now().microseconds + order.hours * hour};
    writer.fact("purpose", std::string(to_text(issued.purpose)));
    writer.fact("expires", to_text(issued.expires));
    TRY(writer.execute(
        "INSERT OR REPLACE INTO account_code (user, purpose, hash, professional, created, expires)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        user.id, to_text(issued.purpose), crypto::sha256_hex(plain_code(issued.code)), order.professional,
        writer.now(), issued.expires));
    return issued;
  });
}

Result<identity::User> use_code(const Setting& setting, const Proof& proof, const CodeAttempt& attempt) {
  const auto store = TRY(store::Database::open_reading(setting.store_file));
  // His own institution, as MitID Erhverv says: it tells him of nobody.
  const auto institution = identity::find_institution(store, proof.cvr);
  TRY(check_password(attempt.password, {attempt.user, institution.ok() ? institution->name : ""},
                     setting.common));
  const std::string code_hash = crypto::sha256_hex(plain_code(attempt.code));
  // Before anything is looked up: what is unknown takes as long.
  const std::string hash = TRY(hash_password(setting.world, attempt.password, setting.cost));
  const auto found = TRY(find_code(store, attempt.user));
  const Reason reason = TRY(why_not(store, found, proof, code_hash, setting.world.now()));
  if (!reason.empty())
    return failed(setting, proof, found ? found->user.name : "", reason, "account.code_refused");
  const bool first = found->credential.password.empty();
  audit::Event event{found->user.name,
                     first ? "account.activated" : "account.password_reset",
                     found->user.name,
                     {{"institution", proof.cvr}, {"assurance", proof.assurance}}};
  return setting.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<identity::User> {
    if (!TRY(identity::find_user(writer, found->user.name)).may_act()) return refused("account.code_refused");
    TRY(set_password(writer, *found, proof, hash, code_hash));
    return identity::find_user(writer, found->user.name);
  });
}

}  // namespace fvm::account
