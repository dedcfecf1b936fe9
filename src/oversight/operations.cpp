#include "oversight/operations.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <map>

#include "enclave/service.hpp"
#include "identity/service.hpp"
#include "identity/suspension.hpp"
#include "release/store.hpp"
#include "selftest/service.hpp"

namespace fvm::oversight {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr std::array held = {release::State::held, release::State::finding};

// Folders of the instance are asked where they lie and how full that is; nothing in them is opened.
std::vector<Disk> disks_of(const config::Instance& instance) {
  std::map<dev_t, Disk> by_device;
  for (const char* folder : {"store", "audit", "mirror", "projects", "kept", "released", "log"}) {
    const Path path = instance.root() / folder;
    struct stat status{};
    struct statvfs room{};
    if (::stat(path.c_str(), &status) != 0 || ::statvfs(path.c_str(), &room) != 0) continue;
    Disk& disk = by_device[status.st_dev];
    disk.folders.emplace_back(folder);
    disk.bytes = uint64_t{room.f_blocks} * room.f_frsize;
    disk.free_bytes = uint64_t{room.f_bavail} * room.f_frsize;
  }
  std::vector<Disk> all;
  for (auto& [device, disk] : by_device) all.push_back(std::move(disk));
  return all;
}

Result<void> look_at_ledger(const Setting& setting, OperationsView& view) {
  view.ledger = TRY(setting.ledger.head());
  const Path folder = setting.instance.audit();
  for (const DirectoryEntry& file : TRY(setting.world.list(folder)))
    if (file.name.starts_with("ledger-")) view.ledger_bytes += file.bytes;
  if (!setting.world.exists(folder / "checkpoints")) return {};
  for (const DirectoryEntry& note : TRY(setting.world.list(folder / "checkpoints")))
    if (!view.checkpointed || *view.checkpointed < note.modified) view.checkpointed = note.modified;
  return {};
}

}  // namespace

std::optional<int64_t> days_allowed(std::string_view frequency) {
  constexpr int64_t in_week = 7;
  constexpr std::pair<std::string_view, int64_t> known[] = {
      {"daily", 1}, {"weekly", 7}, {"monthly", 31}, {"quarterly", 92}, {"yearly", 366}};
  for (const auto& [name, days] : known) {
    if (frequency == name) return days + in_week;
  }
  return std::nullopt;
}

std::vector<Fresh> against_target(std::vector<mirror::TableFreshness> tables, Time now) {
  std::vector<Fresh> all;
  for (mirror::TableFreshness& table : tables) {
    Fresh fresh{.days_allowed = days_allowed(table.update_frequency)};
    if (table.delivered) fresh.days = (now.microseconds - table.delivered->microseconds) / day_microseconds;
    fresh.table = std::move(table);
    all.push_back(std::move(fresh));
  }
  return all;
}

Result<OperationsView> operations_view(const Setting& setting, const std::string& user) {
  TRY(identity::require_role(setting.store(), user, identity::Role::operator_));
  OperationsView view;
  view.deliveries = TRY(mirror::recent_deliveries(setting.store(), deliveries_shown));
  view.builds = TRY(extract::recent_builds(setting.store(), deliveries_shown));
  view.jobs = running_jobs(setting.world, setting.instance.jobs());
  for (const auto& request : TRY(release::in_states(setting.store(), held)))
    view.held_releases.push_back(request.number);
  view.delayed_mails = TRY(release::delayed(setting.store(), setting.world.now()));
  const auto config = TRY(config::read_config(setting.world, setting.instance.config_file()));
  view.virus_scanner = release::virus_scanner(config.release.clamd_socket);
  view.self_test = TRY(selftest::newest(setting.store()));
  view.sessions = TRY(enclave::list(setting.store(), {}, true)).size();
  for (const auto& each : TRY(identity::suspensions(setting.store()))) view.suspended += !each.ended;
  TRY(look_at_ledger(setting, view));
  view.disks = disks_of(setting.instance);
  return view;
}

Result<std::vector<config::Listed>> settings_view(const Setting& setting, const std::string& user) {
  TRY(identity::require_role(setting.store(), user, identity::Role::operator_));
  return config::list_settings(setting.world, setting.instance.config_file());
}

Result<void> decide_delivery(const Setting& setting, const std::string& user, int64_t number,
                             mirror::Decision decision, const std::string& reason) {
  TRY(require_operator(setting, user, "delivery.decide"));
  return mirror::decide(setting.ledger, number, decision, user, reason);
}

}  // namespace fvm::oversight
