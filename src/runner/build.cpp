// A project's population and tables, from the mirror's files, in a sandbox.
//
// Document (JSON): "task": "build" or "supply"; "project"; "keeper_connections"; "memory_mib" (for the
// engine); "threads"; for a build also "successions", "all", "any", "none" (SQL), "supplied" (whether
// /in/supplied.parquet is there), "former" (the same of /in/former.parquet), "former_changes" (of
// /in/former_changes.parquet), "persons_before", "population_kept" (it is still right), "tables": [{"schema",
// "name", "sql": {...}, "keys": {...}, "parts": [[file]], "kept": [[file]], "columns": [{"name", "type"}],
// "records": [SQL], "own"}], "record_spread" (0 when missing). The SQL comes from our own planner (room
// extract, which tells what it means), never from a user's text.
//
// "population_change" ({"touched", "successions_before": SQL, "successions_changed", "near": [{"variable",
// "column", "empty": SQL, "files"}]}; missing when all of the
// population is computed, or none) and what build_document.hpp names.
//
// Result: "persons", "numbers", "groups_too_large", "controls", "cases_short", "supplied_unknown",
// "population": path or null (kept), "population_changes": the same, "tables": [{"schema", "name", "groups":
// [{"what": "part", "again" or "more", "index", "files": [{"path", "bytes", "rows", "statistics":
// [...]}]}]}], paths below /out.
#include <filesystem>

#include <boost/json.hpp>

#include "runner/build_document.hpp"
#include "runner/build_map.hpp"
#include "runner/build_steps.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

std::vector<std::string> texts(const json::object& from, std::string_view name) {
  std::vector<std::string> out;
  if (const json::value* found = from.if_contains(name)) {
    for (const json::value& item : found->as_array()) out.emplace_back(item.as_string());
  }
  return out;
}

std::string text(const json::object& from, std::string_view name, std::string_view otherwise = {}) {
  const json::value* found = from.if_contains(name);
  return std::string(found == nullptr ? otherwise : std::string_view(found->as_string()));
}

std::vector<std::vector<std::string>> lists(const json::object& from, std::string_view name) {
  std::vector<std::vector<std::string>> out;
  for (const json::value& list : from.at(name).as_array()) {
    out.emplace_back();
    for (const json::value& item : list.as_array()) out.back().emplace_back(item.as_string());
  }
  return out;
}

bool flag(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->as_bool();
}

BuildTable table_of(const json::object& from) {
  BuildTable table{.schema = text(from, "schema"), .name = text(from, "name")};
  const json::object& sql = from.at("sql").as_object();
  table.empty = text(sql, "empty"), table.rows = text(sql, "rows");
  table.came = text(sql, "came"), table.came_in = text(sql, "came_in");
  table.came_by = text(sql, "came_by"), table.went_by = texts(sql, "went_by");
  table.went_in = texts(sql, "went_in"), table.providers = texts(sql, "providers");
  const json::object& keys = from.at("keys").as_object();
  table.keys = {text(keys, "now"), text(keys, "before"), text(keys, "added"), keys.at("changed").as_bool(),
                keys.at("only_added").as_bool()};
  table.parts = lists(from, "parts"), table.kept = lists(from, "kept");
  table.records = texts(from, "records");
  table.own = flag(from, "own");
  for (const json::value& column : from.at("columns").as_array()) {
    table.columns.push_back({text(column.as_object(), "name"), text(column.as_object(), "type")});
  }
  return table;
}

BuildDocument document_of(const json::object& from) {
  BuildDocument out{.project = text(from, "project"),
                    .input = text(from, "input", "/in"),
                    .output = text(from, "output", out_folder)};
  out.successions = texts(from, "successions"), out.all = texts(from, "all"), out.any = texts(from, "any");
  out.none = texts(from, "none");
  out.supplied = flag(from, "supplied");
  out.former = flag(from, "former"), out.former_changes = flag(from, "former_changes");
  if (const json::value* persons = from.if_contains("persons_before"))
    out.persons_before = persons->to_number<uint64_t>();
  out.population_kept = flag(from, "population_kept");
  read_population_document(from, out);
  if (const json::value* tables = from.if_contains("tables")) {
    for (const json::value& table : tables->as_array()) out.tables.push_back(table_of(table.as_object()));
  }
  if (const json::value* spread = from.if_contains("record_spread"))
    out.record_spread = spread->to_number<unsigned>();
  if (const json::value* connections = from.if_contains("keeper_connections"))
    out.keeper_connections = connections->to_number<size_t>();
  out.memory_mib = from.at("memory_mib").to_number<uint64_t>();
  out.threads = from.at("threads").to_number<uint16_t>();
  return out;
}

