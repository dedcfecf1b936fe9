#include "mirror/compact.hpp"

#include <boost/json.hpp>
#include <map>

#include "mirror/store.hpp"
#include "mirror/table_lock.hpp"
#include "wire/job.hpp"

namespace fvm::mirror {
namespace {

namespace json = boost::json;

constexpr uint64_t mib = 1u << 20;
constexpr std::string_view staging_prefix = "compact-";
constexpr size_t name_bytes = 8;

// Orders two JSON literals of one column: numbers as numbers, texts as bytes; nothing when they are of
// different kinds.
std::optional<bool> less(const std::string& a, const std::string& b) {
  boost::system::error_code bad_a, bad_b;
  const json::value x = json::parse(a, bad_a), y = json::parse(b, bad_b);
  if (bad_a || bad_b) return std::nullopt;
  if (x.is_string() && y.is_string()) {
    return std::string_view(x.as_string()) < std::string_view(y.as_string());
  }
  if (x.is_int64() && y.is_int64()) return x.as_int64() < y.as_int64();
  if (x.is_number() && y.is_number()) return x.to_number<double>() < y.to_number<double>();
  return std::nullopt;
}

struct Merging {
  lake::ColumnStatistics column;
  size_t told = 0;  // files that told of the column
  bool range_known = true, nulls_known = true;
  uint64_t nulls = 0;

  void add(const lake::ColumnStatistics& other, std::optional<uint64_t> rows) {
    ++told;
    nulls_known = nulls_known && other.nulls.has_value();
    nulls += other.nulls.value_or(0);
    if (other.nulls && rows && *other.nulls == *rows) return;  // no value, no range
    if (!other.minimum || !other.maximum) range_known = false;
    if (!range_known) return;
    widen(column.minimum, *other.minimum, true);
    widen(column.maximum, *other.maximum, false);
  }
  void widen(std::optional<std::string>& bound, const std::string& value, bool lower) {
    if (!bound) {
      bound = value;
      return;
    }
    const auto order = lower ? less(value, *bound) : less(*bound, value);
    if (!order) range_known = false;
    if (order && *order) bound = value;
  }
};

class Compaction {
 public:
  Compaction(World& world, const config::Instance& instance, audit::Ledger& ledger,
             const config::Config::Deliver& settings, const lake::Table& table, std::string actor)
      : world_(world),
        instance_(instance),
        ledger_(ledger),
        settings_(settings),
        table_(table),
        actor_(std::move(actor)) {}

  Result<Compacted> run(const CompactionLimits& limits) {
    const lake::Snapshot named = TRY(table_.snapshot());
    const TableLock lock = TRY(TableLock::take(instance_.run(), named.name, [] {}));
    TRY(remove_left_over());
    snapshot_ = TRY(table_.snapshot());
    if (!TRY(unfinished(ledger_.database(), snapshot_.name)).empty()) {
      return refused("mirror.unfinished", {{"table", snapshot_.name}});
    }
    groups_ = compaction_groups(snapshot_, limits);
    const size_t before = snapshot_.files.size();
    if (groups_.empty()) return Compacted{snapshot_.version, before, before};
    staging_ = table_.folder() / ".staging" / (std::string(staging_prefix) + random_hex(world_, name_bytes));
    TRY(world_.make_directories(staging_, 0700));
    auto done = work();
    TRY(world_.remove_tree(staging_));
    return done;
  }

 private:
  Result<Compacted> work() {
    const std::string answer = TRY(run_job());
    crash_point("compact.written");
    std::vector<lake::File> files = TRY(adopt(answer));
    crash_point("compact.moved");
    return commit(std::move(files));
  }

  // What a crash of an earlier compaction left; nobody else is at it, for the table is locked.
  Result<void> remove_left_over() {
    const Path folder = table_.folder() / ".staging";
    for (const DirectoryEntry& entry : TRY(world_.list(folder))) {
      if (entry.name.starts_with(staging_prefix)) TRY(world_.remove_tree(folder / entry.name));
    }
    return {};
  }

  Result<std::string> run_job() {
    json::array groups;
    for (const auto& group : groups_) groups.push_back(json::array(group.begin(), group.end()));
    // The engine gets less than the sandbox, as for deliveries: its limit does not count everything.
    const uint64_t engine_mib = settings_.memory_mib * 7 / 10;
    wire::WorkerJob job{
        .profile = "compact",
        .label = "compaction of " + snapshot_.name,
        .document = json::serialize(json::object{
            {"groups", std::move(groups)}, {"memory_mib", engine_mib}, {"threads", settings_.threads}}),
        .mounts = {{table_.folder(), wire::Mount{"/in/table", 0}}, {staging_, wire::Mount{"/out", 1}}},
        .memory_mib = settings_.memory_mib,
        .threads = settings_.threads};
    return wire::run_worker(instance_.launcher_socket(), job);
  }

