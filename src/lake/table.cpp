#include "lake/table.hpp"

#include <algorithm>
#include <set>

#include "lake/log.hpp"

namespace fvm::lake {
namespace {

constexpr unsigned folder_mode = 0750, file_mode = 0640;
constexpr size_t identifier_bytes = 16;
constexpr std::string_view temporary_prefix = ".tmp-";

// 8-4-4-4-12 hexadecimal digits, as Delta wants a table's id.
std::string new_uuid(World& world) {
  std::string hex = random_hex(world, identifier_bytes);
  hex[12] = '4';
  hex[16] = '8';
  for (const size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, 1, '-');
  return hex;
}

Error no_version(const Path& folder, const std::string& wanted) {
  return usage("lake.no_version", {{"file", folder.string()}, {"version", wanted}});
}

// Adds every data file below `folder`, with its path below the table. Names that begin with '.' or '_' are no
// data (staging of a delivery, the log), as in Delta's own vacuum.
Result<void> list_files(World& world, const Path& folder, const std::string& prefix,
                        std::map<std::string, DirectoryEntry>& out) {
  for (DirectoryEntry& entry : TRY(world.list(folder))) {
    if (entry.name.starts_with('.') || entry.name.starts_with('_')) continue;
    const std::string path = prefix + entry.name;
    if (entry.is_directory) {
      TRY(list_files(world, folder / entry.name, path + "/", out));
    } else {
      out.emplace(path, std::move(entry));
    }
  }
  return {};
}

// The paths that any version of the log names.
Result<std::set<std::string>> every_path(Log& log) {
  std::set<std::string> out;
  const int64_t newest = TRY(log.newest());
  for (int64_t version = 0; version <= newest; ++version) {
    const Entry entry = TRY(log.read(version));
    for (const Added& added : entry.added) out.insert(added.file.path);
    for (const Removed& removed : entry.removed) out.insert(removed.path);
  }
  return out;
}

}  // namespace

bool Table::exists() const {
  return world_->exists(log_folder() / log_name(0));
}

bool Table::has_version(int64_t version) const {
  return world_->exists(log_folder() / log_name(version));
}

Result<void> Table::create(const Schema& schema, const TableInfo& info) const {
  const Time now = world_->now();
  Entry entry{.info = CommitInfo{.time = now, .operation = "CREATE TABLE", .facts = info.facts},
              .protocol = Protocol{},
              .metadata = Metadata{.id = new_uuid(*world_),
                                   .name = info.name,
                                   .description = info.description,
                                   .schema = schema,
                                   .configuration = info.configuration,
                                   .created = now}};
  const std::string lines = TRY(to_lines(entry));
  TRY(world_->make_directories(log_folder(), folder_mode));
  auto created = world_->create_file(log_folder() / log_name(0), lines, file_mode);
  if (!created.ok() && created.error().code == "file.exists") {
    return usage("lake.exists", {{"file", folder_.string()}});
  }
  return created;
}

Result<Snapshot> Table::snapshot() const {
  Log log(*world_, log_folder());
  State state;
  TRY(log.advance_to_end(state));
  return snapshot_of(state);
}

Result<Snapshot> Table::snapshot(int64_t version) const {
  Log log(*world_, log_folder());
  if (version < 0 || version > TRY(log.newest())) return no_version(folder_, std::to_string(version));
  State state;
  TRY(log.advance(state, version));
  return snapshot_of(state);
}

Result<Snapshot> Table::as_of(Time time) const {
  Log log(*world_, log_folder());
  const int64_t newest = TRY(log.newest());
  State state;
  Time before;
  for (int64_t version = 0; version <= newest; ++version) {
    before = TRY(log.time_of(version, TRY(log.read(version)), before));
    if (before > time) break;
    TRY(log.advance(state, version));
  }
  if (state.version < 0) return no_version(folder_, to_text(time));
  return snapshot_of(state);
}

Result<bool> Table::has(const Transaction& transaction) const {
  const Snapshot now = TRY(snapshot());
  const auto found = now.transactions.find(transaction.application);
  return found != now.transactions.end() && found->second >= transaction.version;
}

Result<std::vector<Change>> Table::changes(int64_t last) const {
  Log log(*world_, log_folder());
  if (last < 0 || last > TRY(log.newest())) return no_version(folder_, std::to_string(last));
  std::vector<Change> out;
  for (int64_t version = 0; version <= last; ++version) {
    Entry entry = TRY(log.read(version));
    Change change{.version = version, .data_change = entry.changes_data()};
    for (Added& added : entry.added) change.added.push_back(std::move(added.file));
    for (Removed& removed : entry.removed) change.removed.push_back(std::move(removed.path));
    out.push_back(std::move(change));
  }
  return out;
}

Result<std::vector<HistoryEntry>> Table::history(size_t limit) const {
  Log log(*world_, log_folder());
  const int64_t newest = TRY(log.newest());
  std::vector<HistoryEntry> out;
  Time before;
  for (int64_t version = 0; version <= newest; ++version) {  // times hang on the versions before
    const Entry entry = TRY(log.read(version));
    before = TRY(log.time_of(version, entry, before));
    HistoryEntry line{.version = version,
                      .time = before,
                      .files_added = entry.added.size(),
                      .files_removed = entry.removed.size(),
                      .rows_added = 0,
                      .data_change = entry.changes_data()};
    for (const Added& added : entry.added) {
      line.bytes_added += added.file.bytes;
      line.rows_added = line.rows_added && added.file.rows
                            ? std::optional(*line.rows_added + *added.file.rows)
                            : std::nullopt;
    }
    if (entry.info) line.operation = entry.info->operation, line.facts = entry.info->facts;
    if (!entry.transactions.empty()) line.transaction = entry.transactions.front();
    out.push_back(std::move(line));
  }
  std::reverse(out.begin(), out.end());
  if (limit > 0 && out.size() > limit) out.resize(limit);
  return out;
}

std::string Table::new_name() const {
  return "part-" + random_hex(*world_, identifier_bytes) + ".parquet";
}

Result<File> Table::adopt(const Path& staged, const std::string& name) const {
  if (!is_inside(name)) return defect("lake.bad_commit", {{"reason", "the file name " + name}});
  const bool is_there = world_->exists(folder_ / name);
  if (world_->exists(staged)) {
    if (is_there) return defect("lake.bad_commit", {{"reason", name + " is there already"}});
    TRY(world_->flush(staged));
    TRY(world_->rename(staged, folder_ / name));
    crash_point("lake.adopted");
  } else if (!is_there) {
    return surroundings("file.missing", {{"file", staged.string()}});
  }
  const Path path = folder_ / name;
  for (const DirectoryEntry& entry : TRY(world_->list(path.parent_path()))) {
    if (entry.name == path.filename()) return File{.path = name, .bytes = entry.bytes};
  }
  return surroundings("file.missing", {{"file", path.string()}});
}

Result<std::vector<std::string>> Table::vacuum(Time older_than) const {
  Log log(*world_, log_folder());
  const std::set<std::string> named = TRY(every_path(log));
  std::map<std::string, DirectoryEntry> files;
  TRY(list_files(*world_, folder_, "", files));
  std::vector<std::string> gone;
  for (const auto& [path, entry] : files) {
    if (named.contains(path) || entry.modified >= older_than) continue;
    TRY(world_->remove(folder_ / path));
    gone.push_back(path);
  }
  // What a crash in the middle of creating a log file leaves.
  for (const DirectoryEntry& entry : TRY(world_->list(log_folder()))) {
    if (!entry.name.starts_with(temporary_prefix) || entry.modified >= older_than) continue;
    TRY(world_->remove(log_folder() / entry.name));
    gone.push_back("_delta_log/" + entry.name);
  }
  return gone;
}

Result<VerifyReport> Table::verify() const {
  Log log(*world_, log_folder());
  State state;
  TRY(log.advance_to_end(state));
  const std::set<std::string> named = TRY(every_path(log));
  std::map<std::string, DirectoryEntry> files;
  TRY(list_files(*world_, folder_, "", files));
  VerifyReport report{.version = state.version, .files = state.files.size()};
  for (const auto& [path, file] : state.files) {
    report.bytes += file.bytes;
    const auto found = files.find(path);
    if (found == files.end()) {
      report.missing.push_back(path);
    } else if (found->second.bytes != file.bytes) {
      report.wrong_size.push_back(path);
    }
  }
  for (const auto& [path, entry] : files) {
    if (!named.contains(path)) report.orphans.push_back(path);
  }
  return report;
}

}  // namespace fvm::lake
