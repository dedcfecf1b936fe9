// The gate before everything that needs a login: which session a request belongs to, whether it was meant
// (CSRF), whether the act asks for MitID anew (step-up).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "account/service.hpp"
#include "audit/ledger.hpp"
#include "http/pace.hpp"
#include "http/router.hpp"
#include "store/readers.hpp"

namespace fvm::api {

inline constexpr const char* session_cookie = "__Host-fvm";
inline constexpr const char* csrf_header = "fvm-csrf";

// One browser's session: far above what pages ask for.
inline constexpr http::PaceRule looking_pace{30, 300};
inline constexpr http::PaceRule changing_pace{2, 60};

struct GateOptions {
  std::string origin;  // "https://portal.example.dk": where requests that change something must come from
  int64_t idle_seconds = 1800;
  int64_t step_up_seconds = 600;
};

// When each session was last seen. In memory: after a restart, a session counts as last seen when it began or
// stepped up.
class Sightings {
 public:
  // False when it has been idle for too long; otherwise it has been seen now.
  bool see(const account::Session& session, Time now, int64_t idle_seconds);
  Time last(const account::Session& session) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Time> seen_;
};

class Gate {
 public:
  Gate(World& world, audit::Ledger& ledger, Path store_file, GateOptions options)
      : world_(world), ledger_(ledger), readers_(std::move(store_file)), options_(std::move(options)) {}

  // The session that the cookie names. "login.needed" (refused) without one; an idle one is ended.
  Result<account::Session> session(const http::Request& request);
  // Whether there is one; it is not seen by that. Noted on the request, so that it is looked up once.
  bool recognise(http::Request& request);
  // The same for an answer: it was meant, and the session does not ask too fast ("api.too_fast", 429 with
  // Retry-After; pace.hpp).
  Result<account::Session> admitted(const http::Request& request);
  // For requests that change something: "login.csrf" unless they come from our pages and carry the token.
  Result<void> meant(const http::Request& request, std::string_view secret) const;
  // What pages send back in the header Fvm-Csrf: bound to the secret of a cookie.
  static std::string csrf_token(std::string_view secret);
  // "login.step_up" when MitID was last seen too long ago for this session.
  Result<void> fresh(const account::Session& session) const;

  // The same routes behind the gate: their Fvm-Actor is the session's user, whatever the request says.
  void add_guarded(http::Router& router, const http::Router& behind);

  const Sightings& sightings() const { return sightings_; }
  // Views of the store, for whoever answers on behalf of the gate.
  store::Readers& readers() { return readers_; }

 private:
  Result<std::optional<account::Session>> find(const http::Request& request, Time now);
  Result<http::Request> passed(http::Request request, const http::Route& route);
  World& world_;
  audit::Ledger& ledger_;
  store::Readers readers_;
  const GateOptions options_;
  Sightings sightings_;
  http::Pace looking_{looking_pace}, changing_{changing_pace};
};

// Acts that only somebody whom MitID has just seen may take: decisions on a case, accepting an agreement,
// sending home. `event`: of a step of a case, one of step_up_events(); otherwise anything.
bool asks_step_up(std::string_view method, std::string_view pattern, std::string_view event);
std::span<const std::string_view> step_up_events();

// Whether a request asks the broker or has a password hashed.
bool is_way_in(const http::Request& request);

// 401 login.needed, 429 with Retry-After, 403 the others: what pages look at to log in and go on.
http::Response gate_problem(const Error& error);

}  // namespace fvm::api
