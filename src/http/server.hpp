// The HTTP/1.1 server. Everything bounded: bodies, headers, time per request, connections. Handlers run on
// its threads, several at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "http/tunnel.hpp"
#include "http/types.hpp"

namespace fvm::http {

// Requests whose body may be larger than that of others, a few at a time (one more is told to come back, 503
// with Retry-After): `is` looks at the head alone, and at whether somebody may send that much at all.
struct LargeBodies {
  std::function<bool(Request& head)> is;
  uint32_t body_bytes_max = 0;
  unsigned at_once_max = 4;
  uint32_t seconds_max = 60;
  uint32_t retry_seconds = 5;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;  // 0: any free one, see Server::port
  // A Unix socket instead of address and port, mode 0600: whoever may open it is trusted. A stale one is
  // replaced.
  std::string unix_socket;
  unsigned threads = 2;
  // For one more, who has waited longest for his own request to come is closed; it is, when nobody waits.
  unsigned connections_max = 1024;
  uint32_t header_bytes_max = 16u << 10;
  uint32_t body_bytes_max = 1u << 20;
  uint32_t request_seconds_max = 10;  // from the first byte to the last: a slow client is cut off
  uint32_t idle_seconds_max = 30;     // between requests of one connection
  LargeBodies large = {};
};

class Server {
 public:
  // "http.cannot_listen" with address, port and reason ("http.cannot_listen_unix" for a Unix socket).
  // Requests for a WebSocket go to `upgrade`; without one they are requests like any other.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler,
                                               Upgrade upgrade = {});
  virtual ~Server() = default;
  virtual uint16_t port() const = 0;  // 0 on a Unix socket
  virtual void stop() = 0;            // from any thread; connections are closed
  virtual void wait() = 0;            // until stopped
};

}  // namespace fvm::http
