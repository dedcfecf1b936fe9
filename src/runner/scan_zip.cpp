#include "runner/scan_zip.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace fvm::runner {
namespace {

// APPNOTE.TXT 6.3: sections 4.3.7 (local header), 4.3.9 (descriptor), 4.3.12 (list), 4.3.16 (end). Archives
// of four gigabytes have other records; none of these documents is one.
constexpr size_t local_bytes = 30, listed_bytes = 46, end_bytes = 22, extras_bytes_max = 8 << 10;

uint64_t number(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Entry {
  uint64_t start = 0, packed_bytes = 0;
  bool descriptor = false;
};

// The list of parts, which must fill the room between `begin` and `end`.
std::optional<std::vector<Entry>> read_list(std::string_view bytes, uint64_t begin, uint64_t end,
                                            std::string& extras) {
  std::vector<Entry> entries;
  while (begin < end) {
    if (end - begin < listed_bytes || bytes.substr(begin, 4) != "PK\1\2") return std::nullopt;
    const uint64_t name = number(bytes, begin + 28, 2), extra = number(bytes, begin + 30, 2);
    const bool comment = number(bytes, begin + 32, 2) != 0;
    if (comment || end - begin < listed_bytes + name + extra) return std::nullopt;
    extras += bytes.substr(begin + listed_bytes + name, extra);
    extras += '\n';
    entries.push_back(
        {number(bytes, begin + 42, 4), number(bytes, begin + 20, 4), (number(bytes, begin + 8, 2) & 8) != 0});
    begin += listed_bytes + name + extra;
  }
  return entries;
}

// Where the part that starts at `entry.start` ends, when `next` is where it should.
bool ends_at(std::string_view bytes, const Entry& entry, uint64_t next, std::string& extras) {
  if (next < entry.start + local_bytes || bytes.substr(entry.start, 4) != "PK\3\4") return false;
  const uint64_t name = number(bytes, entry.start + 26, 2), extra = number(bytes, entry.start + 28, 2);
  const uint64_t end = entry.start + local_bytes + name + extra + entry.packed_bytes;
  if (end > next) return false;
  extras += bytes.substr(entry.start + local_bytes + name, extra);
  extras += '\n';
  if (!entry.descriptor) return end == next;
  const uint64_t rest = next - end;  // sizes in four or eight bytes, a mark before them or not
  return rest == 12 || rest == 16 || rest == 20 || rest == 24;
}

}  // namespace

ZipFrame zip_frame(std::string_view bytes) {
  ZipFrame frame;
  if (bytes.size() < end_bytes) return frame;
  const size_t end = bytes.size() - end_bytes;
  if (bytes.substr(end, 4) != "PK\5\6") return frame;
  const uint64_t list = number(bytes, end + 16, 4);
  if (list > end || list + number(bytes, end + 12, 4) != end) return frame;
  auto entries = read_list(bytes, list, end, frame.extras);
  if (!entries) return frame;
  std::sort(entries->begin(), entries->end(),
            [](const Entry& a, const Entry& b) { return a.start < b.start; });
  if (!entries->empty() && entries->front().start != 0) return frame;
  for (size_t i = 0; i < entries->size(); ++i) {
    const uint64_t next = i + 1 < entries->size() ? (*entries)[i + 1].start : list;
    if (next > list || !ends_at(bytes, (*entries)[i], next, frame.extras)) return frame;
  }
  frame.whole = frame.extras.size() <= extras_bytes_max + 2 * entries->size();
  return frame;
}

}  // namespace fvm::runner
