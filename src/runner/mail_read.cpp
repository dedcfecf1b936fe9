// The walk through a message: GMime parses, this decides what is a document, what is the text, and what a
// person must be told.
#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/mail.hpp"

namespace fvm::runner {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;
struct Free {
  void operator()(char* text) const { g_free(text); }
};
using Text = std::unique_ptr<char, Free>;

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

// What a content type says, as "type/subtype" in lower case.
std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  if (type == nullptr) return "text/plain";
  const Text text(g_mime_content_type_get_mime_type(type));
  return disclosure::lower(one_line(text_of(text.get()), 100));
}

std::string parameter_of(GMimeObject* object, const char* name) {
  return disclosure::lower(text_of(g_mime_object_get_content_type_parameter(object, name)));
}

std::string header_of(GMimeObject* object, const char* name, size_t bytes_max) {
  return one_line(text_of(g_mime_object_get_header(object, name)), bytes_max);
}

// Every value of a header that may stand several times, from the top.
std::vector<std::string> headers_of(GMimeObject* object, std::string_view name) {
  constexpr size_t fields_max = 50, field_bytes_max = 8192;
  std::vector<std::string> out;
  GMimeHeaderList* list = g_mime_object_get_header_list(object);
  for (int i = 0; i < g_mime_header_list_get_count(list) && out.size() < fields_max; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    if (disclosure::lower(text_of(g_mime_header_get_name(header))) != name) continue;
    out.push_back(text_of(g_mime_header_get_raw_value(header)).substr(0, field_bytes_max));
  }
  return out;
}

std::string written(GMimeObject* object) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return bytes->len == 0 ? std::string()
                         : std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

std::string decoded(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return bytes->len == 0 ? std::string()
                         : std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

// A field of a report; they stand in groups, one for the mail and one for each recipient.
std::string field_of(std::string_view line, std::string_view name) {
  const std::string start = disclosure::lower(std::string(line.substr(0, name.size())));
  if (start != name || line.size() <= name.size() || line[name.size()] != ':') return {};
  return disclosure::lower(one_line(line.substr(name.size() + 1), 40));
}

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// One recipient who will never get it is what counts.
void take_status(std::string_view text, MailReport& report) {
  constexpr size_t lines_max = 500;
  std::string action;
  for (size_t i = 0; i < lines_max && !text.empty(); ++i) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto found = trimmed(field_of(line, "action")); !found.empty()) action = found;
    if (!action.empty() && report.action != "failed") report.action = action;
    const auto status = trimmed(field_of(line, "status"));
    if (!status.empty() && (report.status.empty() || action == "failed")) report.status = status;
  }
}

class Reader {
 public:
  Reader(const MailLimits& limits, Mail& mail) : limits_(limits), mail_(mail) {}

  Result<void> walk(GMimeObject* object, size_t depth) {
    if (object == nullptr) return {};
    if (depth > limits_.depth_levels_max)
      return refused("mail.too_deep", {{"levels_max", std::to_string(limits_.depth_levels_max)}});
    const std::string type = type_of(object);
    if (GMIME_IS_MULTIPART(object)) return walk_multipart(object, type, depth);
    if (GMIME_IS_MESSAGE_PART(object)) return take_message(object, type, depth);
    if (GMIME_IS_PART(object)) return take_part(object, type);
    return note("mail.unread_part", type), Result<void>{};
  }

 private:
  void note(std::string code, std::string detail) {
    const auto same = [&](const MailFinding& each) { return each.code == code && each.detail == detail; };
    if (std::any_of(mail_.findings.begin(), mail_.findings.end(), same)) return;
    mail_.findings.push_back({std::move(code), std::move(detail)});
  }

