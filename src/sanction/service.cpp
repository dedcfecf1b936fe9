#include "sanction/service.hpp"

#include <algorithm>

#include "audit/refusal.hpp"
#include "base/blank.hpp"
#include "base/log.hpp"
#include "calendar/calendar.hpp"
#include "disclosure/text.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "identity/suspension.hpp"
#include "notify/outbox.hpp"
#include "release/store.hpp"
#include "sanction/pause.hpp"
#include "sanction/permissions.hpp"

namespace fvm::sanction {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

using Body = std::function<Result<void>(audit::Writer&, Case&)>;

Result<void> check_words(const std::string& words) {
  if (!is_blank(words) && words.size() <= words_bytes_max) return {};
  return usage("sanction.no_words", {{"bytes_max", std::to_string(words_bytes_max)}});
}

Error refusal(const Case& about, Event event, Role role) {
  if (role == Role::stranger) return refused("sanction.not_yours", {{"case", about.number}});
  return refused("sanction.not_allowed", {{"case", about.number},
                                          {"state", std::string(name_of(about.state))},
                                          {"event", std::string(name_of(event))},
                                          {"role", std::string(name_of(role))}});
}

// Whoever the closing reaches is told, so that he knows why the door is shut and how to answer.
Result<void> tell(audit::Writer& writer, const Case& about, Notice notice, State to) {
  if (notice == Notice::none) return {};
  if (notice == Notice::deciders)
    return notify::tell(writer, "role:decision-maker", about.number,
                        to == State::appealed ? "notice.breach_appealed" : "notice.breach_heard");
  std::string_view key = "notice.breach_moved";
  if (to == State::hearing) key = "notice.breach_hearing";
  if (to == State::in_force) key = "notice.breach_decided";
  TRY(notify::tell(writer, about.user, about.number, key));
  if (!about.measure || about.measure->reach < Reach::project) return {};
  for (const auto& member : TRY(identity::members_of(writer, about.project))) {
    if (member.name != about.user) TRY(notify::tell(writer, member.name, about.number, key));
  }
  return {};
}

// What is closed is what the case says: before it, everything that rests on the case is lifted.
Result<void> close_and_reopen(audit::Writer& writer, const Case& about, Reach reach) {
  using identity::Scope;
  TRY(identity::lift(writer, about.number));
  // The user by his name: he may belong to another institution than the project does.
  if (reach != Reach::none) TRY(identity::suspend(writer, Scope::user, about.user, about.number));
  if (reach == Reach::project) TRY(identity::suspend(writer, Scope::project, about.project, about.number));
  if (reach == Reach::institution)
    TRY(identity::suspend(writer, Scope::institution, about.cvr, about.number));
  writer.fact("reach", std::string(name_of(reach)));
  return follow_closing(writer, about.number);
}

bool is_closed(State state) {
  return state == State::in_force || state == State::appealed || state == State::upheld;
}

// What is closed in that state.
Reach reach_of(const Case& about, State state) {
  return (is_closed(state) || about.interim) && about.measure ? about.measure->reach : Reach::none;
}

Result<Case> step_inside(audit::Writer& writer, std::string_view number, const std::string& who, bool clock,
                         Event event, const std::string& words, const Body& body) {
  Case about = TRY(find(writer, number));
  const Role role = clock ? Role::clock : role_of(TRY(facts_of(writer, about, who)), event);
  const auto step = next(about.state, event, role);
  if (!step) return refusal(about, event, role);
  writer.subject(about.number);
  writer.fact("from", std::string(name_of(step->from)));
  writer.fact("to", std::string(name_of(step->to)));
  writer.fact("role", std::string(name_of(role)));
  const Reach before = reach_of(about, step->from);
  if (body) TRY(body(writer, about));
  if (is_final(step->to)) about.interim = false;
  TRY(update_case(writer, about));
  TRY(insert_step(writer, about, {writer.now(), who, role, event, step->from, step->to, words}));
  if (const Reach now = reach_of(about, step->to); now != before) TRY(close_and_reopen(writer, about, now));
  if (step->to == State::dismissed || step->to == State::overturned)
    TRY(identity::disregard(writer, about.number));
  TRY(tell(writer, about, step->notice, step->to));
  return find(writer, about.number);
}

Result<void> record_refusal(audit::Ledger& ledger, std::string_view number, const std::string& who,
                            Event event, const Error& error) {
  return audit::record_refusal(ledger, who, "sanction.refused", number, name_of(event), error);
}

Result<Case> step(audit::Ledger& ledger, std::string_view number, const std::string& who, bool clock,
                  Event event, const std::string& words, const Body& body = {}) {
  auto done = ledger.write(
      {who, "sanction." + std::string(name_of(event)), std::string(number), {}}, [&](audit::Writer& writer) {
        return step_inside(writer, number, who, clock, event, disclosure::to_utf8(words), body);
      });
  if (!done.ok()) TRY(record_refusal(ledger, number, who, event, done.error()));
  return done;
}

Date today(Time now) {
  return calendar::danish_date(now);
}

Result<Case> draft_of(const store::Database& store, const std::string& reporter, const Report& report) {
  Case about{.state = State::reported};
  about.reporter = TRY(identity::find_user(store, reporter)).name;
  about.user = report.user, about.project = report.project;
  if (!report.release.empty()) {
    const auto request = TRY(release::find(store, report.release));
    about.release = request.number, about.user = request.author, about.project = request.project;
  }
  if (about.user.empty() || about.project.empty()) return usage("sanction.no_subject");
  about.user = TRY(identity::find_user(store, about.user)).name;
  about.cvr = TRY(extract::open_project(store, about.project)).cvr;
  const bool known = !about.release.empty() || TRY(identity::is_member(store, about.project, about.user));
  if (!known) return refused("sanction.not_member", {{"user", about.user}, {"project", about.project}});
  return about;
}

Result<void> check_reporter(const store::Database& store, const std::string& reporter) {
  const auto account = TRY(identity::find_user(store, reporter));
  return identity::require_open(account);
}

}  // namespace

