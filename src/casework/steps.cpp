#include "casework/steps.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "casework/letters.hpp"
#include "casework/permissions.hpp"
#include "identity/service.hpp"

namespace fvm::casework {
namespace {

// Whoever is given the case, asked or handed it must be able to take it.
Result<void> check_subject(const store::Database& store, Case& about, Event event,
                           const std::string& subject) {
  if (event == Event::assign || event == Event::ask) {
    TRY(identity::require_role(store, subject, identity::Role::caseworker));
    if (subject == about.applicant) return refused("casework.own_case", {{"case", about.number}});
  }
  if (event == Event::hand_over) {
    const auto user = TRY(identity::require_role(store, subject, identity::Role::applicant));
    const auto institution = TRY(identity::find_institution(store, user.institution_name));
    if (!about.cvr.empty() && about.cvr != institution.cvr)
      return refused("casework.other_authority", {{"case", about.number}, {"user", user.name}});
    about.cvr = institution.cvr;
    about.authority = institution.name;
  }
  return {};
}

void record_facts(audit::Writer& writer, const Case& about, const Step& step, Part part) {
  if (part == Part::drawn_along) {
    return writer.fact("also_" + about.number, std::string(name_of(step.event)) + " " +
                                                   std::string(name_of(step.from)) + " " +
                                                   std::string(name_of(step.to)));
  }
  writer.subject(about.number);
  writer.fact("from", std::string(name_of(step.from)));
  writer.fact("to", std::string(name_of(step.to)));
  writer.fact("role", std::string(name_of(step.role)));
  if (step.version > 0) writer.fact("version", std::to_string(step.version));
  if (!step.subject.empty()) writer.fact("subject", step.subject);
}

Result<void> remember(const Setting& setting, audit::Writer& writer, int64_t step, Event event) {
  const Hooks& hooks = setting.hooks;
  if (!hooks.after_step || (hooks.follows && !hooks.follows(event))) return {};
  return writer.execute("INSERT INTO casework_pending (step) VALUES (?)", step);
}

}  // namespace

Result<Taken> step_inside(const Setting& setting, audit::Writer& writer, std::string_view number,
                          const Actor& actor, Event event, const Words& words, const Body& body, Part part) {
  Case about = TRY(find(writer, number));
  const Role role = actor.system ? Role::system : TRY(role_of(writer, about, actor.name, event));
  const auto transition = next(about.state, event, role);
  if (!transition) return refusal(about, event, role);
  TRY(check_step(about, event, actor.name, words));
  TRY(check_subject(writer, about, event, words.subject));
  Step step{writer.now(),   actor.name, role,          event,        transition->from,
            transition->to, words.text, about.version, words.subject};
  if (body) TRY(body(writer, about));
  apply(about, step);
  about.changed = step.at;
  TRY(update_case(writer, about));
  const int64_t id = TRY(insert_step(writer, about, step));
  about.history.push_back(step);
  record_facts(writer, about, step, part);
  TRY(remember(setting, writer, id, event));
  TRY(tell(setting.rules, writer, about, step, transition->notice));
  if (setting.hooks.in_step) TRY(setting.hooks.in_step(writer, about, step));
  return Taken{std::move(about), std::move(step), id};
}

Result<Taken> draw_along(const Setting& setting, audit::Writer& writer, std::string_view number, Event event,
                         const Words& words, const Body& body) {
  return step_inside(setting, writer, number, program("fvm-casework"), event, words, body, Part::drawn_along);
}

Result<std::vector<Pending>> pending_steps(const store::Database& store) {
  auto row = TRY(
      store.prepare("SELECT p.step, c.number FROM casework_pending p JOIN casework_step s ON s.id = p.step "
                    "JOIN casework_case c ON c.id = s.case_id ORDER BY p.step"));
  std::vector<Pending> out;
  while (TRY(row.step())) out.push_back({row.integer(0), row.text(1)});
  return out;
}

namespace {

// Whoever takes a step and the clock may be at it at the same time: the one has then done it for the other.
Result<bool> is_done_already(const Setting& setting, int64_t step, Event event) {
  if (setting.hooks.follows && !setting.hooks.follows(event)) return false;  // never on the list
  auto row = TRY(setting.ledger.database().prepare("SELECT 1 FROM casework_pending WHERE step = ?", step));
  return !TRY(row.step());
}

}  // namespace

Result<void> catch_up(const Setting& setting, const Pending& pending) {
  if (!setting.hooks.after_step) return {};
  const Case about = TRY(find(setting.ledger.database(), pending.number));
  const Step step = TRY(step_of(setting.ledger.database(), pending.step));
  if (TRY(is_done_already(setting, pending.step, step.event))) return {};
  TRY(setting.hooks.after_step(about, step));
  crash_point("casework.after_step");
  if (TRY(is_done_already(setting, pending.step, step.event))) return {};
  return setting.ledger.write(
      {"fvm-casework", "casework.followed", about.number, {{"event", std::string(name_of(step.event))}}},
      [&](audit::Writer& writer) {
        return writer.execute("DELETE FROM casework_pending WHERE step = ?", pending.step);
      });
}

Result<Case> in_transaction(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                            const std::function<Result<std::vector<Taken>>(audit::Writer&)>& body) {
  const std::string name(name_of(event));
  auto done =
      setting.ledger.write({actor.name, "casework." + name, std::string(number.substr(0, 64)), {}}, body);
  if (!done.ok()) {
    TRY(record_refusal(setting, number, actor, event, done.error()));
    return done.error();
  }
  crash_point("casework.stepped");
  // What follows is not part of the step: a failure is logged and `due` tries again. Only these steps, so
  // that a hook may take steps itself.
  if (setting.hooks.after_step && !setting.hooks.follow_later) {
    for (const Taken& taken : *done) {
      const auto followed = catch_up(setting, {taken.id, taken.about.number});
      if (!followed.ok()) log_error("casework.not_followed", followed.error());
    }
  }
  return std::move(done->front().about);
}

Result<void> record_refusal(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                            const Error& error) {
  const bool unknown = error.code == "casework.unknown";
  if (error.kind != fvm::Kind::refused && !unknown) return {};
  return setting.ledger.record({actor.name,
                                "casework.refused",
                                std::string(number.substr(0, 64)),
                                {{"event", std::string(name_of(event))}, {"why", error.code}}});
}

}  // namespace fvm::casework
