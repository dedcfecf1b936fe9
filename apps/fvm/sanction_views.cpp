#include "fvm/sanction_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "sanction/json.hpp"
#include "sanction/visibility.hpp"

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

void show_case(const Context& context, const Services& services, const sanction::Case& found) {
  const sanction::Case about = sanction::as_seen_by(services.database(), found, context.user);
  if (context.json) return print(json::serialize(sanction::case_json(about)));
  print_line(context, about);
  print_measure(context, about);
  for (const sanction::Step& step : about.history) {
    print("  " + to_text(step.at) + "  " + state_text(context.language, step.to) + "  " + step.actor +
          (step.words.empty() ? "" : "  " + one_line(step.words)));
  }
}

void show_cases(const Context& context, const std::vector<sanction::Case>& cases) {
  json::array all;
  for (const sanction::Case& about : cases) {
    all.push_back(sanction::case_json(about));
    if (!context.json) print_line(context, about);
  }
  if (context.json) print(json::serialize(json::object{{"cases", std::move(all)}}));
  if (cases.empty()) say(context, "sanction.none");
}

}  // namespace fvm::cli
