#include "sanction/json.hpp"

#include <boost/json.hpp>

namespace fvm::sanction {
namespace {

namespace json = boost::json;

json::value text_or_null(const auto& value) {
  return value ? json::value(to_text(*value)) : json::value(nullptr);
}

json::object to_json(const Step& step) {
  return {{"at", to_text(step.at)},       {"actor", step.actor},        {"role", name_of(step.role)},
          {"event", name_of(step.event)}, {"from", name_of(step.from)}, {"to", name_of(step.to)},
          {"words", step.words}};
}

}  // namespace

json::object case_json(const Case& about) {
  json::array history;
  for (const Step& step : about.history) history.push_back(to_json(step));
  json::value severity = nullptr, reach = nullptr, days = nullptr;
  if (about.severity) severity = name_of(*about.severity);
  if (about.measure) reach = name_of(about.measure->reach), days = about.measure->days;
  return {{"case", about.number},
          {"state", name_of(about.state)},
          {"user", about.user},
          {"project", about.project},
          {"institution", about.cvr},
          {"release", about.release},
          {"self_reported", about.self_reported()},
          {"severity", severity},
          {"interim", about.interim},
          {"reach", reach},
          {"days", days},
          {"milder", about.milder},
          {"answer_by", text_or_null(about.answer_by)},
          {"appeal_by", text_or_null(about.appeal_by)},
          {"until", text_or_null(about.until)},
          {"history", std::move(history)}};
}

}  // namespace fvm::sanction
