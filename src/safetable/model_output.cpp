// A released model as a table, as JSON and in words.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "regression/rounding.hpp"
#include "safetable/model.hpp"

namespace fvm::safetable {
namespace {

namespace json = boost::json;

std::string in_words(std::string text, Language language) {
  if (language == Language::danish) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string probability_text(double probability) {
  constexpr double least = 0.001;
  return probability < least ? "<0.001" : fmt::format("{:.3f}", probability);
}

// exp() of a coefficient is an odds ratio or a ratio of rates.
const char* ratio_key(const Model& model) {
  return model.asked.family == Family::binomial ? "model.odds_ratio" : "model.rate_ratio";
}

std::vector<std::string> headings(const Record& record, Language language) {
  const Model& model = *record.model;
  std::vector<std::string> keys{"model.term", "model.level"};
  std::vector<std::string> out;
  for (const std::string& key : keys) out.push_back(message(language, key));
  out.push_back(record.count);
  if (model.events) out.push_back(message(language, "safetable.events"));
  for (const char* key :
       {"model.estimate", "safetable.error", model.asked.family == Family::gaussian ? "model.t" : "model.z",
        "model.probability", "model.low", "model.high"})
    out.push_back(message(language, key));
  if (model.asked.family == Family::gaussian) return out;
  const std::string ratio = message(language, ratio_key(model));
  for (const char* key : {"model.ratio", "model.ratio_low", "model.ratio_high"})
    out.push_back(message(language, key, {{"ratio", ratio}}));
  return out;
}

void add_estimate(const Record& record, const ModelRow& row, std::vector<std::string>& line, size_t columns,
                  Language language) {
  const Model& model = *record.model;
  const auto inference = inference_of(model, row);
  if (!inference) {
    line.push_back(message(language, "model.reference"));
    line.resize(columns);
    return;
  }
  const double finer = std::min(row.unit, row.error_unit);
  for (std::string text :
       {regression::text_of(row.estimate, row.unit), regression::text_of(row.error, row.error_unit),
        fmt::format("{:.2f}", inference->statistic), probability_text(inference->probability),
        regression::text_of(inference->low, finer), regression::text_of(inference->high, finer)})
    line.push_back(in_words(std::move(text), language));
  if (model.asked.family == Family::gaussian) return;
  for (const double value : {row.estimate, inference->low, inference->high})
    line.push_back(in_words(fmt::format("{:.3g}", std::exp(value)), language));
}

struct FigureName {
  std::string_view name;
  const char* key;
};
constexpr FigureName figure_names[] = {{"sigma", "model.figure_sigma"},
                                       {"r_squared", "model.figure_r_squared"},
                                       {"deviance", "model.figure_deviance"},
                                       {"null_deviance", "model.figure_null_deviance"},
                                       {"aic", "model.figure_aic"}};

std::string figure_text(const ModelFigure& figure, Language language) {
  std::string name = figure.name;
  for (const FigureName& each : figure_names)
    if (each.name == figure.name) name = message(language, each.key);
  return name + " " + in_words(regression::text_of(figure.value, figure.unit), language);
}

}  // namespace

std::string model_title(const Record& record, Language language) {
  std::string terms;
  for (const ModelTerm& term : record.model->asked.terms) terms += (terms.empty() ? "" : ", ") + term.name;
  const char* keys[] = {"model.title_gaussian", "model.title_binomial", "model.title_poisson"};
  return message(language, keys[static_cast<size_t>(record.model->asked.family)],
                 {{"outcome", record.model->asked.outcome}, {"terms", terms}});
}

std::string level_text(const ModelRow& row, Language language) {
  if (row.is_other) return message(language, "safetable.others");
  return row.level;
}

Grid model_grid(const Record& record, Language language) {
  constexpr size_t labels = 2;
  Grid grid{headings(record, language), {}, labels};
  for (const ModelRow& row : record.model->rows) {
    auto& line = grid.rows.emplace_back();
    line.push_back(row.term.empty() ? message(language, "model.constant") : row.term);
    line.push_back(level_text(row, language));
    line.push_back(std::to_string(row.persons));
    if (record.model->events) line.push_back(row.events ? std::to_string(*row.events) : "");
    add_estimate(record, row, line, grid.heading.size(), language);
  }
  return grid;
}

std::vector<std::string> model_notes(const Record& record, Language language) {
  const Model& model = *record.model;
  std::string figures;
  for (const ModelFigure& figure : model.figures)
    figures += (figures.empty() ? "" : ", ") + figure_text(figure, language);
  std::vector<std::string> notes;
  notes.push_back(message(language, model.events ? "model.note_size_events" : "model.note_size",
                          {{"persons", std::to_string(model.persons)},
                           {"events", std::to_string(model.events.value_or(0))},
                           {"freedom", std::to_string(model.freedom)},
                           {"figures", figures}}));
  notes.push_back(message(language, "model.note_fit"));
  notes.push_back(message(language, "model.note_rounding",
                          {{"few", fmt::format("{:.0f}", std::ceil(record.rules.threshold()) - 1)}}));
  return notes;
}

json::object model_document(const Record& record, Language language) {
  json::object model = to_json(*record.model);
  json::array rows, notes;
  for (const ModelRow& row : record.model->rows) {
    json::object each{{"term", row.term.empty() ? "(constant)" : row.term},
                      {"level", level_text(row, language)},
                      {"reference", row.is_reference},
                      {"persons", row.persons}};
    if (record.model->events) each["events"] = row.events.value_or(0);
    if (const auto inference = inference_of(*record.model, row)) {
      each["estimate"] = row.estimate, each["rounded_to"] = row.unit;
      each["standard_error"] = row.error, each["error_rounded_to"] = row.error_unit;
      each["statistic"] = inference->statistic, each["p_value"] = inference->probability;
      each["low"] = inference->low, each["high"] = inference->high;
    }
    rows.push_back(std::move(each));
  }
  model["rows"] = std::move(rows);
  for (const std::string& note : notes_of(record, language)) notes.emplace_back(note);
  return {{"title", record.title},
          {"project", record.project},
          {"table", record.number},
          {"asked", to_text(record.asked)},
          {"threshold", record.rules.threshold()},
          {"hidden", record.hidden()},
          {"round", record.round},
          {"model", std::move(model)},
          {"notes", std::move(notes)}};
}

}  // namespace fvm::safetable
