// A commit: exclusive creation of the next log file, and what to do when somebody else was first.
#include <algorithm>

#include "base/log.hpp"
#include "lake/log.hpp"
#include "lake/table.hpp"

namespace fvm::lake {
namespace {

constexpr unsigned file_mode = 0640;

Error bad_commit(std::string reason) {
  return defect("lake.bad_commit", {{"reason", std::move(reason)}});
}
Error conflict(const Path& folder, int64_t version) {
  return refused("lake.conflict", {{"file", folder.string()}, {"version", std::to_string(version)}});
}

// What is wrong with the commit whatever others do.
Result<void> check(World& world, const Path& folder, const Commit& commit, const State& state) {
  if (commit.read_version < 0 || commit.read_version > state.version) {
    return bad_commit("decided on version " + std::to_string(commit.read_version) + " of " +
                      std::to_string(state.version));
  }
  if (commit.reads == Reads::nothing && (!commit.removes.empty() || commit.schema)) {
    return bad_commit("removes files or changes the schema without having read the table");
  }
  for (const File& file : commit.adds) {
    if (!is_inside(file.path)) return bad_commit("the file name " + file.path);
    if (!world.exists(folder / file.path)) return bad_commit(file.path + " is not in the table's folder");
  }
  if (commit.schema) TRY(to_json(*commit.schema));
  return {};
}

// Has anybody changed, after what the commit was decided on, what it was decided on?
Result<void> check_conflicts(const Path& folder, const Commit& commit, const State& state) {
  for (int64_t version = commit.read_version + 1; version <= state.version; ++version) {
    const auto at = static_cast<size_t>(version);
    const bool meant = commit.reads == Reads::everything && state.changed_data[at];
    if (state.changed_metadata[at] || meant) return conflict(folder, version);
  }
  for (const std::string& path : commit.removes) {
    if (!state.files.contains(path)) return conflict(folder, state.version);
  }
  for (const File& file : commit.adds) {
    if (state.files.contains(file.path)) return bad_commit(file.path + " is in the table already");
  }
  return {};
}

Entry entry_of(const Commit& commit, const State& state, Time time) {
  Entry entry{.info = CommitInfo{.time = time,
                                 .operation = commit.operation,
                                 .read_version = commit.read_version,
                                 .blind_append = commit.reads == Reads::nothing,
                                 .facts = commit.facts},
              .transactions_updated = time};
  if (commit.schema) {
    entry.metadata = state.metadata;
    entry.metadata->schema = *commit.schema;
  }
  for (const std::string& path : commit.removes) {
    entry.removed.push_back({path, time, commit.data_change, state.files.at(path).bytes});
  }
  for (const File& file : commit.adds) {
    entry.added.push_back({file, commit.data_change});
    if (file.modified.microseconds == 0) entry.added.back().file.modified = time;
  }
  if (commit.transaction) entry.transactions.push_back(*commit.transaction);
  return entry;
}

// The commit that this transaction was done by already, if it was.
std::optional<Committed> done_before(const Commit& commit, const State& state) {
  if (!commit.transaction) return std::nullopt;
  const auto found = state.transactions.find(commit.transaction->application);
  if (found == state.transactions.end()) return std::nullopt;
  if (found->second.transaction.version < commit.transaction->version) return std::nullopt;
  return Committed{found->second.committed, found->second.time, true};
}

// Times grow by at least a millisecond from version to version, which is Delta's unit.
Time time_after(const State& state, Time now) {
  constexpr int64_t millisecond = 1000;
  const int64_t next = std::max(now.microseconds, state.time.microseconds + millisecond);
  return Time{next / millisecond * millisecond};
}

}  // namespace

Result<Committed> Table::commit(const Commit& commit) const {
  Log log(*world_, log_folder());
  State state;
  for (int attempt = 0; attempt < commit_attempts_max; ++attempt) {
    TRY(log.advance_to_end(state));
    if (const auto done = done_before(commit, state)) return *done;
    TRY(check(*world_, folder_, commit, state));
    TRY(check_conflicts(folder_, commit, state));
    const Time time = time_after(state, world_->now());
    const std::string lines = TRY(to_lines(entry_of(commit, state, time)));
    if (lines.size() > log_file_bytes_max) return bad_commit("larger than a log file may be");
    crash_point("lake.before_commit");
    const int64_t version = state.version + 1;
    const auto created = world_->create_file(log.file(version), lines, file_mode);
    if (!created.ok() && created.error().code == "file.exists") continue;  // somebody was first
    if (!created.ok()) return created.error();
    crash_point("lake.after_commit");
    if (version % commits_per_checkpoint == 0) {
      // The commit stands; a checkpoint only helps readers and comes with the next ten otherwise.
      if (const auto written = checkpoint(); !written.ok()) log_error("lake.checkpoint", written.error());
    }
    return Committed{version, time, false};
  }
  return surroundings("lake.too_busy", {{"file", folder_.string()}});
}

}  // namespace fvm::lake
