#include "net/mail.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace fvm::net {
namespace {

constexpr size_t line_bytes_max = 76;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

std::string base64(std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

// RFC 2047 words of at most 75 characters; a UTF-8 character is never cut in two.
std::string header_text(std::string_view text) {
  if (is_plain_ascii(text)) return std::string(text);
  constexpr size_t word_bytes_max = 42;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t n = std::min(word_bytes_max, text.size() - at);
    while (at + n < text.size() && (static_cast<unsigned char>(text[at + n]) & 0xC0) == 0x80) --n;
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + base64(text.substr(at, n)) + "?=";
    at += n;
  }
  return out;
}

// name="..." for plain names, else name*=utf-8''percent-encoded (RFC 2231).
std::string parameter(std::string_view name, std::string_view value) {
  const bool plain = is_plain_ascii(value) && value.find_first_of("\"\\") == std::string_view::npos;
  if (plain) return std::string(name) + "=\"" + std::string(value) + "\"";
  std::string out = std::string(name) + "*=utf-8''";
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80 && (std::isalnum(u) != 0 || c == '-' || c == '_' || c == '.')) {
      out += c;
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "%%%02X", u);
      out += escaped;
    }
  }
  return out;
}

std::string date_text(Time time) {
  constexpr int64_t day_seconds = 86400;
  constexpr std::array days = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int64_t seconds = time.microseconds / 1'000'000, day = seconds / day_seconds,
                rest = seconds % day_seconds;
  const Date date = date_of_days(day);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                days[static_cast<size_t>(day % 7)], date.day, months[date.month - 1], date.year,
                static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return text;
}

Result<void> check(const Mail& mail) {
  if (!is_address(mail.from)) return usage("mail.bad_header", {{"what", "from"}});
  if (!is_address(mail.to)) return usage("mail.bad_header", {{"what", "to"}});
  if (!is_address(mail.message_id)) return usage("mail.bad_header", {{"what", "message-id"}});
  if (has_control(mail.subject)) return usage("mail.bad_header", {{"what", "subject"}});
  for (const Attachment& attachment : mail.attachments) {
    if (attachment.name.empty() || has_control(attachment.name))
      return usage("mail.bad_header", {{"what", "filename"}});
  }
  return {};
}

}  // namespace

bool is_address(std::string_view text) {
  constexpr size_t address_bytes_max = 254;
  const size_t at = text.find('@');
  if (text.size() > address_bytes_max || at == 0 || at == std::string_view::npos || at + 1 >= text.size())
    return false;
  if (text.find('@', at + 1) != std::string_view::npos || text[0] == '-' || text[at + 1] == '.') return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("\"(),:;<>[\\]").find(static_cast<char>(c)) == std::string_view::npos;
  });
}

std::string base64_lines(std::string_view bytes) {
  const std::string all = base64(bytes);
  std::string out;
  for (size_t at = 0; at < all.size(); at += line_bytes_max) out += all.substr(at, line_bytes_max) + "\r\n";
  return out;
}

Result<std::string> compose(const Mail& mail) {
  TRY(check(mail));
  // '=' and '_' never stand together in base64, so the boundary is in no part.
  const std::string boundary = "=_fvm_" + base64(mail.message_id).substr(0, 24) + "_=";
  std::string out = "From: <" + mail.from + ">\r\nTo: <" + mail.to +
                    ">\r\nSubject: " + header_text(mail.subject) + "\r\nDate: " + date_text(mail.date) +
                    "\r\nMessage-ID: <" + mail.message_id +
                    ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\nContent-Type: "
                    "multipart/mixed; boundary=\"" +
                    boundary + "\"\r\n\r\n";
  out += "--" + boundary +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
         base64_lines(mail.text);
  for (const Attachment& attachment : mail.attachments) {
    out += "--" + boundary + "\r\nContent-Type: application/octet-stream;\r\n " +
           parameter("name", attachment.name) + "\r\nContent-Disposition: attachment;\r\n " +
           parameter("filename", attachment.name) + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           base64_lines(attachment.bytes);
  }
  return out + "--" + boundary + "--\r\n";
}

}  // namespace fvm::net
