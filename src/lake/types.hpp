// What a Delta table's log says: https://github.com/delta-io/delta/blob/master/PROTOCOL.md, of which we use
// reader version 1 and writer version 2: no partitions, primitive types only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace fvm::lake {

// Limits.
inline constexpr uint64_t log_file_bytes_max = 256u << 20;  // one commit
inline constexpr uint64_t files_max = 1'000'000;            // live files of a table
inline constexpr int64_t commits_per_checkpoint = 10;
inline constexpr int commit_attempts_max = 200;  // lost races before giving up

struct Field {
  std::string name;
  std::string type;  // "string" "long" "integer" "double" "boolean" "date" "timestamp" "decimal(P,S)"
  bool nullable = true;
  std::map<std::string, std::string> metadata = {};
  bool operator==(const Field&) const = default;
};
struct Schema {
  std::vector<Field> fields;
  bool operator==(const Schema&) const = default;
};
// Delta's schemaString and back; "lake.bad_schema" with `reason` when a type is none of the above or a name
// comes twice (compared without case).
Result<std::string> to_json(const Schema& schema);
Result<Schema> schema_of_json(std::string_view json);

using Facts = std::map<std::string, std::string>;

// Of one column of a file. `minimum` and `maximum` are JSON literals: 42, 1.5, "2026-11-23", "DE110"; absent
// when unknown or when the file has only NULL there.
struct ColumnStatistics {
  std::string column;
  std::optional<std::string> minimum, maximum;
  std::optional<uint64_t> nulls;
};

// A data file of the table ("add").
struct File {
  std::string path;  // below the table's folder, as the log writes it
  uint64_t bytes = 0;
  Time modified;  // 0: the time of the commit is taken
  std::optional<uint64_t> rows;
  std::vector<ColumnStatistics> statistics;
  Facts tags;  // ours, e.g. {"mirror_file": "part-…"}
};

// Exactly once: a commit with (application, version) is done only if no earlier one had the same application
// and a version at least as high.
struct Transaction {
  std::string application;
  int64_t version = 0;
};

// The table at one version.
struct Snapshot {
  int64_t version = 0;
  Time time;  // of that version; grows from version to version
  std::string id, name;
  Schema schema;
  Facts configuration;
  std::map<std::string, File> files;            // by path
  std::map<std::string, int64_t> transactions;  // application -> version
  uint64_t bytes() const;
  std::optional<uint64_t> rows() const;  // when every file tells
};

// What a writer looked at to decide on its commit, and so what nobody else may have changed meanwhile.
enum class Reads {
  nothing,     // blind append: goes on whatever others append, remove or compact
  removed,     // only the files it removes: they must still be there (compaction)
  everything,  // the whole table: no other change of data meanwhile (replace, upsert)
};

struct Commit {
  int64_t read_version = 0;  // of the snapshot the decision was made on
  Reads reads = Reads::everything;
  std::vector<File> adds;
  std::vector<std::string> removes;  // paths that the snapshot has
  bool data_change = true;           // false: the same rows in other files
  std::optional<Schema> schema;      // a new schema
  std::optional<Transaction> transaction;
  std::string operation = "WRITE";  // as history shows it: WRITE, MERGE, OPTIMIZE, DELETE, …
  Facts facts;                      // ours, into commitInfo: delivery, project, mirror_version …
};
struct Committed {
  int64_t version = 0;
  Time time;
  bool already = false;  // the transaction was there before: nothing was written now
};

// What one version did to the table's files.
struct Change {
  int64_t version = 0;
  bool data_change = false;  // false: the same rows in other files (compaction), or no files at all
  std::vector<File> added;
  std::vector<std::string> removed;
};

struct HistoryEntry {
  int64_t version = 0;
  Time time;
  std::string operation;
  uint64_t files_added = 0, files_removed = 0, bytes_added = 0;
  std::optional<uint64_t> rows_added;
  bool data_change = false;
  std::optional<Transaction> transaction;
  Facts facts;
};

}  // namespace fvm::lake
