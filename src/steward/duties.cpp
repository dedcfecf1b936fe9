#include "steward/duties.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>

#include "agreement/service.hpp"
#include "base/log.hpp"
#include "casework/service.hpp"
#include "catalogue/catalogue.hpp"
#include "enclave/service.hpp"
#include "extract/refresh.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "intake/service.hpp"
#include "mirror/deliveries.hpp"
#include "mirror/holds.hpp"
#include "release/came_back.hpp"
#include "release/delayed.hpp"
#include "release/kept.hpp"
#include "release/retention.hpp"
#include "release/revision.hpp"
#include "release/spotcheck.hpp"
#include "safetable/renew.hpp"
#include "sanction/pause.hpp"
#include "sanction/service.hpp"
#include "sanction/store.hpp"
#include "selftest/service.hpp"
#include "steward/ending.hpp"
#include "wire/keeper.hpp"

namespace fvm::steward {
namespace {

Result<std::unique_ptr<audit::Ledger>> open_ledger(World& world, const config::Instance& instance) {
  const auto signer = [socket = instance.keeper_socket()](const std::string& text) -> Result<audit::Signed> {
    auto signature = TRY(wire::sign_checkpoint(socket, text));
    return audit::Signed{std::move(signature.bytes), std::move(signature.public_key)};
  };
  return audit::Ledger::open(world, instance.audit(), instance.store_file(), signer);
}

// Warnings and ends of access; what a crash left undone after a step, or what a program left to us that may
// not start jobs: agreements' files and letters, projects that everybody has accepted.
Result<void> follow_cases(const Work& work) {
  const agreement::Setting setting{work.world, work.instance, work.config, work.ledger};
  const casework::Due due = TRY(casework::due(agreement::casework_setting(setting)));
  TRY(agreement::carry_on(setting));
  if (due.warned + due.expired + due.caught_up + due.failed == 0) return {};
  log_event("cases followed", {{"warned", std::to_string(due.warned)},
                               {"expired", std::to_string(due.expired)},
                               {"caught_up", std::to_string(due.caught_up)},
                               {"failed", std::to_string(due.failed)}});
  return {};
}

// What an operator decided about deliveries that were held; projects follow by the duty of refreshing.
Result<void> follow_deliveries(const Work& work) {
  const size_t changed = TRY(mirror::carry_out_decisions(work.world, work.instance, work.ledger));
  if (changed > 0) log_event("decisions on deliveries carried out", {{"tables", std::to_string(changed)}});
  return {};
}

constexpr int64_t after_failure_microseconds = 3'600'000'000;  // an hour

// Every project that is behind the mirror is brought up to date; `fvm deliver` wakes this duty.
Result<void> refresh_projects(const Work& work) {
  if (work.config.build.refresh != "by_itself") return {};
  const extract::Setting setting{work.world, work.instance, work.config, work.ledger, actor, {}};
  const extract::Refreshing refreshing{
      .open_ledger = [&] { return open_ledger(work.world, work.instance); },
      .on_project =
          [](const std::string& number, const Result<extract::Built>& built) {
            if (!built.ok() && built.error().code != "project.busy")
              log_event("refresh failed", {{"project", number}, {"error", built.error().code}});
          },
      .stop = &work.stop,
      .patience_microseconds = after_failure_microseconds};
  const auto done = TRY(extract::refresh_stale(setting, refreshing));
  if (done.built > 0) log_event("projects refreshed", {{"projects", std::to_string(done.built)}});
  return {};
}

// Mail that the server put in the maildir, and what waits since a crash or a launcher that was down.
Result<void> read_mailbox(const Work& work) {
  const agreement::Setting agreements{work.world, work.instance, work.config, work.ledger};
  const intake::Setting setting{.world = work.world,
                                .instance = work.instance,
                                .config = work.config,
                                .casework = agreement::casework_setting(agreements),
                                .accept = agreement::mail_answers(agreements),
                                .reported = [&work](const intake::Report& report) {
                                  return release::read_report(
                                      work.ledger, {report.action, report.message_id, report.status});
                                }};
  const std::string& maildir = work.config.mailbox.maildir;
  const size_t taken = maildir.empty() ? 0 : TRY(intake::empty_maildir(setting, maildir));
  const size_t dealt_with = TRY(intake::process_all(setting));
  if (taken + dealt_with > 0)
    log_event("mailbox read", {{"taken", std::to_string(taken)}, {"dealt_with", std::to_string(dealt_with)}});
  return {};
}

// Second looks are drawn; what waited too long for its author expires.
Result<void> follow_releases(const Work& work) {
  const size_t drawn =
      TRY(release::follow_lot(work.world, work.ledger, release::SampleRules::of(work.config)));
  const size_t expired =
      TRY(release::expire_overdue(work.ledger, work.world.now(), work.config.release.answer_days));
  const size_t alerted =
      TRY(release::alert_delayed(work.ledger, work.world.now(), work.config.release.delay_hours));
  if (drawn + expired + alerted > 0)
    log_event("releases followed", {{"drawn", std::to_string(drawn)},
                                    {"expired", std::to_string(expired)},
                                    {"delays_told", std::to_string(alerted)}});
  return {};
}

// Copies of what was sent: those of before are encrypted, those whose time is over destroyed.
Result<void> follow_kept(const Work& work) {
  const release::KeptCopies copies(work.world, work.instance, release::keeper_keys(work.instance));
  const size_t encrypted = TRY(release::encrypt_plain(work.world, work.instance, copies));
  const auto done = TRY(release::destroy_due(work.ledger, copies, work.world.now(),
                                             {work.config.release.kept_days, sanction::concerns}));
  if (encrypted + done.requests + done.copies == 0) return {};
  log_event("copies followed", {{"encrypted", std::to_string(encrypted)},
                                {"requests_over", std::to_string(done.requests)},
                                {"destroyed", std::to_string(done.copies)}});
  return {};
}

// The store of copies looks itself over, every piece of every copy.
Result<void> verify_copies(const Work& work) {
  const release::KeptCopies copies(work.world, work.instance, release::keeper_keys(work.instance));
  const auto report = TRY(release::watch_kept(work.world, work.instance, copies, work.ledger));
  if (!report.faults.empty())
    log_event("copies with faults", {{"faults", std::to_string(report.faults.size())}});
  return {};
}

// Hearings that nobody answered, closings and pauses whose time is over. Sessions that a closing stopped are
// ended by the duty of sessions.
Result<void> follow_sanctions(const Work& work) {
  const size_t steps = TRY(sanction::due(work.ledger, work.world.now()));
  const size_t pauses = TRY(sanction::end_overdue_pauses(work.ledger, work.world.now()));
  if (steps + pauses > 0)
    log_event("sanctions followed",
              {{"steps", std::to_string(steps)}, {"pauses_ended", std::to_string(pauses)}});
  return {};
}

// After an upgrade: tables that an older version released are known by their numbers again.
Result<void> renew_fingerprints(const Work& work) {
  const safetable::Setting setting{work.world, work.instance, work.config, work.ledger};
  const auto done = TRY(safetable::renew_fingerprints(setting, actor, work.stop));
  if (done.tables + done.unreadable == 0) return {};
  log_event("fingerprints of tables renewed",
            {{"tables", std::to_string(done.tables)}, {"unreadable", std::to_string(done.unreadable)}});
  return {};
}

// Attacks on ourselves, by night.
Result<void> test_ourselves(const Work& work) {
  if (work.config.steward.self_test != "nightly") return {};
  if (!selftest::is_due(TRY(selftest::newest(work.ledger.database())), work.since, work.world.now()))
    return {};
  const auto run = TRY(selftest::run({work.world, work.instance, work.config, work.ledger}, actor));
  log_event("self-test", {{"held", run.held() ? "yes" : "no"}});
  return {};
}

// What is due, how often at most, and what does it. Intervals are measured from start to start.
struct Entry {
  std::string_view name;
  std::chrono::seconds interval;
  Result<void> (*run)(const Work& work);
};
constexpr Entry table[] = {
    {"sessions", std::chrono::seconds(10), end_sessions},
    {"ends", std::chrono::minutes(1), end_projects},
    {"warnings", std::chrono::hours(1), warn_of_ends},
    {"usage", std::chrono::hours(1), tell_unused},
    {"cases", std::chrono::minutes(1), follow_cases},
    {"deliveries", std::chrono::minutes(5), follow_deliveries},
    {"refresh", std::chrono::minutes(1), refresh_projects},
    {"mailbox", std::chrono::seconds(15), read_mailbox},
    {"releases", std::chrono::seconds(30), follow_releases},
    {"sanctions", std::chrono::minutes(1), follow_sanctions},
    {"kept", std::chrono::hours(1), follow_kept},
    {"copies", std::chrono::hours(24), verify_copies},
    {"fingerprints", std::chrono::hours(24), renew_fingerprints},
    {"self_test", std::chrono::minutes(5), test_ourselves},
};

}  // namespace

Result<void> migrate(audit::Ledger& ledger) {
  TRY(identity::migrate(ledger));
  TRY(catalogue::migrate(ledger));
  TRY(casework::migrate(ledger));
  TRY(mirror::migrate(ledger));
  TRY(extract::migrate(ledger));
  TRY(agreement::migrate(ledger));
  TRY(enclave::migrate(ledger));
  TRY(intake::migrate(ledger));
  TRY(safetable::migrate(ledger));
  TRY(selftest::migrate(ledger));
  return sanction::migrate(ledger);  // and release
}

std::vector<Duty> duties(World& world, const config::Instance& instance, const config::Config& config) {
  std::vector<Duty> bound;
  const std::chrono::seconds least(config.steward.interval_seconds);
  const Time since = world.now();
  for (const Entry& entry : table) {
    // Opened for each time: a ledger that could not be opened once (a full disk) is no reason to give up.
    const auto run = [&world, &instance, &config, &entry, since](const Stop& stop) -> Result<void> {
      const auto ledger = TRY(open_ledger(world, instance));
      return entry.run({world, instance, config, *ledger, stop, since});
    };
    bound.push_back({std::string(entry.name), std::max(entry.interval, least), run});
  }
  return bound;
}

}  // namespace fvm::steward
