// The courier's socket: captures files, shows kept ones to reviewers, is woken to send, says how it is.
// Callers must be the user that the service runs as.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "wire/socket.hpp"

namespace fvm::courier {

// Limits.
inline constexpr size_t callers_max = 32;
inline constexpr size_t looks_max = 3;    // files that are read for reviewers at a time
inline constexpr size_t fetches_max = 3;  // files that are handed out for links at a time
inline constexpr int caller_idle_milliseconds = 5'000;
inline constexpr int look_milliseconds = 2'000;  // how often the outbox is looked at without being woken
inline constexpr int64_t unfinished_idle_seconds =
    60;  // a request whose sender died is taken up after that long

// Runs until `stop` becomes readable. `version` is told to whoever asks.
Result<void> serve(World& world, const config::Instance& instance, const config::Config& config,
                   wire::Listener& listener, int stop, const std::string& version);

}  // namespace fvm::courier
