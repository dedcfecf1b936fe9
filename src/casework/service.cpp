#include "casework/service.hpp"

#include <algorithm>

#include "audit/refusal.hpp"
#include "calendar/calendar.hpp"
#include "casework/permissions.hpp"
#include "casework/steps.hpp"
#include "casework/visibility.hpp"
#include "identity/service.hpp"

namespace fvm::casework {
namespace {

// Who may begin: an account with the role applicant, for its institution; a program or a caseworker for what
// came by e-mail.
Result<void> set_applicant(const store::Database& store, const Actor& actor, const Draft& draft,
                           Case& about) {
  about.origin = draft.origin;
  if (draft.origin == Origin::mail) {
    about.mail_from = draft.mail_from;
    if (actor.system) return {};
    TRY(identity::require_role(store, actor.name, identity::Role::caseworker));
    return {};
  }
  const auto user = TRY(identity::require_role(store, actor.name, identity::Role::applicant));
  const auto institution = TRY(identity::find_institution(store, user.institution_name));
  about.applicant = user.name;
  about.authority = institution.name;
  about.cvr = institution.cvr;
  return {};
}

// What the case shows of its application.
void take_over(Case& about, const Application& application) {
  about.title = application.title;
  if (about.origin == Origin::account || !about.applicant.empty()) return;
  about.authority = application.authority;
  about.cvr = application.cvr;
}

// What a new text orders: by its own sheet, else what the sheet before said.
Result<std::vector<OrderItem>> order_of(const store::Database& store, std::string_view number,
                                        const Draft& draft) {
  if (draft.order) return *draft.order;
  const auto about = find(store, number);
  if (!about.ok() || about->version == 0) return std::vector<OrderItem>();
  return TRY(version_of(store, *about, about->version)).order;
}

Date today_of(const Setting& setting) {
  return calendar::danish_date(setting.world.now());
}

// The account's institution is the one that applies, whatever the form says.
void check_authority(const Case& about, const std::string& file, const Application& application,
                     std::vector<Finding>& findings) {
  if (about.applicant.empty() || application.cvr.empty() || application.cvr == about.cvr) return;
  findings.push_back({Finding::Weight::wrong,
                      refused("application.other_authority", {{"file", file},
                                                              {"line", "1"},
                                                              {"column", "1"},
                                                              {"cvr", application.cvr},
                                                              {"own", about.cvr},
                                                              {"authority", about.authority}}),
                      "application.own_authority"});
}

// Reads the newest text and everything that is wrong with it, the pre-check's remarks last.
struct Checked {
  Case about;
  Version version;
  std::vector<Finding> findings, remarks;
};
// `version`: 0: the newest.
Result<Checked> check_text(const Setting& setting, std::string_view number, int64_t version = 0) {
  const store::Database& store = setting.ledger.database();
  Checked out{.about = TRY(find(store, number))};
  out.version = TRY(version_of(store, out.about, version > 0 ? version : out.about.version));
  Reading reading =
      read_application(out.version.text, out.about.number, today_of(setting), out.version.order);
  out.findings = std::move(reading.findings);
  check_authority(out.about, out.about.number, reading.application, out.findings);
  if (setting.hooks.precheck && !block(out.findings))
    out.remarks = TRY(setting.hooks.precheck(out.about, reading.application));
  return out;
}

Result<Outcome> hand_in(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                        const Words& words) {
  // First whether the step is open to this person at all: what is in the text is nobody else's business.
  const Case before = TRY(find(setting.ledger.database(), number));
  const Role role =
      actor.system ? Role::system : TRY(role_of(setting.ledger.database(), before, actor.name, event));
  Checked checked;
  if (next(before.state, event, role) && check_step(before, event, actor.name, words).ok()) {
    checked = TRY(check_text(setting, number));
    std::vector<Finding> all = checked.findings;
    all.insert(all.end(), checked.remarks.begin(), checked.remarks.end());
    if (block(all)) {
      TRY(record_refusal(setting, number, actor, event,
                         refused("casework.incomplete", {{"case", before.number}})));
      return Outcome{checked.about, std::move(all), false};
    }
  }
  crash_point("casework.checked");
  const auto body = [&](audit::Writer& writer, Case& about) -> Result<void> {
    const Version version = TRY(version_of(writer, about, about.version));
    if (version.text != checked.version.text || version.order != checked.version.order)
      return refused("casework.changed_meanwhile", {{"case", about.number}});
    return mark_submitted(writer, about, checked.remarks);
  };
  Case about = TRY(take_step(setting, number, actor, event, words, body));
  checked.findings.insert(checked.findings.end(), checked.remarks.begin(), checked.remarks.end());
  return Outcome{std::move(about), std::move(checked.findings), true};
}

}  // namespace

Result<std::string> next_number(const Setting& setting, audit::Writer& writer) {
  const int year = calendar::danish_date(writer.now()).year;
  for (int64_t order = TRY(last_of_year(writer, year)) + 1;; ++order) {
    const std::string number = number_of(year, order);
    if (!setting.hooks.number_taken || !TRY(setting.hooks.number_taken(writer, number))) return number;
  }
}

namespace {

// Who may begin comes before what he has written.
Result<void> may_begin(const Setting& setting, const Actor& actor, const Draft& draft) {
  Case none;
  const auto may = set_applicant(setting.ledger.database(), actor, draft, none);
  if (!may.ok())
    TRY(audit::record_refusal(setting.ledger, actor.name, "casework.refused", "", "begin", may.error()));
  return may;
}

}  // namespace

Result<Outcome> begin(const Setting& setting, const Actor& actor, const Draft& draft) {
  TRY(may_begin(setting, actor, draft));
  const std::vector<OrderItem> order = draft.order.value_or(std::vector<OrderItem>());
  Reading reading = read_application(draft.text, draft.file, today_of(setting), order);
  if (!reading.readable) return Outcome{{}, std::move(reading.findings), false};
  const auto body = [&](audit::Writer& writer) -> Result<Case> {
    Case about;
    TRY(set_applicant(writer, actor, draft, about));
    take_over(about, reading.application);
    about.number = about.project = TRY(next_number(setting, writer));
    about.id = TRY(insert_case(writer, about));
    TRY(save_text(writer, about, actor.name, draft.text, order));
    TRY(update_case(writer, about));
    writer.subject(about.number);
    writer.fact("origin", std::string(name_of(about.origin)));
    if (draft.body) TRY(draft.body(writer, about));
    return find(writer, about.number);
  };
  auto made = setting.ledger.write({actor.name, "casework.begun", "", {}}, body);
  if (!made.ok()) {
    TRY(audit::record_refusal(setting.ledger, actor.name, "casework.refused", "", "begin", made.error()));
    return made.error();
  }
  crash_point("casework.begun");
  check_authority(*made, draft.file, reading.application, reading.findings);
  return Outcome{std::move(*made), std::move(reading.findings), true};
}

Result<Outcome> save(const Setting& setting, std::string_view number, const Actor& actor,
                     const Draft& draft) {
  TRY(may_take(setting, number, actor, Event::save));
  std::vector<OrderItem> order = TRY(order_of(setting.ledger.database(), number, draft));
  Reading reading = read_application(draft.text, draft.file, today_of(setting), order);
  if (!reading.readable) return Outcome{{}, std::move(reading.findings), false};
  const auto body = [&](audit::Writer& writer, Case& about) -> Result<void> {
    if (draft.replaces && stamp_of(TRY(version_of(writer, about, about.version))) != *draft.replaces)
      return refused("casework.saved_meanwhile", {{"case", about.number}});
    order = TRY(order_of(writer, number, draft));
    take_over(about, reading.application);
    TRY(save_text(writer, about, actor.name, draft.text, order));
    return {};
  };
  Case about = TRY(take_step(setting, number, actor, Event::save, {}, body));
  check_authority(about, draft.file, reading.application, reading.findings);
  return Outcome{std::move(about), std::move(reading.findings), true};
}

Result<std::vector<Finding>> check(const Setting& setting, std::string_view number, const Actor& actor) {
  const Case about = TRY(find(setting.ledger.database(), number));
  const Role role = TRY(role_of(setting.ledger.database(), about, actor.name, Event::save));
  const bool may_save = next(about.state, Event::save, role).has_value();
  if (!may_save) {
    const bool reads = TRY(sight_of(setting.ledger.database(), about, actor.name)) == Sight::inside;
    if (!reads || about.submitted_version == 0) return refusal(about, Event::save, role);
  }
  // The service sees what was handed in, never what the applicant is still writing.
  Checked checked = TRY(check_text(setting, number, may_save ? about.version : about.submitted_version));
  checked.findings.insert(checked.findings.end(), checked.remarks.begin(), checked.remarks.end());
  return std::move(checked.findings);
}

Result<Outcome> submit(const Setting& setting, std::string_view number, const Actor& actor,
                       const Words& words) {
  return hand_in(setting, number, actor, Event::submit, words);
}

Result<Outcome> answer(const Setting& setting, std::string_view number, const Actor& actor,
                       const Words& words) {
  return hand_in(setting, number, actor, Event::answer, words);
}

Result<void> may_take(const Setting& setting, std::string_view number, const Actor& actor, Event event) {
  const auto may = [&]() -> Result<void> {
    const Case about = TRY(find(setting.ledger.database(), number));
    const Role role =
        actor.system ? Role::system : TRY(role_of(setting.ledger.database(), about, actor.name, event));
    return next(about.state, event, role) ? Result<void>() : refusal(about, event, role);
  }();
  if (!may.ok()) TRY(record_refusal(setting, number, actor, event, may.error()));
  return may;
}

Result<Case> take_step(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                       const Words& words, const Body& body) {
  return in_transaction(
      setting, number, actor, event, [&](audit::Writer& writer) -> Result<std::vector<Taken>> {
        std::vector<Taken> taken;
        taken.push_back(TRY(step_inside(setting, writer, number, actor, event, words, body)));
        const Case about = taken.front().about;
        if (about.kind == Kind::amendment &&
            (about.state == State::rejected || about.state == State::withdrawn)) {
          // It ends without coming into force: what it would have changed goes on as it was.
          taken.push_back(TRY(draw_along(setting, writer, about.parent, Event::resume)));
        }
        if (about.state == State::closed) {
          for (Taken& ended : TRY(end_children(setting, writer, about))) taken.push_back(std::move(ended));
        }
        return taken;
      });
}

}  // namespace fvm::casework
