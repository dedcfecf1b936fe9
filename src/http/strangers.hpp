// How fast those may ask who have no session: by address, before anything else looks at the request. Whoever
// has one is not held back by a neighbour behind the same address.
#pragma once

#include <functional>
#include <optional>

#include "base/world.hpp"
#include "http/client_address.hpp"
#include "http/pace.hpp"

namespace fvm::http {

inline constexpr PaceRule stranger_pace{50, 400};  // one address without a session
inline constexpr PaceRule way_in_pace{1, 60};      // of those, what asks the broker or hashes a password

// What a program knows of those who ask it.
struct Acquaintance {
  // Whether the request carries a session that is open; may note it (Request::found).
  std::function<bool(Request&)> is_known;
  // Whether it asks the broker or has a password hashed: never excused by a session.
  std::function<bool(const Request&)> is_way_in;
};

class Strangers {
 public:
  Strangers(World& world, Proxies proxies, Acquaintance whom)
      : world_(world), proxies_(std::move(proxies)), whom_(std::move(whom)) {}

  // 429 "api.too_fast" with Retry-After; nothing: let it through.
  std::optional<Response> refusal(Request& request);

 private:
  World& world_;
  const Proxies proxies_;
  const Acquaintance whom_;
  Pace any_{stranger_pace}, way_in_{way_in_pace};
};

}  // namespace fvm::http