  Result<void> walk_multipart(GMimeObject* object, const std::string& type, size_t depth) {
    if (type == "multipart/encrypted") note("mail.encrypted", type);
    if (type == "multipart/signed") note("mail.signed", parameter_of(object, "protocol"));
    GMimeMultipart* multipart = GMIME_MULTIPART(object);
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; ++i) TRY(walk(g_mime_multipart_get_part(multipart, i), depth + 1));
    return {};
  }

  // A forwarded mail is kept whole, and its documents with it.
  Result<void> take_message(GMimeObject* object, const std::string& type, size_t depth) {
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (inner == nullptr) return note("mail.unread_part", type), Result<void>{};
    const std::string subject = text_of(g_mime_message_get_subject(inner));
    TRY(keep({(subject.empty() ? "meddelelse" : subject) + ".eml", true}, type, written(GMIME_OBJECT(inner)),
             "message"));
    if (mail_.is_report && !inside_message_)
      mail_.report.message_id = one_line(text_of(g_mime_message_get_message_id(inner)), 500);
    inside_message_ = true;
    return walk(g_mime_message_get_mime_part(inner), depth + 1);
  }

  struct Name {
    std::string text;
    bool ours = false;  // made by us: no finding when it had to be mended
  };

  Result<void> take_part(GMimeObject* object, const std::string& type) {
    GMimePart* part = GMIME_PART(object);
    if (type.starts_with("application/pkcs7-mime") || type.starts_with("application/x-pkcs7-mime")) {
      const bool is_signed = parameter_of(object, "smime-type") == "signed-data";
      note(is_signed ? "mail.signed_opaque" : "mail.encrypted", type);
    }
    if (type == "message/partial") note("mail.partial", type);
    if (mail_.is_report && !inside_message_) take_report(part, type);
    if (type == "application/ms-tnef") note("mail.tnef", type);
    const Name name{text_of(g_mime_part_get_filename(part))};
    if (name.text.empty() && !inside_message_ && is_shown_text(object, type)) return take_text(object);
    if (name.text.empty()) return keep({standard_name(type), true}, type, decoded(part), {});
    return keep(name, type, decoded(part), {});
  }

  // The part for machines, and the headers of the mail that came back when it is not there whole.
  void take_report(GMimePart* part, const std::string& type) {
    if (type == "message/delivery-status") take_status(decoded(part), mail_.report);
    if (type != "text/rfc822-headers") return;
    const std::string bytes = decoded(part) + "\r\n\r\n";
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> inner(g_mime_parser_construct_message(parser.get(), nullptr));
    if (inner != nullptr)
      mail_.report.message_id = one_line(text_of(g_mime_message_get_message_id(inner.get())), 500);
  }

  // The first text that is not an attachment is what the sender wrote.
  bool is_shown_text(GMimeObject* object, const std::string& type) const {
    const std::string disposition = disclosure::lower(text_of(g_mime_object_get_disposition(object)));
    return type == "text/plain" && mail_.text.empty() && disposition != "attachment";
  }

  Result<void> take_text(GMimeObject* object) {
    std::string text;
    if (GMIME_IS_TEXT_PART(object)) {
      const std::string charset = parameter_of(object, "charset");
      if (!charset.empty() && !knows_charset(charset)) note("mail.charset", one_line(charset, 40));
      const Text converted(g_mime_text_part_get_text(GMIME_TEXT_PART(object)));
      text = disclosure::to_utf8(text_of(converted.get()));
    } else {
      text = disclosure::to_utf8(decoded(GMIME_PART(object)));
    }
    mail_.text = shown(text);
    if (text.size() > limits_.text_bytes_max) {
      note("mail.text_cut", std::to_string(limits_.text_bytes_max));
      return keep({"besked.txt", true}, "text/plain", std::move(text), {});
    }
    return {};
  }

  // Line by line, without what would deceive on a screen.
  std::string shown(std::string_view text) const {
    std::string out;
    while (!text.empty() && out.size() < limits_.text_bytes_max) {
      const size_t end = std::min(text.find('\n'), text.size());
      out += one_line(text.substr(0, end), limits_.text_bytes_max - out.size()) + "\n";
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }

  static bool knows_charset(const std::string& charset) {
    const iconv_t handle = g_mime_iconv_open("UTF-8", charset.c_str());
    if (handle == reinterpret_cast<iconv_t>(-1)) return false;
    g_mime_iconv_close(handle);
    return true;
  }

  static std::string standard_name(const std::string& type) {
    if (type == "text/html") return "besked.html";
    if (type == "text/plain") return "besked.txt";
    if (type == "text/calendar") return "aftale.ics";
    if (type == "application/pgp-encrypted" || type == "application/octet-stream") return "";
    return type.ends_with("signature") ? "signatur" : "";
  }

  Result<void> keep(const Name& name, const std::string& type, std::string bytes, std::string kind) {
    if (mail_.parts.size() >= limits_.parts_max)
      return refused("mail.too_many_parts", {{"parts_max", std::to_string(limits_.parts_max)}});
    total_bytes_ += bytes.size();
    // A nested message is kept whole and its documents again: at most once per level.
    if (total_bytes_ > limits_.message_bytes_max * (limits_.depth_levels_max + 1))
      return refused("mail.too_large", {{"bytes_max", std::to_string(limits_.message_bytes_max)}});
    MailPart part{safe_name(name.text, mail_.parts.size() + 1), type, std::move(kind), std::move(bytes)};
    if (!name.ours && part.name != name.text) note("mail.name_changed", part.name);
    if (part.kind.empty()) part.kind = kind_of(part.bytes);
    judge(part);
    mail_.parts.push_back(std::move(part));
    return {};
  }

  // What a person must know before he opens it.
  void judge(const MailPart& part) {
    if (disclosure::is_test_virus(part.bytes)) note("mail.test_virus", part.name);
    if (part.kind == "empty") note("mail.empty_part", part.name);
    if (part.kind == "executable") note("mail.executable", part.name);
    if (part.kind.ends_with("_macros")) note("mail.macros", part.name);
    if (part.kind == "zip" || part.kind == "archive") note("mail.archive", part.name);
    if (part.kind == "old_office") note("mail.old_office", part.name);
    const std::string pretended = pretended_kind(part);
    if (!pretended.empty()) note("mail.type_pretended", part.name + ": " + pretended);
  }

  // The kind, when the name promises another.
  static std::string pretended_kind(const MailPart& part) {
    const std::string ending = disclosure::extension_of(part.name);
    for (const std::string_view known : {"pdf", "docx", "xlsx", "png", "odt", "ods"}) {
      if (ending == known) return part.kind == known ? "" : part.kind;
    }
    if (ending == "jpg" || ending == "jpeg") return part.kind == "jpeg" ? "" : part.kind;
    if (ending == "doc" || ending == "xls") return part.kind == "old_office" ? "" : part.kind;
    return "";
  }

  const MailLimits& limits_;
  Mail& mail_;
  uint64_t total_bytes_ = 0;
  bool inside_message_ = false;
};

