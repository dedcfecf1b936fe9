// A message as it came from the network (RFC 5322, MIME), read into headers, a text and documents. Runs in
// the sandbox: everything in it was written by a stranger. Parsed by GMime; what is our own here are limits,
// names and the field Authentication-Results (RFC 8601).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::runner {

struct MailLimits {
  uint64_t message_bytes_max = 25u << 20;
  size_t parts_max = 100;             // documents that are kept; beyond that the message is not taken
  size_t depth_levels_max = 10;       // messages and multiparts inside one another
  uint64_t text_bytes_max = 1 << 18;  // of the text that is shown; the document is kept whole
  size_t references_max = 50;
  size_t header_bytes_max = 998;  // of one header as shown (RFC 5322: a line)
};

struct MailAddress {
  std::string name, address;  // the domain in lower case
};

// Something that a person must know of. `detail`: a type, a name, a number; never content.
struct MailFinding {
  std::string code;
  std::string detail;
};

struct MailPart {
  std::string name;      // safe: see safe_name
  std::string declared;  // "application/pdf", as the sender says
  std::string kind;      // by its content: "pdf", "docx", "xlsx", "docx_macros", "text", "executable", …
  std::string bytes;     // decoded
};

// What our own mail server found out about the sender (RFC 8601, field by field).
struct MailAuthentication {
  std::string dmarc;   // "pass", "fail", "none", …; empty: our server says nothing; "conflict": says both
  std::string domain;  // header.from of that result
};

// A delivery status notification (RFC 3464): what became of a mail of ours, as whoever wrote the report says.
struct MailReport {
  std::string action;      // "failed", "delayed", "delivered", …; the worst of its recipients; lower case
  std::string status;      // "5.1.1"
  std::string message_id;  // of the mail that it is about, without brackets
};

struct Mail {
  std::string message_id, subject, date;  // date: as the sender writes it
  std::vector<std::string> references;    // In-Reply-To first; without brackets
  std::vector<MailAddress> from, reply_to;
  // RFC 3834: what an answer must not go to. Lower case, empty when missing.
  std::string return_path, auto_submitted, precedence, suppress;
  bool has_return_path = false, is_list = false, is_report = false;
  MailReport report;  // of a multipart/report of delivery-status; else empty
  MailAuthentication authentication;
  std::string text;
  std::vector<MailPart> parts;
  std::vector<MailFinding> findings;
};

// `server`: the name that our own mail server signs its results with; empty: none is believed.
// "mail.not_a_message", "mail.too_large", "mail.too_many_parts", "mail.too_deep" (all refused).
Result<Mail> read_mail(std::string_view bytes, const MailLimits& limits, std::string_view server);

// What the fields Authentication-Results of `server` say about DMARC. Fields of others are not believed; two
// of its own that differ are a "conflict": the border did not take out what a sender forged.
MailAuthentication authentication_of(const std::vector<std::string>& fields, std::string_view server);

// A name that may be a file's: no folders, control, direction or invisible characters, at most 120 bytes of
// whole characters, not hidden; "bilag-N" when nothing is left.
std::string safe_name(std::string_view given, size_t number);

// One line of valid UTF-8 without control and direction characters, at most `bytes_max` bytes.
std::string one_line(std::string_view text, size_t bytes_max);

// What the bytes are: "pdf", "docx", "xlsx", "docx_macros", "xlsx_macros", "odt", "ods", "zip", "text",
// "html", "png", "jpeg", "archive", "data", "executable", "old_office", "empty", "unknown".
std::string kind_of(std::string_view bytes);

}  // namespace fvm::runner
