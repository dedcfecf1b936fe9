#include "http/client_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace fvm::http {
namespace {

constexpr size_t mapped_bytes = 12;  // before the four of an IPv4 address

bool is_ipv4(const AddressBytes& address) {
  constexpr AddressBytes prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.begin() + mapped_bytes, address.begin());
}

bool same_bits(const AddressBytes& one, const AddressBytes& other, unsigned bits) {
  const size_t whole = bits / 8;
  if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || (one[whole] >> (8 - rest)) == (other[whole] >> (8 - rest));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  const std::string whole(text);
  AddressBytes address{};
  if (::inet_pton(AF_INET6, whole.c_str(), address.data()) == 1) return address;
  in_addr short_one{};
  if (::inet_pton(AF_INET, whole.c_str(), &short_one) != 1) return std::nullopt;
  address[10] = address[11] = 0xff;
  std::memcpy(address.data() + mapped_bytes, &short_one, sizeof short_one);
  return address;
}

std::string client_key(const AddressBytes& address) {
  if (is_ipv4(address)) return fmt::format("{}.{}.{}.{}", address[12], address[13], address[14], address[15]);
  std::string key;
  for (size_t i = 0; i < 8; ++i) key += fmt::format("{:02x}", address[i]);
  return key + "/64";
}

Result<Proxies> Proxies::parse(const std::vector<std::string>& texts) {
  Proxies proxies;
  for (const std::string& text : texts) {
    const size_t slash = text.find('/');
    const auto address = parse_address(std::string_view(text).substr(0, slash));
    const auto wrong = [&] { return usage("http.bad_proxy", {{"value", text}}); };
    if (!address) return wrong();
    Network network{*address, 128};
    if (slash != std::string::npos) {
      const unsigned most = is_ipv4(*address) ? 32 : 128;
      unsigned bits = 0;
      const auto read = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
      if (read.ec != std::errc() || read.ptr != text.data() + text.size() || bits > most) return wrong();
      network.bits = bits + 128 - most;
    }
    proxies.networks_.push_back(network);
  }
  return proxies;
}

bool Proxies::holds(const AddressBytes& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return same_bits(network.address, address, network.bits);
  });
}

std::string Proxies::client(const Request& request) const {
  if (request.peer.empty()) return {};
  auto client = parse_address(request.peer);
  if (!client) return request.peer;
  std::string_view named = request.header("x-forwarded-for");
  if (holds(*client) && trimmed(named).empty()) return {};
  while (holds(*client) && !named.empty()) {
    const size_t comma = named.rfind(',');
    const auto before = parse_address(trimmed(named.substr(comma == std::string_view::npos ? 0 : comma + 1)));
    if (!before) break;  // rubbish that our proxy passed on: its own affair
    client = before;
    named = comma == std::string_view::npos ? std::string_view() : named.substr(0, comma);
  }
  return client_key(*client);
}

}  // namespace fvm::http
