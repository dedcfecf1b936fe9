// Actions as JSON, in the words of the protocol.
#include <boost/json.hpp>

#include "lake/actions.hpp"

namespace fvm::lake {
namespace {

namespace json = boost::json;

json::object object_of(const Facts& facts) {
  json::object out;
  for (const auto& [name, value] : facts) out[name] = value;
  return out;
}

int64_t milliseconds(Time time) {
  return time.microseconds / 1000;
}

json::value literal(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(nullptr) : value;
}

// The `stats` of a file: a JSON document inside a JSON text; nothing when nothing is known.
std::optional<std::string> statistics_text(const File& file) {
  json::object out;
  if (file.rows) out["numRecords"] = *file.rows;
  json::object least, most, nulls;
  for (const ColumnStatistics& column : file.statistics) {
    if (column.minimum) least[column.column] = literal(*column.minimum);
    if (column.maximum) most[column.column] = literal(*column.maximum);
    if (column.nulls) nulls[column.column] = *column.nulls;
  }
  if (!least.empty()) out["minValues"] = std::move(least);
  if (!most.empty()) out["maxValues"] = std::move(most);
  if (!nulls.empty()) out["nullCount"] = std::move(nulls);
  if (out.empty()) return std::nullopt;
  return json::serialize(out);
}

// operationMetrics are texts in Delta.
json::object metrics_of(const Entry& entry) {
  uint64_t bytes = 0, rows = 0;
  bool every_file_tells = true;
  for (const Added& added : entry.added) {
    bytes += added.file.bytes;
    rows += added.file.rows.value_or(0);
    every_file_tells &= added.file.rows.has_value();
  }
  json::object out{{"numFiles", std::to_string(entry.added.size())},
                   {"numRemovedFiles", std::to_string(entry.removed.size())},
                   {"numOutputBytes", std::to_string(bytes)}};
  if (every_file_tells) out["numOutputRows"] = std::to_string(rows);
  return out;
}

json::object action_of(const CommitInfo& info, const Entry& entry) {
  json::object out{{"timestamp", milliseconds(info.time)}, {"operation", info.operation}};
  out["operationParameters"] = json::object();
  if (info.read_version >= 0) out["readVersion"] = info.read_version;
  out["isBlindAppend"] = info.blind_append;
  out["operationMetrics"] = metrics_of(entry);
  out["engineInfo"] = "Forvaltningsmaskinen";
  out["facts"] = object_of(info.facts);
  return {{"commitInfo", std::move(out)}};
}

void append_line(std::string& out, const json::object& action) {
  out += json::serialize(action);
  out += '\n';
}

}  // namespace

json::object action_of(const Protocol& protocol) {
  return {{"protocol", {{"minReaderVersion", protocol.reader}, {"minWriterVersion", protocol.writer}}}};
}

Result<json::object> action_of(const Metadata& metadata) {
  json::object out{{"id", metadata.id}};
  if (!metadata.name.empty()) out["name"] = metadata.name;
  if (!metadata.description.empty()) out["description"] = metadata.description;
  out["format"] = {{"provider", "parquet"}, {"options", json::object()}};
  out["schemaString"] = TRY(to_json(metadata.schema));
  out["partitionColumns"] = json::array();
  out["configuration"] = object_of(metadata.configuration);
  out["createdTime"] = milliseconds(metadata.created);
  return json::object{{"metaData", std::move(out)}};
}

json::object action_of(const Added& added) {
  const File& file = added.file;
  json::object out{{"path", file.path},
                   {"partitionValues", json::object()},
                   {"size", file.bytes},
                   {"modificationTime", milliseconds(file.modified)},
                   {"dataChange", added.data_change}};
  if (auto statistics = statistics_text(file)) out["stats"] = *std::move(statistics);
  if (!file.tags.empty()) out["tags"] = object_of(file.tags);
  return {{"add", std::move(out)}};
}

json::object action_of(const Removed& removed) {
  return {{"remove",
           {{"path", removed.path},
            {"deletionTimestamp", milliseconds(removed.deleted)},
            {"dataChange", removed.data_change},
            {"extendedFileMetadata", true},
            {"partitionValues", json::object()},
            {"size", removed.bytes}}}};
}

json::object action_of(const Transaction& transaction, Time updated) {
  return {{"txn",
           {{"appId", transaction.application},
            {"version", transaction.version},
            {"lastUpdated", milliseconds(updated)}}}};
}

Result<std::string> to_lines(const Entry& entry) {
  std::string out;
  if (entry.info) append_line(out, action_of(*entry.info, entry));
  if (entry.protocol) append_line(out, action_of(*entry.protocol));
  if (entry.metadata) append_line(out, TRY(action_of(*entry.metadata)));
  for (const Transaction& transaction : entry.transactions) {
    append_line(out, action_of(transaction, entry.transactions_updated));
  }
  for (const Removed& removed : entry.removed) append_line(out, action_of(removed));
  for (const Added& added : entry.added) append_line(out, action_of(added));
  return out;
}

}  // namespace fvm::lake
