// A WebSocket (RFC 6455) that a stream socket is joined with: bytes there and back, never more of them in
// memory than one piece each way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "http/types.hpp"

namespace fvm::http {

// Limits.
inline constexpr uint32_t tunnel_message_bytes_max = 128u
                                                     << 10;  // from a browser; a longer one ends the tunnel
inline constexpr uint32_t tunnel_piece_bytes = 32u << 10;    // to a browser
inline constexpr uint32_t tunnel_silence_seconds_max = 40;   // a browser that answers no ping is gone
inline constexpr uint32_t tunnel_goodbye_seconds_max = 3;    // then the connection is cut
inline constexpr uint32_t tunnel_look_seconds = 1;           // how often `may_go_on` is asked

// Why a tunnel ended, as browsers are told: the close code of the WebSocket.
enum class TunnelEnd : uint16_t {
  browser_left = 1000,
  refused = 1008,     // bytes that may not pass
  peer_ended = 4000,  // the stream socket was closed
  cut = 4001,         // the leash was
  unwanted = 4002,    // may_go_on said so
};

struct TunnelSeen {
  TunnelEnd end = TunnelEnd::browser_left;
  std::string reason;  // the code of the error that ended it; empty otherwise
  uint64_t bytes_in = 0, bytes_out = 0;
};

struct Tunnel {
  Descriptor peer;   // a stream socket
  Descriptor leash;  // when its other end is closed, so is the WebSocket; none: no such
  // Called by one thread at a time: what of these bytes goes on. An error ends the tunnel, and nothing of
  // them does.
  std::function<Result<std::string>(std::string_view)> from_browser;
  std::function<Result<void>(std::string_view)> from_peer;
  std::function<Result<void>()> may_go_on;          // asked every tunnel_look_seconds
  std::function<void(const TunnelSeen&)> on_ended;  // once
};

// What a request for a WebSocket gets: the tunnel, or an answer that says why not.
using Upgrade = std::function<std::variant<Response, Tunnel>(const Request&)>;

}  // namespace fvm::http
