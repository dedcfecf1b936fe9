// One desktop: a session whose command draws a screen, held by the steward from its start to its end. A
// thread of its own accompanies it; who shows its screen (fvm-desk) is told by a closed connection that it is
// over.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "audit/ledger.hpp"
#include "config/desk.hpp"
#include "enclave/run.hpp"
#include "enclave/service.hpp"
#include "store/readers.hpp"

namespace fvm::steward {

struct DesktopOrder {
  std::string project, user;
  std::string login;  // of the portal; empty: of nobody there
  std::string language = "da";
};

class Desktop {
 public:
  struct Setting {
    World& world;
    const config::Instance& instance;
    const config::DeskConfig& config;
    store::Readers& readers;
  };
  // Begins the session and waits for its screen: what enclave::begin and start refuse,
  // "desktop.did_not_start".
  static Result<std::unique_ptr<Desktop>> start(const Setting& setting, const DesktopOrder& order);
  ~Desktop();  // ends it, and waits for that
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  const DesktopOrder& order() const { return order_; }
  std::string session() const { return session_; }
  Time started() const { return started_; }
  bool over() const { return over_; }
  bool is_shown() const { return shown_; }
  // Another login of the same user goes on with it.
  void belongs_to(const std::string& login);
  // Gives the screen to `viewer` (wire::ScreenTaken with a socket), and takes it from whoever had it.
  Result<void> show(wire::Connection viewer);
  // Returns at once; over() when it is.
  void end();

 private:
  Desktop(const Setting& setting, const DesktopOrder& order) : setting_(setting), order_(order) {}
  Result<void> begin();
  Result<Descriptor> connect_screen(int milliseconds);
  void accompany();
  bool step();
  void read_end();
  void swap_viewer();
  void lose_viewer();
  bool may_stay();
  void discard(Descriptor& stream);
  void close();
  void note(const std::string& action, std::vector<std::pair<std::string, std::string>> facts);

  const Setting setting_;
  DesktopOrder order_;
  std::string session_;
  Time started_{};
  std::optional<enclave::Held> held_;
  std::optional<enclave::Running> running_;
  std::optional<wire::Connection> door_, tables_;
  std::unique_ptr<audit::Ledger> tables_ledger_;
  std::thread thread_, tables_thread_;
  Descriptor wake_, tables_end_;  // eventfds
  std::mutex door_mutex_;         // one asks for a connection at a time
  std::mutex mutex_;              // next_, login
  std::optional<wire::Connection> next_, viewer_;
  Time viewed_{}, viewer_came_{}, looked_{};
  enclave::Ending ending_ = enclave::Ending::exited;
  int code_ = 0;
  std::atomic<bool> stop_{false}, over_{false}, shown_{false};
};

}  // namespace fvm::steward
