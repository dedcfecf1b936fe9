// What every function here works with.
#pragma once

#include <string>

#include "audit/ledger.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::oversight {

// The ledger's reading handle belongs to one thread at a time: the caller sees to that.
struct Setting {
  World& world;
  audit::Ledger& ledger;
  const config::Instance& instance;

  const store::Database& store() const { return ledger.database(); }
};

}  // namespace fvm::oversight
