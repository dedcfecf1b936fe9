#include <boost/json.hpp>

#include "extract/plan.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& items) {
  return json::array(items.begin(), items.end());
}

json::object table_document(const TablePlan& table) {
  json::array columns;
  for (const lake::Field& field : table.delta.fields)
    columns.push_back({{"name", field.name}, {"type", field.type}});
  return {{"schema", table.schema},
          {"name", table.name},
          {"query", table.query},
          {"columns", std::move(columns)}};
}

void add_lines(std::string& out, std::string_view what, const std::vector<std::string>& queries) {
  for (const std::string& query : queries) out += std::string(what) + ": " + query + "\n";
}

}  // namespace

std::string to_document(const Plan& plan) {
  json::array tables;
  for (const TablePlan& table : plan.tables) tables.push_back(table_document(table));
  return json::serialize(json::object{{"task", "build"},
                                      {"project", plan.project},
                                      {"successions", texts(plan.successions)},
                                      {"all", texts(plan.all)},
                                      {"any", texts(plan.any)},
                                      {"none", texts(plan.none)},
                                      {"supplied", plan.supplied},
                                      {"providers", texts(plan.providers)},
                                      {"tables", std::move(tables)}});
}

std::string to_text(const Plan& plan) {
  std::string out = "project " + plan.project + "\n";
  for (const Source& source : plan.sources) {
    out += "read " + source.table + " version " + std::to_string(source.version) + "\n";
  }
  add_lines(out, "succession", plan.successions);
  if (plan.supplied) out += "all: supplied\n";
  add_lines(out, "all", plan.all);
  add_lines(out, "any", plan.any);
  add_lines(out, "none", plan.none);
  add_lines(out, "provider", plan.providers);
  for (const TablePlan& table : plan.tables) {
    out += "table " + table.schema + "." + table.name + " (files " + std::to_string(table.files_read) +
           ", skipped " + std::to_string(table.files_skipped) + "): " + table.query + "\n";
  }
  return out;
}

}  // namespace fvm::extract
