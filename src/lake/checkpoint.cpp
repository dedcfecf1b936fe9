// A classic checkpoint: the table's state at one version as a Parquet file of actions, and `_last_checkpoint`
// that points to it. See docs/architecture/0005-delta-tables.md for why we write our own Parquet here.
#include <boost/json.hpp>

#include "lake/log.hpp"
#include "lake/parquet.hpp"
#include "lake/table.hpp"

namespace fvm::lake {
namespace {

namespace json = boost::json;
using parquet::Node;
using enum parquet::Node::Kind;

constexpr unsigned file_mode = 0640;
constexpr uint64_t pointer_bytes_max = 1u << 20;

// Delta's checkpoint schema, without the parts that protocol 1/2 does not have.
std::vector<Node> columns() {
  return {
      {"txn", group, {{"appId", text}, {"version", int64}, {"lastUpdated", int64}}},
      {"add",
       group,
       {{"path", text},
        {"partitionValues", map},
        {"size", int64},
        {"modificationTime", int64},
        {"dataChange", boolean},
        {"stats", text},
        {"tags", map}}},
      {"remove",
       group,
       {{"path", text},
        {"deletionTimestamp", int64},
        {"dataChange", boolean},
        {"extendedFileMetadata", boolean},
        {"partitionValues", map},
        {"size", int64},
        {"tags", map}}},
      {"metaData",
       group,
       {{"id", text},
        {"name", text},
        {"description", text},
        {"format", group, {{"provider", text}, {"options", map}}},
        {"schemaString", text},
        {"partitionColumns", list},
        {"configuration", map},
        {"createdTime", int64}}},
      {"protocol", group, {{"minReaderVersion", int32}, {"minWriterVersion", int32}}},
  };
}

Result<std::vector<json::object>> actions_of(const State& state) {
  std::vector<json::object> out;
  out.push_back(action_of(state.protocol));
  out.push_back(TRY(action_of(state.metadata)));
  for (const auto& [application, latest] : state.transactions) {
    out.push_back(action_of(latest.transaction, latest.time));
  }
  // In a checkpoint nothing is new any more: dataChange is false.
  for (const auto& [path, file] : state.files) out.push_back(action_of(Added{file, false}));
  for (const auto& [path, removed] : state.tombstones) {
    Removed settled = removed;
    settled.data_change = false;
    out.push_back(action_of(settled));
  }
  return out;
}

// The version that `_last_checkpoint` names; -1 when it names none that can be read.
int64_t last_checkpoint(World& world, const Path& file) {
  const auto text = world.read_file(file, pointer_bytes_max);
  if (!text.ok()) return -1;
  boost::system::error_code error;
  const json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return -1;
  const json::value* version = value.as_object().if_contains("version");
  return version != nullptr && version->is_int64() ? version->as_int64() : -1;
}

}  // namespace

Result<void> Table::checkpoint() const {
  Log log(*world_, log_folder());
  State state;
  TRY(log.advance_to_end(state));
  const std::vector<json::object> actions = TRY(actions_of(state));
  const std::string bytes = parquet::write(columns(), actions);
  crash_point("lake.before_checkpoint");
  // Two writers of the same version write the same bytes, so replacing is harmless.
  TRY(world_->replace_file(log_folder() / checkpoint_name(state.version), bytes, file_mode));
  crash_point("lake.between_checkpoint_and_pointer");
  const Path pointer = log_folder() / "_last_checkpoint";
  if (last_checkpoint(*world_, pointer) >= state.version) return {};
  const json::object text{{"version", state.version},
                          {"size", actions.size()},
                          {"sizeInBytes", bytes.size()},
                          {"numOfAddFiles", state.files.size()}};
  return world_->replace_file(pointer, json::serialize(text), file_mode);
}

}  // namespace fvm::lake
