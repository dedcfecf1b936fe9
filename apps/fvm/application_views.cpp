#include "fvm/application_views.hpp"

#include <boost/json.hpp>

#include "base/messages.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using casework::State;

std::string state_text(Language language, State state) {
  static constexpr std::pair<State, std::string_view> texts[] = {
      {State::draft, "casework.state_draft"},
      {State::submitted, "casework.state_submitted"},
      {State::returned, "casework.state_returned"},
      {State::under_assessment, "casework.state_under_assessment"},
      {State::awaiting_agreement, "casework.state_awaiting_agreement"},
      {State::active, "casework.state_active"},
      {State::amended, "casework.state_amended"},
      {State::expiring, "casework.state_expiring"},
      {State::closed, "casework.state_closed"},
      {State::rejected, "casework.state_rejected"},
      {State::withdrawn, "casework.state_withdrawn"},
  };
  for (const auto& [each, key] : texts) {
    if (each == state) return message(language, key);
  }
  return std::string(casework::name_of(state));
}

std::string head_of(const Context& context, const casework::View& view) {
  const casework::Case& about = view.about;
  return about.number + "  " + state_text(context.language, about.state) + "  " + about.authority + "  " +
         about.title + (about.caseworker.empty() ? "" : "  " + about.caseworker);
}

std::string clock_of(const Context& context, const casework::View& view) {
  const casework::Clock& clock = view.clock;
  std::string text = message(context.language, "casework.clock",
                             {{"used", std::to_string(clock.used)},
                              {"left", std::to_string(clock.left)},
                              {"waited", std::to_string(clock.waited)}});
  if (view.place.place > 0) {
    text +=
        " " + message(context.language, "casework.place",
                      {{"place", std::to_string(view.place.place)}, {"of", std::to_string(view.place.of)}});
  }
  if (clock.due) text += " " + message(context.language, "casework.due", {{"date", to_text(*clock.due)}});
  return text;
}

std::string forecast_text(const Context& context, const std::optional<casework::Forecast>& forecast,
                          size_t cases) {
  if (!forecast) return message(context.language, "casework.no_forecast", {{"cases", std::to_string(cases)}});
  std::string text = message(context.language, "casework.forecast",
                             {{"median", std::to_string(forecast->median)},
                              {"most", std::to_string(forecast->nine_of_ten)},
                              {"cases", std::to_string(forecast->cases)}});
  if (forecast->expected)
    text += " " + message(context.language, "casework.expected", {{"date", to_text(*forecast->expected)}});
  return text;
}

void show_step(const casework::Step& step) {
  std::string line =
      "  " + to_text(step.at) + "  " + std::string(casework::name_of(step.event)) + "  " + step.actor;
  if (step.from != step.to)
    line +=
        "  " + std::string(casework::name_of(step.from)) + " → " + std::string(casework::name_of(step.to));
  if (!step.subject.empty()) line += "  (" + step.subject + ")";
  if (!step.words.empty()) line += "  " + step.words;
  print(line);
}

}  // namespace

void show_findings(const Context& context, const std::vector<casework::Finding>& findings) {
  if (context.json) return;
  for (const casework::Finding& finding : findings) {
    std::fprintf(stderr, "%s\n", casework::describe(context.language, finding).c_str());
  }
}

void show_outcome(const Context& context, const std::vector<casework::Finding>& findings,
                  const std::optional<casework::View>& view) {
  if (!context.json) {
    if (view) print(head_of(context, *view));
    return;
  }
  json::object document;
  if (view) document = casework::to_json_view(*view);
  document["findings"] = casework::to_json_view(findings);
  print(json::serialize(document));
}

void show_view(const Context& context, const casework::View& view) {
  if (context.json) return print(json::serialize(casework::to_json_view(view)));
  print(head_of(context, view));
  if (view.about.submitted) {
    print(clock_of(context, view));
    if (!view.clock.decided) print(forecast_text(context, view.forecast, view.forecast_cases));
  }
  for (const casework::Finding& remark : view.remarks)
    print("  " + casework::describe(context.language, remark));
  for (const casework::Step& step : view.about.history) show_step(step);
  for (const notify::Notice& notice : view.notices)
    print("  " + notice.audience + ": " +
          message(context.language, notice.key, {{"case", view.about.number}}));
  for (const notify::Letter& letter : view.letters)
    print("  " + letter.to + "  " + letter.subject + "  (" + std::string(notify::name_of(letter.state)) +
          ")");
}

void show_views(const Context& context, const std::vector<casework::View>& views) {
  json::array all;
  for (const casework::View& view : views) {
    if (context.json) {
      all.push_back(casework::to_json_view(view));
    } else {
      print(head_of(context, view));
    }
  }
  if (context.json) print(json::serialize(json::object{{"cases", std::move(all)}}));
  if (views.empty()) say(context, "casework.none");
}

void show_queue(const Context& context, const casework::Queue& queue) {
  if (context.json) return print(json::serialize(casework::to_json_view(queue)));
  print(message(context.language, "casework.queue",
                {{"waiting", std::to_string(queue.waiting)},
                 {"asked", std::to_string(queue.with_applicants)},
                 {"days", std::to_string(queue.target_days)}}));
  print(forecast_text(context, queue.forecast, queue.forecast_cases));
}

void show_document(const Context& context, const casework::Version& version) {
  if (!context.json) return print(version.text);
  print(json::serialize(json::object{{"version", version.version},
                                     {"at", to_text(version.at)},
                                     {"author", version.author},
                                     {"submitted", version.submitted},
                                     {"text", version.text}}));
}

void show_difference(const Context& context, const casework::Compared& compared) {
  if (context.json) return print(json::serialize(casework::to_json_view(compared)));
  for (const casework::Change& change : compared.changes) {
    print(change.where);
    if (!change.before.empty()) print("  - " + change.before);
    if (!change.after.empty()) print("  + " + change.after);
  }
  for (const casework::Line& line : compared.lines) print(std::string(1, line.sign) + line.text);
  if (compared.lines.empty()) say(context, "casework.same");
}

}  // namespace fvm::cli
