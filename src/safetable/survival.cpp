#include "safetable/survival.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace fvm::safetable {
namespace {

using As = Dimension::As;

size_t dimension_as(const Record& record, As as) {
  for (size_t i = 0; i < record.dimensions.size(); ++i)
    if (record.dimensions[i].named.as == as) return i;
  return record.dimensions.size();
}

// "=90–180", "=180+"
void read_band(const std::string& code, CurveStep& step) {
  char* end = nullptr;
  step.from = std::strtod(code.c_str() + 1, &end);
  constexpr std::string_view dash = "–";
  if (const std::string_view rest = end; rest.starts_with(dash))
    step.to = std::strtod(rest.data() + dash.size(), nullptr);
}

class CurveMaker {
 public:
  CurveMaker(const Record& record, Language language)
      : record_(record),
        language_(language),
        cells_(record),
        time_(dimension_as(record, As::time)),
        event_(dimension_as(record, As::event)) {
    const auto& codes = record.dimensions[event_].codes;
    while (event_code_ < codes.size() && codes[event_code_].code != "=event") ++event_code_;
  }

  std::vector<Curve> make() {
    std::vector<Curve> out;
    if (event_code_ == record_.dimensions[event_].codes.size()) return out;
    add(std::vector<size_t>(record_.dimensions.size(), 0), 0, out);
    return out;
  }

 private:
  struct Known {
    std::optional<int64_t> all, events;
    bool whole() const { return all && events; }
  };

  // For every combination of the other dimensions' codes.
  void add(std::vector<size_t> codes, size_t dimension, std::vector<Curve>& out) {
    if (dimension == codes.size()) {
      out.push_back(curve(codes));
      return;
    }
    const bool is_group = dimension != time_ && dimension != event_;
    const size_t count = is_group ? record_.dimensions[dimension].codes.size() : 1;
    for (codes[dimension] = 0; codes[dimension] < count; ++codes[dimension]) add(codes, dimension + 1, out);
  }

  Known known(std::vector<size_t> codes, size_t band) const {
    codes[time_] = band;
    Known out{record_.counts[cells_.at(codes)], {}};
    codes[event_] = event_code_;
    out.events = record_.counts[cells_.at(codes)];
    return out;
  }

  Curve curve(const std::vector<size_t>& codes) {
    Curve out;
    for (size_t i = 0; i < codes.size(); ++i)
      if (i != time_ && i != event_)
        out.group.push_back(label_of(record_.dimensions[i], codes[i], language_));
    const size_t bands = record_.dimensions[time_].codes.size();
    const Known total = known(codes, 0);
    out.is_whole = false;
    if (!total.all) return out;
    const Known rest = rest_of(codes, total);
    out.is_whole = true;
    int64_t at_risk = *total.all;
    for (size_t band = 1; band < bands;) {
      CurveStep step;
      step.at_risk = at_risk;
      read_band(record_.dimensions[time_].codes[band].code, step);
      Known here = known(codes, band++);
      if (!here.whole()) {
        if (!rest.whole()) {
          out.is_whole = false;
          break;
        }
        here = rest;
        while (band < bands && !known(codes, band).whole()) ++band;
        CurveStep last;
        read_band(record_.dimensions[time_].codes[band - 1].code, last);
        step.to = last.to;
      }
      step.events = *here.events, step.censored = *here.all - *here.events;
      at_risk -= *here.all;
      out.steps.push_back(step);
    }
    estimate(out);
    return out;
  }

  // What the hidden bands hold together, when they stand side by side: the total less the others.
  Known rest_of(const std::vector<size_t>& codes, Known total) const {
    size_t runs = 0;
    bool hidden = false;
    for (size_t band = 1; band < record_.dimensions[time_].codes.size(); ++band) {
      const Known here = known(codes, band);
      runs += !here.whole() && !hidden ? 1 : 0;
      hidden = !here.whole();
      if (!here.whole() || !total.whole()) continue;
      *total.all -= *here.all, *total.events -= *here.events;
    }
    return runs == 1 ? total : Known{};
  }

  static void estimate(Curve& curve) {
    double survival = 1, sum = 0;
    for (CurveStep& step : curve.steps) {
      const double exposed = static_cast<double>(step.at_risk) - static_cast<double>(step.censored) / 2;
      const auto events = static_cast<double>(step.events);
      if (!step.to || exposed <= 0) return;
      survival *= 1 - events / exposed;
      if (exposed > events) sum += events / (exposed * (exposed - events));
      step.survival = survival;
      step.error = survival * std::sqrt(sum);
    }
  }

  const Record& record_;
  Language language_;
  Cells cells_;
  size_t time_, event_, event_code_ = 1;
};

std::string decimals(double value, Language language) {
  std::string text = fmt::format("{:.4f}", value);
  if (language == Language::danish) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

}  // namespace

bool is_survival(const Record& record) {
  return dimension_as(record, As::time) < record.dimensions.size() &&
         dimension_as(record, As::event) < record.dimensions.size();
}

std::vector<Curve> curves_of(const Record& record, Language language) {
  return CurveMaker(record, language).make();
}

Grid survival_grid(const Record& record, Language language) {
  Grid grid;
  for (const TableDimension& each : record.dimensions)
    if (each.named.as == As::value) grid.heading.push_back(each.named.name);
  for (const char* key : {"safetable.from", "safetable.to", "safetable.at_risk", "safetable.events",
                          "safetable.censored", "safetable.survival", "safetable.error"})
    grid.heading.push_back(message(language, key));
  grid.labels = record.dimensions.size();  // the others, from and to
  for (const Curve& curve : curves_of(record, language)) {
    for (const CurveStep& step : curve.steps) {
      auto& row = grid.rows.emplace_back(curve.group);
      row.push_back(fmt::format("{:g}", step.from));
      row.push_back(step.to ? fmt::format("{:g}", *step.to) : "");
      for (const int64_t count : {step.at_risk, step.events, step.censored})
        row.push_back(std::to_string(count));
      for (const auto& value : {step.survival, step.error})
        row.push_back(value ? decimals(*value, language) : hidden_or_nobody(true));
    }
    if (curve.is_whole) continue;
    auto& row = grid.rows.emplace_back(curve.group);  // the curve ends here
    row.resize(grid.labels);
    row.resize(grid.heading.size(), hidden_or_nobody(false));
  }
  return grid;
}

}  // namespace fvm::safetable
