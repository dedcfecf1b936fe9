// A mail as bytes: headers that cannot be broken out of (RFC 5322, 2045-2047, 2231), attachments in base64.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace fvm::net {

struct Attachment {
  std::string name;  // any text; control characters are refused
  std::string bytes;
};

struct Mail {
  std::string from, to;    // bare addresses
  std::string subject;     // any text
  std::string message_id;  // without the angle brackets
  Time date;
  std::string text;  // UTF-8
  std::vector<Attachment> attachments;
};

// An address that may stand in an envelope and a header: printable ASCII, one '@', no blanks, quotes,
// brackets, commas; at most 254 bytes (RFC 5321).
bool is_address(std::string_view text);

// The whole mail, lines ended by CR LF. "mail.bad_header" when an address, the Message-ID, the subject or a
// file name holds what could begin another header.
Result<std::string> compose(const Mail& mail);

// Base64 with lines of 76 characters.
std::string base64_lines(std::string_view bytes);

}  // namespace fvm::net
