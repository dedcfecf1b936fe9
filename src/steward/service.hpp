// The steward's socket: is woken, says how it is. Callers must be the user that the service runs as.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "steward/rounds.hpp"
#include "wire/socket.hpp"

namespace fvm::steward {

// Limits.
inline constexpr int caller_milliseconds_max = 2'000;  // to send the one request that a connection carries

// Takes over a caller who asks for a safe table (tables.hpp).
using TableTaker = std::function<void(wire::Connection caller, wire::AskTableAs asked)>;
// Takes over a caller who asks what sending would lead to (outlooks.hpp).
using CheckTaker = std::function<void(wire::Connection caller, wire::AskCheck asked)>;
using OrderTaker = std::function<void(wire::Connection caller, wire::AskOrder asked)>;
using OutlookTaker = std::function<void(wire::Connection caller, wire::AskOutlook asked)>;
struct Takers {
  TableTaker table;
  OutlookTaker outlook;
  OrderTaker order;
  CheckTaker check;
};

// Walks `duties` until `signals` (a signalfd of SIGTERM, SIGINT and SIGUSR1) brings one of the first two;
// SIGUSR1 and the message Wake carry out duties at once. Returns when every duty has ended. `version` is told
// to whoever asks.
Result<void> serve(std::vector<Duty> duties, wire::Listener& listener, int signals,
                   const std::string& version, const Takers& takers);

}  // namespace fvm::steward
