// Who may see which screen: tickets, MitID, and what a browser holds afterwards. fvm-desk reads no case
// database: it hears from fvm-steward whose desktop a ticket is for, from the broker who sits at the browser,
// and knows from its own book (room admission) whether it has seen the two together before. Safe from several
// threads.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "admission/book.hpp"
#include "config/desk.hpp"
#include "desk/steward.hpp"
#include "oidc/provider.hpp"

namespace fvm::desk {

// Limits.
inline constexpr size_t on_the_way_max = 1'000;
inline constexpr size_t visitors_max = 1'000;
inline constexpr int64_t way_seconds = 600;
inline constexpr int64_t visit_seconds = 9 * 3600;
inline constexpr int64_t stale_seconds = 900;  // without an open screen a browser must show a new ticket

// A browser that has shown a ticket and who it is.
struct Visitor {
  wire::Redeemed grant;
  std::string browser;  // hash of its User-Agent
  Time until, last;     // last: when its screen was last open
  size_t screens = 0;
};

struct Left {
  std::string way;  // for the cookie
  std::string url;  // of the broker
};

class Doorman {
 public:
  Doorman(World& world, const config::DeskConfig& config, Steward& steward, oidc::Provider& provider,
          admission::Book& book)
      : world_(world), config_(config), steward_(steward), provider_(provider), book_(book) {}

  // Uses the ticket up and sends the browser to MitID. "desktop.no_ticket", "desk.full", the broker's codes.
  Result<Left> leave(const std::string& ticket);
  // Back from there: a secret for the browser's cookie. "desk.other_person", "desk.not_confirmed", codes of
  // room oidc.
  Result<std::pair<std::string, wire::Redeemed>> arrive(const std::string& way,
                                                        const oidc::Callback& callback,
                                                        std::string_view user_agent);
  // "desk.no_visit" when the secret is nobody's, another browser's, or past its time.
  Result<Visitor> visitor(const std::string& secret, std::string_view user_agent);
  // A screen of his opened (1) or closed (-1).
  void count(const std::string& secret, int change);

 private:
  struct Way {
    wire::Redeemed grant;
    oidc::Flow flow;
    Time until;
  };
  Result<void> check(const Way& way, const oidc::Identity& identity);
  void sweep();

  World& world_;
  const config::DeskConfig& config_;
  Steward& steward_;
  oidc::Provider& provider_;
  admission::Book& book_;
  std::mutex mutex_;
  std::map<std::string, Way> ways_;          // by the hash of what is in the cookie; so are
  std::map<std::string, Visitor> visitors_;  // these
};

}  // namespace fvm::desk
