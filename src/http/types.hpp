// What the portal sees of HTTP: plain requests and responses, without the library that carries them.
#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fvm::http {

struct Request {
  std::string method;                        // "GET"
  std::string path;                          // decoded: starts with '/', holds no "..", no control characters
  std::map<std::string, std::string> query;  // decoded; the first of a name counts
  std::map<std::string, std::string> headers;     // names in lower case
  std::map<std::string, std::string> parameters;  // from the route's pattern: "/registre/{table}"
  std::string body;
  // Address at the other end of the connection, perhaps a proxy's; empty on a Unix socket.
  std::string peer{};
  // What a first look at it found (a session), so that the next need not look again; never from the wire.
  std::any found{};

  std::string_view header(const std::string& name) const;  // empty when there is none
  std::string value(const std::string& name) const;        // of the query; empty when there is none
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // more of them, e.g. Cache-Control
};

using Handler = std::function<Response(const Request&)>;

// Splits and decodes a request target. Empty when it is not one we answer: bad escapes, control characters, a
// path that climbs ("..", also encoded), longer than target_bytes_max.
inline constexpr size_t target_bytes_max = 2048;
struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};
std::optional<Target> parse_target(std::string_view target);

// A problem document (RFC 9457) with the sentence of message `code` in both languages.
Response problem(unsigned status, std::string_view code);
// The same for an error of the service: 403 refused, 404 unknown, 400 bad input, 503 surroundings, 500 a
// defect; with its facts.
Response problem(const Error& error);
Response problem(unsigned status, const Error& error);

// Escapes text for HTML content and attribute values.
std::string escape_html(std::string_view text);

}  // namespace fvm::http
