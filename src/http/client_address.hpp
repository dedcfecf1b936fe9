// Who asks, when a proxy stands between: the address that our own proxies vouch for, never what a client says
// of himself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/types.hpp"

namespace fvm::http {

// An IPv6 address, or an IPv4 one as "::ffff:a.b.c.d".
using AddressBytes = std::array<uint8_t, 16>;
std::optional<AddressBytes> parse_address(std::string_view text);

// What counts as one client: an IPv4 address, or the /64 of an IPv6 one (a subscriber has all of it).
std::string client_key(const AddressBytes& address);

class Proxies {
 public:
  // Addresses, or networks as "10.1.0.0/16"; "http.bad_proxy" (usage) with the value.
  static Result<Proxies> parse(const std::vector<std::string>& texts);

  // client_key of whoever asks: the connection's other end; when that is one of our proxies, the last address
  // of X-Forwarded-For that is none of them. Empty: one of ours that names nobody, so it asks for itself, or
  // a Unix socket.
  std::string client(const Request& request) const;

 private:
  struct Network {
    AddressBytes address{};
    unsigned bits = 128;
  };
  bool holds(const AddressBytes& address) const;
  std::vector<Network> networks_;
};

}  // namespace fvm::http
