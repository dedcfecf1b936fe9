// What the routes of logging in work with; fvm-portal makes one.
#pragma once

#include <mutex>
#include <semaphore>
#include <string>

#include "account/service.hpp"
#include "api/assets.hpp"
#include "api/facts.hpp"
#include "api/gate.hpp"
#include "api/seal.hpp"
#include "oidc/provider.hpp"

namespace fvm::api {

inline constexpr const char* way_cookie = "__Host-fvm-login";
inline constexpr http::PaceRule password_pace{1, 60};  // one person whom MitID has named
inline constexpr int outgoing_max = 3;                 // requests to the broker at a time
inline constexpr int hashing_wait_seconds = 5;         // for one's turn: a hash takes 64 MiB

struct LoginAccess {
  World& world;
  audit::Ledger& ledger;
  Gate& gate;
  const ServiceFacts& facts;
  const Assets& assets;
  const account::Setting* accounts = nullptr;  // both or none: without a broker nobody logs in
  oidc::Provider* provider = nullptr;
  Seal seal;
  http::Pace attempts{password_pace};  // by professional uuid
  std::timed_mutex hashing{};
  std::counting_semaphore<outgoing_max> outgoing{outgoing_max};
};

// Adds /login, /login/mitid, /login/callback, /login/password, /login/activate, /login/step-up, the same
// pages below /en, /me and /en/me (pages). `access` must outlive the router; so for the next two.
void add_login_routes(http::Router& router, LoginAccess& access);
// Adds GET /api/login, POST /api/login/password and /api/login/activate.
void add_login_api(http::Router& router, LoginAccess& access);
// Adds GET /api/me, GET /api/me/sessions, DELETE /api/me/sessions/{id}, POST /logout.
void add_me_api(http::Router& router, LoginAccess& access);

}  // namespace fvm::api
