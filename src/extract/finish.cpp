#include "extract/finish.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "extract/job.hpp"
#include "extract/store.hpp"
#include "lake/number_list.hpp"
#include "lake/table.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;

constexpr unsigned folder_mode = 0700;
constexpr std::string_view transaction_application = "fvm-project-build";

std::string text(const json::object& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}
int64_t number(const json::object& from, std::string_view name) {
  return from.at(name).to_number<int64_t>();
}

json::object columns_note(const TablePlan& table) {
  json::array columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    columns.push_back({{"name", column.name},
                       {"type", to_text(column.type)},
                       {"class", to_text(column.what)},
                       {"da", column.text_da},
                       {"en", column.text_en},
                       {"delta", table.delta.fields[i].type}});
  }
  return {{"schema", table.schema}, {"name", table.name},  {"mirror_version", table.mirror_version},
          {"da", table.text_da},    {"en", table.text_en}, {"columns", std::move(columns)}};
}

// Is it that file of the map, or the list of the pseudonyms in it?
bool belongs_to(std::string_view name, const std::string& map_file) {
  return !map_file.empty() && (name == map_file || name == lake::pseudonym_list_of(map_file).native());
}

// The mirror files that a group of the job's files was made from.
const Part& part_of(const json::object& group, const TablePlan& plan) {
  const auto index = group.at("index").to_number<size_t>();
  if (text(group, "what") == "part") return plan.parts.at(index);
  return plan.kept.at(index);
}

// Adds the files that come and go, and how many rows there are then.
void note_files(json::object& note, const json::array& groups, const TablePlan& plan, World& world) {
  json::array files;
  std::set<std::string> removes(plan.dropped.begin(), plan.dropped.end());
  uint64_t rows = 0;
  for (const KeptPart& kept : plan.kept) rows += kept.rows;
  for (const json::value& item : groups) {
    const json::object& group = item.as_object();
    const Part& part = part_of(group, plan);
    for (json::value file : group.at("files").as_array()) {
      file.as_object()["new_name"] = "part-" + random_hex(world, 16) + ".parquet";
      file.as_object()["origins"] = origins_text(part.origins);
      rows += file.as_object().at("rows").to_number<uint64_t>();
      files.push_back(std::move(file));
    }
    if (text(group, "what") != "again") continue;
    const auto& kept = static_cast<const KeptPart&>(part);
    removes.insert(kept.paths.begin(), kept.paths.end());
    rows -= kept.rows;
  }
  note["whole"] = plan.whole;
  note["unchanged"] = !plan.whole && files.empty() && removes.empty();
  note["removes"] = json::array(removes.begin(), removes.end());
  note["files"] = std::move(files);
  note["rows"] = rows;
}

int64_t version_before(const Project& project, const TablePlan& plan) {
  for (const ProjectTable& table : project.tables) {
    if (table.schema == plan.schema && table.name == plan.name) return table.version;
  }
  return 0;
}

// Throws on a document that is not what we wrote; the callers below catch.
json::object make_note(const json::object& result, const Finishing& facts, World& world) {
  const Plan& plan = facts.plan;
  json::array tables, sources;
  json::object frozen;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    json::object table = columns_note(plan.tables[i]);
    note_files(table, result.at("tables").at(i).at("groups").as_array(), plan.tables[i], world);
    table["recipe"] = plan.tables[i].recipe;
    table["version_before"] = version_before(facts.project, plan.tables[i]);
    tables.push_back(std::move(table));
  }
  for (const Source& source : plan.sources)
    sources.push_back({{"table", source.table}, {"version", source.version}});
  for (const auto& [name, version] : facts.frozen) frozen[name] = version;
  const bool has_map = result.at("population").is_string();
  return {{"persons", plan.population_kept ? json::value(facts.project.persons) : result.at("persons")},
          {"groups_too_large", result.at("groups_too_large")},
          {"controls", result.at("controls")},
          {"cases_short", result.at("cases_short")},
          {"supplied_unknown", result.at("supplied_unknown")},
          {"population", result.at("population")},
          {"population_changes", result.at("population_changes")},
          {"population_file", has_map ? json::value() : json::value(facts.project.population_file.string())},
          {"population_changes_file", json::value(facts.project.population_changes.string())},
          {"population_recipe", plan.population_recipe},
          {"population_way", plan.population_way},
          {"catalogue_version", facts.catalogue_version},
          {"specification_sha256", facts.project.specification_sha256},
          {"sources", std::move(sources)},
          {"frozen", std::move(frozen)},
          {"tables", std::move(tables)}};
}

