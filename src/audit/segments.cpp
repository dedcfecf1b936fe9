#include "audit/segments.hpp"

#include <cstdio>

#include "audit/ledger.hpp"
#include "audit/record.hpp"

namespace fvm::audit {
namespace {

// Room for the records that so many programs may have between commit and file at one moment.
constexpr uint64_t reserved_bytes = 16 * record_bytes_max;

}  // namespace

Path Segments::segment_of(uint64_t seq) const {
  char name[40];
  std::snprintf(name, sizeof name, "ledger-%06llu.jsonl",
                static_cast<unsigned long long>((seq - 1) / segment_records_ + 1));
  return folder_ / name;
}

Result<std::vector<Path>> Segments::files() const {
  std::vector<Path> files;
  for (const DirectoryEntry& entry : TRY(world_.list(folder_))) {
    if (entry.name.starts_with("ledger-") && entry.name.ends_with(".jsonl"))
      files.push_back(folder_ / entry.name);
  }
  return files;
}

Result<Tail> Segments::tail() {
  // Nearly always the file that was last looked at, or one that did not exist then.
  if (!known_file_.empty() && known_.seq % segment_records_ != 0) {
    if (TRY(world_.file_bytes(known_file_)) == known_bytes_) return known_;
  }
  const auto all = TRY(files());
  for (size_t i = all.size(); i-- > 0;) {
    const uint64_t bytes = TRY(world_.file_bytes(all[i]));
    if (bytes == 0) continue;  // reserved, nothing written yet
    auto tail = TRY(read_tail(all[i], bytes));
    if (tail.seq == 0 && i > 0) {  // a new file whose first line is torn
      std::string torn = std::move(tail.torn);
      tail = TRY(read_tail(all[i - 1], TRY(world_.file_bytes(all[i - 1]))));
      tail.torn = std::move(torn);
    }
    known_file_ = all[i];
    known_bytes_ = bytes;
    return known_ = std::move(tail);
  }
  return Tail{0, std::string(64, '0'), ""};
}

Result<Tail> Segments::read_tail(const Path& file, uint64_t bytes) {
  const uint64_t window = std::min<uint64_t>(bytes, 2 * record_bytes_max);
  const std::string end = TRY(world_.read_range(file, bytes - window, window));
  const size_t last_break = end.rfind('\n');
  if (last_break == std::string::npos) return Tail{0, std::string(64, '0'), end};
  const size_t before = last_break == 0 ? std::string::npos : end.rfind('\n', last_break - 1);
  const size_t start = before == std::string::npos ? 0 : before + 1;
  const auto ends = read_ends(std::string_view(end).substr(start, last_break - start));
  if (!ends) return surroundings("audit.file_damaged", {{"file", file.string()}});
  return Tail{ends->seq, ends->hash, end.substr(last_break + 1)};
}

Result<void> Segments::append(const Tail& tail, const std::vector<Pending>& lines) {
  std::string torn = tail.torn;
  for (size_t i = 0; i < lines.size();) {
    const Path file = segment_of(lines[i].seq);
    std::string text;
    for (; i < lines.size() && segment_of(lines[i].seq) == file; ++i) text += lines[i].line + "\n";
    if (!text.starts_with(torn)) return surroundings("audit.file_damaged", {{"file", file.string()}});
    const bool fresh = !world_.exists(file) || TRY(world_.file_bytes(file)) == 0;
    TRY(world_.append_file(file, std::string_view(text).substr(torn.size()), 0600));
    if (fresh) TRY(world_.flush(file));
    torn.clear();
  }
  return {};
}

Result<void> Segments::reserve(uint64_t seq) {
  return world_.reserve(segment_of(seq), reserved_bytes, 0600);
}

}  // namespace fvm::audit