  // The worker's files, if they hold as many rows as those they replace.
  Result<std::vector<lake::File>> adopt(const std::string& answer) {
    boost::system::error_code error;
    const json::value parsed = json::parse(answer, error);
    const json::object* object = error ? nullptr : parsed.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("files");
    if (list == nullptr || !list->is_array() || list->as_array().size() != groups_.size())
      return wrong_rows();
    std::vector<lake::File> files;
    for (size_t i = 0; i < groups_.size(); ++i) files.push_back(TRY(adopt_one(i, list->as_array()[i])));
    return files;
  }

  Result<lake::File> adopt_one(size_t group, const json::value& told) {
    std::vector<const lake::File*> sources;
    uint64_t rows = 0;
    std::string deliveries;
    for (const std::string& path : groups_[group]) {
      const lake::File& file = snapshot_.files.at(path);
      sources.push_back(&file);
      rows += file.rows.value_or(0);
      if (const auto tag = file.tags.find("delivery"); tag != file.tags.end()) {
        deliveries += (deliveries.empty() ? "" : " ") + tag->second;
      }
    }
    const json::object* object = told.if_object();
    const json::value* got = object == nullptr ? nullptr : object->if_contains("rows");
    boost::system::error_code error;
    if (got == nullptr || got->to_number<uint64_t>(error) != rows || error) return wrong_rows();
    // The name is ours, not the worker's: it counts its files from zero.
    lake::File file = TRY(table_.adopt(staging_ / (std::to_string(group) + ".parquet"), table_.new_name()));
    file.rows = rows;
    file.statistics = merged_statistics(sources);
    if (!deliveries.empty()) file.tags["delivery"] = deliveries;
    // Projects follow their rows by this (extract/difference.hpp).
    file.tags["compacted"] = json::serialize(json::array(groups_[group].begin(), groups_[group].end()));
    return file;
  }

  Error wrong_rows() const { return defect("mirror.compaction_rows", {{"table", snapshot_.name}}); }

  Result<Compacted> commit(std::vector<lake::File> files) {
    lake::Commit commit{.read_version = snapshot_.version,
                        .reads = lake::Reads::removed,
                        .adds = std::move(files),
                        .data_change = false,
                        .operation = "OPTIMIZE"};
    for (const auto& group : groups_) commit.removes.insert(commit.removes.end(), group.begin(), group.end());
    Compacted done{.files_before = snapshot_.files.size()};
    done.files_after = done.files_before - commit.removes.size() + commit.adds.size();
    audit::Event event{actor_,
                       "mirror.compacted",
                       snapshot_.name,
                       {{"files_before", std::to_string(done.files_before)},
                        {"files_after", std::to_string(done.files_after)}}};
    return ledger_.write(std::move(event), [&](audit::Writer& writer) -> Result<Compacted> {
      done.version = TRY(table_.commit(commit)).version;
      writer.fact("version", std::to_string(done.version));
      crash_point("compact.committed");
      return done;
    });
  }

  World& world_;
  const config::Instance& instance_;
  audit::Ledger& ledger_;
  const config::Config::Deliver& settings_;
  const lake::Table& table_;
  std::string actor_;
  lake::Snapshot snapshot_;
  std::vector<std::vector<std::string>> groups_;
  Path staging_;
};

}  // namespace

std::vector<std::vector<std::string>> compaction_groups(const lake::Snapshot& snapshot,
                                                        const CompactionLimits& limits) {
  std::vector<std::vector<std::string>> groups;
  std::vector<std::string> group;
  uint64_t bytes = 0;
  const auto close = [&] {
    if (group.size() > 1) groups.push_back(std::move(group));
    group.clear();
    bytes = 0;
  };
  for (const auto& [path, file] : snapshot.files) {
    // Without its number of rows nobody could check that none was lost.
    if (file.bytes >= limits.small_mib * mib || !file.rows) continue;
    if (bytes + file.bytes > limits.group_mib * mib) close();
    group.push_back(path);
    bytes += file.bytes;
  }
  close();
  return groups;
}

std::vector<lake::ColumnStatistics> merged_statistics(const std::vector<const lake::File*>& files) {
  std::map<std::string, Merging> columns;
  for (const lake::File* file : files) {
    for (const lake::ColumnStatistics& column : file->statistics) {
      columns[column.column].add(column, file->rows);
    }
  }
  std::vector<lake::ColumnStatistics> out;
  for (auto& [name, merging] : columns) {
    if (merging.told != files.size()) continue;
    lake::ColumnStatistics column{.column = name};
    if (merging.range_known) column.minimum = merging.column.minimum, column.maximum = merging.column.maximum;
    if (merging.nulls_known) column.nulls = merging.nulls;
    out.push_back(std::move(column));
  }
  return out;
}

Result<Compacted> compact(World& world, const config::Instance& instance, audit::Ledger& ledger,
                          const config::Config::Deliver& settings, const lake::Table& table,
                          const std::string& actor, const CompactionLimits& limits) {
  return Compaction(world, instance, ledger, settings, table, actor).run(limits);
}

}  // namespace fvm::mirror
