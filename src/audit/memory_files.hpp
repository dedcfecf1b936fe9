// For tests and fuzzers of the verifier: a World that holds ledger files in memory and nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/world.hpp"

namespace fvm::audit {

using Lines = std::vector<std::string>;

// Files in memory: only what the verifier asks for.
class MemoryWorld final : public World {
 public:
  explicit MemoryWorld(const Lines& lines, size_t lines_per_file = 7, bool finished = true) {
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string name = "ledger-" + std::to_string(100000 + i / lines_per_file) + ".jsonl";
      files_[name] += lines[i] + (i + 1 < lines.size() || finished ? "\n" : "");
    }
  }
  Result<std::vector<DirectoryEntry>> list(const Path&) override {
    std::vector<DirectoryEntry> entries{{"public.key", false, 1}};
    for (const auto& [name, text] : files_) entries.push_back({name, false, text.size()});
    return entries;
  }
  Result<std::string> read_range(const Path& path, uint64_t offset, uint64_t bytes_max) override {
    const std::string& text = files_.at(path.filename().string());
    return offset >= text.size() ? std::string() : text.substr(offset, bytes_max);
  }
  Time now() override { return {}; }
  void random(std::span<std::byte>) override {}
  Result<std::string> read_file(const Path&, uint64_t) override { return unused(); }
  Result<void> create_file(const Path&, std::string_view, unsigned) override { return unused(); }
  Result<void> replace_file(const Path&, std::string_view, unsigned) override { return unused(); }
  Result<void> append_file(const Path&, std::string_view, unsigned) override { return unused(); }
  Result<void> rename(const Path&, const Path&) override { return unused(); }
  Result<void> make_directories(const Path&, unsigned) override { return unused(); }
  Result<void> remove(const Path&) override { return unused(); }
  Result<void> remove_tree(const Path&) override { return unused(); }
  bool exists(const Path&) override { return true; }
  Result<void> flush(const Path&) override { return unused(); }

 private:
  static Error unused() { return surroundings("file.missing", {{"file", "memory"}}); }
  std::map<std::string, std::string> files_;
};

}  // namespace fvm::audit
