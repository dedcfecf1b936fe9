// What becomes of a case that is in force: amendment, extension, coming into force, the end.
#include <algorithm>

#include "base/log.hpp"
#include "calendar/calendar.hpp"
#include "casework/steps.hpp"

namespace fvm::casework {
namespace {

const Actor our_own = program("fvm-casework");

// A case of its own, in draft, with the text that is in force in `parent`.
Result<Case> make_child(audit::Writer& writer, const Case& parent, Kind kind, const std::string& number,
                        const Actor& actor) {
  const Version old = TRY(version_of(writer, parent, parent.in_force_version));
  Case child = parent;
  child.number = number;
  child.parent = parent.number;
  child.kind = kind;
  child.state = State::draft;
  child.origin = Origin::account;
  child.version = child.submitted_version = child.in_force_version = 0;
  child.submitted.reset();
  child.caseworker.clear();
  child.id = TRY(insert_case(writer, child));
  TRY(save_text(writer, child, actor.name, old.text, old.order));
  TRY(update_case(writer, child));
  return find(writer, number);
}

Result<std::string> amendment_number(const store::Database& store, const Case& parent) {
  size_t before = 0;
  for (const Case& each : TRY(list(store, {.parent = parent.number}))) before += each.kind == Kind::amendment;
  return parent.number + "-A" + std::to_string(before + 1);
}

// One branch: `event` on the parent, then the child. The refusal, if any, is the parent's.
Result<Case> branch(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                    Kind kind, const Words& words) {
  std::optional<Case> child;
  TRY(in_transaction(setting, number, actor, event, [&](audit::Writer& writer) -> Result<std::vector<Taken>> {
    std::vector<Taken> taken;
    taken.push_back(TRY(step_inside(setting, writer, number, actor, event, words, {})));
    const Case& parent = taken.front().about;
    const std::string own =
        kind == Kind::amendment ? TRY(amendment_number(writer, parent)) : TRY(next_number(setting, writer));
    child = TRY(make_child(writer, parent, kind, own, actor));
    writer.fact("child", own);
    return taken;
  }));
  return std::move(*child);
}

// The text that is in force becomes the parent's own, so that it says what holds.
Result<void> adopt_text(audit::Writer& writer, Case& parent, const Case& child) {
  const Version agreed = TRY(version_of(writer, child, child.submitted_version));
  parent.title = child.title;
  TRY(save_text(writer, parent, agreed.author, agreed.text, agreed.order));
  TRY(mark_submitted(writer, parent, agreed.remarks));
  parent.submitted_version = parent.in_force_version = parent.version;
  return {};
}

Result<std::vector<Taken>> into_force(const Setting& setting, audit::Writer& writer, const Case& about,
                                      const Actor& actor, const Body& body) {
  std::vector<Taken> taken;
  const bool amendment = about.kind == Kind::amendment;
  taken.push_back(TRY(step_inside(setting, writer, about.number, actor,
                                  amendment ? Event::adopt : Event::activate, {}, body)));
  const Case child = taken.front().about;
  if (amendment) {
    const auto adopt = [&](audit::Writer& w, Case& parent) { return adopt_text(w, parent, child); };
    taken.push_back(TRY(draw_along(setting, writer, child.parent, Event::resume, {}, adopt)));
  } else if (about.kind == Kind::extension) {
    taken.push_back(TRY(draw_along(setting, writer, child.parent, Event::succeed, {{}, child.number})));
  }
  return taken;
}

Result<Date> end_of(const store::Database& store, const Case& about) {
  const Application application =
      read_version(TRY(version_of(store, about, about.in_force_version)), about.number);
  if (application.period) return application.period->to;
  return defect("casework.no_period", {{"case", about.number}});
}

int64_t number_of(Date date) {
  return days_of_date(date.year, date.month, date.day);
}

// One case against the clock: expired, warned, or neither.
Result<void> look_at(const Setting& setting, const Case& about, Date today, Due& due) {
  const Date end = TRY(end_of(setting.ledger.database(), about));
  if (today > end) {
    TRY(take_step(setting, about.number, our_own, Event::expire));
    ++due.expired;
  } else if (about.state == State::active &&
             number_of(end) - number_of(today) <= setting.rules.warning_days) {
    TRY(take_step(setting, about.number, our_own, Event::warn));
    ++due.warned;
  }
  return {};
}

}  // namespace

Result<std::vector<Taken>> end_children(const Setting& setting, audit::Writer& writer, const Case& parent) {
  std::vector<Taken> taken;
  for (const Case& child : TRY(list(writer, {.parent = parent.number}))) {
    // An extension may still come: it is an application of its own. An amendment has nothing left to amend.
    if (child.kind != Kind::amendment || is_final(child.state)) continue;
    taken.push_back(TRY(draw_along(setting, writer, child.number, Event::lapse, {parent.number, {}})));
  }
  return taken;
}

Result<Case> amend(const Setting& setting, std::string_view number, const Actor& actor, const Words& words) {
  return branch(setting, number, actor, Event::amend, Kind::amendment, words);
}

Result<Case> extend(const Setting& setting, std::string_view number, const Actor& actor, const Words& words) {
  return branch(setting, number, actor, Event::extend, Kind::extension, words);
}

Result<Case> activate(const Setting& setting, std::string_view number, const Actor& actor, const Body& body) {
  const Case about = TRY(find(setting.ledger.database(), number));
  const Event event = about.kind == Kind::amendment ? Event::adopt : Event::activate;
  return in_transaction(setting, number, actor, event, [&](audit::Writer& writer) {
    return into_force(setting, writer, about, actor, body);
  });
}

Result<Due> due(const Setting& setting) {
  Due done;
  const store::Database& store = setting.ledger.database();
  for (const Pending& pending : TRY(pending_steps(store))) {
    const auto followed = catch_up(setting, pending);
    ++(followed.ok() ? done.caught_up : done.failed);
    if (!followed.ok()) log_error("casework.not_followed", followed.error());
  }
  const Date today = calendar::danish_date(setting.world.now());
  for (const Case& about : TRY(list(store, {.states = {State::active, State::amended, State::expiring}}))) {
    const auto looked = look_at(setting, about, today, done);
    if (looked.ok()) continue;
    ++done.failed;  // one that fails does not hold up the others
    log_error("casework.clock_failed", looked.error());
  }
  return done;
}

}  // namespace fvm::casework
