#include "disclosure/file_type.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using namespace std::string_view_literals;

struct Magic {
  size_t offset;
  std::string_view bytes;
  Content content;
};

// First bytes of the formats that analysts have at hand; sources are the formats' own descriptions.
constexpr std::array magics = {
    Magic{0, "PK\3\4"sv, Content::zip},
    Magic{0, "PK\5\6"sv, Content::archive},
    Magic{0, "%PDF-"sv, Content::pdf},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, Content::png},
    Magic{0, "\xFF\xD8\xFF"sv, Content::jpeg},
    Magic{0, "\x1F\x8B"sv, Content::archive},  // gzip, and with it rds and RData
    Magic{0, "BZh"sv, Content::archive},
    Magic{0,
          "\xFD"
          "7zXZ\0"sv,
          Content::archive},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, Content::archive},
    Magic{0, "Rar!\x1A\7"sv, Content::archive},
    Magic{0, "\x28\xB5\x2F\xFD"sv, Content::archive},
    Magic{257, "ustar"sv, Content::archive},
    Magic{0, "PAR1"sv, Content::data},
    Magic{0, "ARROW1"sv, Content::data},
    Magic{0, "FEA1"sv, Content::data},
    Magic{0, "SQLite format 3\0"sv, Content::data},
    Magic{8, "DUCK"sv, Content::data},
    Magic{0, "$FL2"sv, Content::data},
    Magic{0, "$FL3"sv, Content::data},
    Magic{0, "<stata_dta>"sv, Content::data},
    Magic{0, "RDX2\n"sv, Content::data},
    Magic{0, "RDX3\n"sv, Content::data},
    Magic{0, "RDA2\n"sv, Content::data},
    Magic{0, "RDA3\n"sv, Content::data},
    Magic{0, "X\n\0\0\0"sv, Content::data},
    Magic{0, "A\n2\n"sv, Content::data},
    Magic{0, "A\n3\n"sv, Content::data},
    Magic{0, "\x89HDF\r\n\x1A\n"sv, Content::data},
    Magic{12, "\xC2\xEA\x81\x60"sv, Content::data},        // sas7bdat
    Magic{0, "HEADER RECORD*******LIB"sv, Content::data},  // SAS transport
    Magic{0, "\x93NUMPY"sv, Content::data},
    Magic{0, "\x80\4\x95"sv, Content::data},
    Magic{0,
          "\x7F"
          "ELF"sv,
          Content::executable},
    Magic{0, "MZ"sv, Content::executable},
    Magic{0, "\xCA\xFE\xBA\xBE"sv, Content::executable},
    Magic{0, "\xCF\xFA\xED\xFE"sv, Content::executable},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Content::old_office},
};

bool is_old_stata(std::string_view bytes) {  // format 113-115: release, byte order, filetype 1, 0
  return bytes.size() > 4 && bytes[0] >= 0x6C && bytes[0] <= 0x73 && (bytes[1] == 1 || bytes[1] == 2) &&
         bytes[2] == 1 && bytes[3] == 0;
}

bool is_safe_character(unsigned char c) {
  return c >= 0x20 && c != 0x7F && c != '/' && c != '\\' && c != ':' && c != '"' && c != '<' && c != '>' &&
         c != '|' && c != '*' && c != '?';
}

uint32_t big_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

Content content_of(std::string_view bytes) {
  return content_of(bytes, [&] { return is_plain(bytes); });
}

Content content_of(std::string_view bytes, const std::function<bool()>& plain) {
  for (const Magic& magic : magics) {
    if (bytes.size() >= magic.offset + magic.bytes.size() &&
        bytes.substr(magic.offset, magic.bytes.size()) == magic.bytes) {
      if (magic.bytes == "MZ"sv && looks_like_text(to_utf8(bytes))) continue;  // a text that begins with MZ
      return magic.content;
    }
  }
  if (is_old_stata(bytes)) return Content::data;
  const bool as_it_stands = looks_like_text(bytes);
  const bool text = plain() ? as_it_stands : looks_like_text(to_utf8(bytes));
  return text ? Content::text : Content::unknown;
}

std::string_view name_of(Content content) {
  constexpr std::array names = {"text",    "zip",  "pdf",        "png",        "jpeg",
                                "archive", "data", "executable", "old office", "unknown"};
  return names[static_cast<size_t>(content)];
}

// Text is what a format is easily taken for by its first words, so another opinion is only a doubt there.
Opinion second_opinion(Content ours, std::string_view mime) {
  constexpr std::string_view office = "application/vnd.openxmlformats-officedocument.";
  constexpr std::array texts = {"application/json"sv,       "application/x-ndjson"sv, "application/xml"sv,
                                "application/javascript"sv, "application/csv"sv,      "image/svg+xml"sv,
                                "application/vnd.hp-HPGL"sv};  // a text that begins with "NPU" or "IN"
  constexpr std::array no_texts = {"text/rtf"sv, "text/vcard"sv, "text/calendar"sv, "text/PGP"sv};
  const auto among = [&](const auto& all) { return std::find(all.begin(), all.end(), mime) != all.end(); };
  const auto picture = [&](std::string_view wanted) {
    if (mime == wanted) return Opinion::same;
    return mime.starts_with("image/") ? Opinion::doubtful : Opinion::other;
  };
  switch (ours) {
    case Content::text:
      return (mime.starts_with("text/") && !among(no_texts)) || among(texts) ? Opinion::same
                                                                             : Opinion::doubtful;
    case Content::zip:
      if (mime == "application/zip" || mime.starts_with(office)) return Opinion::same;
      return mime == "application/octet-stream" ? Opinion::doubtful : Opinion::other;
    case Content::pdf:
      return mime == "application/pdf" ? Opinion::same : Opinion::other;
    case Content::png:
      return picture("image/png");
    case Content::jpeg:
      return picture("image/jpeg");
    default:
      return Opinion::same;  // refused already
  }
}

std::string extension_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  return lower(name.substr(dot + 1));
}

Content content_wanted(std::string_view extension) {
  if (extension == "xlsx" || extension == "docx") return Content::zip;
  if (extension == "pdf") return Content::pdf;
  if (extension == "png") return Content::png;
  if (extension == "jpg" || extension == "jpeg") return Content::jpeg;
  return Content::text;
}

bool is_good_file_name(std::string_view name) {
  constexpr size_t name_bytes_max = 128;
  if (name.empty() || name.size() > name_bytes_max || name[0] == '.' || name[0] == '-' || name[0] == ' ')
    return false;
  if (name.back() == ' ' || name.back() == '.') return false;
  const PlainText plain = plain_text(name);
  if (plain.had_invisible || plain.text.find('?') != std::string::npos) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return is_safe_character(c); });
}

bool is_test_virus(std::string_view bytes) {
  // Written in two parts so that this program is not taken for the test file.
  const std::string needle =
      std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
  return bytes.find(needle) != std::string_view::npos;
}

int64_t bytes_after_png(std::string_view bytes) {
  constexpr size_t signature_bytes = 8, chunk_frame_bytes = 12;
  for (size_t at = signature_bytes; at + chunk_frame_bytes <= bytes.size();) {
    const uint64_t length = big_endian(bytes, at);
    const std::string_view type = bytes.substr(at + 4, 4);
    if (length > bytes.size() - at - chunk_frame_bytes) return -1;
    at += chunk_frame_bytes + length;
    if (type == "IEND") return static_cast<int64_t>(bytes.size() - at);
  }
  return -1;
}

}  // namespace fvm::disclosure
