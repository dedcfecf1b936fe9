#include "runner/scan_picture.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

using disclosure::Place;

constexpr uint64_t picture_bytes_max = 256u << 20;
constexpr uint32_t side_max = 30'000;

uint32_t big_endian(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Unpacks zlib data piece by piece and counts; keeps the first `keep_max` bytes.
class Inflater {
 public:
  explicit Inflater(size_t keep_max) : keep_max_(keep_max) { good_ = ::inflateInit(&stream_) == Z_OK; }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void take(std::string_view packed) {
    std::array<unsigned char, 1 << 16> piece;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    while (good_ && !ended_ && count_ <= picture_bytes_max) {
      stream_.next_out = piece.data();
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int done = ::inflate(&stream_, Z_NO_FLUSH);
      const size_t made = piece.size() - stream_.avail_out;
      count_ += made;
      kept_.append(reinterpret_cast<const char*>(piece.data()),
                   std::min(made, keep_max_ - std::min(keep_max_, kept_.size())));
      ended_ = done == Z_STREAM_END;
      if (done == Z_BUF_ERROR) break;
      good_ = done == Z_OK || ended_;
      if (made == 0 && stream_.avail_in == 0) break;
    }
    behind_ += stream_.avail_in;
  }
  bool whole() const { return good_ && ended_; }
  uint64_t count() const { return count_; }
  size_t behind() const { return behind_; }
  const std::string& kept() const { return kept_; }

 private:
  z_stream stream_{};
  std::string kept_;
  size_t keep_max_, behind_ = 0;
  uint64_t count_ = 0;
  bool good_ = false, ended_ = false;
};

struct Header {
  uint32_t width = 0, height = 0, bits = 0, colour = 0, interlace = 0;
  bool sound() const {
    return width > 0 && height > 0 && width <= side_max && height <= side_max && bits > 0 && bits <= 16 &&
           colour <= 6 && interlace <= 1;
  }
  // Bytes of a picture of these sides: a filter's number before each line.
  uint64_t bytes_of(uint64_t w, uint64_t h) const {
    constexpr std::array<uint64_t, 7> channels = {1, 0, 3, 1, 2, 0, 4};
    return w == 0 || h == 0 ? 0 : h * (1 + (w * bits * channels[colour] + 7) / 8);
  }
  uint64_t bytes() const {
    if (interlace == 0) return bytes_of(width, height);
    // Adam7: where each pass begins and how far its points stand apart.
    constexpr std::array<std::array<uint32_t, 4>, 7> passes = {
        {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
    uint64_t all = 0;
    for (const auto& [x, y, across, down] : passes)
      all += bytes_of((width + across - 1 - std::min(x, width)) / across,
                      (height + down - 1 - std::min(y, height)) / down);
    return all;
  }
};

bool is_plain_chunk(std::string_view type) {
  static constexpr std::string_view known[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB",
                                               "iCCP", "pHYs", "bKGD", "sBIT", "tIME", "hIST", "cICP"};
  return std::find(std::begin(known), std::end(known), type) != std::end(known);
}

std::string text_of(std::string_view type, std::string_view data) {
  constexpr size_t text_bytes_max = 1 << 20;
  const auto unpacked = [](std::string_view packed) {
    Inflater inflater(text_bytes_max);
    inflater.take(packed);
    return inflater.kept();
  };
  const size_t zero = data.find('\0');
  std::string text(data);
  std::replace(text.begin(), text.end(), '\0', '\n');
  if (zero == std::string_view::npos) return text;
  if (type == "zTXt" && zero + 2 <= data.size()) text += '\n' + unpacked(data.substr(zero + 2));
  if (type == "iTXt" && zero + 3 <= data.size() && data[zero + 1] == 1) {
    const size_t language = data.find('\0', zero + 3);
    const size_t keyword = language == std::string_view::npos ? language : data.find('\0', language + 1);
    if (keyword != std::string_view::npos) text += '\n' + unpacked(data.substr(keyword + 1));
  }
  return text;
}

class Png {
 public:
  Png(std::string_view bytes, Scan& scan, std::string_view part) : bytes_(bytes), scan_(scan), part_(part) {}

  void read() {
    constexpr size_t signature_bytes = 8, frame_bytes = 12;
    size_t at = signature_bytes;
    bool ended = false;
    while (!ended && at + frame_bytes <= bytes_.size()) {
      const uint64_t length = big_endian(bytes_, at, 4);
      if (length > bytes_.size() - at - frame_bytes) break;
      const std::string_view typed = bytes_.substr(at + 4, length + 4);
      if (::crc32(0, reinterpret_cast<const Bytef*>(typed.data()), static_cast<uInt>(typed.size())) !=
          big_endian(bytes_, at + 8 + length, 4))
        return broken();
      at += frame_bytes + length;
      chunk(typed.substr(0, 4), typed.substr(4));
      ended = typed.substr(0, 4) == "IEND";
    }
    if (!ended || !header_.sound() || !points_.whole()) return broken();
    if (at < bytes_.size() || points_.behind() > 0 || points_.count() > header_.bytes())
      scan_.findings.add("finding.trailing_bytes", place());
    if (points_.count() < header_.bytes()) scan_.unreadable(std::string(part_), "png");
  }

 private:
  // What stands in it is read all the same.
  void broken() {
    scan_.unreadable(std::string(part_), "png");
    scan_.text(disclosure::to_utf8(bytes_), place());
  }
  Place place() const { return {std::string(part_), 0, 0}; }
  void chunk(std::string_view type, std::string_view data) {
    constexpr size_t header_bytes = 13;
    if (type == "IHDR" && data.size() == header_bytes)
      header_ = {big_endian(data, 0, 4), big_endian(data, 4, 4), big_endian(data, 8, 1),
                 big_endian(data, 9, 1), big_endian(data, 12, 1)};
    if (type == "IDAT") return points_.take(data);
    const bool text = type == "tEXt" || type == "zTXt" || type == "iTXt" || type == "eXIf";
    if (text) {
      scan_.findings.add("finding.image_text",
                         {part_.empty() ? std::string(type) : std::string(part_), 0, 0});
      scan_.text(disclosure::to_utf8(text_of(type, data)), place());
    } else if (!is_plain_chunk(type)) {
      scan_.findings.add("finding.embedded_object", {std::string(part_), 0, 0}, "AAAA");
    } else if (data.size() > 8) {
      scan_.attribute("", "chunk", disclosure::to_utf8(data), place());
    }
  }

  std::string_view bytes_;
  Scan& scan_;
  std::string_view part_;
  Header header_;
  Inflater points_{0};
};

// Where the data of a scan ends: at a mark that is neither a stuffed zero nor a restart.
size_t end_of_scan(std::string_view bytes, size_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    const auto next = static_cast<unsigned char>(bytes[at + 1]);
    if (bytes[at] == '\xFF' && next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) return at;
  }
  return bytes.size();
}

uint64_t byte_at(std::string_view data, size_t at) {
  return at < data.size() ? static_cast<unsigned char>(data[at]) : 0;
}

// Tables of codes (ITU-T T.81, B.2.4.2): sixteen counts and as many symbols, one table behind the other.
bool is_codes(std::string_view data) {
  constexpr size_t counts = 16;
  while (!data.empty()) {
    size_t size = 1 + counts;
    for (size_t i = 1; i <= counts; ++i) size += byte_at(data, i);
    if (data.size() < size || size > 1 + counts + 256) return false;
    data.remove_prefix(size);
  }
  return true;
}

// Tables of steps (B.2.4.1): 64 numbers of one byte or two.
bool is_steps(std::string_view data) {
  while (!data.empty()) {
    const size_t size = 1 + (byte_at(data, 0) >> 4 == 0 ? 64 : 128);
    if (data.size() < size) return false;
    data.remove_prefix(size);
  }
  return true;
}

// What describes the picture itself and holds nothing else: tables, frames, scans, JFIF.
bool is_plain_segment(unsigned mark, std::string_view data) {
  constexpr size_t jfif_bytes = 14, adobe_bytes = 12;
  if (mark == 0xC4) return is_codes(data);
  if (mark == 0xDB) return is_steps(data);
  if (mark == 0xC8) return false;  // kept for later versions of the standard
  if (mark == 0xCC) return data.size() % 2 == 0 && data.size() <= 16;
  if (mark >= 0xC0 && mark <= 0xCF) return data.size() == 6 + 3 * byte_at(data, 5);
  if (mark == 0xDD) return data.size() == 2;
  if (mark == 0xDA) return data.size() == 4 + 2 * byte_at(data, 0);
  if (mark == 0xE0) return data.starts_with("JFIF") && data.size() == jfif_bytes;
  return mark == 0xEE && data.starts_with("Adobe") && data.size() == adobe_bytes;
}

// Colours (ICC.1) in one piece or several: of the first the size is known, and a text may stand in them.
bool is_colours(unsigned mark, std::string_view data) {
  constexpr std::string_view name("ICC_PROFILE\0", 12);
  constexpr size_t head = 14, signature = 36;
  if (mark != 0xE2 || !data.starts_with(name) || data.size() < head) return false;
  if (byte_at(data, 12) != 1) return true;
  const std::string_view profile = data.substr(head);
  const bool known = profile.size() > signature + 4 && profile.substr(signature, 4) == "acsp";
  return known && (byte_at(data, 13) > 1 || big_endian(profile, 0, 4) == profile.size());
}

}  // namespace

void scan_png(std::string_view bytes, Scan& scan, std::string_view part) {
  Png(bytes, scan, part).read();
}

void scan_jpeg(std::string_view bytes, Scan& scan, std::string_view part) {
  const Place place{std::string(part), 0, 0};
  bool scanned = false;
  size_t at = 2;
  while (at + 4 <= bytes.size() && bytes[at] == '\xFF') {
    const auto mark = static_cast<unsigned char>(bytes[at + 1]);
    if (mark == 0xFF) {
      ++at;
      continue;
    }
    if (mark == 0xD9) break;
    const size_t length = big_endian(bytes, at + 2, 2);
    if (length < 2 || at + 2 + length > bytes.size()) return scan.unreadable(std::string(part), "jpeg");
    const std::string_view data = bytes.substr(at + 4, length - 2);
    if (is_colours(mark, data)) {
      scan.attribute("", "chunk", disclosure::to_utf8(data), place);
    } else if (!is_plain_segment(mark, data)) {
      scan.findings.add("finding.image_text", place);
      scan.text(disclosure::to_utf8(data), place);
    }
    at += 2 + length;
    if (mark != 0xDA) continue;
    scanned = true;
    at = end_of_scan(bytes, at);
  }
  const bool ended = at + 2 <= bytes.size() && bytes.substr(at, 2) == "\xFF\xD9";
  if (!ended || !scanned) return scan.unreadable(std::string(part), "jpeg");
  // Some programs fill up to an even length.
  constexpr size_t filling_bytes_max = 2;
  const std::string_view behind = bytes.substr(at + 2);
  if (behind.size() > filling_bytes_max || behind.find_first_not_of('\0') != std::string_view::npos)
    scan.findings.add("finding.trailing_bytes", place);
}

}  // namespace fvm::runner
