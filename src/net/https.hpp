// Documents from few servers that the operator has named, over TLS, through libcurl. Blocking; safe from
// several threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fvm::net {

struct HttpsOptions {
  std::vector<std::string> hosts;  // "broker.example.dk" (port 443) or "broker.example.dk:8443"; no others
  std::string ca_file;             // certificates to trust; empty: the system's
  bool plain_loopback = false;     // http:// to this very machine too: demonstrations and tests
  uint32_t connect_seconds_max = 5;
  uint32_t total_seconds_max = 10;
  uint64_t answer_bytes_max = 1u << 20;
};

struct Answer {
  int status = 0;
  std::string body;
};

class Https {
 public:
  explicit Https(HttpsOptions options) : options_(std::move(options)) {}
  // https, a host of the list, no name or password in it: else "net.address_refused" with the address.
  Result<void> allowed(const std::string& url) const;
  // Follows no redirection, uses no proxy. "net.unreachable" (with the host and libcurl's reason) without a
  // whole answer.
  Result<Answer> get(const std::string& url) const;
  // `form` is application/x-www-form-urlencoded; `authorization` may be empty.
  Result<Answer> post(const std::string& url, const std::string& form,
                      const std::string& authorization) const;

 private:
  Result<Answer> perform(const std::string& url, const std::string* form,
                         const std::string& authorization) const;
  HttpsOptions options_;
};

// The TCP ports that asking those hosts takes: theirs, and that of names (DNS, where an answer is long).
std::vector<uint16_t> ports_of(const std::vector<std::string>& hosts);

using Fields = std::vector<std::pair<std::string, std::string>>;
// "a=1&b=x%20y": percent-encoded (RFC 3986), for queries and forms.
std::string encode_fields(const Fields& fields);
// One part of it.
std::string percent_encode(std::string_view text);

}  // namespace fvm::net
