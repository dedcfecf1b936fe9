#include "fvm/project_show.hpp"

#include <boost/json.hpp>
#include <cstdio>

namespace fvm::cli {
namespace {

namespace json = boost::json;

json::object table_json(const extract::ProjectTable& table) {
  json::array columns;
  for (const extract::Column& column : table.columns) {
    columns.push_back({{"name", column.name},
                       {"type", catalogue::to_text(column.type)},
                       {"class", catalogue::to_text(column.what)}});
  }
  return {{"schema", table.schema},   {"name", table.name},
          {"version", table.version}, {"mirror_version", table.mirror_version},
          {"rows", table.rows},       {"columns", std::move(columns)}};
}

}  // namespace

json::object project_json(const extract::Project& project) {
  json::array tables, members;
  for (const extract::ProjectTable& table : project.tables) tables.push_back(table_json(table));
  for (const std::string& member : project.members) members.emplace_back(member);
  return {{"project", project.number},
          {"title", project.title},
          {"authority", project.authority},
          {"cvr", project.cvr},
          {"valid_from", to_text(project.valid_from)},
          {"valid_to", to_text(project.valid_to)},
          {"state", to_text(project.state)},
          {"version", project.version},
          {"built", project.version == 0 ? json::value(nullptr) : json::value(to_text(project.built))},
          {"persons", project.persons},
          {"specification_sha256", project.specification_sha256},
          {"members", std::move(members)},
          {"tables", std::move(tables)}};
}

json::object built_json(const std::string& number, const extract::Built& built) {
  return {{"project", number},
          {"version", built.version},
          {"up_to_date", built.up_to_date},
          {"recovered", built.recovered},
          {"persons", built.persons},
          {"rows", built.rows},
          {"rows_read", built.rows_read},
          {"groups_too_large", built.groups_too_large},
          {"controls", built.controls},
          {"cases_short", built.cases_short},
          {"supplied_unknown", built.supplied_unknown},
          {"population_way", built.population_way},
          {"seconds", built.seconds}};
}

json::object findings_json(Language language, const std::vector<extract::Finding>& findings) {
  json::array out;
  for (const extract::Finding& finding : findings) {
    json::object facts;
    for (const auto& [name, value] : finding.error.arguments) facts[name] = value;
    out.push_back({{"code", finding.error.code},
                   {"blocks", finding.weight == extract::Finding::Weight::blocks},
                   {"message", extract::describe(language, finding)},
                   {"facts", std::move(facts)}});
  }
  return {{"error", "project.specification_refused"}, {"findings", std::move(out)}};
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", seconds);
  return text;
}

std::string state_text(Language language, const extract::Project& project) {
  if (project.state == extract::State::closed) return message(language, "project.state_closed");
  if (project.state == extract::State::sealed) return message(language, "project.state_sealed");
  return message(language, project.version == 0 ? "project.state_new" : "project.state_open",
                 {{"version", std::to_string(project.version)}});
}

void print_project(const Context& context, const extract::Project& project) {
  print(project.number + "  " + state_text(context.language, project));
  print("  " + project.title);
  print("  " + project.authority + "  CVR " + project.cvr);
  print("  " + to_text(project.valid_from) + " – " + to_text(project.valid_to));
  std::string members;
  for (const std::string& member : project.members) members += (members.empty() ? "" : ", ") + member;
  print("  " + message(context.language, "project.members") + ": " + (members.empty() ? "–" : members));
  if (project.version == 0) return;
  print("  " + message(context.language, "project.built_at",
                       {{"time", to_text(project.built)}, {"persons", std::to_string(project.persons)}}));
  for (const extract::ProjectTable& table : project.tables) {
    print("  " + table.schema + "." + table.name + "  " +
          message(context.language, "project.table_line",
                  {{"rows", std::to_string(table.rows)},
                   {"columns", std::to_string(table.columns.size())},
                   {"version", std::to_string(table.version)},
                   {"mirror_version", std::to_string(table.mirror_version)}}));
  }
}

void add_origins(json::object& project, const Origins& origins) {
  for (json::value& item : project.at("tables").as_array()) {
    json::object& table = item.as_object();
    json::array files;
    const std::string name =
        std::string(table.at("schema").as_string()) + "." + std::string(table.at("name").as_string());
    for (const extract::FileOrigins& file : origins.at(name)) {
      files.push_back({{"file", file.file},
                       {"rows", file.rows},
                       {"origins", json::array(file.origins.begin(), file.origins.end())}});
    }
    table["files"] = std::move(files);
  }
}

void print_origins(const Context& context, const Origins& origins) {
  for (const auto& [table, files] : origins) {
    print("  " + table);
    for (const extract::FileOrigins& file : files) {
      print("    " + message(context.language, "project.file_line",
                             {{"file", file.file}, {"rows", std::to_string(file.rows)}}));
      for (const std::string& origin : file.origins) print("      " + origin);
    }
  }
}

}  // namespace fvm::cli
