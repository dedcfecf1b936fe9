// Inside the room: the files of a log and replaying them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/world.hpp"
#include "lake/actions.hpp"

namespace fvm::lake {

// "00000000000000000007.json"
std::string log_name(int64_t version);
std::string checkpoint_name(int64_t version);
// The version in such a name; nothing for other files.
std::optional<int64_t> version_of(std::string_view name);

// Everything that a log has said up to a version.
struct State {
  int64_t version = -1;
  Time time;
  Protocol protocol;
  Metadata metadata;
  std::map<std::string, File> files;
  std::map<std::string, Removed> tombstones;
  struct Latest {
    Transaction transaction;
    int64_t committed = 0;  // the version that said so
    Time time;              // of that version
  };
  std::map<std::string, Latest> transactions;
  // Versions that changed rows, and that changed schema or protocol: what conflicts are decided by.
  std::vector<bool> changed_data, changed_metadata;
};

class Log {
 public:
  Log(World& world, Path folder) : world_(world), folder_(std::move(folder)) {}

  // The versions that are there; "lake.missing" when there are none, "lake.gap" when one is missing.
  Result<int64_t> newest();
  Result<Entry> read(int64_t version);
  bool has(int64_t version) { return world_.exists(folder_ / log_name(version)); }
  // A commit's time, never before the one ahead of it (two clocks, or one set back), as Delta adjusts it.
  Result<Time> time_of(int64_t version, const Entry& entry, Time before);

  // Applies the versions after state.version up to `last`.
  Result<void> advance(State& state, int64_t last);
  // As far as there are log files, however many that are by now.
  Result<void> advance_to_end(State& state);
  Path file(int64_t version) const { return folder_ / log_name(version); }

 private:
  Result<void> apply(State& state, Entry entry);
  World& world_;
  Path folder_;
};

Snapshot snapshot_of(const State& state);

}  // namespace fvm::lake
