// What casework calls at its steps.
#include <algorithm>

#include "agreement/rules.hpp"
#include "agreement/service.hpp"
#include "agreement/steps.hpp"
#include "agreement/store.hpp"
#include "casework/store.hpp"
#include "enclave/service.hpp"
#include "extract/ending.hpp"

namespace fvm::agreement {
namespace {

using casework::Case;
using casework::Event;
using casework::Step;

// Whatever path led here: no access unless everybody has accepted and activate() has prepared it.
Result<void> must_be_in_force(const store::Database& store, const Case& about) {
  const auto version = TRY(newest_of_case(store, about.number));
  if (version && version->in_force && all_accepted(*version)) return {};
  return refused("agreement.waiting_for",
                 {{"case", about.number}, {"who", version ? waiting_for(*version) : ""}});
}

// A signature is the acceptance of something: one step, one transaction.
Result<void> must_have_accepted(const store::Database& store, const Case& about, const Step& step) {
  const auto version = TRY(newest_of_case(store, about.number));
  const bool accepted =
      version && std::any_of(version->agreements.begin(), version->agreements.end(),
                             [&](const Agreement& each) { return each.accepted == step.at; });
  if (accepted) return {};
  return refused("agreement.sign_by_accepting", {{"case", about.number}});
}

Result<void> in_step(const Setting& setting, audit::Writer& writer, const Case& about, const Step& step) {
  switch (step.event) {
    case Event::approve:
      return make_agreements(setting, writer, about);
    case Event::sign:
      return must_have_accepted(writer, about, step);
    case Event::activate:
    case Event::adopt:
      return must_be_in_force(writer, about);
    case Event::reopen:
    case Event::withdraw:
    case Event::lapse:
    case Event::reject:
    case Event::close:
    case Event::expire:
      return lapse(writer, about.number);
    default:
      return {};
  }
}

// The last acceptance brings access about. Whatever must wait for somebody is no failure.
Result<void> activate_if_all(const Setting& setting, const Case& about) {
  const auto version = TRY(newest_of_case(setting.ledger.database(), about.number));
  if (!version || version->in_force || !all_accepted(*version)) return {};
  const auto activated = activate(setting, about.number);
  if (activated.ok() || activated.error().code == "agreement.cohort_missing") return {};
  return activated.error();
}

Result<void> end_access(const Setting& setting, const Case& about) {
  if (about.in_force_version == 0 || about.kind == casework::Kind::amendment) return {};
  const auto project = extract::open_project(setting.ledger.database(), about.project);
  if (!project.ok() || project->state == extract::State::closed) return {};
  const std::string actor = "fvm-agreement";
  const auto end_sessions = [&]() -> Result<void> {
    TRY(enclave::end_disallowed(setting.world, setting.ledger, setting.instance, actor));
    return {};
  };
  TRY(extract::close_project(
      {setting.world, setting.instance, setting.config, setting.ledger, actor, setting.on_line},
      about.project, "closed", end_sessions));
  return {};
}

// Somebody may be at work who has lost access with this version: removed from the users, or looking at what
// is no longer granted.
Result<void> end_former_access(const Setting& setting) {
  TRY(enclave::end_disallowed(setting.world, setting.ledger, setting.instance, "fvm-agreement"));
  return {};
}

Result<void> after_step(const Setting& setting, const Case& about, const Step& step) {
  switch (step.event) {
    case Event::approve:
      return make_files(setting, about.number);
    case Event::sign:
      return activate_if_all(setting, about);
    case Event::activate:
    case Event::adopt:
      return end_former_access(setting);
    case Event::close:
    case Event::expire:
      return end_access(setting, about);
    default:
      return {};
  }
}

// Whether any case has this number for its project.
Result<bool> is_a_cases(const store::Database& store, std::string_view project) {
  return !TRY(casework::list(store, {.project = std::string(project)})).empty();
}

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  return make_tables(ledger);
}

casework::Hooks hooks(const Setting& setting) {
  casework::Hooks out;
  out.follow_later = setting.follow_later;
  out.in_step = [setting](audit::Writer& writer, const Case& about, const Step& step) {
    return in_step(setting, writer, about, step);
  };
  out.after_step = [setting](const Case& about, const Step& step) {
    return after_step(setting, about, step);
  };
  out.follows = [](Event event) {
    constexpr Event followed[] = {Event::approve, Event::sign,  Event::activate,
                                  Event::adopt,   Event::close, Event::expire};
    return std::find(std::begin(followed), std::end(followed), event) != std::end(followed);
  };
  out.number_taken = [](const store::Database& store, const std::string& number) -> Result<bool> {
    const auto found = extract::open_project(store, number);
    if (found.ok()) return true;
    if (found.error().code == "project.unknown") return false;
    return found.error();
  };
  return out;
}

casework::Setting casework_setting(const Setting& setting) {
  const auto& clock = setting.config.casework;
  return {setting.world,
          setting.ledger,
          {.target_days = clock.target_days,
           .warning_days = clock.warning_days,
           .forecast_cases_min = clock.forecast_cases_min,
           .service = setting.config.service.name},
          hooks(setting)};
}

Result<Version> agreements_of(const store::Database& store, std::string_view case_number) {
  auto version = TRY(newest_of_case(store, TRY(casework::find(store, case_number)).number));
  if (version) return std::move(*version);
  return refused("agreement.none", {{"case", std::string(case_number)}});
}

Result<std::string> plain_text(const store::Database& store, int64_t agreement) {
  return TRY(paper_of(store, agreement)).plain;
}

Result<void> may_be_made_by_hand(const store::Database& store, std::string_view project) {
  if (!TRY(is_a_cases(store, project))) return {};
  return refused("agreement.case_decides", {{"project", std::string(project)}});
}

Result<void> may_be_member(const store::Database& store, std::string_view project, std::string_view account) {
  if (!TRY(is_a_cases(store, project))) return {};
  const auto version = TRY(in_force(store, project));
  const bool accepted =
      version &&
      std::any_of(version->agreements.begin(), version->agreements.end(), [&](const Agreement& each) {
        return each.kind == Kind::user_declaration && each.party.account == account;
      });
  if (accepted) return {};
  return refused("agreement.not_accepted",
                 {{"project", std::string(project)}, {"user", std::string(account)}});
}

}  // namespace fvm::agreement
