#include "sanction/pause.hpp"

#include "base/log.hpp"
#include "calendar/calendar.hpp"
#include "enclave/service.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "notify/outbox.hpp"
#include "release/suspend.hpp"
#include "sanction/types.hpp"

namespace fvm::sanction {
namespace {

using identity::Scope;
using identity::Suspension;

Result<void> check_reason(const std::string& reason, std::string_view subject) {
  if (identity::is_display_name(reason)) return {};
  return usage("identity.no_reason", {{"user", std::string(subject)}});
}

// As it stands in the table: a user's name, an institution's CVR number.
Result<std::string> subject_of(const store::Database& store, Scope scope, std::string_view subject) {
  if (scope == Scope::user) return TRY(identity::find_user(store, subject)).name;
  if (scope == Scope::institution) return TRY(identity::find_institution(store, subject)).cvr;
  return usage("sanction.pause_of_what");
}

Result<void> check_open(const store::Database& store, Scope scope, std::string_view subject) {
  if (scope == Scope::institution) {
    TRY(identity::find_open_institution(store, subject));
    return {};
  }
  const auto user = TRY(identity::find_user(store, subject));
  if (user.closed) return refused("identity.user_closed", {{"user", user.name}});
  return {};
}

Result<void> tell(audit::Writer& writer, const Suspension& about, const char* key) {
  if (about.scope == Scope::user) return notify::tell(writer, about.subject, about.reference, key);
  const auto institution = TRY(identity::find_institution(writer, about.subject));
  for (const auto& user : TRY(identity::list_users(writer))) {
    if (user.institution == institution.id && !user.closed)
      TRY(notify::tell(writer, user.name, about.reference, key));
  }
  return {};
}

Result<void> lift(audit::Writer& writer, const Suspension& about) {
  writer.subject(about.subject);
  writer.fact("pause", about.reference);
  TRY(identity::lift(writer, about.reference));
  TRY(follow_closing(writer, about.reference));
  return tell(writer, about, "notice.pause_over");
}

bool is_pause(const Suspension& each) {
  return !each.ended && each.reference.starts_with("P-");
}

}  // namespace

Result<void> follow_closing(audit::Writer& writer, const std::string& reference) {
  writer.fact("releases_held", std::to_string(TRY(release::hold_closed(writer, reference))));
  writer.fact("releases_restored", std::to_string(TRY(release::restore_open(writer, reference))));
  writer.fact("sessions_ended", std::to_string(TRY(enclave::mark_disallowed(writer, reference))));
  return {};
}

Result<std::vector<Suspension>> pauses(const store::Database& store) {
  auto all = TRY(identity::suspensions(store));
  std::erase_if(all, [](const Suspension& each) { return !is_pause(each); });
  return all;
}

Result<std::optional<Suspension>> pause_of(const store::Database& store, Scope scope,
                                           std::string_view subject) {
  for (auto& each : TRY(pauses(store)))
    if (each.scope == scope && each.subject == subject) return std::optional(std::move(each));
  return std::optional<Suspension>();
}

Result<Suspension> pause(audit::Ledger& ledger, const std::string& actor, const PauseOrder& order) {
  TRY(check_reason(order.reason, order.subject));
  return ledger.write({actor, "account.paused", order.subject, {{"reason", order.reason}}},
                      [&](audit::Writer& writer) -> Result<Suspension> {
                        if (order.until && *order.until < calendar::danish_date(writer.now()))
                          return usage("sanction.pause_over", {{"date", to_text(*order.until)}});
                        const std::string subject = TRY(subject_of(writer, order.scope, order.subject));
                        TRY(check_open(writer, order.scope, subject));
                        if (TRY(pause_of(writer, order.scope, subject)))
                          return refused("sanction.paused_already", {{"subject", subject}});
                        const std::string reference =
                            TRY(identity::pause(writer, order.scope, subject, order.until));
                        writer.subject(subject);
                        writer.fact("pause", reference);
                        writer.fact("scope", std::string(identity::name_of(order.scope)));
                        if (order.until) writer.fact("until", to_text(*order.until));
                        TRY(follow_closing(writer, reference));
                        const auto made = TRY(pause_of(writer, order.scope, subject));
                        TRY(tell(writer, *made, "notice.paused"));
                        return *made;
                      });
}

Result<void> end_pause(audit::Ledger& ledger, const std::string& actor, Scope scope, std::string_view subject,
                       const std::string& reason) {
  TRY(check_reason(reason, subject));
  return ledger.write({actor, "account.pause_ended", std::string(subject), {{"reason", reason}}},
                      [&](audit::Writer& writer) -> Result<void> {
                        const auto paused =
                            TRY(pause_of(writer, scope, TRY(subject_of(writer, scope, subject))));
                        if (!paused)
                          return refused("sanction.not_paused", {{"subject", std::string(subject)}});
                        return lift(writer, *paused);
                      });
}

Result<size_t> end_overdue_pauses(audit::Ledger& ledger, Time now) {
  size_t ended = 0;
  for (const Suspension& each : TRY(pauses(ledger.database()))) {
    if (!each.until || *each.until >= calendar::danish_date(now)) continue;
    const auto done = ledger.write({clock_name, "account.pause_ended", each.subject, {}},
                                   [&](audit::Writer& writer) { return lift(writer, each); });
    if (done.ok()) ++ended;
    if (!done.ok()) log_error("sanction.not_followed", done.error());
  }
  return ended;
}

Result<identity::Institution> close_institution(audit::Ledger& ledger, const std::string& actor,
                                                std::string_view name_or_cvr, const std::string& reason) {
  TRY(check_reason(reason, name_or_cvr));
  return ledger.write({actor, "institution.closed", std::string(name_or_cvr), {{"reason", reason}}},
                      [&](audit::Writer& writer) -> Result<identity::Institution> {
                        const auto institution = TRY(identity::find_open_institution(writer, name_or_cvr));
                        const auto asking = identity::find_user(writer, actor);
                        if (asking.ok() && asking->institution == institution.id)
                          return refused("sanction.own_institution", {{"institution", institution.name}});
                        writer.subject(institution.cvr);
                        const size_t accounts = TRY(identity::close_institution(writer, institution, reason));
                        writer.fact("accounts_closed", std::to_string(accounts));
                        const std::string reference = "left " + institution.cvr;
                        TRY(identity::suspend(writer, Scope::institution, institution.cvr, reference));
                        TRY(identity::disregard(writer, reference));
                        TRY(follow_closing(writer, reference));
                        return identity::find_institution(writer, institution.cvr);
                      });
}

}  // namespace fvm::sanction
