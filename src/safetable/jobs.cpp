#include "safetable/jobs.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "disclosure/text.hpp"
#include "lake/number_list.hpp"
#include "lake/table.hpp"
#include "safetable/model.hpp"
#include "safetable/record.hpp"
#include "safetable/store.hpp"
#include "wire/job.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

constexpr unsigned folder_mode = 0700;
constexpr uint64_t beside_engine_mib = 256;
constexpr size_t tables_named_max = 16;  // as those that a table collides with: the newest

json::array dimensions_of(const Record& record) {
  json::array out;
  for (const TableDimension& each : record.dimensions) {
    json::object dimension{{"name", each.named.name},
                           {"parent", each.named.parent},
                           {"as", name_of(each.named.as)},
                           {"width", each.named.width},
                           {"until", each.named.until}};
    if (const auto merged = record.merged.find(each.named.name); merged != record.merged.end())
      dimension["others"] = json::array(merged->second.begin(), merged->second.end());
    out.push_back(std::move(dimension));
  }
  return out;
}

std::vector<std::string> columns_of(const std::vector<Measure>& measures) {
  std::vector<std::string> out;
  for (const Measure& measure : measures)
    for (const std::string& column : {measure.column, measure.by})
      if (!column.empty() && std::find(out.begin(), out.end(), column) == out.end()) out.push_back(column);
  return out;
}

// Of both jobs.
void add_model(const Record& record, json::object& document) {
  if (!record.model) return;
  const ModelAsked& asked = record.model->asked;
  json::array terms;
  for (const ModelTerm& term : asked.terms)
    terms.push_back(json::object{{"name", term.name}, {"factor", term.is_factor}});
  document["model"] = json::object{
      {"outcome", asked.outcome}, {"family", name_of(asked.family)}, {"terms", std::move(terms)}};
}