lake::File file_of(const json::object& from, lake::File file) {
  file.rows = from.at("rows").to_number<uint64_t>();
  file.tags[origins_tag] = text(from, "origins");
  for (const json::value& item : from.at("statistics").as_array()) {
    const json::object& one = item.as_object();
    lake::ColumnStatistics statistics{.column = text(one, "column")};
    if (one.contains("minimum"))
      statistics.minimum = text(one, "minimum"), statistics.maximum = text(one, "maximum");
    if (one.contains("nulls")) statistics.nulls = one.at("nulls").to_number<uint64_t>();
    file.statistics.push_back(std::move(statistics));
  }
  return file;
}

class Finisher {
 public:
  Finisher(const Setting& setting, std::string project, int64_t build, const json::object& note)
      : setting_(setting), project_(std::move(project)), build_(build), note_(note) {
    staging_ = setting.instance.project(project_) / "staging" / std::to_string(build);
  }

  Result<Built> finish() {
    Version version = from_note();
    std::vector<std::vector<lake::File>> files;
    for (const json::value& table : note_.at("tables").as_array())
      files.push_back(TRY(adopt(table.as_object())));
    TRY(move_population("population", version.population_file));
    TRY(move_population("population_changes", version.population_changes));
    crash_point("build.moved");
    for (size_t i = 0; i < version.tables.size(); ++i) {
      version.tables[i].version =
          TRY(commit(version.tables[i], note_.at("tables").as_array()[i].as_object(), files[i]));
    }
    crash_point("build.committed");
    Built built{.persons = version.persons};
    built.version = TRY(record(version, built));
    clean_up(version);
    return built;
  }

 private:
  Version from_note() const {
    Version version{.build = build_};
    version.persons = note_.at("persons").to_number<uint64_t>();
    const std::string own = "build-" + std::to_string(build_);
    const bool whole = is_written("population");
    version.population_file = whole ? own + ".parquet" : text(note_, "population_file");
    if (is_written("population_changes")) {
      version.population_changes = own + "-changes.parquet";
    } else if (!whole && note_.contains("population_changes_file")) {
      version.population_changes = text(note_, "population_changes_file");
    }
    version.population_recipe = text(note_, "population_recipe");
    version.catalogue_version = number(note_, "catalogue_version");
    version.specification_sha256 = text(note_, "specification_sha256");
    for (const json::value& item : note_.at("sources").as_array()) {
      version.sources.push_back({text(item.as_object(), "table"), number(item.as_object(), "version")});
    }
    for (const auto& [name, pinned] : note_.at("frozen").as_object()) {
      version.frozen[std::string(name)] = pinned.to_number<int64_t>();
    }
    for (const json::value& item : note_.at("tables").as_array()) {
      version.tables.push_back(table_of(item.as_object()));
      const ProjectTable& table = version.tables.back();
      version.recipes[table.schema + "." + table.name] = text(item.as_object(), "recipe");
    }
    return version;
  }

  // A note of a release that did not know of changes has none.
  bool is_written(std::string_view map) const {
    const json::value* path = note_.if_contains(map);
    return path != nullptr && path->is_string();
  }

  static ProjectTable table_of(const json::object& from) {
    ProjectTable table{.schema = text(from, "schema"), .name = text(from, "name")};
    table.folder = Path(table.schema) / table.name;
    table.mirror_version = number(from, "mirror_version");
    table.rows = from.at("rows").to_number<uint64_t>();
    table.text_da = text(from, "da"), table.text_en = text(from, "en");
    for (const json::value& item : from.at("columns").as_array()) {
      const json::object& column = item.as_object();
      table.columns.push_back({text(column, "name"), *catalogue::type_of(text(column, "type")),
                               *catalogue::class_of(text(column, "class")), text(column, "da"),
                               text(column, "en")});
    }
    return table;
  }

  lake::Table delta(const ProjectTable& table) const {
    return {setting_.world, setting_.instance.project_data(project_) / table.folder};
  }

  Result<std::vector<lake::File>> adopt(const json::object& from) {
    std::vector<lake::File> out;
    const lake::Table table = delta(table_of(from));
    TRY(setting_.world.make_directories(table.folder(), folder_mode));
    for (const json::value& item : from.at("files").as_array()) {
      const json::object& file = item.as_object();
      out.push_back(file_of(file, TRY(table.adopt(staging_ / text(file, "path"), text(file, "new_name")))));
    }
    return out;
  }

  Result<void> move_population(std::string_view map, const std::string& name) {
    if (!is_written(map)) return {};  // that of the version before stays
    const Path from = staging_ / text(note_, map);
    const Path to = setting_.instance.project_population(project_) / name;
    if (!setting_.world.exists(from) && setting_.world.exists(to)) return {};
    return move_map_file(setting_.world, from, to);
  }

