// JSON lines of the log as actions. Unknown actions and fields are skipped, as the protocol wants; what we
// use must be right, or the log is damaged.
#include <algorithm>
#include <boost/json.hpp>

#include "lake/actions.hpp"

namespace fvm::lake {
namespace {

namespace json = boost::json;

constexpr int64_t reader_version_max = 1;
constexpr int64_t writer_version_max = 2;
constexpr size_t path_bytes_max = 1024;

Error damaged(std::string reason) {
  return surroundings("lake.damaged", {{"reason", std::move(reason)}});
}
Error unsupported(std::string reason) {
  return surroundings("lake.unsupported", {{"reason", std::move(reason)}});
}

// A field of an object, as the type that is asked for.
class Fields {
 public:
  Fields(const json::object& object, std::string_view action) : object_(&object), action_(action) {}

  Result<std::string> text(std::string_view name) const {
    const json::value* value = object_->if_contains(name);
    if (value == nullptr || !value->is_string()) return wrong(name);
    return std::string(value->as_string());
  }
  std::string text_or_empty(std::string_view name) const {
    const json::value* value = object_->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
  }
  Result<int64_t> number(std::string_view name) const {
    const json::value* value = object_->if_contains(name);
    if (value == nullptr || !value->is_number()) return wrong(name);
    boost::system::error_code error;
    const auto number = value->to_number<int64_t>(error);
    if (error) return wrong(name);
    return number;
  }
  Result<uint64_t> count(std::string_view name) const {
    const int64_t value = TRY(number(name));
    if (value < 0) return wrong(name);
    return static_cast<uint64_t>(value);
  }
  Result<Time> time(std::string_view name) const {
    const int64_t value = TRY(number(name));
    constexpr int64_t milliseconds_max = INT64_MAX / 1000;
    if (value < 0 || value > milliseconds_max) return wrong(name);
    return Time{value * 1000};
  }
  bool flag(std::string_view name, bool otherwise) const {
    const json::value* value = object_->if_contains(name);
    return value != nullptr && value->is_bool() ? value->as_bool() : otherwise;
  }
  bool has(std::string_view name) const {
    const json::value* value = object_->if_contains(name);
    return value != nullptr && !value->is_null();
  }
  // An object of texts; null and absent are empty.
  Result<Facts> facts(std::string_view name) const {
    Facts out;
    const json::value* value = object_->if_contains(name);
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_object()) return wrong(name);
    for (const auto& [key, item] : value->as_object()) {
      if (item.is_string()) out.emplace(key, item.as_string());
    }
    return out;
  }
  const json::value* raw(std::string_view name) const { return object_->if_contains(name); }
  Error wrong(std::string_view name) const {
    return damaged(std::string(action_) + "." + std::string(name) + " is missing or of the wrong type");
  }

 private:
  const json::object* object_;
  std::string_view action_;
};

Result<std::string> read_path(const Fields& fields) {
  std::string path = TRY(fields.text("path"));
  if (path.size() > path_bytes_max || !is_inside(path)) return fields.wrong("path");
  return path;
}

void read_literals(const json::object& all, std::string_view name,
                   std::optional<std::string> ColumnStatistics::* member,
                   std::map<std::string, ColumnStatistics>& columns) {
  const json::value* values = all.if_contains(name);
  if (values == nullptr || !values->is_object()) return;
  for (const auto& [column, value] : values->as_object()) {
    columns[column].*member = json::serialize(value);
  }
}

// Statistics only help: broken ones are left out.
void read_statistics(const std::string& text, File& file) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return;
  const json::object& all = value.as_object();
  const Fields fields(all, "stats");
  if (auto rows = fields.count("numRecords"); rows.ok()) file.rows = *rows;
  std::map<std::string, ColumnStatistics> columns;
  read_literals(all, "minValues", &ColumnStatistics::minimum, columns);
  read_literals(all, "maxValues", &ColumnStatistics::maximum, columns);
  if (const json::value* nulls = all.if_contains("nullCount"); nulls != nullptr && nulls->is_object()) {
    for (const auto& [column, count] : nulls->as_object()) {
      if (count.is_int64() && count.as_int64() >= 0) {
        columns[column].nulls = static_cast<uint64_t>(count.as_int64());
      }
    }
  }
  for (auto& [name, column] : columns) {
    column.column = name;
    file.statistics.push_back(std::move(column));
  }
}

