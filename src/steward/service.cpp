#include "steward/service.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/log.hpp"

namespace fvm::steward {
namespace {

Result<void> answer(wire::Connection& caller, const wire::Frame& frame, Rounds& rounds,
                    const std::string& version) {
  if (frame.type == wire::Type::get_status)
    return caller.send(wire::Status{"fvm-steward", version, ::getpid(), rounds.carried_out()});
  if (frame.type != wire::Type::wake)
    return caller.send(wire::to_failure(surroundings("wire.broken_message")));
  const auto request = wire::decode<wire::Wake>(frame.body);
  if (!request.ok()) return caller.send(wire::to_failure(request.error()));
  if (rounds.wake(request->duty)) return caller.send(wire::Done{});
  return caller.send(wire::to_failure(usage("steward.unknown_duty", {{"duty", request->duty}})));
}

// True: it was one, and whoever takes such has the caller now.
template <class Message>
bool hand_over(const wire::Frame& frame, wire::Connection& caller,
               const std::function<void(wire::Connection, Message)>& taker) {
  if (frame.type != Message::type || !taker) return false;
  auto asked = wire::decode<Message>(frame.body);
  if (asked.ok()) taker(std::move(caller), std::move(*asked));
  return asked.ok();
}

bool is_for_the_desk(wire::Type type) {
  return type == wire::RedeemTicket::type || type == wire::TakeScreen::type ||
         type == wire::NoteRefusal::type;
}

// One caller after the other: each request is answered without waiting for a duty.
void take(wire::Connection caller, Rounds& rounds, const std::string& version, const wire::Door& door,
          const Takers& takers) {
  const auto peer = caller.peer();
  if (!peer.ok() || peer->uid != ::geteuid()) return;
  auto frame = caller.receive(caller_milliseconds_max);
  const auto unlocked = frame.ok() ? door.unlocks(*frame) : Result<bool>(false);
  if (unlocked.ok() && *unlocked) frame = caller.receive(caller_milliseconds_max);
  if (!unlocked.ok() || (frame.ok() && is_for_the_desk(frame->type) && !*unlocked)) {
    const Error why = unlocked.ok() ? refused("wire.no_key", {{"program", "fvm-steward"}}) : unlocked.error();
    return (void)caller.send(wire::to_failure(why)).ok();
  }
  if (frame.ok() && (hand_over<wire::RedeemTicket>(*frame, caller, takers.ticket) ||
                     hand_over<wire::TakeScreen>(*frame, caller, takers.screen) ||
                     hand_over<wire::NoteRefusal>(*frame, caller, takers.refusal)))
    return;
  if (frame.ok() && (hand_over<wire::AskDesktop>(*frame, caller, takers.desktop) ||
                     hand_over<wire::AskTableAs>(*frame, caller, takers.table) ||
                     hand_over<wire::AskOutlook>(*frame, caller, takers.outlook) ||
                     hand_over<wire::AskOrder>(*frame, caller, takers.order) ||
                     hand_over<wire::AskCheck>(*frame, caller, takers.check) ||
                     hand_over<wire::AskAttachment>(*frame, caller, takers.attachment)))
    return;
  if (frame.ok()) (void)answer(caller, *frame, rounds, version).ok();  // gone meanwhile: its own affair
}

// False: to end.
bool take_signal(int signals, Rounds& rounds) {
  signalfd_siginfo info{};
  if (::read(signals, &info, sizeof info) != sizeof info) return true;
  if (info.ssi_signo != SIGUSR1) return false;
  rounds.wake("");
  return true;
}

}  // namespace

Result<void> serve(std::vector<Duty> duties, wire::Listener& listener, int signals,
                   const std::string& version, const wire::Door& door, const Takers& takers) {
  Rounds rounds(std::move(duties));
  log_event("started");
  for (;;) {
    pollfd wanted[] = {{signals, POLLIN, 0}, {listener.descriptor(), POLLIN, 0}};
    if (::poll(wanted, 2, -1) < 0) continue;
    if (wanted[0].revents != 0 && !take_signal(signals, rounds)) break;
    if (wanted[1].revents == 0) continue;
    auto caller = listener.accept(0);
    if (caller.ok()) take(std::move(*caller), rounds, version, door, takers);
  }
  log_event("stopping");
  return {};
}

}  // namespace fvm::steward
