// The machine's look at an application while it is written: persons are counted on the mirror, in a sandbox,
// which the portal may not start. One at a time; figures are as safe as those of `fvm application check`.
#pragma once

#include "config/instance.hpp"
#include "steward/callers.hpp"
#include "wire/messages.hpp"

namespace fvm::steward {

// Limits.
inline constexpr size_t checks_at_once_max = 1;

class Checks {
 public:
  Checks(World& world, const config::Instance& instance, const config::Config& config)
      : world_(world), instance_(instance), config_(config) {}
  Checks(const Checks&) = delete;
  Checks& operator=(const Checks&) = delete;

  // Answers in a thread of its own (Checked in web/src/shapes.ts), or Failure; "precheck.busy".
  void take(wire::Connection caller, wire::AskCheck asked);

 private:
  Result<std::string> check(const wire::AskCheck& asked);

  World& world_;
  const config::Instance& instance_;
  const config::Config& config_;
  Callers callers_{checks_at_once_max, surroundings("precheck.busy")};  // last: its threads end first
};

}  // namespace fvm::steward
