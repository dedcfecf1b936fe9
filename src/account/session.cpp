// Sessions of browsers: a random token whose hash is kept, a public name, an end.
#include "account/session.hpp"

#include "account/store.hpp"
#include "crypto/sha256.hpp"
#include "identity/service.hpp"

namespace fvm::account {
namespace {

constexpr size_t token_bytes = 32, id_bytes = 8;
constexpr std::string_view columns =
    "SELECT s.id, u.name, s.professional, s.browser, s.browser_hash, s.assurance, s.created, s.expires, "
    "s.stepped_up"
    " FROM login_session s JOIN user u ON u.id = s.user"
    " JOIN credential c ON c.user = s.user AND c.professional = s.professional"
    " WHERE s.ended IS NULL AND u.closed IS NULL AND s.expires > ? ";

Result<std::vector<Session>> read(const store::Database& store, store::Statement rows) {
  std::vector<Session> all;
  while (TRY(rows.step())) {
    Session session{.id = rows.text(0),
                    .user = TRY(identity::find_user(store, rows.text(1))),
                    .professional = rows.text(2),
                    .browser = rows.text(3),
                    .browser_hash = rows.text(4),
                    .assurance = rows.text(5),
                    .created = rows.time(6),
                    .expires = rows.time(7)};
    if (!rows.is_null(8)) session.stepped_up = rows.time(8);
    if (!session.user.may_act()) continue;  // closed for a time: its sessions work again afterwards
    all.push_back(std::move(session));
  }
  return all;
}

// The oldest ones give way, so that forgotten browsers do not add up.
Result<void> make_room(audit::Writer& writer, int64_t user) {
  return writer.execute(
      "UPDATE login_session SET ended = ?1, end_reason = 'too many' WHERE id IN (SELECT id FROM login_session"
      " WHERE user = ?2 AND ended IS NULL AND expires > ?1 ORDER BY created DESC LIMIT -1 OFFSET ?3)",
      writer.now(), user, sessions_max - 1);
}

}  // namespace

Result<Opened> open_session(const Setting& setting, audit::Writer& writer, const identity::User& user,
                            const Proof& proof, std::string_view user_agent) {
  TRY(make_room(writer, user.id));
  Opened opened{random_hex(setting.world, token_bytes),
                {.id = random_hex(setting.world, id_bytes),
                 .user = user,
                 .professional = proof.professional,
                 .browser = browser_name(user_agent),
                 .browser_hash = crypto::sha256_hex(user_agent),
                 .assurance = proof.assurance,
                 .created = writer.now(),
                 .expires = Time{writer.now().microseconds + setting.session_seconds * 1'000'000}}};
  const Session& s = opened.session;
  writer.fact("session", s.id);
  writer.fact("browser", s.browser);
  TRY(writer.execute(
      "INSERT INTO login_session (id, token_hash, user, professional, browser, browser_hash, assurance,"
      " created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      s.id, crypto::sha256_hex(opened.token), user.id, s.professional, s.browser, s.browser_hash, s.assurance,
      s.created, s.expires));
  return opened;
}

Result<std::optional<Session>> find_session(const store::Database& store, std::string_view token,
                                            std::string_view user_agent, Time now) {
  auto found = TRY(read(store, TRY(store.prepare(std::string(columns) + "AND s.token_hash = ?", now,
                                                 crypto::sha256_hex(token)))));
  if (found.empty() || found.front().browser_hash != crypto::sha256_hex(user_agent))
    return std::optional<Session>();
  return std::optional<Session>(std::move(found.front()));
}

Result<std::vector<Session>> sessions_of(const store::Database& store, std::string_view user, Time now) {
  return read(store,
              TRY(store.prepare(std::string(columns) + "AND u.name = ? ORDER BY s.created DESC", now, user)));
}

Result<void> end_session(audit::Ledger& ledger, const std::string& actor, std::string_view name,
                         std::string_view id, std::string_view reason) {
  audit::Event event{actor,
                     "login.ended",
                     std::string(name),
                     {{"session", std::string(id)}, {"reason", std::string(reason)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    const auto user = TRY(identity::find_user(writer, name));
    TRY(writer.execute(
        "UPDATE login_session SET ended = ?, end_reason = ? WHERE id = ? AND user = ? AND ended IS NULL",
        writer.now(), reason, id, user.id));
    if (writer.changed_rows() == 0) return usage("account.session.unknown", {{"session", std::string(id)}});
    return {};
  });
}

Result<std::optional<std::string>> why_ended(const store::Database& store, std::string_view id) {
  auto rows =
      TRY(store.prepare("SELECT end_reason FROM login_session WHERE id = ? AND ended IS NOT NULL", id));
  if (!TRY(rows.step())) return std::optional<std::string>();
  return std::optional<std::string>(rows.text(0));
}

Result<std::string> professional_of(const store::Database& store, std::string_view user) {
  return TRY(credential_of(store, TRY(identity::find_user(store, user)).id)).professional;
}

Result<int64_t> end_all_sessions(audit::Ledger& ledger, const std::string& actor, std::string_view name,
                                 std::string_view reason) {
  audit::Event event{actor, "login.all_ended", std::string(name), {{"reason", std::string(reason)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<int64_t> {
    const int64_t ended = TRY(end_sessions(writer, TRY(identity::find_user(writer, name)).id, reason));
    writer.fact("sessions_ended", std::to_string(ended));
    return ended;
  });
}

Result<Opened> step_up(const Setting& setting, const Session& session, const Proof& proof) {
  const std::string& name = session.user.name;
  if (proof.professional != session.professional) {
    TRY(setting.ledger.record(
        {name, "login.step_up_refused", name, {{"session", session.id}, {"reason", "person"}}}));
    return refused("account.other_person");
  }
  audit::Event event{
      name, "login.stepped_up", name, {{"session", session.id}, {"assurance", proof.assurance}}};
  return setting.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Opened> {
    Opened opened{random_hex(setting.world, token_bytes), session};
    TRY(writer.execute(
        "UPDATE login_session SET token_hash = ?, stepped_up = ? WHERE id = ? AND ended IS NULL",
        crypto::sha256_hex(opened.token), writer.now(), session.id));
    if (writer.changed_rows() == 0) return usage("account.session.unknown", {{"session", session.id}});
    opened.session.stepped_up = writer.now();
    return opened;
  });
}

}  // namespace fvm::account
