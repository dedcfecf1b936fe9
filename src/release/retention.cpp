#include "release/retention.hpp"

#include <algorithm>
#include <set>

#include "audit/refusal.hpp"
#include "base/log.hpp"
#include "disclosure/text.hpp"
#include "identity/service.hpp"
#include "release/permissions.hpp"
#include "release/store.hpp"

namespace fvm::release {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr const char* actor = "fvm-steward";

Result<bool> any(store::Statement row) {
  return row.step();
}

Result<bool> lot_is_over(const store::Database& store, const Request& request) {
  return any(TRY(store.prepare(
      "SELECT 1 FROM release_draw d JOIN release_period p ON p.id = d.period WHERE d.request = ? "
      "AND p.revealed IS NOT NULL",
      request.id)));
}

Result<void> check_officer(const store::Database& store, const Request& request, const std::string& who) {
  const auto user = identity::find_user(store, who);
  const bool officer = user.ok() && user->may_act() && user->has(identity::Role::security);
  if (!officer || user->name == request.author ||
      TRY(identity::is_member(store, request.project, user->name)))
    return refused("release.not_security", {{"release", request.number}});
  return {};
}

Result<void> check_reason(const std::string& reason) {
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos || reason.size() > purpose_bytes_max)
    return usage("release.no_reason");
  return {};
}

Result<void> put_hold(audit::Writer& writer, const Request& request, const std::string& who,
                      const std::string& reason) {
  if (request.bytes_gone) return refused("release.bytes_gone", {{"release", request.number}});
  if (request.retained) return refused("release.retained_already", {{"release", request.number}});
  return writer.execute("INSERT INTO release_retained (request, since, by, reason) VALUES (?, ?, ?, ?)",
                        request.id, writer.now(), who, disclosure::to_utf8(reason));
}

Result<void> take_hold_off(audit::Writer& writer, const Request& request, const std::string& who,
                           const std::string& reason) {
  if (!request.retained) return refused("release.not_retained", {{"release", request.number}});
  return writer.execute(
      "UPDATE release_retained SET lifted = ?, lifted_by = ?, lift_reason = ? WHERE request = ? AND lifted "
      "IS "
      "NULL",
      writer.now(), who, disclosure::to_utf8(reason), request.id);
}

template <class T>
Result<T> recorded(audit::Ledger& ledger, const Request& request, const std::string& who,
                   std::string_view action, Result<T> done) {
  if (!done.ok())
    TRY(audit::record_refusal(ledger, who, "release.refused", request.number, action, done.error()));
  return done;
}

using Change = Result<void> (*)(audit::Writer&, const Request&, const std::string&, const std::string&);

// Whoever may not see the request learns nothing of it: "release.unknown".
Result<Request> change_hold(audit::Ledger& ledger, std::string_view number, const std::string& who,
                            const std::string& reason, const char* action, Change change) {
  const Request before = TRY(find(ledger.database(), number));
  if (!TRY(may_see(ledger.database(), before, who)))
    return usage("release.unknown", {{"release", std::string(number)}});
  auto done = ledger.write({who, action, before.number, {}}, [&](audit::Writer& writer) -> Result<Request> {
    const Request request = TRY(find(writer, number));
    TRY(check_officer(writer, request, who));
    TRY(check_reason(reason));
    TRY(change(writer, request, who, reason));
    return find(writer, number);
  });
  return recorded(ledger, before, who, action, std::move(done));
}

struct Decided {
  bool due = false;
  Time ended{};
};

Result<Decided> decide(const store::Database& store, const Request& request, Time now,
                       const RetentionRules& rules) {
  const bool over = request.state == State::sent && TRY(lot_is_over(store, request));
  const auto ended = ended_at(request, over);
  if (!ended || request.bytes_gone || request.retained) return Decided{};
  if (now.microseconds - ended->microseconds < rules.days * day_microseconds) return Decided{};
  if (rules.concerned && TRY(rules.concerned(store, request))) return Decided{};
  return Decided{true, *ended};
}

// Of all revisions.
Result<std::set<std::string>> digests_of(const store::Database& store, const Request& request) {
  std::set<std::string> all;
  auto row =
      TRY(store.prepare("SELECT sha256 FROM release_file WHERE request = ? AND sha256 <> ''", request.id));
  while (TRY(row.step())) all.insert(row.text(0));
  return all;
}

Result<bool> is_needed(const store::Database& store, const std::string& sha256) {
  return any(
      TRY(store.prepare("SELECT 1 FROM release_file WHERE sha256 = ? AND request NOT IN (SELECT request "
                        "FROM release_gone)",
                        sha256)));
}

