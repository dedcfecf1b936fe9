#include "safetable/model.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace fvm::safetable {
namespace {

namespace json = boost::json;

constexpr std::string_view families[] = {"gaussian", "binomial", "poisson"};

std::string text(const json::value& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}
json::value or_null(const std::optional<int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
std::optional<int64_t> number_if_any(const json::value& from) {
  if (from.is_null()) return std::nullopt;
  return from.to_number<int64_t>();
}

// A number that was told is one, and a multiple of what it is rounded to.
double told(const json::value& from, double unit) {
  const auto value = from.to_number<double>();
  constexpr double slack = 1e-6;
  if (!std::isfinite(value) || !(unit > 0) || std::abs(value / unit - std::round(value / unit)) > slack)
    throw std::invalid_argument("figure");
  return value;
}

ModelRow read_row(const json::value& from) {
  ModelRow row{.term = text(from, "term"), .level = text(from, "level")};
  row.is_other = from.at("other").as_bool(), row.is_reference = from.at("reference").as_bool();
  row.persons = from.at("persons").to_number<int64_t>(), row.events = number_if_any(from.at("events"));
  if (row.is_reference) return row;
  row.unit = from.at("unit").to_number<double>(), row.error_unit = from.at("error_unit").to_number<double>();
  row.estimate = told(from.at("estimate"), row.unit), row.error = told(from.at("error"), row.error_unit);
  if (!(row.error > 0)) throw std::invalid_argument("error");
  return row;
}

}  // namespace

std::string_view name_of(Family family) {
  return families[static_cast<size_t>(family)];
}
std::optional<Family> family_named(std::string_view name) {
  const auto found = std::find(std::begin(families), std::end(families), name);
  if (found == std::end(families)) return std::nullopt;
  return static_cast<Family>(found - std::begin(families));
}

json::object to_json(const Model& model) {
  json::array terms, rows, figures;
  for (const ModelTerm& term : model.asked.terms)
    terms.push_back(json::object{{"name", term.name}, {"factor", term.is_factor}});
  for (const ModelRow& row : model.rows)
    rows.push_back(json::object{{"term", row.term},
                                {"level", row.level},
                                {"other", row.is_other},
                                {"reference", row.is_reference},
                                {"persons", row.persons},
                                {"events", or_null(row.events)},
                                {"estimate", row.estimate},
                                {"unit", row.unit},
                                {"error", row.error},
                                {"error_unit", row.error_unit}});
  for (const ModelFigure& figure : model.figures)
    figures.push_back(json::object{{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}});
  return {{"outcome", model.asked.outcome}, {"family", name_of(model.asked.family)},
          {"terms", std::move(terms)},      {"rows", std::move(rows)},
          {"persons", model.persons},       {"events", or_null(model.events)},
          {"freedom", model.freedom},       {"figures", std::move(figures)}};
}

ModelAsked read_model_asked(const json::value& from) {
  ModelAsked out{.outcome = text(from, "outcome")};
  const auto family = family_named(text(from, "family"));
  if (!family) throw std::invalid_argument("family");
  out.family = *family;
  for (const json::value& term : from.at("terms").as_array())
    out.terms.push_back({text(term, "name"), term.at("factor").as_bool()});
  return out;
}

void read_model_figures(const json::value& from, Model& into) {
  into.rows.clear(), into.figures.clear();
  for (const json::value& row : from.at("rows").as_array()) into.rows.push_back(read_row(row));
  into.persons = from.at("persons").to_number<int64_t>();
  into.freedom = from.at("freedom").to_number<int64_t>();
  into.events = number_if_any(from.at("events"));
  for (const json::value& figure : from.at("figures").as_array()) {
    ModelFigure read{text(figure, "name"), 0, figure.at("unit").to_number<double>()};
    read.value = told(figure.at("value"), read.unit);
    into.figures.push_back(std::move(read));
  }
}

std::optional<Inference> inference_of(const Model& model, const ModelRow& row) {
  if (row.is_reference) return std::nullopt;
  namespace math = boost::math;
  constexpr double upper = 0.975;
  Inference out{.statistic = row.estimate / row.error};
  const double size = std::abs(out.statistic);
  double quantile = 0;
  if (model.asked.family == Family::gaussian && model.freedom > 0) {
    const math::students_t student(static_cast<double>(model.freedom));
    out.probability = 2 * math::cdf(math::complement(student, size)),
    quantile = math::quantile(student, upper);
  } else {
    const math::normal normal;
    out.probability = 2 * math::cdf(math::complement(normal, size)), quantile = math::quantile(normal, upper);
  }
  out.low = row.estimate - quantile * row.error, out.high = row.estimate + quantile * row.error;
  return out;
}

}  // namespace fvm::safetable
