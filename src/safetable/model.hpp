// A released regression model: its figures as a table, as JSON and in words. What is made here of them
// (intervals, tests, ratios) is made of the rounded ones, as any reader could. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/messages.hpp"
#include "safetable/output.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

std::string_view name_of(Family family);  // "gaussian"
std::optional<Family> family_named(std::string_view name);

// As records keep it; the figures are as the job gives them. Both readers throw as Boost.JSON does, and
// std::invalid_argument.
boost::json::object to_json(const Model& model);
ModelAsked read_model_asked(const boost::json::value& from);
void read_model_figures(const boost::json::value& from, Model& into);

// 95 %: by the normal distribution, for a Gaussian model by Student's. Nothing for a reference level.
struct Inference {
  double statistic = 0, probability = 1, low = 0, high = 0;
};
std::optional<Inference> inference_of(const Model& model, const ModelRow& row);

// "Linear model of beloeb: alder, kommune".
std::string model_title(const Record& record, Language language);
std::string level_text(const ModelRow& row, Language language);
Grid model_grid(const Record& record, Language language);
std::vector<std::string> model_notes(const Record& record, Language language);
boost::json::object model_document(const Record& record, Language language);

}  // namespace fvm::safetable
