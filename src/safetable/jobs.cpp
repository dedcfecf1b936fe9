#include "safetable/jobs.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "disclosure/text.hpp"
#include "lake/table.hpp"
#include "safetable/model.hpp"
#include "safetable/record.hpp"
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

// What the project's persons are called in its tables.
json::array unit_names(const extract::Project& project) {
  std::set<std::string> names;
  for (const extract::ProjectTable& table : project.tables)
    for (const extract::Column& column : table.columns)
      if (column.what == catalogue::Class::person) names.insert(column.name);
  return json::array(names.begin(), names.end());
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

// The analyst's SQL: nothing is mounted but the project's own data.
Result<std::string> count(const Setting& setting, const Request& request, const Prepared& prepared,
                          const Record& record) {
  json::object document = engine_of(setting.config);
  document["task"] = "count", document["sql"] = request.sql;
  document["user"] = request.user, document["unit"] = request.unit;
  document["units"] = unit_names(prepared.project);
  document["dimensions"] = record.model ? json::array() : dimensions_of(record);
  document["columns"] = texts(columns_of(record.measures));
  add_model(record, document);
  json::array& tables = document["tables"].emplace_array();
  for (const DataVersion& each : prepared.data)
    tables.push_back(json::object{{"name", each.table}, {"version", each.version}});
  wire::WorkerJob job = job_of(setting, request, std::move(document));
  job.mounts = {{setting.instance.project_data(request.project), {"/data", 0}},
                {prepared.scratch / "counted", {"/out", 1}}};
  const std::string result = TRY(wire::run_worker(setting.instance.launcher_socket(), job));
  try {
    return std::string(json::parse(result).at("unit").as_string());
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("table.bad_result");
  }
}

Result<std::string> judge(const Setting& setting, const Request& request, const Prepared& prepared,
                          const Record& record) {
  json::object document = engine_of(setting.config);
  const auto columns = columns_of(record.measures);
  document["task"] = "judge", document["number"] = record.number;
  // Who has left the project since is in its former data still.
  document["leave_unknown"] = request.as_of.has_value();
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
  json::object& rules = document["rules"].emplace_object();
  for (const auto& row : disclosure::parameter_rows()) rules[row.name] = record.rules.at(row.parameter);
  // What was told of persons before is in what the newest table left; the newest ones can be named. A rounded
  // table needs the numbers of the last alone.
  const auto& released = prepared.released;
  const size_t most = record.round > 0 ? 1 : tables_named_max;
  const auto named = static_cast<ptrdiff_t>(std::min(released.size(), most));
  document["released"] = json::array(released.end() - named, released.end());
  if (record.round > 0) document["round"] = record.round, document["round_key"] = prepared.round_key;
  document["values"] = prepared.values.table;
  wire::WorkerJob job = job_of(setting, request, std::move(document));
  const extract::Project& project = prepared.project;
  const Path counted = prepared.scratch / "counted";
  job.mounts = {{counted / "pairs.parquet", {"/in/pairs.parquet", 0}},
                {setting.instance.project_population(project.number) / project.population_file,
                 {"/in/population.parquet", 0}},
                {prepared.ledger, {"/in/ledger", 0}},
                {prepared.scratch / "judged", {"/out", 1}}};
  if (!record.model)
    job.mounts.push_back({counted / "combinations.parquet", {"/in/combinations.parquet", 0}});
  if (!project.population_changes.empty())
    job.mounts.push_back({setting.instance.project_population(project.number) / project.population_changes,
                          {"/in/population_changes.parquet", 0}});
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

// Tables whose name stands anywhere in the SELECT: it sees no others, so none can have been read that is not
// among them. All, when it names none.
std::vector<extract::ProjectTable> tables_named(const std::string& sql, const extract::Project& project) {
  const std::string text = disclosure::lower(sql);
  std::vector<extract::ProjectTable> named;
  for (const extract::ProjectTable& table : project.tables)
    if (text.find(disclosure::lower(table.name)) != std::string::npos) named.push_back(table);
  return named.empty() ? project.tables : named;
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
  record.unit = TRY(count(setting, request, prepared, record));
  crash_point("table.counted");
  TRY(read_result(TRY(judge(setting, request, prepared, record)), record));
  crash_point("table.judged");
  return {};
}

}  // namespace fvm::safetable
