// What fvm-desk asks fvm-steward. Each call is a connection of its own.
#pragma once

#include <string>

#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "wire/messages_desk.hpp"

namespace fvm::desk {

// A session's screen, and what holds it: closed by the steward when it may no longer be shown.
struct Shown {
  Descriptor screen, leash;
};

class Steward {
 public:
  explicit Steward(Path socket) : socket_(std::move(socket)) {}
  // "wire.not_running", "desktop.no_ticket", "desktop.over" …; waits at most steward_milliseconds_max.
  Result<wire::Redeemed> redeem(const std::string& ticket) const;
  Result<Shown> take_screen(const std::string& hold) const;
  Result<void> note_refusal(const std::string& hold, const std::string& reason) const;

 private:
  Path socket_;
};

inline constexpr int steward_milliseconds_max = 10'000;

}  // namespace fvm::desk