// True: its time is over, and what is to be destroyed is written down.
Result<bool> end_one(audit::Ledger& ledger, const Request& candidate, const RetentionRules& rules) {
  return ledger.write(
      {actor, "release.retention_over", candidate.number, {}}, [&](audit::Writer& writer) -> Result<bool> {
        const Request request = TRY(find(writer, candidate.number));
        const Decided decided = TRY(decide(writer, request, writer.now(), rules));
        if (!decided.due) return refused("release.moved", {{"release", request.number}});
        TRY(writer.execute("INSERT INTO release_gone (request, at) VALUES (?, ?)", request.id, writer.now()));
        size_t copies = 0;
        for (const std::string& sha256 : TRY(digests_of(writer, request))) {
          if (TRY(is_needed(writer, sha256))) continue;
          TRY(writer.execute("INSERT OR IGNORE INTO release_to_destroy (sha256, request) VALUES (?, ?)",
                             sha256, request.id));
          ++copies;
        }
        writer.fact("ended", to_text(decided.ended));
        writer.fact("days", std::to_string(rules.days));
        writer.fact("copies", std::to_string(copies));
        return true;
      });
}

struct Doomed {
  std::string sha256;
  int64_t request = 0;
};
Result<std::vector<Doomed>> doomed(const store::Database& store) {
  std::vector<Doomed> all;
  auto row = TRY(store.prepare("SELECT sha256, request FROM release_to_destroy ORDER BY request, sha256"));
  while (TRY(row.step())) all.push_back({row.text(0), row.integer(1)});
  return all;
}

// Nobody captures or reads meanwhile. Somebody may have sent the same bytes again since: then they stay.
Result<bool> destroy_one(audit::Ledger& ledger, const KeptCopies& copies, const Doomed& one) {
  const Descriptor alone = TRY(copies.hold_alone());
  const bool needed = TRY(is_needed(ledger.database(), one.sha256));
  if (!needed) TRY(copies.destroy(one.sha256));
  crash_point("kept.destroyed");
  TRY(ledger.write({actor,
                    needed ? "release.copy_kept_on" : "release.copy_destroyed",
                    number_of(one.request),
                    {{"sha256", one.sha256}}},
                   [&](audit::Writer& writer) {
                     return writer.execute("DELETE FROM release_to_destroy WHERE sha256 = ?", one.sha256);
                   }));
  return !needed;
}

Result<std::vector<std::string>> candidates(const store::Database& store, Time before) {
  std::vector<std::string> numbers;
  auto row = TRY(store.prepare(
      "SELECT id FROM release_request WHERE changed <= ? AND id NOT IN (SELECT request FROM release_gone) "
      "ORDER BY id",
      before));
  while (TRY(row.step())) numbers.push_back(number_of(row.integer(0)));
  return numbers;
}

}  // namespace

std::optional<Time> ended_at(const Request& request, bool lot_is_over) {
  const bool ended = is_final(request.state) || (request.state == State::sent && lot_is_over);
  return ended ? std::optional(request.changed) : std::nullopt;
}

Result<void> may_retain(audit::Ledger& ledger, std::string_view number, const std::string& who,
                        std::string_view action) {
  const Request request = TRY(find(ledger.database(), number));
  if (!TRY(may_see(ledger.database(), request, who)))
    return usage("release.unknown", {{"release", std::string(number)}});
  return recorded(ledger, request, who, action, check_officer(ledger.database(), request, who));
}

Result<Request> retain(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason) {
  return change_hold(ledger, number, who, reason, "release.retain", put_hold);
}

Result<Request> let_go(audit::Ledger& ledger, std::string_view number, const std::string& who,
                       const std::string& reason) {
  return change_hold(ledger, number, who, reason, "release.let_go", take_hold_off);
}

Result<Destroyed> destroy_due(audit::Ledger& ledger, const KeptCopies& copies, Time now,
                              const RetentionRules& rules) {
  Destroyed out;
  const Time before{now.microseconds - rules.days * day_microseconds};
  for (const std::string& number : TRY(candidates(ledger.database(), before))) {
    const Request request = TRY(find(ledger.database(), number));
    if (!TRY(decide(ledger.database(), request, now, rules)).due) continue;
    const auto ended = end_one(ledger, request, rules);
    if (ended.ok()) ++out.requests;
    if (!ended.ok()) log_error("release.not_ended", ended.error());
    crash_point("kept.retention_over");
  }
  for (const Doomed& one : TRY(doomed(ledger.database()))) {
    const auto destroyed = destroy_one(ledger, copies, one);
    if (destroyed.ok()) out.copies += *destroyed;
    if (!destroyed.ok()) log_error("release.not_destroyed", destroyed.error());
  }
  return out;
}

Result<std::vector<Request>> retained_now(const store::Database& store) {
  std::vector<std::string> numbers;
  auto row = TRY(store.prepare("SELECT request FROM release_retained WHERE lifted IS NULL ORDER BY since"));
  while (TRY(row.step())) numbers.push_back(number_of(row.integer(0)));
  std::vector<Request> all;
  for (const std::string& number : numbers) all.push_back(TRY(find(store, number)));
  return all;
}

}  // namespace fvm::release
