#include "steward/ending.hpp"

#include <charconv>

#include "base/log.hpp"
#include "enclave/service.hpp"
#include "enclave/usage.hpp"
#include "extract/ending.hpp"
#include "notify/outbox.hpp"

namespace fvm::steward {
namespace {

extract::Setting setting_of(const Work& work) {
  return {work.world, work.instance, work.config, work.ledger, actor, {}};
}

Result<void> end_one(const Work& work, const std::string& number) {
  const auto setting = setting_of(work);
  const auto project = TRY(extract::open_project(work.ledger.database(), number));
  const bool certified = TRY(extract::certificate_of(work.ledger.database(), number)).has_value();
  const auto sessions = [&] { return end_sessions(work); };
  switch (extract::due_for(project, certified, work.world.now(), work.config.projects.kept_days)) {
    case extract::Due::nothing:
      return {};
    case extract::Due::seal:
      return extract::seal_project(setting, number, sessions);
    case extract::Due::unseal:
      return extract::unseal_project(setting, number);
    case extract::Due::remove:
      break;
  }
  TRY(extract::close_project(setting, number, "expired", sessions));
  return {};
}

// Its members and the caseworkers.
Result<void> tell_people(audit::Writer& writer, const extract::Project& project, std::string_view key) {
  for (const std::string& member : project.members) TRY(notify::tell(writer, member, project.number, key));
  return notify::tell(writer, "role:caseworker", project.number, key);
}

// As config.toml has them; one that is no number is told.
Result<std::vector<uint32_t>> warn_days(const config::Config& config) {
  std::vector<uint32_t> days;
  for (const std::string& text : config.projects.warn_days) {
    uint32_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
      return usage("steward.bad_days", {{"value", text}});
    days.push_back(value);
  }
  return days;
}

}  // namespace

Result<void> end_sessions(const Work& work) {
  const size_t ended = TRY(enclave::end_disallowed(work.world, work.ledger, work.instance, actor));
  const size_t closed = TRY(enclave::close_abandoned(work.world, work.ledger, work.instance));
  if (ended + closed > 0)
    log_event("sessions", {{"ended", std::to_string(ended)}, {"abandoned", std::to_string(closed)}});
  return {};
}

Result<void> end_projects(const Work& work) {
  std::optional<Error> first;
  for (const std::string& number : TRY(extract::list_projects(work.ledger.database()))) {
    if (work.stop) break;
    const auto done = end_one(work, number);
    if (done.ok()) continue;
    // A build under way, most likely: the next round finds it done.
    log_event("project not ended", {{"project", number}, {"code", done.error().code}});
    if (!first) first = done.error();
  }
  if (first) return *first;
  return {};
}

Result<void> warn_of_ends(const Work& work) {
  const auto days = TRY(warn_days(work.config));
  for (const std::string& number : TRY(extract::list_projects(work.ledger.database()))) {
    const auto project = TRY(extract::open_project(work.ledger.database(), number));
    const auto due = TRY(extract::warning_due(work.ledger.database(), project, work.world.now(), days));
    if (!due) continue;
    audit::Event event{actor, "project.end_announced", number, {}};
    event.facts = {{"last_day", to_text(project.valid_to)}, {"days", std::to_string(*due)}};
    TRY(work.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
      TRY(tell_people(writer, project, "notice.project_ends"));
      return extract::mark_warned(writer, project, *due);
    }));
  }
  return {};
}

Result<void> tell_unused(const Work& work) {
  for (const std::string& number : TRY(extract::list_projects(work.ledger.database()))) {
    const auto project = TRY(extract::open_project(work.ledger.database(), number));
    if (!TRY(enclave::usage_notice_due(work.ledger.database(), project, work.world.now(),
                                       work.config.projects.usage_days)))
      continue;
    const size_t unused = enclave::count_unused(TRY(enclave::usage_of(work.ledger.database(), project)));
    audit::Event event{actor, "project.usage_looked_at", number, {{"unused", std::to_string(unused)}}};
    TRY(work.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
      TRY(enclave::mark_usage_told(writer, number));
      if (unused == 0) return {};
      return tell_people(writer, project, "notice.project_unused");
    }));
  }
  return {};
}

}  // namespace fvm::steward