json::object file_result(const BuiltFile& file) {
  json::array statistics;
  for (const BuiltFile::Statistics& each : file.statistics) {
    json::object one{{"column", each.column}};
    if (!each.minimum.empty()) one["minimum"] = each.minimum, one["maximum"] = each.maximum;
    if (each.knows_nulls) one["nulls"] = each.nulls;
    statistics.push_back(std::move(one));
  }
  return {
      {"path", file.path}, {"bytes", file.bytes}, {"rows", file.rows}, {"statistics", std::move(statistics)}};
}

// Engine errors without what they quote; a full disk is told apart, since somebody can do something about it.
Error plain_error(Error error) {
  if (error.code != "duck.failed") return error;
  const std::string reason(error.argument("safe_reason"));
  const std::string all(error.argument("reason"));
  if (all.find("No space left") != std::string::npos || all.find("not enough space") != std::string::npos) {
    return surroundings("build.disk_full");
  }
  return surroundings("build.engine_failed", {{"reason", reason}});
}

json::object group_result(const BuiltGroup& group) {
  constexpr const char* names[] = {"part", "again", "more"};
  json::array files;
  for (const BuiltFile& file : group.files) files.push_back(file_result(file));
  return {
      {"what", names[static_cast<size_t>(group.what)]}, {"index", group.index}, {"files", std::move(files)}};
}

Result<json::object> build_all(duck::Connection& connection, const BuildDocument& document,
                               const RecordKeys& keys) {
  const PopulationCounts counts = TRY(build_population(connection, document));
  progress("population", counts.persons, 0);
  if (counts.numbers == 0) return refused("project.population_empty");
  json::array tables;
  for (size_t i = 0; i < document.tables.size(); ++i) {
    json::array groups;
    for (const BuiltGroup& group : TRY(build_table(connection, document, i)))
      groups.push_back(group_result(group));
    tables.push_back({{"schema", document.tables[i].schema},
                      {"name", document.tables[i].name},
                      {"groups", std::move(groups)}});
  }
  if (keys.texts) TRY(check_record_texts(connection, document));
  const MapWritten map = TRY(write_map(connection, document));
  const auto written = [&](MapWritten what, const char* path) {
    return map == what ? json::value(path) : json::value();
  };
  return json::object{{"persons", counts.persons},
                      {"numbers", counts.numbers},
                      {"groups_too_large", counts.groups_too_large},
                      {"controls", counts.controls},
                      {"cases_short", counts.cases_short},
                      {"supplied_unknown", counts.supplied_unknown},
                      {"population", written(MapWritten::whole, "population/population.parquet")},
                      {"population_changes", written(MapWritten::changes, "population/changes.parquet")},
                      {"tables", std::move(tables)}};
}

Result<json::object> supply(duck::Connection& connection, KeeperConnections& keeper,
                            const BuildDocument& document) {
  const SuppliedCounts counts = TRY(encrypt_supplied(connection, keeper, document));
  return json::object{{"lines", counts.lines},
                      {"duplicates", counts.lines - counts.rows},
                      {"persons", counts.persons},
                      {"path", "supplied.parquet"}};
}

Result<json::object> run(std::string_view task, const BuildDocument& document) {
  std::error_code error;
  std::filesystem::create_directories(document.output + "/population", error);
  std::filesystem::create_directories(document.output + "/temporary", error);
  if (error) return system_error("create folders in " + document.output, error.value());
  KeeperConnections keeper(KeeperConnections::handed(document.keeper_connections));
  RecordKeys keys{.spread = document.record_spread};
  auto database = TRY(duck::Database::open({.memory_mib = document.memory_mib,
                                            .threads = document.threads,
                                            .temporary = document.output + "/temporary",
                                            .preserve_insertion_order = false}));
  auto connection = TRY(database.connect());
  if (task == "supply") return supply(connection, keeper, document);
  TRY(add_pseudonym_function(connection, keeper, "project_person", document.project,
                             wire::Identifier::person));
  TRY(add_pseudonym_function(connection, keeper, "project_provider", document.project,
                             wire::Identifier::provider));
  TRY(add_record_functions(connection, keeper, document.project, keys));
  return build_all(connection, document, keys);
}

}  // namespace

BuildDocument read_build_document(const json::object& from) {
  return document_of(from);
}
Error plain_build_error(Error error) {
  return plain_error(std::move(error));
}

Result<std::string> build(std::string_view document) {
  try {
    const json::value parsed = json::parse(document);
    auto result = run(text(parsed.as_object(), "task", "build"), document_of(parsed.as_object()));
    if (!result.ok()) return plain_error(std::move(result.error()));
    return json::serialize(*result);
  } catch (const std::exception& error) {
    return defect("build.bad_document", {{"reason", error.what()}});
  }
}

}  // namespace fvm::runner
