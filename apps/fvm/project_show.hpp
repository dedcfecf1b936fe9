// How projects, builds and findings are shown.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "extract/service.hpp"
#include "fvm/context.hpp"

namespace fvm::cli {

boost::json::object project_json(const extract::Project& project);
boost::json::object built_json(const std::string& number, const extract::Built& built);
boost::json::object findings_json(Language language, const std::vector<extract::Finding>& findings);
// By "schema.name" of the table.
using Origins = std::map<std::string, std::vector<extract::FileOrigins>>;
// Puts each table's files and their origins into the tables of `project` (as project_json made it).
void add_origins(boost::json::object& project, const Origins& origins);
void print_origins(const Context& context, const Origins& origins);
void print_project(const Context& context, const extract::Project& project);
std::string state_text(Language language, const extract::Project& project);
std::string seconds_text(double seconds);  // "12.3"

}  // namespace fvm::cli