  static lake::Schema schema_of(const ProjectTable& table, const json::object& from) {
    lake::Schema schema;
    const json::array& columns = from.at("columns").as_array();
    for (size_t i = 0; i < table.columns.size(); ++i) {
      lake::Field field{table.columns[i].name, text(columns[i].as_object(), "delta")};
      if (!table.columns[i].text_da.empty()) field.metadata["comment"] = table.columns[i].text_da;
      schema.fields.push_back(std::move(field));
    }
    return schema;
  }

  // What goes and what comes, in one commit; the table's version that belongs to this build.
  Result<int64_t> commit(const ProjectTable& table, const json::object& from,
                         const std::vector<lake::File>& files) {
    if (from.at("unchanged").as_bool()) return number(from, "version_before");
    const lake::Table target = delta(table);
    const lake::Schema schema = schema_of(table, from);
    if (!target.exists()) {
      const auto made =
          target.create(schema, {.name = table.schema + "." + table.name, .description = table.text_da});
      if (!made.ok() && made.error().code != "lake.exists") return made.error();
    }
    const auto before = TRY(target.snapshot());
    lake::Commit commit{.read_version = before.version, .adds = files};
    if (from.at("whole").as_bool()) {
      for (const auto& [path, file] : before.files) commit.removes.push_back(path);
    } else {
      for (const json::value& path : from.at("removes").as_array())
        commit.removes.emplace_back(path.as_string());
    }
    if (!(before.schema == schema)) commit.schema = schema;
    commit.transaction = lake::Transaction{std::string(transaction_application), build_};
    commit.facts = {{"project", project_}, {"mirror_version", std::to_string(table.mirror_version)}};
    return TRY(target.commit(commit)).version;
  }

  Result<int64_t> record(const Version& version, Built& built) {
    if (const json::value* way = note_.if_contains("population_way")) built.population_way = way->as_string();
    Arguments facts{{"build", std::to_string(build_)},
                    {"persons", std::to_string(version.persons)},
                    {"population", built.population_way}};
    for (const ProjectTable& table : version.tables) {
      built.rows += table.rows;
      facts.emplace_back(table.schema + "." + table.name,
                         std::to_string(table.rows) + " rows, version " + std::to_string(table.version));
    }
    built.groups_too_large = note_.at("groups_too_large").to_number<uint64_t>();
    built.controls = note_.at("controls").to_number<uint64_t>();
    built.cases_short = note_.at("cases_short").to_number<uint64_t>();
    built.supplied_unknown = note_.at("supplied_unknown").to_number<uint64_t>();
    return setting_.ledger.write({setting_.actor, "project.built", project_, facts},
                                 [&](audit::Writer& writer) -> Result<int64_t> {
                                   const int64_t made = TRY(insert_version(writer, project_, version));
                                   writer.fact("version", std::to_string(made));
                                   return made;
                                 });
  }

  // What nobody needs any more; a crash here leaves it to the next build.
  void clean_up(const Version& version) {
    const Path folder = setting_.instance.project_population(project_);
    auto result = setting_.world.remove_tree(staging_);
    if (const auto entries = setting_.world.list(folder); entries.ok()) {
      for (const auto& entry : *entries) {
        const bool in_use = belongs_to(entry.name, version.population_file) ||
                            belongs_to(entry.name, version.population_changes);
        if (entry.name.starts_with("build-") && !in_use && result.ok()) {
          result = setting_.world.remove(folder / entry.name);
        }
      }
    }
    if (!result.ok()) log_error("project.clean_up", result.error());
  }

  const Setting& setting_;
  std::string project_;
  int64_t build_;
  const json::object& note_;
  Path staging_;
};

}  // namespace

Result<std::string> finish_document(const std::string& job_result, const Finishing& facts, World& world) {
  try {
    const json::value result = json::parse(job_result);
    return json::serialize(make_note(result.as_object(), facts, world));
  } catch (const std::exception& error) {
    return defect("build.bad_result");
  }
}

std::string empty_result(const Plan& plan) {
  json::array tables;
  for (size_t i = 0; i < plan.tables.size(); ++i) tables.push_back(json::object{{"groups", json::array()}});
  return json::serialize(json::object{{"persons", 0},
                                      {"groups_too_large", 0},
                                      {"controls", 0},
                                      {"cases_short", 0},
                                      {"supplied_unknown", 0},
                                      {"population", nullptr},
                                      {"population_changes", nullptr},
                                      {"tables", std::move(tables)}});
}

Result<Built> finish_build(const Setting& setting, const std::string& number, int64_t build,
                           const std::string& document) {
  try {
    const json::value note = json::parse(document);
    return Finisher(setting, number, build, note.as_object()).finish();
  } catch (const std::exception& error) {
    return defect("build.bad_result");
  }
}

}  // namespace fvm::extract
