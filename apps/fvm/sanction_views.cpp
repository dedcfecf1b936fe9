#include "fvm/sanction_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "sanction/permissions.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

std::string state_text(Language language, sanction::State state) {
  return message(language, "sanction.state_" + std::string(sanction::name_of(state)));
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

json::value text_or_null(const auto& value) {
  return value ? json::value(to_text(*value)) : json::value(nullptr);
}

bool sees_words(const Services& services, const sanction::Case& about, const std::string& user) {
  if (user == about.user || user == about.reporter) return true;
  const auto facts = sanction::facts_of(services.database(), about, user);
  return facts.ok() && !facts->subject && (facts->security || facts->decision_maker);
}

json::object to_json(const sanction::Case& about, bool words) {
  json::array history;
  for (const sanction::Step& step : about.history) {
    history.push_back(json::object{{"at", to_text(step.at)},
                                   {"actor", step.actor},
                                   {"role", sanction::name_of(step.role)},
                                   {"event", sanction::name_of(step.event)},
                                   {"from", sanction::name_of(step.from)},
                                   {"to", sanction::name_of(step.to)},
                                   {"words", words ? step.words : ""}});
  }
  json::value severity = nullptr, reach = nullptr, days = nullptr;
  if (about.severity) severity = sanction::name_of(*about.severity);
  if (about.measure) reach = sanction::name_of(about.measure->reach), days = about.measure->days;
  return {{"case", about.number},
          {"state", sanction::name_of(about.state)},
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

void print_line(const Context& context, const sanction::Case& about) {
  print(about.number + "  " + state_text(context.language, about.state) + "  " + about.user + "  " +
        about.project + (about.release.empty() ? "" : "  " + about.release));
}

// What somebody has to know who stands before a closed door.
void print_measure(const Context& context, const sanction::Case& about) {
  if (about.answer_by && about.state == sanction::State::hearing)
    print("  " + message(context.language, "sanction.answer_by",
                         {{"date", to_text(*about.answer_by)}, {"case", about.number}}));
  if (!about.measure) return;
  static constexpr const char* keys[] = {"sanction.reach_none", "sanction.reach_user",
                                         "sanction.reach_project", "sanction.reach_institution"};
  print("  " + message(context.language, keys[static_cast<size_t>(about.measure->reach)]) +
        (about.until ? "  " + to_text(*about.until) : ""));
  if (about.appeal_by && about.state == sanction::State::in_force)
    print("  " + message(context.language, "sanction.appeal_by",
                         {{"date", to_text(*about.appeal_by)}, {"case", about.number}}));
}

}  // namespace

void show_case(const Context& context, const Services& services, const sanction::Case& about) {
  const bool words = sees_words(services, about, context.user);
  if (context.json) return print(json::serialize(to_json(about, words)));
  print_line(context, about);
  print_measure(context, about);
  for (const sanction::Step& step : about.history) {
    print("  " + to_text(step.at) + "  " + state_text(context.language, step.to) + "  " + step.actor +
          (words && !step.words.empty() ? "  " + one_line(step.words) : ""));
  }
}

void show_cases(const Context& context, const std::vector<sanction::Case>& cases) {
  json::array all;
  for (const sanction::Case& about : cases) {
    all.push_back(to_json(about, false));
    if (!context.json) print_line(context, about);
  }
  if (context.json) print(json::serialize(json::object{{"cases", std::move(all)}}));
  if (cases.empty()) say(context, "sanction.none");
}

}  // namespace fvm::cli
