// Safe tables that fvm-portal was asked for: it may not start a job, the steward may. A thread for each
// request; it ends with its caller, and with the steward.
#pragma once

#include <map>
#include <string>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "safetable/counter.hpp"
#include "steward/callers.hpp"

namespace fvm::steward {

// Limits.
inline constexpr size_t tables_at_once_max = 3;
inline constexpr size_t askers_kept_max = 1'000;  // whose pace is remembered

class Tables {
 public:
  Tables(World& world, const config::Instance& instance, const config::Config& config)
      : world_(world), instance_(instance), config_(config) {}
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  // Answers in a thread of its own, by wire::send_table or Failure; "table.busy", "table.too_often" at once.
  void take(wire::Connection caller, wire::AskTableAs asked);

 private:
  Result<void> admit(const wire::AskTableAs& asked);
  void answer(wire::Connection& caller, const wire::AskTableAs& asked);

  World& world_;
  const config::Instance& instance_;
  const config::Config& config_;
  std::map<std::string, safetable::Pace> pace_;  // by user; under the lock of callers_
  // Last: at the end what has not been recorded is given up, and the threads are waited for.
  Callers callers_{tables_at_once_max, surroundings("table.busy")};
};

}  // namespace fvm::steward
