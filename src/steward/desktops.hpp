// The desktops that run now, and tickets to them. fvm-portal asks for one in the name of a user, fvm-desk
// shows it to whoever brings a ticket and proves to be that user. Neither can do it alone: the portal has no
// key to this half, and fvm-desk gets no screen for which no ticket was made.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "steward/callers.hpp"
#include "steward/desktop.hpp"
#include "wire/messages_desk.hpp"

namespace fvm::steward {

// Limits.
inline constexpr size_t desktop_askers_max = 32;
inline constexpr size_t tickets_max = 1'000;
inline constexpr int64_t ticket_seconds = 60;
inline constexpr int64_t hold_seconds = 9 * 3600;

class Desktops {
 public:
  Desktops(World& world, const config::Instance& instance, const config::DeskConfig& config);
  ~Desktops();  // ends them all
  Desktops(const Desktops&) = delete;
  Desktops& operator=(const Desktops&) = delete;

  // From fvm-portal. "desktop.not_offered", "desktop.busy", "desktop.unknown_act", what enclave::begin
  // refuses.
  void ask(wire::Connection caller, wire::AskDesktop asked);
  // From fvm-desk, and nobody else: the caller has shown the key. "desktop.no_ticket", "desktop.over".
  void redeem(wire::Connection caller, wire::RedeemTicket asked);
  void take_screen(wire::Connection caller, wire::TakeScreen asked);
  void note_refusal(wire::Connection caller, wire::NoteRefusal asked);

 private:
  using Place = std::pair<std::string, std::string>;  // project, user
  // By the hash of a ticket or of a hold.
  struct Grant {
    Place place;
    std::string session;
    Time until;
  };
  Result<std::string> answer(const wire::AskDesktop& asked);
  Result<std::string> open(const wire::AskDesktop& asked);
  Result<void> may_ask(const wire::AskDesktop& asked);
  Result<std::shared_ptr<Desktop>> running_or_new(const wire::AskDesktop& asked);
  Result<std::shared_ptr<Desktop>> held(const std::string& hold);
  Result<wire::Redeemed> redeemed(const std::string& ticket);
  Result<void> show(wire::Connection viewer, const std::string& hold);
  Result<wire::Done> noted(const wire::NoteRefusal& asked);
  std::shared_ptr<Desktop> find(const Place& place);
  void sweep();
  std::string grant(std::map<std::string, Grant>& grants, const Desktop& desktop, int64_t seconds);

  World& world_;
  const config::Instance& instance_;
  const config::DeskConfig& config_;
  store::Readers readers_;
  std::mutex mutex_;    // everything below
  std::mutex opening_;  // one starts at a time
  std::map<Place, std::shared_ptr<Desktop>> running_;
  std::map<std::string, Grant> tickets_, holds_;
  Callers callers_{desktop_askers_max, surroundings("desktop.busy")};
};

}  // namespace fvm::steward
