// Inside the room: the actions of one commit, and their JSON lines.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lake/types.hpp"

namespace fvm::lake {

struct Protocol {
  int64_t reader = 1, writer = 2;
};
struct Metadata {
  std::string id, name, description;
  Schema schema;
  Facts configuration;
  Time created;
};
struct Added {
  File file;
  bool data_change = true;
};
struct Removed {
  std::string path;
  Time deleted;
  bool data_change = true;
  uint64_t bytes = 0;
};
struct CommitInfo {
  Time time;
  std::string operation;
  int64_t read_version = -1;
  bool blind_append = false;
  Facts facts;
};

// One file of the log.
struct Entry {
  std::optional<CommitInfo> info;
  std::optional<Protocol> protocol;
  std::optional<Metadata> metadata;
  std::vector<Added> added;
  std::vector<Removed> removed;
  std::vector<Transaction> transactions;
  Time transactions_updated;

  bool changes_data() const;
  bool changes_metadata() const { return protocol || metadata; }
};

// The lines of a commit, each ended by a newline.
Result<std::string> to_lines(const Entry& entry);
// "lake.damaged" with `line` and `reason`, "lake.unsupported" with `reason`.
Result<Entry> entry_of_lines(std::string_view lines);

// Single actions as they stand in the log, also for checkpoints.
boost::json::object action_of(const Protocol& protocol);
Result<boost::json::object> action_of(const Metadata& metadata);
boost::json::object action_of(const Added& added);
boost::json::object action_of(const Removed& removed);
boost::json::object action_of(const Transaction& transaction, Time updated);

// Below the table's folder, and nothing else: no "..", no absolute path, no scheme.
bool is_inside(std::string_view path);

}  // namespace fvm::lake
