#include "audit/verifier_lines.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit::verifier {
namespace {

constexpr uint64_t chunk_bytes = 1u << 20;
constexpr uint64_t line_bytes_max = 1u << 20;  // beyond it: certainly no record, whatever it is
constexpr size_t hex_characters = 64;

// Takes `expected` off the end of `text`.
bool take_end(std::string_view& text, std::string_view expected) {
  if (!text.ends_with(expected)) return false;
  text.remove_suffix(expected.size());
  return true;
}

bool take_hex_end(std::string_view& text, std::string& hex) {
  if (text.size() < hex_characters) return false;
  hex = text.substr(text.size() - hex_characters);
  text.remove_suffix(hex_characters);
  return std::all_of(hex.begin(), hex.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

uint64_t seq_of(std::string_view text) {
  constexpr std::string_view start = "{\"seq\":";
  uint64_t seq = 0;
  if (!text.starts_with(start)) return 0;
  const char* begin = text.data() + start.size();
  const auto [stop, failed] = std::from_chars(begin, text.data() + text.size(), seq);
  return failed == std::errc() && *begin != '0' && stop != text.data() + text.size() && *stop == ',' ? seq
                                                                                                     : 0;
}

}  // namespace

Line read_line(std::string_view text) {
  Line line;
  std::string_view rest = text;
  if (!take_end(rest, "\"}") || !take_hex_end(rest, line.hash) || !take_end(rest, ",\"hash\":\"")) return {};
  const std::string_view hashed = rest;
  if (!take_end(rest, "\"") || !take_hex_end(rest, line.previous) || !take_end(rest, ",\"previous\":\""))
    return {};
  line.seq = seq_of(text);
  if (line.seq == 0) return {};
  line.fits = crypto::sha256_hex("fvm-audit-record-1\n" + std::string(hashed)) == line.hash;
  return line;
}

Result<LineReader> LineReader::in(World& world, const Path& folder) {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : TRY(world.list(folder))) {
    if (entry.name.starts_with("ledger-") && entry.name.ends_with(".jsonl")) names.push_back(entry.name);
  }
  if (names.empty()) return usage("audit.no_files", {{"folder", folder.string()}});
  return LineReader(world, folder, std::move(names));
}

Result<std::optional<std::string>> LineReader::next() {
  while (file_ < names_.size()) {
    const size_t end = buffer_.find('\n', start_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(start_, end - start_);
      start_ = end + 1;
      ++number_;
      return std::optional(std::move(line));
    }
    buffer_.erase(0, start_);
    start_ = 0;
    if (buffer_.size() > line_bytes_max) buffer_.resize(line_bytes_max);  // hopeless; and memory is bounded
    const std::string more = TRY(world_.read_range(folder_ / names_[file_], offset_, chunk_bytes));
    offset_ += more.size();
    buffer_ += more;
    if (!more.empty()) continue;
    if (!buffer_.empty()) {
      finished_ = false;
      ++number_;
      return std::optional(std::exchange(buffer_, {}));
    }
    ++file_;
    offset_ = number_ = 0;
  }
  return std::optional<std::string>();
}

}  // namespace fvm::audit::verifier