json::array texts(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

// What units of a kind are called in the project's tables.
json::array unit_names(const extract::Project& project, UnitKind kind) {
  const auto what = kind == UnitKind::persons ? catalogue::Class::person : catalogue::Class::provider;
  std::set<std::string> names;
  for (const extract::ProjectTable& table : project.tables)
    for (const extract::Column& column : table.columns)
      if (column.what == what) names.insert(column.name);
  return json::array(names.begin(), names.end());
}

// Tables whose name stands anywhere in the SELECT: it sees no others, so none can have been read that is not
// among them. All, when it names none.
std::vector<extract::ProjectTable> tables_named(const std::string& sql, const extract::Project& project) {
  const std::string text = disclosure::lower(sql);
  std::vector<extract::ProjectTable> named;
  for (const extract::ProjectTable& table : project.tables)
    if (text.find(disclosure::lower(table.name)) != std::string::npos) named.push_back(table);
  return named.empty() ? project.tables : named;
}

// The other kind's name when the SELECT must give its column. Whoever names
// providers chooses or divides by them; rows of a table that leads to persons are of persons.
std::string_view needed(const std::string& sql, const extract::Project& project, UnitKind other) {
  const std::string text = disclosure::lower(sql);
  for (const extract::ProjectTable& table : tables_named(sql, project))
    for (const extract::Column& column : table.columns) {
      using catalogue::Class;
      if (other == UnitKind::providers && column.what == Class::provider &&
          text.find(disclosure::lower(column.name)) != std::string::npos)
        return name_of(other);
      if (other == UnitKind::persons && (column.what == Class::person || column.what == Class::relative ||
                                         column.what == Class::record_key))
        return name_of(other);
    }
  return "";
}

// Columns of providers that do not stand in the SELECT: it has no others, so it cannot use any in secret.
json::array unnamed(const std::string& sql, const extract::Project& project) {
  const std::string text = disclosure::lower(sql);
  json::array out;
  for (const extract::ProjectTable& table : tables_named(sql, project))
    for (const extract::Column& column : table.columns) {
      const std::string name = disclosure::lower(column.name);
      if (column.what == catalogue::Class::provider && text.find(name) == std::string::npos)
        out.emplace_back(table.schema + "." + table.name + "." + name);
    }
  return out;
}

json::object engine_of(const config::Config& config) {
  const uint64_t memory = config.session.memory_mib;
  return {{"memory_mib", memory > 2 * beside_engine_mib ? memory - beside_engine_mib : memory / 2},
          {"threads", config.session.threads}};
}

wire::WorkerJob job_of(const Setting& setting, const Request& request, json::object document) {
  wire::WorkerJob job{.profile = "table", .label = request.project, .document = json::serialize(document)};
  job.memory_mib = setting.config.session.memory_mib;
  job.threads = setting.config.session.threads;
  job.ended = setting.ended;
  return job;
}

// What the first job found in the SELECT: the column of the counted, and those of the other kinds.
Result<void> read_counted(const std::string& result, Record& record, const std::vector<OtherUnits>& others) {
  try {
    const json::value counted = json::parse(result);
    record.unit = std::string(counted.at("unit").as_string());
    size_t next = 0;
    for (const OtherUnits& other : others) {
      record.others.push_back(other);
      record.others.back().unit = std::string(
          (other.kind == UnitKind::holdings ? counted.at("contributor") : counted.at("others").at(next++))
              .as_string());
    }
    return {};
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("table.bad_result");
  }
}

// The analyst's SQL: nothing is mounted but the project's own data.
Result<void> count(const Setting& setting, const Request& request, const Prepared& prepared, Record& record) {
  json::object document = engine_of(setting.config);
  document["task"] = "count", document["sql"] = request.sql;
  document["user"] = request.user, document["unit"] = request.unit;
  document["units"] = unit_names(prepared.project, record.kind);
  document["unnamed"] = unnamed(request.sql, prepared.project);
  json::array& others = document["others"].emplace_array();
  for (const OtherUnits& other : prepared.others)
    if (other.kind != UnitKind::holdings)
      others.push_back(json::object{{"units", unit_names(prepared.project, other.kind)},
                                    {"needed", needed(request.sql, prepared.project, other.kind)},
                                    {"are_held", other.kind == UnitKind::providers}});
  document["contributor"] = prepared.contributor;
  document["dimensions"] = record.model ? json::array() : dimensions_of(record);
  document["columns"] = texts(columns_of(record.measures));
  add_model(record, document);
  json::array& tables = document["tables"].emplace_array();
  for (const DataVersion& each : prepared.data)
    tables.push_back(json::object{{"name", each.table}, {"version", each.version}});
  wire::WorkerJob job = job_of(setting, request, std::move(document));
  job.mounts = {{setting.instance.project_data(request.project), {"/data", 0}},
                {prepared.scratch / "counted", {"/out", 1}}};
  TRY(read_counted(TRY(wire::run_worker(setting.instance.launcher_socket(), job)), record, prepared.others));
  // Numbers that are rounded, and coefficients, are judged for persons alone.
  for (const OtherUnits& other : record.others)
    if (!other.unit.empty() && (record.model || record.round > 0))
      return usage("table.persons_alone", {{"name", other.unit}});
  std::erase_if(record.others, [](const OtherUnits& other) {
    return other.unit.empty() && other.kind != UnitKind::persons;
  });
  return {};
}

// Whose units holdings hold: the providers that the rows have, else the counted.
UnitKind held_kind(const Record& record) {
  for (const OtherUnits& other : record.others)
    if (other.kind == UnitKind::providers && !other.unit.empty()) return other.kind;
  return record.kind;
}

// The file that says who holds the units of this kind, if any are held.
std::string holders_of(const Record& record, UnitKind kind) {
  const bool any = std::ranges::any_of(
      record.others, [](const OtherUnits& other) { return other.kind == UnitKind::holdings; });
  return any && kind == held_kind(record) ? "holders" : "";
}

// What the second job has to know of one kind of units.
void add_kind(const Request& request, const Prepared& prepared, const Record& record, UnitKind kind,
              const Rules& rules, const std::string& pairs, json::object& document) {
  const bool persons = kind == UnitKind::persons, holdings = kind == UnitKind::holdings;
  document["providers"] = (holdings ? held_kind(record) : kind) == UnitKind::providers;
  document["holdings"] = holdings, document["holders"] = holders_of(record, kind);
  document["pairs"] = pairs, document["prefix"] = prefix_of(kind);
  // Who has left the project since is in its former data still.
  document["leave_unknown"] =
      (holdings ? held_kind(record) : kind) == UnitKind::persons && request.as_of.has_value();
  json::object& values = document["rules"].emplace_object();
  for (const auto& row : disclosure::parameter_rows()) values[row.name] = rules.at(row.parameter);
  // What was told before is in what the newest table left; the newest ones can be named. A rounded table
  // needs the numbers of the last alone.
  const KindKept& kept = holdings ? prepared.holdings : prepared.providers;
  const auto& released = persons ? prepared.released : kept.tables;
  const size_t most = request.round > 0 ? 1 : tables_named_max;
  const auto named = static_cast<ptrdiff_t>(std::min(released.size(), most));
  document["released"] = json::array(released.end() - named, released.end());
  document["values"] = persons ? prepared.values.table : kept.values.table;
}

// A file of the project's map, and the list of the pseudonyms in it, which only older ones lack.
void mount_map(const Setting& setting, const extract::Project& project, const Path& file,
               const std::string& name, wire::WorkerJob& job) {
  if (file.empty()) return;
  const Path path = setting.instance.project_population(project.number) / file;
  job.mounts.push_back({path, {"/in/" + name + ".parquet", 0}});
  if (const Path list = lake::pseudonym_list_of(path); setting.world.exists(list))
    job.mounts.push_back({list, {lake::pseudonym_list_of("/in/" + name + ".parquet").native(), 0}});
}

Result<std::string> judge(const Setting& setting, const Request& request, const Prepared& prepared,
                          const Record& record) {
  json::object document = engine_of(setting.config);
  const auto columns = columns_of(record.measures);
  document["task"] = "judge", document["number"] = record.number;
  document["dimensions"] = dimensions_of(record);
  document["columns"] = texts(columns);
  add_model(record, document);
  json::array& measures = document["measures"].emplace_array();
  const auto index_of = [&](const std::string& column) {
    return std::find(columns.begin(), columns.end(), column) - columns.begin();
  };
  for (const Measure& each : record.measures)
    measures.push_back(json::object{{"figure", name_of(each.figure)},
                                    {"column", index_of(each.column)},
                                    {"by", index_of(each.by.empty() ? each.column : each.by)},
                                    {"percent", each.percent}});
  add_kind(request, prepared, record, record.kind, record.rules, "pairs", document);
  json::array& others = document["others"].emplace_array();
  std::vector<std::string> files;
  for (const OtherUnits& other : record.others) {
    if (record.round > 0 || record.model) break;  // judged for persons alone
    const std::string pairs = other.unit.empty() ? ""
                              : other.kind == UnitKind::holdings
                                  ? "holdings"
                                  : "pairs-" + std::to_string(others.size() + 1);
    if (!pairs.empty()) files.push_back(pairs + ".parquet");
    json::object each;
    add_kind(request, prepared, record, other.kind, other.rules, pairs, each);
    if (other.kind == UnitKind::holdings) files.emplace_back("holders.parquet");
    others.push_back(std::move(each));
  }
  if (record.round > 0) document["round"] = record.round, document["round_key"] = prepared.round_key;
  wire::WorkerJob job = job_of(setting, request, std::move(document));
  const extract::Project& project = prepared.project;
  const Path counted = prepared.scratch / "counted";
  job.mounts = {{counted / "pairs.parquet", {"/in/pairs.parquet", 0}},
                {prepared.ledger, {"/in/ledger", 0}},
                {prepared.scratch / "judged", {"/out", 1}}};
  for (const std::string& file : files) job.mounts.push_back({counted / file, {"/in/" + file, 0}});
  if (!record.model)
    job.mounts.push_back({counted / "combinations.parquet", {"/in/combinations.parquet", 0}});
  mount_map(setting, project, project.population_file, "population", job);
  mount_map(setting, project, project.population_changes, "population_changes", job);
  return wire::run_worker(setting.instance.launcher_socket(), job);
}

// The version of the mirror's table that a version of the project's was made from; -1: not noted.
Result<int64_t> mirror_version_of(const lake::Table& table, int64_t version) {
  for (const lake::HistoryEntry& entry : TRY(table.history())) {
    const auto noted = entry.facts.find("mirror_version");
    if (entry.version <= version && noted != entry.facts.end()) return std::stoll(noted->second);
  }
  return int64_t{-1};
}

}  // namespace

