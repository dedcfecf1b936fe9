// All projects kept fresh: those that are behind, the oldest data first, several at a time. `fvm project
// refresh --all` and fvm-steward call it after deliveries.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "extract/service.hpp"

namespace fvm::extract {

struct Refreshing {
  // Opens a ledger for one of the threads: a ledger's reading side belongs to one at a time.
  std::function<Result<std::unique_ptr<audit::Ledger>>()> open_ledger;
  // Told of each project as it ends, from one thread at a time; may be empty.
  std::function<void(const std::string& number, const Result<Built>& built)> on_project;
  const std::atomic<bool>* stop = nullptr;  // true: what is under way is finished, nothing more is begun
  // A project whose newest build failed less than so long ago is left alone: whoever calls by the clock does
  // not try in vain every minute.
  int64_t patience_microseconds = 0;
};

struct Refreshed {
  size_t built = 0, up_to_date = 0, failed = 0;
};

// Every open, valid project that was built: the one whose data are the oldest first, as many at a time as the
// settings, the processors and the free memory allow. One that fails stops no other. A project that somebody
// else is building right now counts as failed ("project.busy").
Result<Refreshed> refresh_stale(const Setting& setting, const Refreshing& refreshing);

// How many builds may run at a time: `wanted` (0: as many as fit) at most, and never more than fit; at least
// one. Pure.
size_t projects_at_a_time(const config::Config::Build& settings, size_t processors, uint64_t free_mib);

}  // namespace fvm::extract
