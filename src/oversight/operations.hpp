// Whether it runs: what an operator looks at first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/running.hpp"
#include "config/listed.hpp"
#include "extract/recent.hpp"
#include "mirror/freshness.hpp"
#include "mirror/holds.hpp"
#include "mirror/recent.hpp"
#include "oversight/types.hpp"
#include "release/delayed.hpp"
#include "release/virus.hpp"
#include "selftest/types.hpp"

namespace fvm::oversight {

inline constexpr size_t deliveries_shown = 25;

// How many days may pass between two deliveries of a table before it is late: the time that its frequency in
// the catalogue says and a week for the register to deliver in. Nothing for tables that are closed or say
// nothing.
std::optional<int64_t> days_allowed(std::string_view frequency);

struct Fresh {
  mirror::TableFreshness table;
  std::optional<int64_t> days, days_allowed;  // since the newest delivery
  bool late() const { return days_allowed && (!days || *days > *days_allowed); }
};
std::vector<Fresh> against_target(std::vector<mirror::TableFreshness> tables, Time now);

struct Disk {
  std::vector<std::string> folders;  // of the instance, that lie on it
  uint64_t bytes = 0, free_bytes = 0;
};
struct OperationsView {
  std::vector<mirror::DeliveryLine> deliveries;
  std::vector<extract::BuildLine> builds;
  std::vector<RunningJob> jobs;
  std::vector<std::string> held_releases;
  std::vector<release::Delayed> delayed_mails;  // somewhere beyond our mail server
  release::VirusScanner virus_scanner;
  std::optional<selftest::Run> self_test;  // the newest
  size_t sessions = 0, suspended = 0;      // open sessions; closings in force
  audit::Head ledger;
  uint64_t ledger_bytes = 0;
  std::optional<Time> checkpointed;  // when the newest checkpoint was written
  std::vector<Disk> disks;
};
// "identity.role_missing" (refused) unless operator.
Result<OperationsView> operations_view(const Setting& setting, const std::string& user);
// As the file of settings says now; the same refusal.
Result<std::vector<config::Listed>> settings_view(const Setting& setting, const std::string& user);
// An operator's word on a delivery that is held (mirror/holds.hpp); fvm-steward carries it out.
Result<void> decide_delivery(const Setting& setting, const std::string& user, int64_t number,
                             mirror::Decision decision, const std::string& reason);

}  // namespace fvm::oversight