Result<void> read_add(const Fields& fields, Entry& entry) {
  if (fields.has("deletionVector")) return unsupported("deletion vectors");
  Added added;
  added.file.path = TRY(read_path(fields));
  added.file.bytes = TRY(fields.count("size"));
  added.file.modified = TRY(fields.time("modificationTime"));
  added.data_change = fields.flag("dataChange", true);
  added.file.tags = TRY(fields.facts("tags"));
  read_statistics(fields.text_or_empty("stats"), added.file);
  entry.added.push_back(std::move(added));
  return {};
}

Result<void> read_remove(const Fields& fields, Entry& entry) {
  Removed removed{.path = TRY(read_path(fields)), .data_change = fields.flag("dataChange", true)};
  if (fields.has("deletionTimestamp")) removed.deleted = TRY(fields.time("deletionTimestamp"));
  if (fields.has("size")) removed.bytes = TRY(fields.count("size"));
  entry.removed.push_back(std::move(removed));
  return {};
}

Result<void> read_metadata(const Fields& fields, Entry& entry) {
  if (entry.metadata) return damaged("metaData stands twice");
  const json::value* partitions = fields.raw("partitionColumns");
  if (partitions != nullptr && partitions->is_array() && !partitions->as_array().empty()) {
    return unsupported("partitions");
  }
  Metadata metadata;
  metadata.id = TRY(fields.text("id"));
  metadata.name = fields.text_or_empty("name");
  metadata.description = fields.text_or_empty("description");
  metadata.schema = TRY(schema_of_json(TRY(fields.text("schemaString"))));
  metadata.configuration = TRY(fields.facts("configuration"));
  if (fields.has("createdTime")) metadata.created = TRY(fields.time("createdTime"));
  entry.metadata = std::move(metadata);
  return {};
}

Result<void> read_protocol(const Fields& fields, Entry& entry) {
  const Protocol protocol{TRY(fields.number("minReaderVersion")), TRY(fields.number("minWriterVersion"))};
  if (protocol.reader > reader_version_max || protocol.writer > writer_version_max) {
    return unsupported("reader version " + std::to_string(protocol.reader) + ", writer version " +
                       std::to_string(protocol.writer));
  }
  entry.protocol = protocol;
  return {};
}

Result<void> read_transaction(const Fields& fields, Entry& entry) {
  entry.transactions.push_back({TRY(fields.text("appId")), TRY(fields.number("version"))});
  if (fields.has("lastUpdated")) entry.transactions_updated = TRY(fields.time("lastUpdated"));
  return {};
}

Result<void> read_info(const Fields& fields, Entry& entry) {
  CommitInfo info;
  if (fields.has("timestamp")) info.time = TRY(fields.time("timestamp"));
  info.operation = fields.text_or_empty("operation");
  if (fields.has("readVersion")) info.read_version = TRY(fields.number("readVersion"));
  info.blind_append = fields.flag("isBlindAppend", false);
  info.facts = TRY(fields.facts("facts"));
  entry.info = std::move(info);
  return {};
}

Result<void> read_action(std::string_view line, Entry& entry) {
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return damaged("no JSON object");
  using Reader = Result<void> (*)(const Fields&, Entry&);
  static constexpr std::pair<std::string_view, Reader> readers[] = {
      {"add", read_add},           {"remove", read_remove},   {"metaData", read_metadata},
      {"protocol", read_protocol}, {"txn", read_transaction}, {"commitInfo", read_info},
  };
  for (const auto& [name, read] : readers) {
    const json::value* action = value.as_object().if_contains(name);
    if (action == nullptr || action->is_null()) continue;
    if (!action->is_object()) return damaged(std::string(name) + " is no object");
    TRY(read(Fields(action->as_object(), name), entry));
  }
  return {};
}

}  // namespace

bool Entry::changes_data() const {
  const auto changes = [](const auto& file) { return file.data_change; };
  return std::any_of(added.begin(), added.end(), changes) ||
         std::any_of(removed.begin(), removed.end(), changes);
}

bool is_inside(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find(':') != std::string_view::npos ||
      path.find('%') != std::string_view::npos || path.find('\0') != std::string_view::npos) {
    return false;
  }
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

Result<Entry> entry_of_lines(std::string_view lines) {
  Entry entry;
  for (size_t number = 1; !lines.empty(); ++number) {
    const size_t end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (auto read = read_action(line, entry); !read.ok()) {
      return std::move(read.error()).with("line", std::to_string(number));
    }
  }
  return entry;
}

}  // namespace fvm::lake
