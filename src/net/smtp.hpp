// One mail to one mail server (RFC 5321) through libcurl. Blocking; use one call per thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::net {

enum class Tls {
  offered,
  required,
  never
};  // "offered": STARTTLS when the server has it, and then it must succeed
Tls tls_named(std::string_view name);  // anything unknown is `required`

struct MailServer {
  std::string host;
  uint16_t port = 25;
  Tls tls = Tls::offered;
  std::string ca_file;  // certificates to trust; empty: the system's
  uint32_t connect_seconds_max = 15;
  uint32_t total_seconds_max = 180;
};

enum class Outcome {
  accepted,  // the server took responsibility
  later,     // for certain not taken: not reached, or a 4xx answer
  refused,   // for certain not taken: a 5xx answer
  unknown,   // the bytes went out and no answer came: it may or may not have been taken
};

struct Delivered {
  Outcome outcome = Outcome::later;
  int code = 0;        // the server's last answer, 0 without one
  std::string reason;  // libcurl's words; no content
  bool encrypted = false;
};

// Sends `message` (from mail.hpp) from `from` to `to`. `before_piece` runs after the server has asked for the
// message and before its first byte leaves, again before every further piece, and before the end is told:
// when it fails, the mail is broken off without its end, so that no server may take it, and the outcome is
// `later`.
Delivered send(const MailServer& server, const std::string& from, const std::string& to,
               std::string_view message, const std::function<Result<void>()>& before_piece);

}  // namespace fvm::net
