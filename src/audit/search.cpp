#include "audit/search.hpp"

#include <algorithm>

#include "audit/verifier_lines.hpp"

namespace fvm::audit {
namespace {

constexpr uint64_t chunk_bytes = 8u << 20;

using Texts = std::vector<std::string_view>;

// `text` holds whole lines.
void search(std::string_view text, const Texts& wanted, std::vector<std::string>& found) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const bool holds = std::any_of(wanted.begin(), wanted.end(), [&](std::string_view each) {
      return line.find(each) != std::string_view::npos;
    });
    if (holds && verifier::read_line(line).fits) found.emplace_back(line);
    text.remove_prefix(end + 1);
  }
}

Result<void> search_file(World& world, const Path& file, const Texts& wanted,
                         std::vector<std::string>& found) {
  std::string text;
  for (uint64_t offset = 0;;) {
    const std::string bytes = TRY(world.read_range(file, offset, chunk_bytes));
    if (bytes.empty()) return {};  // what is left has no line break: not written to its end
    offset += bytes.size();
    text += bytes;
    const size_t whole = text.rfind('\n') + 1;
    search(std::string_view(text).substr(0, whole), wanted, found);
    text.erase(0, whole);
  }
}

}  // namespace

Result<std::vector<std::string>> records_with(World& world, const Path& folder, const Texts& texts) {
  std::vector<std::string> names, found;
  for (const DirectoryEntry& entry : TRY(world.list(folder)))
    if (entry.name.starts_with("ledger-") && entry.name.ends_with(".jsonl")) names.push_back(entry.name);
  std::sort(names.rbegin(), names.rend());
  for (const std::string& name : names) TRY(search_file(world, folder / name, texts, found));
  return found;
}

}  // namespace fvm::audit