Result<Case> report(audit::Ledger& ledger, const std::string& reporter, const Report& report) {
  TRY(check_reporter(ledger.database(), reporter));
  TRY(check_words(report.words));
  return ledger.write(
      {reporter, "sanction.reported", report.project, {}}, [&](audit::Writer& writer) -> Result<Case> {
        TRY(check_reporter(writer, reporter));
        const Case about = TRY(draft_of(writer, reporter, report));
        const std::string number = number_of(TRY(insert_case(writer, about)));
        writer.subject(number);
        writer.fact("user", about.user);
        writer.fact("project", about.project);
        TRY(insert_step(writer, TRY(find(writer, number)),
                        {writer.now(), about.reporter, Role::reporter, Event::report, State::reported,
                         State::reported, disclosure::to_utf8(report.words)}));
        TRY(notify::tell(writer, "role:security", number, "notice.breach_reported"));
        return find(writer, number);
      });
}

Result<Measure> measure_by_rule(const store::Database& store, const Case& about, Time now) {
  const Time since{now.microseconds - again_days * day_microseconds};
  const bool again = TRY(decided_before(store, about.user, since));
  return measure_for(about.severity.value_or(Severity::serious), again ? Before::again : Before::first,
                     about.self_reported() ? Reported::self : Reported::others);
}

Result<void> may_take(audit::Ledger& ledger, std::string_view number, const std::string& who, Event event) {
  const Case about = TRY(find(ledger.database(), number));
  const Role role = role_of(TRY(facts_of(ledger.database(), about, who)), event);
  if (next(about.state, event, role)) return {};
  const Error error = refusal(about, event, role);
  TRY(record_refusal(ledger, number, who, event, error));
  return error;
}

Result<Case> assess(audit::Ledger& ledger, std::string_view number, const std::string& who, Severity severity,
                    const std::string& words) {
  TRY(check_words(words));
  return step(ledger, number, who, false, Event::assess, words,
              [&](audit::Writer& writer, Case& about) -> Result<void> {
                about.severity = severity;
                about.answer_by = calendar::add_working_days(today(writer.now()), hearing_days);
                writer.fact("severity", std::string(name_of(severity)));
                writer.fact("answer_by", to_text(*about.answer_by));
                return {};
              });
}

Result<Case> interim(audit::Ledger& ledger, std::string_view number, const std::string& who, Reach reach,
                     const std::string& words) {
  TRY(check_words(words));
  if (reach != Reach::user && reach != Reach::project) return usage("sanction.interim_reach");
  return step(ledger, number, who, false, Event::interim, words,
              [&](audit::Writer&, Case& about) -> Result<void> {
                about.interim = true, about.measure = Measure{reach, 0};
                return {};
              });
}

Result<Case> decide(audit::Ledger& ledger, std::string_view number, const std::string& who,
                    const std::optional<Measure>& wanted, const std::string& words) {
  TRY(check_words(words));
  if (wanted && (wanted->days < 0 || wanted->days > period_days_max))
    return usage("sanction.days_wrong", {{"days_max", std::to_string(period_days_max)}});
  const auto body = [&](audit::Writer& writer, Case& about) -> Result<void> {
    const Measure rule = TRY(measure_by_rule(writer, about, writer.now()));
    about.milder = wanted && !(*wanted == rule);
    if (about.milder && !is_milder(*wanted, rule))
      return refused("sanction.not_milder",
                     {{"reach", std::string(name_of(rule.reach))}, {"days", std::to_string(rule.days)}});
    about.measure = about.milder ? *wanted : rule;
    about.interim = false;
    about.appeal_by = calendar::add_working_days(today(writer.now()), appeal_days);
    about.until.reset();
    if (about.measure->days > 0)
      about.until = Time{writer.now().microseconds + about.measure->days * day_microseconds};
    writer.fact("days", std::to_string(about.measure->days));
    writer.fact("milder", about.milder ? "yes" : "no");
    return {};
  };
  return step(ledger, number, who, false, Event::decide, words, body);
}

Result<Case> take_step(audit::Ledger& ledger, std::string_view number, const std::string& who, Event event,
                       const std::string& words) {
  TRY(check_words(words));
  if (event == Event::assess || event == Event::decide || event == Event::interim)
    return defect("sanction.not_so", {{"event", std::string(name_of(event))}});
  return step(ledger, number, who, false, event, words,
              [&](audit::Writer& writer, Case& about) -> Result<void> {
                if (event == Event::reopen) about.interim = false, about.measure.reset();
                if (event == Event::appeal && about.appeal_by && *about.appeal_by < today(writer.now()))
                  return refused("sanction.too_late", {{"date", to_text(*about.appeal_by)}});
                return {};
              });
}

Result<size_t> due(audit::Ledger& ledger, Time now) {
  size_t taken = 0;
  for (const Case& about : TRY(list(ledger.database()))) {
    std::optional<Event> event;
    if (about.state == State::hearing && about.answer_by && *about.answer_by < today(now))
      event = Event::lapse;
    if (is_closed(about.state) && about.until && *about.until <= now) event = Event::expire;
    if (!event) continue;
    const auto done = step(ledger, about.number, clock_name, true, *event, {});
    if (done.ok()) ++taken;
    if (!done.ok()) log_error("sanction.not_followed", done.error());
  }
  return taken;
}

}  // namespace fvm::sanction
