#include "lake/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace fvm::lake {
namespace {

constexpr size_t version_digits = 20;
constexpr std::string_view suffix = ".json";
constexpr int64_t smallest_step_microseconds = 1000;  // Delta counts milliseconds

}  // namespace

std::string log_name(int64_t version) {
  return fmt::format("{:020}.json", version);
}

std::string checkpoint_name(int64_t version) {
  return fmt::format("{:020}.checkpoint.parquet", version);
}

std::optional<int64_t> version_of(std::string_view name) {
  if (name.size() != version_digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  int64_t version = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + version_digits, version);
  if (error != std::errc() || end != name.data() + version_digits || version < 0) return std::nullopt;
  return version;
}

Result<int64_t> Log::newest() {
  int64_t next = 0;
  for (const DirectoryEntry& entry : TRY(world_.list(folder_))) {  // sorted, so versions ascend
    const auto version = version_of(entry.name);
    if (!version) continue;
    if (*version != next) return surroundings("lake.gap", {{"file", file(next).string()}});
    ++next;
  }
  if (next == 0) return usage("lake.missing", {{"file", folder_.parent_path().string()}});
  return next - 1;
}

Result<Entry> Log::read(int64_t version) {
  const std::string text = TRY(world_.read_file(file(version), log_file_bytes_max));
  auto entry = entry_of_lines(text);
  if (!entry.ok()) return std::move(entry.error()).with("file", file(version).string());
  return entry;
}

Result<Time> Log::time_of(int64_t version, const Entry& entry, Time before) {
  Time time;
  if (entry.info) time = entry.info->time;
  if (time.microseconds == 0) {  // a writer that told no time: the file's own
    const std::string name = log_name(version);
    for (const DirectoryEntry& file : TRY(world_.list(folder_))) {
      if (file.name == name) time = file.modified;
    }
  }
  return Time{std::max(time.microseconds, before.microseconds + smallest_step_microseconds)};
}

Result<void> Log::apply(State& state, Entry entry) {
  const int64_t version = state.version + 1;
  if (version == 0 && (!entry.protocol || !entry.metadata)) {
    return surroundings("lake.damaged", {{"file", file(version).string()},
                                         {"line", "1"},
                                         {"reason", "the first version names no protocol or schema"}});
  }
  state.time = TRY(time_of(version, entry, state.time));
  state.changed_data.push_back(entry.changes_data());
  state.changed_metadata.push_back(entry.changes_metadata());
  if (entry.protocol) state.protocol = *entry.protocol;
  if (entry.metadata) state.metadata = *std::move(entry.metadata);
  for (Removed& removed : entry.removed) {
    state.files.erase(removed.path);
    std::string path = removed.path;
    state.tombstones.insert_or_assign(std::move(path), std::move(removed));
  }
  for (Added& added : entry.added) {
    state.tombstones.erase(added.file.path);
    std::string path = added.file.path;
    state.files.insert_or_assign(std::move(path), std::move(added.file));
  }
  for (Transaction& transaction : entry.transactions) {
    std::string application = transaction.application;
    state.transactions.insert_or_assign(std::move(application),
                                        State::Latest{std::move(transaction), version, state.time});
  }
  state.version = version;
  if (state.files.size() > files_max) {
    return surroundings("lake.too_many_files",
                        {{"file", folder_.parent_path().string()}, {"files_max", std::to_string(files_max)}});
  }
  return {};
}

Result<void> Log::advance(State& state, int64_t last) {
  while (state.version < last) TRY(apply(state, TRY(read(state.version + 1))));
  return {};
}

Result<void> Log::advance_to_end(State& state) {
  if (state.version < 0) TRY(advance(state, TRY(newest())));
  while (has(state.version + 1)) TRY(apply(state, TRY(read(state.version + 1))));
  return {};
}

Snapshot snapshot_of(const State& state) {
  Snapshot out{.version = state.version, .time = state.time};
  out.id = state.metadata.id;
  out.name = state.metadata.name;
  out.schema = state.metadata.schema;
  out.configuration = state.metadata.configuration;
  out.files = state.files;
  for (const auto& [application, latest] : state.transactions) {
    out.transactions.emplace(application, latest.transaction.version);
  }
  return out;
}

uint64_t Snapshot::bytes() const {
  uint64_t sum = 0;
  for (const auto& [path, file] : files) sum += file.bytes;
  return sum;
}

std::optional<uint64_t> Snapshot::rows() const {
  uint64_t sum = 0;
  for (const auto& [path, file] : files) {
    if (!file.rows) return std::nullopt;
    sum += *file.rows;
  }
  return sum;
}

}  // namespace fvm::lake
