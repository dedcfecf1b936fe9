#include "runner/build_document.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

std::string text(const json::object& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}

std::vector<std::string> texts(const json::object& from, std::string_view name) {
  std::vector<std::string> out;
  for (const json::value& item : from.at(name).as_array()) out.emplace_back(item.as_string());
  return out;
}

}  // namespace

void read_population_document(const json::object& from, BuildDocument& out) {
  if (const json::value* cohorts = from.if_contains("cohorts")) {
    for (const json::value& item : cohorts->as_array())
      out.cohorts.push_back({text(item.as_object(), "name"), text(item.as_object(), "date")});
  }
  if (const json::value* change = from.if_contains("population_change")) {
    const json::object& told = change->as_object();
    out.change = BuildChange{texts(told, "touched"), texts(told, "successions_before"),
                             told.at("successions_changed").as_bool()};
    for (const json::value& item : told.at("near").as_array()) {
      const json::object& near = item.as_object();
      out.change->near.push_back(
          {text(near, "variable"), text(near, "column"), text(near, "empty"), texts(near, "files")});
    }
  }
  const json::value* found = from.if_contains("population");
  if (found == nullptr) return;
  const json::object& population = found->as_object();
  out.dated_cohorts = texts(population, "dated_cohorts");
  out.known_persons = texts(population, "known_persons");
  out.index = text(population, "index");
  for (const json::value& item : population.at("events").as_array()) {
    const json::object& event = item.as_object();
    out.events.push_back({text(event, "name"), text(event, "query"), event.at("none").as_bool()});
  }
  if (const json::value* controls = population.if_contains("controls")) {
    const json::object& wanted = controls->as_object();
    out.controls =
        BuildControls{wanted.at("per_case").to_number<size_t>(), wanted.at("tolerance").to_number<int64_t>(),
                      text(wanted, "traits"), text(wanted, "candidates"), texts(wanted, "none")};
  }
}

}  // namespace fvm::runner
