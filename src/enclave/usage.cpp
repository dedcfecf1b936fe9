#include "enclave/usage.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

namespace fvm::enclave {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

// A regular file, neither through a link nor a pipe that would make us wait.
std::string read_bounded(const Path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts{};
  if (!opened || ::fstat(opened.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return "";
  std::string text(std::min<uint64_t>(static_cast<uint64_t>(facts.st_size), usage_bytes_max), 0);
  const ssize_t got = ::read(opened.get(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

using Key = std::pair<std::string, std::string>;

Result<std::map<Key, Time>> first_built(const store::Database& store, const std::string& project) {
  std::map<Key, Time> out;
  auto rows = TRY(
      store.prepare("SELECT t.schema_name, t.name, min(v.built) FROM project_table t JOIN project_version v"
                    " ON v.project = t.project AND v.version = t.version WHERE t.project = ?"
                    " GROUP BY t.schema_name, t.name",
                    project));
  while (TRY(rows.step())) out[{rows.text(0), rows.text(1)}] = rows.time(2);
  return out;
}

}  // namespace

std::vector<Used> read_usage(const Path& file, const extract::Project& project) {
  const std::string text = read_bounded(file);
  std::set<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    lines.insert(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::vector<Used> used;
  for (const extract::ProjectTable& table : project.tables) {
    const std::string start = table.schema + "." + table.name + ".";
    if (lines.contains(start + "*")) used.push_back({table.schema, table.name, "*"});
    for (const extract::Column& column : table.columns) {
      if (lines.contains(start + column.name)) used.push_back({table.schema, table.name, column.name});
    }
  }
  return used;
}

Result<void> note_usage(audit::Writer& writer, const std::string& project, const std::vector<Used>& used) {
  for (const Used& one : used) {
    TRY(writer.execute(
        "INSERT INTO enclave_usage (project, schema_name, table_name, column_name, first, last)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
        project, one.schema, one.table, one.column, writer.now(), writer.now()));
  }
  return {};
}

Result<std::vector<VariableUse>> usage_of(const store::Database& store, const extract::Project& project) {
  std::map<std::string, Time> last;
  auto rows = TRY(
      store.prepare("SELECT schema_name || '.' || table_name || '.' || column_name, last FROM enclave_usage"
                    " WHERE project = ?",
                    project.number));
  while (TRY(rows.step())) last[rows.text(0)] = rows.time(1);
  const auto when = [&](const std::string& name) {
    const auto found = last.find(name);
    return found == last.end() ? std::optional<Time>() : found->second;
  };
  const auto built = TRY(first_built(store, project.number));
  std::vector<VariableUse> uses;
  for (const extract::ProjectTable& table : project.tables) {
    const std::string start = table.schema + "." + table.name + ".";
    const auto since = built.find({table.schema, table.name});
    for (const extract::Column& column : table.columns) {
      uses.push_back({table.schema, table.name, column.name,
                      since == built.end() ? project.built : since->second, when(start + column.name),
                      when(start + "*")});
    }
  }
  return uses;
}

size_t count_unused(const std::vector<VariableUse>& uses) {
  return static_cast<size_t>(
      std::count_if(uses.begin(), uses.end(), [](const VariableUse& use) { return !use.last_used; }));
}

Result<bool> usage_notice_due(const store::Database& store, const extract::Project& project, Time now,
                              uint32_t days) {
  if (!extract::may_be_used(project, now).ok()) return false;
  auto rows =
      TRY(store.prepare("SELECT max(coalesce((SELECT min(built) FROM project_version WHERE project = ?), 0),"
                        " coalesce((SELECT told FROM enclave_usage_told WHERE project = ?), 0))",
                        project.number, project.number));
  TRY(rows.step());
  const int64_t since = rows.time(0).microseconds;
  return since > 0 && now.microseconds - since >= int64_t{days} * day_microseconds;
}

Result<void> mark_usage_told(audit::Writer& writer, const std::string& project) {
  return writer.execute(
      "INSERT INTO enclave_usage_told (project, told) VALUES (?, ?) ON CONFLICT DO UPDATE SET told = "
      "excluded.told",
      project, writer.now());
}

}  // namespace fvm::enclave
