#include <boost/json.hpp>

#include "extract/plan.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;

// Another number makes every project's next refresh a whole build: for when the worker gives the same SQL
// another meaning, or the map of the population gets other columns.
constexpr int recipe_format = 2;

json::array texts(const std::vector<std::string>& items) {
  return json::array(items.begin(), items.end());
}

json::array columns_document(const TablePlan& table) {
  json::array columns;
  for (const lake::Field& field : table.delta.fields)
    columns.push_back({{"name", field.name}, {"type", field.type}});
  return columns;
}

json::object sql_document(const TablePlan& table) {
  return {{"empty", table.sql.empty},
          {"rows", table.sql.rows},
          {"came", table.sql.came},
          {"came_in", table.sql.came_in},
          {"went_in", texts(table.sql.went_in)},
          {"providers", texts(table.sql.providers)}};
}

json::object keys_document(const Keys& keys) {
  return {{"now", keys.now},
          {"before", keys.before},
          {"added", keys.added},
          {"changed", keys.changed},
          {"only_added", keys.only_added}};
}

json::array parts_document(const auto& parts) {
  json::array out;
  for (const Part& part : parts) out.push_back(texts(part.files));
  return out;
}

json::object table_document(const TablePlan& table) {
  json::object sql = sql_document(table);
  sql["came_by"] = table.sql.came_by, sql["went_by"] = texts(table.sql.went_by);
  return {{"schema", table.schema},
          {"name", table.name},
          {"sql", std::move(sql)},
          {"keys", keys_document(table.keys)},
          {"parts", parts_document(table.parts)},
          {"kept", parts_document(table.kept)},
          {"records", texts(table.sql.records)},
          {"own", table.own},
          {"columns", columns_document(table)}};
}

json::object language_part(const Plan& plan) {
  json::array events;
  for (const EventPlan& event : plan.events)
    events.push_back({{"name", event.name}, {"query", event.query}, {"none", event.none}});
  json::object out{{"dated_cohorts", texts(plan.dated_cohorts)},
                   {"events", std::move(events)},
                   {"index", plan.index},
                   {"known_persons", texts(plan.known_persons)}};
  if (plan.controls) {
    out["controls"] = {{"per_case", plan.controls->per_case},
                       {"tolerance", plan.controls->tolerance},
                       {"traits", plan.controls->traits},
                       {"candidates", plan.controls->candidates},
                       {"none", texts(plan.controls->none)}};
  }
  return out;
}

json::object population_part(const Plan& plan) {
  return {{"successions", texts(plan.successions)},
          {"all", texts(plan.all)},
          {"any", texts(plan.any)},
          {"none", texts(plan.none)},
          {"supplied", plan.supplied},
          {"population", language_part(plan)}};
}

json::object change_document(const PopulationChange& change) {
  json::array near;
  for (const Near& each : change.near)
    near.push_back({{"variable", each.variable},
                    {"column", each.column},
                    {"empty", each.empty},
                    {"files", texts(each.files)}});
  return {{"touched", texts(change.touched)},
          {"successions_before", texts(change.successions_before)},
          {"successions_changed", change.successions_changed},
          {"near", std::move(near)}};
}

void add_lines(std::string& out, std::string_view what, const std::vector<std::string>& queries) {
  for (const std::string& query : queries) out += std::string(what) + ": " + query + "\n";
}

}  // namespace

std::string population_document(const Plan& plan) {
  return json::serialize(population_part(plan));
}

std::string table_recipe(const TablePlan& table) {
  json::object out{{"format", recipe_format},
                   {"sql", sql_document(table)},
                   {"keys", table.keys.now},
                   {"frozen", table.frozen}};
  json::array fields;
  for (const lake::Field& field : table.delta.fields) {
    json::object one{{"name", field.name}, {"type", field.type}};
    for (const auto& [name, value] : field.metadata) one[name] = value;
    fields.push_back(std::move(one));
  }
  out["fields"] = std::move(fields);
  if (table.record_spread > 0) out["record_spread"] = table.record_spread;
  return json::serialize(out);
}

std::string to_document(const Plan& plan) {
  json::array tables;
  for (const TablePlan& table : plan.tables) tables.push_back(table_document(table));
  json::object out = population_part(plan);
  out["task"] = "build";
  out["project"] = plan.project;
  out["population_kept"] = plan.population_kept;
  if (plan.change) out["population_change"] = change_document(*plan.change);
  out["record_spread"] = plan.record_spread;
  out["tables"] = std::move(tables);
  return json::serialize(out);
}

std::string to_text(const Plan& plan) {
  std::string out = "project " + plan.project + "\n";
  for (const Source& source : plan.sources) {
    out += "read " + source.table + " version " + std::to_string(source.version) + "\n";
  }
  add_lines(out, "succession", plan.successions);
  if (plan.change) add_lines(out, "touched", plan.change->touched);
  if (plan.supplied) out += "all: supplied\n";
  add_lines(out, "all", plan.all);
  add_lines(out, "any", plan.any);
  add_lines(out, "none", plan.none);
  for (const EventPlan& event : plan.events)
    out += "event " + event.name + (event.none ? " (none): " : ": ") + event.query + "\n";
  if (!plan.index.empty()) out += "index: " + plan.index + "\n";
  if (plan.controls) {
    out += "controls " + std::to_string(plan.controls->per_case) + ": " + plan.controls->candidates + "\n";
    add_lines(out, "controls none", plan.controls->none);
    out += "stratum: " + plan.controls->traits + "\n";
    if (plan.controls->tolerance > 0) out += "near: " + std::to_string(plan.controls->tolerance) + "\n";
  }
  for (const TablePlan& table : plan.tables) {
    out += "table " + table.schema + "." + table.name + " (files " + std::to_string(table.files_read) +
           ", skipped " + std::to_string(table.files_skipped) + "): " + table.sql.rows + "\n";
    if (!table.keys.now.empty()) out += "keys of " + table.name + ": " + table.keys.now + "\n";
  }
  return out;
}

}  // namespace fvm::extract
