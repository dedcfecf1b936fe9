#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/mail.hpp"

namespace fvm::runner {
namespace {

constexpr size_t name_bytes_max = 120;

struct Letter {
  uint32_t code;
  size_t bytes;
};

// The letter at the start of valid UTF-8.
Letter first_letter(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (bytes > text.size()) return {0xFFFD, text.size()};
  uint32_t code = byte(0) & (0xFFu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) code = code << 6 | (byte(i) & 0x3F);
  return {code, bytes};
}

// Characters that show nothing, or make what follows look like something else.
bool is_deceiving(uint32_t code) {
  struct Range {
    uint32_t from, to;
  };
  constexpr std::array ranges = {Range{0, 0x1F},          Range{0x7F, 0x9F},     Range{0xAD, 0xAD},
                                 Range{0x200B, 0x200F},   Range{0x2028, 0x202E}, Range{0x2060, 0x206F},
                                 Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF}, Range{0xFFF0, 0xFFFF},
                                 Range{0xE0000, 0xE0FFF}, Range{0x61C, 0x61C},   Range{0x180E, 0x180E},
                                 Range{0x115F, 0x1160},   Range{0x3164, 0x3164}};
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& each) { return code >= each.from && code <= each.to; });
}

bool is_path_letter(uint32_t code) {
  return code < 0x80 && std::string_view("/\\:\"<>|*?").find(static_cast<char>(code)) != std::string::npos;
}

// `text` letter by letter; blanks for what deceives, at most `bytes_max` bytes.
std::string cleaned(std::string_view text, size_t bytes_max, bool is_file) {
  const std::string valid = disclosure::to_utf8(text);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const Letter letter = first_letter(rest);
    const bool blank = letter.code == '\t' || letter.code == '\n' || letter.code == '\r';
    const bool drop = !blank && is_deceiving(letter.code);
    std::string_view piece = rest.substr(0, letter.bytes);
    if (blank) piece = " ";
    if (is_file && is_path_letter(letter.code)) piece = "_";
    rest.remove_prefix(letter.bytes);
    if (drop) continue;
    if (out.size() + piece.size() > bytes_max) break;
    out += piece;
  }
  return out;
}

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

bool has_member(zip_t* archive, const char* name) {
  return zip_name_locate(archive, name, ZIP_FL_NOCASE) >= 0;
}

// Programs of OpenDocument lie in folders of their own.
bool has_scripts(zip_t* archive) {
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    const char* name = zip_get_name(archive, static_cast<zip_uint64_t>(i), 0);
    const std::string low = disclosure::lower(name == nullptr ? "" : name);
    if (low.starts_with("basic/") || low.starts_with("scripts/")) return true;
  }
  return false;
}

// What OOXML says of its parts; which of them has the macros is written nowhere else, whatever it is called.
bool has_macros(zip_t* archive) {
  constexpr size_t bytes_max = 1 << 20;
  zip_file_t* file = zip_fopen(archive, "[Content_Types].xml", ZIP_FL_NOCASE);
  if (file == nullptr) return true;
  std::string text(bytes_max, '\0');
  const zip_int64_t got = zip_fread(file, text.data(), text.size());
  zip_fclose(file);
  if (got < 0 || static_cast<size_t>(got) == bytes_max) return true;  // not to be read to its end: not taken
  text.resize(static_cast<size_t>(got));
  const std::string low = disclosure::lower(disclosure::to_utf8(text));
  return low.find("vbaproject") != std::string::npos || low.find("macroenabled") != std::string::npos;
}

// What an archive is by its members. Only the list of its parts is unpacked.
std::string kind_of_zip(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  const std::unique_ptr<zip_t, Discard> archive(
      source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error));
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  if (archive == nullptr) return "unknown";
  const auto named = [](const char* kind, bool macros) {
    return std::string(kind) + (macros ? "_macros" : "");
  };
  const bool office = has_member(archive.get(), "[Content_Types].xml");
  if (office && has_member(archive.get(), "word/document.xml"))
    return named("docx", has_member(archive.get(), "word/vbaProject.bin") || has_macros(archive.get()));
  if (office && has_member(archive.get(), "xl/workbook.xml"))
    return named("xlsx", has_member(archive.get(), "xl/vbaProject.bin") || has_macros(archive.get()));
  if (bytes.find("mimetypeapplication/vnd.oasis.opendocument.text") == 30)
    return named("odt", has_scripts(archive.get()));
  if (bytes.find("mimetypeapplication/vnd.oasis.opendocument.spreadsheet") == 30)
    return named("ods", has_scripts(archive.get()));
  return "zip";
}

bool looks_like_html(std::string_view bytes) {
  const std::string all = disclosure::lower(disclosure::to_utf8(bytes));
  return all.find("<html") != std::string::npos || all.find("<!doctype html") != std::string::npos ||
         all.find("<script") != std::string::npos;
}

}  // namespace

std::string one_line(std::string_view text, size_t bytes_max) {
  std::string out = cleaned(text, bytes_max, false);
  const size_t end = out.find_last_not_of(' ');
  out.resize(end == std::string::npos ? 0 : end + 1);
  out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
  return out;
}

std::string safe_name(std::string_view given, size_t number) {
  const size_t slash = given.find_last_of("/\\");
  if (slash != std::string_view::npos) given.remove_prefix(slash + 1);
  std::string name = cleaned(given, given.size() * 2, true);  // whole first: the ending must not be cut off
  name.erase(0, std::min(name.find_first_not_of(" .-"), name.size()));
  name.resize(name.find_last_not_of(" .") + 1);
  if (name.size() > name_bytes_max) {
    const std::string ending = disclosure::extension_of(name);
    const size_t kept = ending.empty() || ending.size() > 10 ? 0 : ending.size() + 1;
    const std::string tail = kept == 0 ? "" : name.substr(name.size() - kept);
    name = cleaned(name, name_bytes_max - kept, true) + tail;
  }
  return name.empty() ? "bilag-" + std::to_string(number) : name;
}

std::string kind_of(std::string_view bytes) {
  using disclosure::Content;
  if (bytes.empty()) return "empty";
  switch (disclosure::content_of(bytes)) {
    case Content::zip:
      return kind_of_zip(bytes);
    case Content::text:
      return looks_like_html(bytes) ? "html" : "text";
    case Content::old_office:
      return "old_office";
    case Content::pdf:
    case Content::png:
    case Content::jpeg:
    case Content::archive:
    case Content::data:
    case Content::executable:
    case Content::unknown:
      break;
  }
  return std::string(disclosure::name_of(disclosure::content_of(bytes)));
}

}  // namespace fvm::runner
