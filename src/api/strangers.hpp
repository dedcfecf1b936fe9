// How fast those may ask who have no session: by address, before anything else looks at the request. Whoever
// has a session is not held back by a neighbour behind the same address (gate.hpp has a pace for each).
#pragma once

#include <functional>

#include "api/pace.hpp"
#include "base/world.hpp"
#include "http/client_address.hpp"

namespace fvm::api {

class Strangers {
 public:
  // `has_session`: whether a request carries one that is open.
  Strangers(World& world, http::Proxies proxies, std::function<bool(const http::Request&)> has_session)
      : world_(world), proxies_(std::move(proxies)), has_session_(std::move(has_session)) {}

  // What `handler` answers, or 429 "api.too_fast" with Retry-After.
  http::Response answer(const http::Request& request, const http::Handler& handler);

 private:
  World& world_;
  const http::Proxies proxies_;
  const std::function<bool(const http::Request&)> has_session_;
  Pace any_{stranger_pace}, way_in_{way_in_pace};
};

}  // namespace fvm::api
