#include "release/spotcheck.hpp"

#include <algorithm>
#include <array>

#include "base/blank.hpp"
#include "base/log.hpp"
#include "extract/project.hpp"
#include "release/permissions.hpp"
#include "release/routes.hpp"

namespace fvm::release {
namespace {

constexpr size_t seed_bytes = 32;
constexpr int64_t day_microseconds = 86'400'000'000;
constexpr const char* actor = "fvm-checker";

Result<std::vector<Period>> read_periods(const store::Database& store, std::string_view rest) {
  auto row = TRY(store.prepare("SELECT id, first, last, commitment, seed, revealed FROM release_period " +
                               std::string(rest)));
  std::vector<Period> all;
  while (TRY(row.step())) {
    all.push_back({row.integer(0), row.time(1), row.time(2), row.text(3), row.text(4), !row.is_null(5)});
  }
  return all;
}

// The commitment is on record in the same transaction that makes the seed.
Result<void> make_period(World& world, audit::Ledger& ledger, Time first, Time last) {
  const std::string seed = random_hex(world, seed_bytes);
  return ledger.write({actor, "spotcheck.committed", "", {}}, [&](audit::Writer& writer) -> Result<void> {
    TRY(writer.execute("INSERT INTO release_period (first, last, commitment, seed) VALUES (?, ?, '', ?)",
                       first, last, seed));
    const int64_t id = writer.last_row();
    const std::string commitment = commitment_of(id, seed);
    TRY(writer.execute("UPDATE release_period SET commitment = ? WHERE id = ?", commitment, id));
    writer.subject("lot-" + std::to_string(id));
    writer.fact("commitment", commitment);
    writer.fact("first", to_text(first));
    writer.fact("last", to_text(last));
    return {};
  });
}

// The present period and the one after it exist. After a standstill the next begins now: what was sent
// meanwhile is drawn with it.
Result<void> ensure_periods(World& world, audit::Ledger& ledger, const SampleRules& rules) {
  for (;;) {
    const Time now = world.now();
    const auto newest = TRY(read_periods(ledger.database(), "ORDER BY id DESC LIMIT 1"));
    if (!newest.empty() && newest[0].first > now) return {};
    const Time first = newest.empty() ? now : std::max(newest[0].last, now);
    TRY(make_period(world, ledger, first, {first.microseconds + rules.days * day_microseconds}));
    crash_point("lot.committed");
  }
}

Result<std::optional<Period>> period_of(const store::Database& store, Time sent) {
  auto all = TRY(read_periods(store, "ORDER BY id"));
  for (Period& each : all) {
    if (sent < each.last && !each.revealed) return std::optional<Period>(std::move(each));
  }
  return std::optional<Period>();
}

Time sent_at(const Request& request) {
  Time at = request.changed;
  for (const Step& step : request.history) {
    if (step.to == State::sent) at = step.at;
  }
  return at;
}

Result<void> insert_draw(audit::Writer& writer, const Request& request, int64_t period, uint32_t permille,
                         bool drawn) {
  const std::string cvr = TRY(extract::open_project(writer, request.project)).cvr;
  writer.fact("period", std::to_string(period));
  writer.fact("permille", std::to_string(permille));
  writer.fact("drawn", drawn ? "yes" : "no");
  writer.fact("institution", cvr);
  return writer.execute(
      "INSERT INTO release_draw (request, period, institution, permille, drawn) VALUES (?, ?, ?, ?, ?)",
      request.id, period, cvr, permille, drawn ? 1 : 0);
}

// Drawn, and there to be looked at.
Result<void> sample(audit::Ledger& ledger, const Request& request, const Body& body) {
  TRY(take_step(ledger, request.number, checker(), Event::sample, {}, body));
  return {};
}

// What was recalled or came back before its draw is drawn all the same: nobody can keep out of the lot what
// he has sent. It is looked at if it stands as sent, or when it does again (look_at_returned).
Result<bool> draw(audit::Ledger& ledger, const Request& request) {
  const auto period = TRY(period_of(ledger.database(), sent_at(request)));
  if (!period) return false;  // the next round has made it
  const uint32_t permille = route_named(request.route).sampled_permille;
  const bool drawn = is_drawn(lot_of(period->seed, request.number), permille);
  if (drawn && request.state == State::sent) {
    TRY(sample(ledger, request, [&](audit::Writer& writer, Request& now) {
      return insert_draw(writer, now, period->id, permille, true);
    }));
  } else {
    const char* what = drawn ? "spotcheck.moot" : "spotcheck.passed";
    TRY(ledger.write({actor, what, request.number, {}}, [&](audit::Writer& writer) {
      return insert_draw(writer, request, period->id, permille, drawn);
    }));
  }
  crash_point("lot.drawn");
  return drawn;
}

Result<std::vector<Request>> found_by(const store::Database& store, store::Statement row) {
  std::vector<std::string> numbers;
  while (TRY(row.step())) numbers.push_back(number_of(row.integer(0)));
  std::vector<Request> out;
  for (const std::string& number : numbers) out.push_back(TRY(find(store, number)));
  return out;
}

// Whatever has left, wherever it stands now. A period is told only when nothing of it is undrawn, so what was
// sent before the last one that was told is not looked at again.
Result<std::vector<Request>> undrawn(const store::Database& store) {
  return found_by(
      store,
      TRY(store.prepare("SELECT DISTINCT s.request FROM release_step s WHERE s.to_state = 'sent' AND s.at >= "
                        "(SELECT coalesce(max(last), 0) FROM release_period WHERE revealed IS NOT NULL) AND "
                        "NOT EXISTS (SELECT 1 FROM release_draw d WHERE d.request = s.request) "
                        "ORDER BY s.request")));
}

// What was drawn while it had come back, and has been sent again.
Result<size_t> look_at_returned(audit::Ledger& ledger) {
  auto rows = TRY(ledger.database().prepare(
      "SELECT d.request FROM release_draw d JOIN release_request r ON r.id = d.request WHERE d.drawn = 1 AND "
      "r.state = 'sent' AND NOT EXISTS (SELECT 1 FROM release_step s WHERE s.request = d.request AND s.event "
      "= "
      "'sample') ORDER BY d.request"));
  size_t looked = 0;
  for (const Request& request : TRY(found_by(ledger.database(), std::move(rows)))) {
    const auto done = sample(ledger, request, {});
    if (!done.ok()) log_error("lot.not_drawn", done.error());
    looked += done.ok();
  }
  return looked;
}

Result<size_t> draw_all(audit::Ledger& ledger) {
  size_t drawn = 0;
  for (const Request& request : TRY(undrawn(ledger.database()))) {
    const auto done = draw(ledger, request);
    if (!done.ok()) log_error("lot.not_drawn", done.error());
    drawn += done.ok() && *done;
  }
  return drawn;
}

Result<std::vector<Draw>> draws_in(const store::Database& store, const Period& period) {
  auto row = TRY(store.prepare(
      "SELECT request, institution, permille, drawn, by_quota FROM release_draw WHERE period = ? "
      "ORDER BY request",
      period.id));
  std::vector<Draw> draws;
  while (TRY(row.step())) {
    const std::string number = number_of(row.integer(0));
    draws.push_back({number, row.text(1), static_cast<uint32_t>(row.integer(2)), row.integer(3) != 0,
                     row.integer(4) != 0, lot_of(period.seed, number)});
  }
  return draws;
}

// What was recalled meanwhile needs no second look.
Result<void> draw_by_quota(audit::Ledger& ledger, const Period& period, const Draw& draw) {
  const auto mark = [&](audit::Writer& writer) {
    writer.fact("period", std::to_string(period.id));
    writer.fact("quota", "yes");
    return writer.execute("UPDATE release_draw SET drawn = 1, by_quota = 1 WHERE request = ?",
                          id_of(draw.number).value_or(0));
  };
  if (TRY(state_of(ledger.database(), draw.number)) == State::sent) {
    TRY(take_step(ledger, draw.number, checker(), Event::sample, "quota",
                  [&](audit::Writer& writer, Request&) { return mark(writer); }));
  } else {
    TRY(ledger.write({actor, "spotcheck.quota_moot", draw.number, {}}, mark));
  }
  crash_point("lot.quota");
  return {};
}

Result<size_t> finish(audit::Ledger& ledger, const Period& period, const SampleRules& rules) {
  size_t added = 0;
  const auto draws = TRY(draws_in(ledger.database(), period));
  for (const size_t place : quota_of(draws, rules.quota)) {
    TRY(draw_by_quota(ledger, period, draws[place]));
    ++added;
  }
  TRY(ledger.write({actor, "spotcheck.revealed", "lot-" + std::to_string(period.id), {}},
                   [&](audit::Writer& writer) -> Result<void> {
                     writer.fact("seed", period.seed);
                     writer.fact("commitment", period.commitment);
                     writer.fact("sent", std::to_string(draws.size()));
                     writer.fact("quota", std::to_string(rules.quota));
                     return writer.execute("UPDATE release_period SET revealed = ?, quota = ? WHERE id = ?",
                                           writer.now(), rules.quota, period.id);
                   }));
  return added;
}

// Nothing sent in it may be left undrawn.
Result<size_t> finish_all(World& world, audit::Ledger& ledger, const SampleRules& rules) {
  const auto left = TRY(undrawn(ledger.database()));
  size_t added = 0;
  for (const Period& period : TRY(read_periods(ledger.database(), "WHERE revealed IS NULL ORDER BY id"))) {
    if (world.now() < period.last) continue;
    const bool open = std::any_of(left.begin(), left.end(),
                                  [&](const Request& request) { return sent_at(request) < period.last; });
    if (!open) added += TRY(finish(ledger, period, rules));
  }
  return added;
}

}  // namespace

SampleRules SampleRules::of(const config::Config& config) {
  return {config.release.sample_days, config.release.sample_quota};
}

Result<size_t> follow_lot(World& world, audit::Ledger& ledger, const SampleRules& rules) {
  TRY(ensure_periods(world, ledger, rules));
  const size_t drawn = TRY(draw_all(ledger)) + TRY(look_at_returned(ledger));
  return drawn + TRY(finish_all(world, ledger, rules));
}

Result<std::vector<Period>> periods(const store::Database& store) {
  auto all = TRY(read_periods(store, "ORDER BY id DESC"));
  for (Period& each : all) {
    if (!each.revealed) each.seed.clear();
  }
  return all;
}

Result<std::vector<Request>> second_looks_for(const store::Database& store, std::string_view inspector) {
  constexpr std::array drawn = {State::sampled};
  std::vector<Request> mine;
  for (Request& request : TRY(in_states(store, drawn))) {
    if (TRY(role_of(store, request, inspector, Event::close)) == Role::inspector &&
        TRY(may_see(store, request, inspector)))
      mine.push_back(std::move(request));
  }
  return mine;
}

Result<Request> close_look(audit::Ledger& ledger, std::string_view number, const std::string& inspector,
                           const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(ledger, number, user(inspector), Event::close, reason);
}

Result<Request> report_finding(audit::Ledger& ledger, std::string_view number, const std::string& inspector,
                               const std::string& rule, const std::string& reason) {
  if (is_blank(reason)) return usage("release.no_reason");
  return take_step(
      ledger, number, user(inspector), Event::find, reason, [&](audit::Writer& writer, Request& request) {
        writer.fact("rule", rule);
        return writer.execute("UPDATE release_draw SET missed_rule = ? WHERE request = ?", rule, request.id);
      });
}

Result<std::vector<Precision>> precision_of_rules(const store::Database& store) {
  auto row = TRY(store.prepare(
      "SELECT rule, count(*), sum(held) FROM (SELECT DISTINCT substr(f.rule, 9) AS rule, s.request, "
      "s.revision, "
      "s.event <> 'approve' AS held FROM release_step s JOIN release_finding f ON f.request = s.request AND "
      "f.revision = s.revision WHERE s.event IN ('approve', 'reject', 'send_back') AND f.severity = 1) "
      "GROUP BY rule ORDER BY rule"));
  std::vector<Precision> all;
  while (TRY(row.step())) {
    all.push_back({row.text(0), static_cast<size_t>(row.integer(1)), static_cast<size_t>(row.integer(2))});
  }
  return all;
}

Result<std::vector<Looked>> second_looks(const store::Database& store) {
  auto row = TRY(store.prepare(
      "SELECT r.route, count(*), sum(s.event = 'find') FROM release_step s JOIN release_request r ON r.id = "
      "s.request WHERE s.event IN ('close', 'find') GROUP BY r.route ORDER BY r.route"));
  std::vector<Looked> all;
  while (TRY(row.step())) {
    all.push_back({row.text(0), static_cast<size_t>(row.integer(1)), static_cast<size_t>(row.integer(2))});
  }
  return all;
}

}  // namespace fvm::release
