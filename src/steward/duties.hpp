// The table of what is due by the clock. To add a duty: a function here-after that takes Work, and its line
// in the table of duties.cpp.
#pragma once

#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "steward/rounds.hpp"

namespace fvm::steward {

// What a duty works with. The ledger is its own, so nothing here is shared between two duties.
struct Work {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  audit::Ledger& ledger;
  const Stop& stop;  // look at it between two steps
  Time since;        // when the program began
};

// Who acts, for the ledger.
inline constexpr const char* actor = "fvm-steward";

// Makes the tables of every room that a duty touches; once at start, before the first duty.
Result<void> migrate(audit::Ledger& ledger);

// The table, bound to one instance. `instance` and `config` outlive it.
std::vector<Duty> duties(World& world, const config::Instance& instance, const config::Config& config);

}  // namespace fvm::steward
