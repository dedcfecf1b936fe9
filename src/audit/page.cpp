#include "audit/page.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

namespace fvm::audit {
namespace {

namespace json = boost::json;

constexpr uint64_t chunk_bytes = 1u << 20;

bool fits(const Entry& entry, const Wanted& wanted) {
  if (!wanted.actor.empty() && entry.actor != wanted.actor) return false;
  if (!entry.action.starts_with(wanted.action)) return false;
  if (wanted.subject.empty() || entry.subject == wanted.subject) return true;
  return std::any_of(entry.facts.begin(), entry.facts.end(),
                     [&](const auto& fact) { return fact.second == wanted.subject; });
}

// Nothing when it is no record.
std::optional<Entry> entry_of(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  try {
    if (error) return std::nullopt;
    const auto word = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
    Entry entry{json::value_to<uint64_t>(value.at("seq")),
                word("time"),
                word("actor"),
                word("action"),
                word("subject"),
                {}};
    for (const auto& [name, fact] : value.at("facts").as_object())
      entry.facts.emplace_back(name, json::value_to<std::string>(fact));
    return entry;
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return std::nullopt;
  }
}

class Reader {
 public:
  Reader(World& world, const Wanted& wanted) : world_(world), wanted_(wanted) {}

  // False: the page is done.
  Result<bool> read(const Path& file, uint64_t bytes) {
    std::string rest;  // the end of a line that begins in the chunk before
    for (uint64_t end = bytes; end > 0;) {
      const uint64_t start = end > chunk_bytes ? end - chunk_bytes : 0;
      std::string text = TRY(world_.read_range(file, start, end - start)) + rest;
      end = start;
      const size_t first = start == 0 ? 0 : text.find('\n') + 1;
      if (start != 0 && first == 0) {  // one line longer than a chunk
        rest = std::move(text);
        continue;
      }
      if (!take_lines(std::string_view(text).substr(first))) return false;
      rest = text.substr(0, first);
    }
    return true;
  }
  Page take() { return std::move(page_); }

 private:
  // From the last line to the first.
  bool take_lines(std::string_view text) {
    while (!text.empty()) {
      if (text.back() == '\n') text.remove_suffix(1);
      const size_t start = text.rfind('\n') + 1;  // npos + 1 is 0
      if (!take(text.substr(start))) return false;
      text = text.substr(0, start);
    }
    return true;
  }
  bool take(std::string_view line) {
    auto entry = entry_of(line);
    if (!entry || (wanted_.before != 0 && entry->seq >= wanted_.before)) return true;
    left_ -= std::min<uint64_t>(left_, line.size() + 1);
    if (!wanted_.since.empty() && entry->time < wanted_.since) return false;
    const uint64_t seq = entry->seq;
    if (fits(*entry, wanted_)) page_.entries.push_back(std::move(*entry));
    const bool full = page_.entries.size() >= wanted_.records_max || left_ == 0;
    if (full && seq > 1) page_.next = seq;
    return !full;
  }

  World& world_;
  const Wanted& wanted_;
  Page page_;
  uint64_t left_ = page_bytes_max;
};

}  // namespace

Result<Page> page_of(World& world, const Path& folder, const Wanted& wanted) {
  std::vector<DirectoryEntry> files;
  for (DirectoryEntry& each : TRY(world.list(folder)))
    if (each.name.starts_with("ledger-") && each.name.ends_with(".jsonl")) files.push_back(std::move(each));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name > b.name; });
  Reader reader(world, wanted);
  for (const DirectoryEntry& file : files) {
    if (!TRY(reader.read(folder / file.name, file.bytes))) break;
  }
  return reader.take();
}

}  // namespace fvm::audit
