// project usage: which granted variables nobody has used.
#include <boost/json.hpp>
#include <memory>

#include "enclave/usage.hpp"
#include "fvm/options.hpp"
#include "fvm/project_end.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

json::value when(const std::optional<Time>& time) {
  return time ? json::value(to_text(*time)) : json::value(nullptr);
}

void print_json(const std::string& number, const std::vector<enclave::VariableUse>& uses) {
  json::array unused, used;
  for (const enclave::VariableUse& use : uses) {
    json::object line{{"table", use.schema + "." + use.table},
                      {"variable", use.column},
                      {"granted_since", to_text(use.granted_since)},
                      {"last_used", when(use.last_used)},
                      {"table_last_read_whole", when(use.last_whole)}};
    (use.last_used ? used : unused).push_back(std::move(line));
  }
  print(json::serialize(json::object{{"project", number},
                                     {"granted", uses.size()},
                                     {"unused", std::move(unused)},
                                     {"used", std::move(used)}}));
}

Result<void> usage_verb(const Context& context, const std::string& number) {
  const auto services = TRY(open_services(context));
  const auto project = TRY(extract::open_project(services.database(), number));
  const auto uses = TRY(enclave::usage_of(services.database(), project));
  if (context.json) return print_json(project.number, uses), Result<void>();
  for (const enclave::VariableUse& use : uses) {
    if (use.last_used) continue;
    print(message(context.language, use.last_whole ? "usage.unused_but_whole" : "usage.unused",
                  {{"variable", use.schema + "." + use.table + "." + use.column},
                   {"since", to_text(use.granted_since).substr(0, 10)},
                   {"whole", use.last_whole ? to_text(*use.last_whole).substr(0, 10) : ""}}));
  }
  say(context, "usage.summary",
      {{"name", project.number},
       {"unused", std::to_string(enclave::count_unused(uses))},
       {"granted", std::to_string(uses.size())}});
  return {};
}

}  // namespace

void add_project_usage(Verb& project, Context& context) {
  const auto number = std::make_shared<std::string>();
  Verb* verb = project.add_subcommand("usage", "granted variables that no SQL statement has named");
  verb->add_option("PROJECT", *number, "project number")->required();
  verb->footer("Example:\n  fvm project usage FVM-2026-0017");
  verb->callback([&context, number] { run_verb(context, [&] { return usage_verb(context, *number); }); });
}

}  // namespace fvm::cli
