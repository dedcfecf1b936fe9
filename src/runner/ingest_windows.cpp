#include "runner/ingest_windows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace fvm::runner {
namespace {

constexpr size_t piece_bytes = 1u << 20;

// 80 to 9F (WHATWG Encoding Standard, index windows-1252).
constexpr std::array<char16_t, 32> upper_controls = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void append(std::string& text, char16_t point) {
  if (point >= 0x800) {
    text += static_cast<char>(0xE0 | (point >> 12));
    text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  } else {
    text += static_cast<char>(0xC0 | (point >> 6));
  }
  text += static_cast<char>(0x80 | (point & 0x3F));
}

Result<void> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == ENOSPC)
      return surroundings("file.disk_full", {{"file", "the mirror's staging folder"}});
    if (wrote < 0) return system_error("write the text of a delivered file", errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

}  // namespace

std::string utf8_of_windows1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 16);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      append(text, byte < 0xA0 ? upper_controls[byte - 0x80u] : char16_t{byte});
    }
  }
  return text;
}

Result<Descriptor> rewrite_as_utf8(const Path& from, const Path& folder) {
  Descriptor out(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!out) return system_error("make a file in " + folder.string(), errno);
  std::ifstream in(from, std::ios::binary);
  std::string buffer(piece_bytes, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const std::string text = utf8_of_windows1252({buffer.data(), static_cast<size_t>(in.gcount())});
    TRY(write_all(out.get(), text));
  }
  if (!in.eof()) return system_error("read a delivered file", errno);
  return out;
}

}  // namespace fvm::runner
