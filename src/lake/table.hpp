// One Delta table: a folder with Parquet files and the log `_delta_log/`.
//
//   lake::Table table(world, instance.mirror_table("LPR_F", "kontakter"));
//   TRY(table.create(schema, {.name = "LPR_F.kontakter"}));
//   auto snapshot = TRY(table.snapshot());
//   lake::File file = TRY(table.adopt(staging / "0.parquet", table.new_name()));
//   TRY(table.commit({.read_version = snapshot.version, .reads = Reads::nothing, .adds = {file}, …}));
//
// A commit is the exclusive creation of the next file of the log, so readers see all of it or nothing, and of
// two writers one wins; the other looks at what was committed and tries again or is refused. Data files come
// first: a crash before the commit leaves orphans, which vacuum() takes away later. Log files are never
// removed, so every version stays readable. Objects are cheap, hold no state but the folder, and may be used
// from several threads and processes at once.
//
// Errors: "lake.missing" (no table there), "lake.exists", "lake.no_version", "lake.damaged" (a log that
// cannot be right: `file`, `line`, `reason`), "lake.gap" (a log file is missing: `file`), "lake.conflict"
// (refused: somebody changed what the commit was decided on; read again and decide again; `version`),
// "lake.unsupported" (a table that needs a newer reader or writer), "lake.bad_commit" (defect: `reason`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "lake/types.hpp"

namespace fvm::lake {

struct TableInfo {
  std::string name;  // "LPR_F.kontakter"
  std::string description;
  Facts configuration;  // Delta table properties, and ours
  Facts facts;          // into commitInfo
};

struct VerifyReport {
  int64_t version = 0;
  uint64_t files = 0, bytes = 0;
  std::vector<std::string> missing;     // named by the log, not there
  std::vector<std::string> wrong_size;  // there, of another size
  std::vector<std::string> orphans;     // there, named by no version of the log
  bool ok() const { return missing.empty() && wrong_size.empty(); }
};

class Table {
 public:
  Table(World& world, Path folder) : world_(&world), folder_(std::move(folder)) {}
  const Path& folder() const { return folder_; }
  Path log_folder() const { return folder_ / "_delta_log"; }
  bool exists() const;

  // Version 0. "lake.exists" when there is a table already.
  Result<void> create(const Schema& schema, const TableInfo& info) const;

  Result<Snapshot> snapshot() const;  // the newest version
  Result<Snapshot> snapshot(int64_t version) const;
  // The version that was the newest at `time`; "lake.no_version" when the table is younger.
  Result<Snapshot> as_of(Time time) const;

  Result<Committed> commit(const Commit& commit) const;
  // Was this transaction (or a later one of the application) committed?
  Result<bool> has(const Transaction& transaction) const;

  // Is there such a version? Asks the file system only.
  bool has_version(int64_t version) const;
  // What each version up to `last` did, oldest first.
  Result<std::vector<Change>> changes(int64_t last) const;

  // Newest first; `limit` 0: all.
  Result<std::vector<HistoryEntry>> history(size_t limit = 0) const;

  // A fresh name for a data file: "part-<32 hex digits>.parquet".
  std::string new_name() const;
  // Moves a finished file (same file system) into the table's folder under `name`, makes it durable and
  // returns what commit() wants. Done twice is done once: a `staged` that is gone while `name` is there is
  // fine.
  Result<File> adopt(const Path& staged, const std::string& name) const;

  // Writes a checkpoint (classic Parquet) of the newest version and `_last_checkpoint`; commit() does so by
  // itself every ten commits. Ours never need one to read; other readers start from it.
  Result<void> checkpoint() const;

  // Removes data files that no version of the log names and that were last changed before `older_than`;
  // returns their names. Files of removed rows stay: old versions need them.
  Result<std::vector<std::string>> vacuum(Time older_than) const;
  Result<VerifyReport> verify() const;

 private:
  World* world_;
  Path folder_;
};

}  // namespace fvm::lake
