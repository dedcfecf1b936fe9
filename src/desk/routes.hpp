// What fvm-desk answers: the way in (a ticket, MitID), the page, and the screen itself over a WebSocket.
#pragma once

#include <atomic>
#include <string>

#include "desk/doorman.hpp"
#include "desk/page.hpp"
#include "http/router.hpp"
#include "http/strangers.hpp"
#include "http/tunnel.hpp"
#include "screen/gate.hpp"

namespace fvm::desk {

inline constexpr const char* way_cookie = "__Host-fvm-desk-way";
inline constexpr const char* visit_cookie = "__Host-fvm-desk";
inline constexpr size_t screens_of_one_max = 4;  // open at a time in one browser

struct Access {
  World& world;
  Doorman& doorman;
  Steward& steward;
  Site site;
  std::string origin;  // "https://skrivebord.example.dk": where our own pages are
  int64_t idle_seconds = 1800;
};

// Adds GET /open, /login/callback, the page in both languages, /api/visit, /assets/{name} and /health.
// `access` must outlive the router; so for the next.
void add_routes(http::Router& router, Access& access);
// Answers requests for WebSockets: GET /screen from our own page, by a browser that has shown a ticket and
// MitID. Whoever has not waits his turn among strangers.
http::Upgrade screens(Access& access, http::Strangers& strangers);
// Known is who has shown both; the way in uses up a ticket or asks the broker.
http::Acquaintance acquaintance(Access& access);

}  // namespace fvm::desk
