// What a verb works with: the instance, its settings and the ledger through which everything is changed.
#pragma once

#include <memory>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "config/instance.hpp"
#include "fvm/context.hpp"

namespace fvm::cli {

struct Services {
  config::Instance instance;
  config::Config config;
  std::unique_ptr<audit::Ledger> ledger;

  // For reading; to change something, ledger->write(...).
  const store::Database& database() const { return ledger->database(); }
};

// Opens the instance of `context` and brings the tables of every room up to date. "instance.missing" when
// there is none at that place. Checkpoints are signed by fvm-keeper and wait while it is not running.
Result<Services> open_services(const Context& context);

// One more ledger of the same instance, for another thread; its tables must be up to date.
Result<std::unique_ptr<audit::Ledger>> open_ledger(const Context& context, const config::Instance& instance);

// Has fvm-steward carry out a duty now, if it runs; it also looks by itself.
void wake_steward(const Services& services, const char* duty);

}  // namespace fvm::cli
