// The address that browsers use for one of our sites.
#pragma once

#include <cstdint>
#include <string>

namespace fvm::config {

// "https://portal.example.dk", without a slash at its end; empty: this very machine's.
inline std::string origin(std::string public_url, uint16_t port) {
  while (public_url.ends_with('/')) public_url.pop_back();
  return public_url.empty() ? "http://127.0.0.1:" + std::to_string(port) : public_url;
}

}  // namespace fvm::config
