#include "desk/steward.hpp"

#include "wire/socket.hpp"

namespace fvm::desk {
namespace {

constexpr const char* program = "fvm-steward";

}  // namespace

Result<wire::Redeemed> Steward::redeem(const std::string& ticket) const {
  auto steward = TRY(wire::connect(socket_, program));
  TRY(steward.send(wire::RedeemTicket{ticket}));
  return wire::Connection::read<wire::Redeemed>(TRY(steward.receive(steward_milliseconds_max)));
}

Result<Shown> Steward::take_screen(const std::string& hold) const {
  auto steward = TRY(wire::connect(socket_, program));
  TRY(steward.send(wire::TakeScreen{hold}));
  auto frame = TRY(steward.receive(steward_milliseconds_max));
  TRY(wire::Connection::read<wire::ScreenTaken>(frame));
  if (frame.descriptors.size() != 1) return surroundings("wire.broken_message");
  return Shown{std::move(frame.descriptors.front()), steward.take()};
}

Result<void> Steward::note_refusal(const std::string& hold, const std::string& reason) const {
  auto steward = TRY(wire::connect(socket_, program));
  TRY(steward.send(wire::NoteRefusal{hold, reason}));
  TRY(wire::Connection::read<wire::Done>(TRY(steward.receive(steward_milliseconds_max))));
  return {};
}

}  // namespace fvm::desk
