// A specification looked at before anybody decides on it: how many persons, how many of them other projects
// of the authority have too, and how many stand alone with what is granted.
//
// Document (JSON): as a build's (build.cpp), and "traits": [{"name", "query"}], "events": [{"name",
// "columns", "query", "rows_max"}], "others": [file], "persons_max", "rows_max". The queries come from our
// own planner (extract/precheck_sql) and speak of the table population(mirror, project). Result: counts,
// exact: rounding is for whoever shows them.
#include "runner/precheck.hpp"

#include <filesystem>

#include "runner/build_document.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

std::vector<std::string> texts(const json::value& list) {
  std::vector<std::string> out;
  for (const json::value& item : list.as_array()) out.emplace_back(item.as_string());
  return out;
}

PrecheckDocument document_of(const json::object& from) {
  PrecheckDocument out;
  out.build = read_build_document(from);
  for (const json::value& each : from.at("traits").as_array())
    out.traits.push_back(
        {json::value_to<std::string>(each.at("name")), json::value_to<std::string>(each.at("query"))});
  for (const json::value& each : from.at("events").as_array()) {
    out.events.push_back({json::value_to<std::string>(each.at("name")), texts(each.at("columns")),
                          json::value_to<std::string>(each.at("query")),
                          each.at("rows_max").to_number<uint64_t>()});
  }
  out.others = texts(from.at("others"));
  out.persons_max = from.at("persons_max").to_number<uint64_t>();
  out.rows_max = from.at("rows_max").to_number<uint64_t>();
  return out;
}

json::array numbers(const std::vector<uint64_t>& list) {
  return json::array(list.begin(), list.end());
}

json::object result_of(const PrecheckResult& result) {
  json::array events;
  for (const PrecheckEventsResult& each : result.events) {
    events.push_back({{"sample", each.sample},
                      {"persons", each.persons},
                      {"unique_any", each.unique_any},
                      {"unique_one", each.unique_one},
                      {"without", numbers(each.without)}});
  }
  return {{"persons", result.persons},
          {"fingerprint", result.fingerprint},
          {"traits_persons", result.traits.all.persons},
          {"traits_unique", result.traits.all.unique},
          {"traits_without", numbers(result.traits.without)},
          {"events", std::move(events)},
          {"others", numbers(result.others)}};
}

Result<json::object> run(const PrecheckDocument& document) {
  std::error_code error;
  std::filesystem::create_directories(document.build.output + "/population", error);
  std::filesystem::create_directories(document.build.output + "/temporary", error);
  if (error) return system_error("create folders in " + document.build.output, error.value());
  auto database = TRY(duck::Database::open({.memory_mib = document.build.memory_mib,
                                            .threads = document.build.threads,
                                            .temporary = document.build.output + "/temporary",
                                            .preserve_insertion_order = false}));
  auto connection = TRY(database.connect());
  return result_of(TRY(count_precheck(connection, document)));
}

}  // namespace

Result<std::string> precheck(std::string_view document) {
  try {
    const json::value parsed = json::parse(document);
    auto result = run(document_of(parsed.as_object()));
    if (!result.ok()) return plain_build_error(std::move(result.error()));
    return json::serialize(*result);
  } catch (const std::exception& error) {
    return defect("build.bad_document", {{"reason", error.what()}});
  }
}

}  // namespace fvm::runner
