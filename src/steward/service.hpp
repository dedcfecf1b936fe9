// The steward's socket: is woken, says how it is. Callers must be the user that the service runs as.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "steward/rounds.hpp"
#include "wire/messages_desk.hpp"
#include "wire/power.hpp"
#include "wire/socket.hpp"

namespace fvm::steward {

// Limits.
inline constexpr int caller_milliseconds_max = 2'000;  // to send the one request that a connection carries

// Takes over a caller who asks for a safe table (tables.hpp).
using TableTaker = std::function<void(wire::Connection caller, wire::AskTableAs asked)>;
// Takes over a caller who asks what sending would lead to (outlooks.hpp).
using AttachmentTaker = std::function<void(wire::Connection, wire::AskAttachment)>;
using CheckTaker = std::function<void(wire::Connection caller, wire::AskCheck asked)>;
using OrderTaker = std::function<void(wire::Connection caller, wire::AskOrder asked)>;
using OutlookTaker = std::function<void(wire::Connection caller, wire::AskOutlook asked)>;
// Take over who asks for desktops (desktops.hpp); those of fvm-desk only whoever has shown the key.
using DesktopTaker = std::function<void(wire::Connection caller, wire::AskDesktop asked)>;
using TicketTaker = std::function<void(wire::Connection caller, wire::RedeemTicket asked)>;
using ScreenTaker = std::function<void(wire::Connection caller, wire::TakeScreen asked)>;
using RefusalTaker = std::function<void(wire::Connection caller, wire::NoteRefusal asked)>;
struct Takers {
  TableTaker table;
  OutlookTaker outlook;
  OrderTaker order;
  CheckTaker check;
  AttachmentTaker attachment = {};
  DesktopTaker desktop = {};
  TicketTaker ticket = {};
  ScreenTaker screen = {};
  RefusalTaker refusal = {};
};

// Walks `duties` until `signals` (a signalfd of SIGTERM, SIGINT and SIGUSR1) brings one of the first two;
// SIGUSR1 and the message Wake carry out duties at once. Returns when every duty has ended. `version` is told
// to whoever asks; `door` knows the key to what fvm-desk alone may ask.
Result<void> serve(std::vector<Duty> duties, wire::Listener& listener, int signals,
                   const std::string& version, const wire::Door& door, const Takers& takers);

}  // namespace fvm::steward
