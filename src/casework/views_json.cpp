// Views as JSON: names as in the types, times and dates in ISO form, what is not known is null.
#include "base/messages.hpp"
#include "casework/views.hpp"

namespace fvm::casework {
namespace {

namespace json = boost::json;

json::value date_or_null(const std::optional<Date>& date) {
  return date ? json::value(to_text(*date)) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object step_json(const Step& step) {
  return {{"at", to_text(step.at)},     {"actor", step.actor},
          {"role", name_of(step.role)}, {"event", name_of(step.event)},
          {"from", name_of(step.from)}, {"to", name_of(step.to)},
          {"words", step.words},        {"subject", text_or_null(step.subject)},
          {"version", step.version}};
}

json::object clock_json(const Clock& clock, const Place& place) {
  return {{"running", clock.running},
          {"decided", clock.decided},
          {"days_used", clock.used},
          {"days_left", clock.left},
          {"days_waited", clock.waited},
          {"due", date_or_null(clock.due)},
          {"place", place.place == 0 ? json::value(nullptr) : json::value(place.place)},
          {"queue", place.of}};
}

json::object forecast_json(const std::optional<Forecast>& forecast, size_t cases) {
  if (!forecast)
    return {{"cases", cases}, {"median_days", nullptr}, {"nine_of_ten_days", nullptr}, {"expected", nullptr}};
  return {{"cases", forecast->cases},
          {"median_days", forecast->median},
          {"nine_of_ten_days", forecast->nine_of_ten},
          {"expected", date_or_null(forecast->expected)}};
}

json::array notices_json(const View& view) {
  json::array out;
  for (const notify::Notice& notice : view.notices) {
    const Arguments facts = {{"case", view.about.number}};
    out.push_back(json::object{{"audience", notice.audience},
                               {"at", to_text(notice.at)},
                               {"da", message(Language::danish, notice.key, facts)},
                               {"en", message(Language::english, notice.key, facts)}});
  }
  return out;
}

json::array letters_json(const View& view) {
  json::array out;
  for (const notify::Letter& letter : view.letters) {
    json::array files;
    for (const notify::LetterFile& file : letter.files) files.emplace_back(file.name);
    out.push_back(json::object{{"to", letter.to},
                               {"subject", letter.subject},
                               {"text", letter.text},
                               {"state", notify::name_of(letter.state)},
                               {"at", to_text(letter.changed)},
                               {"files", std::move(files)}});
  }
  return out;
}

std::string_view name_of_weight(Finding::Weight weight) {
  constexpr std::string_view names[] = {"note", "incomplete", "wrong"};
  return names[static_cast<size_t>(weight)];
}

}  // namespace

json::array to_json_view(const std::vector<Finding>& findings) {
  json::array out;
  for (const Finding& finding : findings) {
    json::object place;
    for (const char* name : {"file", "sheet", "line", "row", "column", "name", "table"}) {
      if (const auto value = finding.error.argument(name); !value.empty()) place[name] = value;
    }
    out.push_back(json::object{{"weight", name_of_weight(finding.weight)},
                               {"code", finding.error.code},
                               {"place", std::move(place)},
                               {"da", describe(Language::danish, finding)},
                               {"en", describe(Language::english, finding)}});
  }
  return out;
}

json::object to_json_view(const View& view) {
  const Case& about = view.about;
  json::array history, children, steps, staff;
  for (const OpenStep& step : view.steps) {
    steps.push_back(
        json::object{{"event", name_of(step.event)}, {"to", name_of(step.to)}, {"words", step.words}});
  }
  for (const std::string& name : view.staff) staff.emplace_back(name);
  for (const Step& step : about.history) history.push_back(step_json(step));
  for (const std::string& child : view.children) children.emplace_back(child);
  return {{"case", about.number},
          {"kind", name_of(about.kind)},
          {"state", name_of(about.state)},
          {"project", about.project},
          {"parent", text_or_null(about.parent)},
          {"children", std::move(children)},
          {"origin", name_of(about.origin)},
          {"title", about.title},
          {"authority", json::object{{"name", about.authority}, {"cvr", about.cvr}}},
          {"applicant", text_or_null(about.applicant)},
          {"caseworker", text_or_null(about.caseworker)},
          {"created", to_text(about.created)},
          {"changed", to_text(about.changed)},
          {"submitted", about.submitted ? json::value(to_text(*about.submitted)) : json::value(nullptr)},
          {"version", about.version},
          {"submitted_version", about.submitted_version},
          {"in_force_version", about.in_force_version},
          {"clock", clock_json(view.clock, view.place)},
          {"forecast", forecast_json(view.forecast, view.forecast_cases)},
          {"remarks", to_json_view(view.remarks)},
          {"steps", std::move(steps)},
          {"staff", std::move(staff)},
          {"history", std::move(history)},
          {"notices", notices_json(view)},
          {"letters", letters_json(view)}};
}

json::object to_json_view(const Queue& queue) {
  return {{"waiting", queue.waiting},
          {"with_applicants", queue.with_applicants},
          {"target_days", queue.target_days},
          {"forecast", forecast_json(queue.forecast, queue.forecast_cases)}};
}

json::object to_json_view(const Compared& compared) {
  json::array changes, lines;
  for (const Change& change : compared.changes)
    changes.push_back(
        json::object{{"where", change.where}, {"before", change.before}, {"after", change.after}});
  for (const Line& line : compared.lines) {
    lines.push_back(json::object{{"sign", std::string(1, line.sign)},
                                 {"before", line.before},
                                 {"after", line.after},
                                 {"text", line.text}});
  }
  return {{"before", compared.before},
          {"after", compared.after},
          {"changes", std::move(changes)},
          {"lines", std::move(lines)}};
}

}  // namespace fvm::casework
