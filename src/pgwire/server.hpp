// A server on a Unix socket: one thread per connection, as many as allowed, only for this process's own user.
#pragma once

#include <cstdint>
#include <memory>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "pgwire/engine.hpp"

namespace fvm::pgwire {

struct ServerOptions {
  Path socket_folder;
  uint16_t port = 5432;  // part of the socket's name: .s.PGSQL.5432
  uint32_t connections_max = 100;
  uint32_t startup_milliseconds_max = 60'000;  // for a new connection to say who it is
};

class Server {
 public:
  // Listens from here on; "pgwire.cannot_listen".
  static Result<std::unique_ptr<Server>> listen(World& world, Engine& engine, ServerOptions options);
  virtual ~Server() = default;
  // Serves until stop(); ends the connections that are left.
  virtual void run() = 0;
  // From any thread or a signal handler.
  virtual void stop() = 0;
};

}  // namespace fvm::pgwire
