// Inside this room only: it includes Beast. Takes over a connection whose request asked for a WebSocket.
#pragma once

#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/tunnel.hpp"

namespace fvm::http {

using BeastStream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;
using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// `open` counts it among the server's connections until it ends.
void begin_tunnel(BeastStream stream, const BeastRequest& request, Tunnel tunnel,
                  std::atomic<unsigned>& open);

}  // namespace fvm::http