// The domain in lower case; the mailbox as it is, which is its own server's to judge.
std::string with_folded_domain(std::string address) {
  const size_t at = address.rfind('@');
  if (at == std::string::npos) return address;
  return address.substr(0, at) + disclosure::lower(address.substr(at));
}

void take_addresses(InternetAddressList* list, size_t depth, std::vector<MailAddress>& out) {
  constexpr size_t addresses_max = 20, depth_max = 4;
  if (list == nullptr || depth > depth_max) return;
  for (int i = 0; i < internet_address_list_length(list) && out.size() < addresses_max; ++i) {
    InternetAddress* address = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      take_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), depth + 1, out);
    } else if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
      const char* text = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
      out.push_back({one_line(text_of(internet_address_get_name(address)), 200),
                     with_folded_domain(one_line(text_of(text), 254))});
    }
  }
}

void take_references(GMimeObject* message, const MailLimits& limits, Mail& mail) {
  for (const char* name : {"In-Reply-To", "References"}) {
    const char* text = g_mime_object_get_header(message, name);
    if (text == nullptr) continue;
    GMimeReferences* list = g_mime_references_parse(nullptr, text);
    for (int i = 0; i < g_mime_references_length(list) && mail.references.size() < limits.references_max; ++i)
      mail.references.push_back(one_line(text_of(g_mime_references_get_message_id(list, i)), 500));
    g_mime_references_free(list);
  }
}

std::string without_brackets(std::string text) {
  std::erase_if(text, [](char c) { return c == '<' || c == '>' || c == ' '; });
  return text;
}

void take_headers(GMimeMessage* message, const MailLimits& limits, std::string_view server, Mail& mail) {
  GMimeObject* object = GMIME_OBJECT(message);
  mail.message_id = one_line(text_of(g_mime_message_get_message_id(message)), 500);
  mail.subject = one_line(text_of(g_mime_message_get_subject(message)), limits.header_bytes_max);
  mail.date = header_of(object, "Date", 100);
  take_addresses(g_mime_message_get_from(message), 0, mail.from);
  take_addresses(g_mime_message_get_reply_to(message), 0, mail.reply_to);
  take_references(object, limits, mail);
  mail.has_return_path = g_mime_object_get_header(object, "Return-Path") != nullptr;
  mail.return_path = disclosure::lower(without_brackets(header_of(object, "Return-Path", 254)));
  mail.auto_submitted = disclosure::lower(header_of(object, "Auto-Submitted", 100));
  mail.precedence = disclosure::lower(header_of(object, "Precedence", 40));
  mail.suppress = disclosure::lower(header_of(object, "X-Auto-Response-Suppress", 100));
  for (const char* name : {"List-Id", "List-Post", "List-Unsubscribe", "X-Mailman-Version"})
    mail.is_list |= g_mime_object_get_header(object, name) != nullptr;
  GMimeObject* body = g_mime_message_get_mime_part(message);
  mail.is_report = body != nullptr && type_of(body) == "multipart/report";
  mail.authentication = authentication_of(headers_of(object, "authentication-results"), server);
}

// A mailbox name in the header From says who sent it; several, or none, say nothing.
void judge_sender(const std::vector<std::string>& from_fields, Mail& mail) {
  if (from_fields.size() > 1 || mail.from.size() > 1) mail.findings.push_back({"mail.from_many", ""});
  if (mail.from.empty()) mail.findings.push_back({"mail.from_none", ""});
}

}  // namespace

Result<Mail> read_mail(std::string_view bytes, const MailLimits& limits, std::string_view server) {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
  if (bytes.size() > limits.message_bytes_max)
    return refused("mail.too_large", {{"bytes_max", std::to_string(limits.message_bytes_max)}});
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (message == nullptr) return refused("mail.not_a_message");
  const auto from_fields = headers_of(GMIME_OBJECT(message.get()), "from");
  Mail mail;
  take_headers(message.get(), limits, server, mail);
  if (from_fields.empty() && mail.message_id.empty() && mail.date.empty())
    return refused("mail.not_a_message");
  judge_sender(from_fields, mail);
  TRY(Reader(limits, mail).walk(g_mime_message_get_mime_part(message.get()), 0));
  return mail;
}

}  // namespace fvm::runner