Result<std::vector<DataVersion>> data_versions(const Setting& setting, const Request& request,
                                               const extract::Project& project) {
  std::vector<DataVersion> out;
  for (const extract::ProjectTable& each : tables_named(request.sql, project)) {
    DataVersion version{each.schema + "." + each.name, each.version, each.mirror_version};
    if (request.as_of) {
      const lake::Table table(setting.world, setting.instance.project_data(project.number) / each.folder);
      const auto then = table.as_of(*request.as_of);
      if (!then.ok() && then.error().code == "lake.no_version")
        return usage("table.not_so_old", {{"name", version.table}, {"time", to_text(*request.as_of)}});
      if (!then.ok()) return then.error();
      version.version = then->version;
      version.mirror_version = TRY(mirror_version_of(table, then->version));
    }
    out.push_back(std::move(version));
  }
  return out;
}

Result<void> run_jobs(const Setting& setting, const Request& request, const Prepared& prepared,
                      Record& record) {
  for (const char* folder : {"counted", "judged"})
    TRY(setting.world.make_directories(prepared.scratch / folder, folder_mode));
  TRY(count(setting, request, prepared, record));
  crash_point("table.counted");
  TRY(read_result(TRY(judge(setting, request, prepared, record)), record));
  crash_point("table.judged");
  return {};
}

}  // namespace fvm::safetable
