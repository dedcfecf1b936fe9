// The fit of a model whose cells may all be told, the rules on the fit itself, and its figures as they are
// told.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"
#include "regression/rounding.hpp"
#include "runner/model.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

using disclosure::Parameter;
using regression::Family;
using regression::Fit;

constexpr double hundred = 100;

// What stands in the way, of the tables that were released before: their numbers.
Error collision(const JudgedTable& table) {
  std::string numbers;
  for (size_t cell = 0; cell < table.marks.size(); ++cell) {
    const int64_t number =
        table.marks[cell] == static_cast<char>(TableMark::secondary) ? table.because_of[cell] : 0;
    const std::string text = std::to_string(number);
    if (number > 0 && (", " + numbers + ",").find(", " + text + ",") == std::string::npos)
      numbers += (numbers.empty() ? "" : ", ") + text;
  }
  if (numbers.empty()) return refused("model.collides");
  return refused("model.collides_with", {{"tables", numbers}});
}

// Of a value that the table does not name: nobody. No figure is told then (ModelJudge::check_fit,
// check_cells).
double cell_count(const TableCodes& codes, const JudgedTable& table, const std::string& label) {
  const size_t code = codes.hierarchy.find("=" + label);
  return code < table.counts.size() ? table.counts[code] : 0;
}

// A statistic's text of its verdict as an error's code.
Error error_of(std::string_view reason) {
  if (reason == "verdict.few_degrees_of_freedom") return refused("model.few_degrees_of_freedom");
  if (reason == "verdict.few_carry_model") return refused("model.few_carry");
  return refused("model.too_few_persons");
}

}  // namespace

Result<JudgedModel> ModelJudge::judge(const TableCodes& codes, const JudgedTable& table) {
  const auto is_open = [](char mark) { return mark == static_cast<char>(TableMark::open); };
  if (!std::all_of(table.marks.begin(), table.marks.end(), is_open)) return collision(table);
  // What can be refused without the fit is.
  TRY(check_cells(codes));
  TRY(check_support(TRY(count_coefficients()), {}, codes, table));
  if (model_.family != Family::binomial) {
    TRY(check_dominance("y", "d0", model_.outcome));
  }
  for (size_t i = 0; i < terms_.size(); ++i)
    if (!terms_[i].is_counted) TRY(check_dominance(fmt::format("t{}", i), "p0", model_.terms[i].name));
  const auto sample = TRY(read_sample());
  const auto few = static_cast<size_t>(std::max(threshold() - 1, 1.0));
  const Fit fit = TRY(regression::fit(sample, model_.family, few));
  TRY(check_fit(fit, codes, table));
  return told(fit, codes, table);
}

// Of the persons of each cell (`per` d0), or of all of them (p0).
Result<void> ModelJudge::check_dominance(const std::string& value, const std::string& per,
                                         const std::string& name) {
  const auto top =
      std::max<size_t>(2, static_cast<size_t>(job_.rules.values.at(Parameter::sums_dominance_count)));
  std::string largest;
  for (size_t i = 1; i <= top; ++i) largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
  auto result = TRY(connection_.query(fmt::format(
      "SELECT total{} FROM (SELECT {}, sum(abs({}))::DOUBLE AS total, max(abs({}), {}) AS top FROM sample "
      "JOIN (SELECT DISTINCT unit, {} FROM pairs) USING (unit) GROUP BY 1)",
      largest, per, value, value, top, per)));
  while (duck::Chunk chunk = TRY(result.next())) {
    for (size_t i = 0; i < chunk.rows(); ++i) {
      disclosure::Contributions from{static_cast<double>(persons_), chunk.column(0).values<double>()[i], {}};
      for (size_t j = 1; j <= top; ++j) from.largest.push_back(chunk.column(j).values<double>()[i]);
      if (disclosure::is_dominated(from, job_.rules.values))
        return refused("model.dominated", {{"name", name}});
    }
  }
  return {};
}

// With the constant.
Result<size_t> ModelJudge::count_coefficients() const {
  size_t coefficients = 1;
  for (size_t i = 0; i < terms_.size(); ++i) {
    const uint32_t levels = terms_[i].level_count();
    if (terms_[i].is_factor && levels < 2) return usage("model.one_level", {{"name", model_.terms[i].name}});
    coefficients += terms_[i].is_factor ? levels - 1 : 1;
  }
  if (coefficients > regression::coefficients_max)
    return usage("model.too_many_coefficients", {{"max", std::to_string(regression::coefficients_max)}});
  return coefficients;
}

Result<regression::Sample> ModelJudge::read_sample() {
  regression::Sample out;
  std::string list;
  for (size_t i = 0; i < terms_.size(); ++i) {
    out.terms.push_back({model_.terms[i].name, {}, {}, terms_[i].level_count()});
    list += terms_[i].is_factor ? fmt::format(", level{}.index", i) : fmt::format(", sample.t{}", i);
  }
  auto result = TRY(connection_.query("SELECT y" + list + " FROM sample" + joins() + " ORDER BY unit",
                                      duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) {
    const auto outcome = chunk.column(0).values<double>();
    out.outcome.insert(out.outcome.end(), outcome.begin(), outcome.begin() + static_cast<long>(chunk.rows()));
    for (size_t i = 0; i < terms_.size(); ++i) {
      const auto column = chunk.column(i + 1);
      for (size_t row = 0; row < chunk.rows(); ++row) {
        if (terms_[i].is_factor) {
          out.terms[i].levels.push_back(static_cast<uint32_t>(column.values<int64_t>()[row]));
        } else {
          out.terms[i].numbers.push_back(column.values<double>()[row]);
        }
      }
    }
  }
  return out;
}

// Every number of persons that is told stands in the table.
Result<void> ModelJudge::check_cells(const TableCodes& codes) const {
  std::vector<std::string> labels;
  if (!event_.empty()) labels.push_back(model_.outcome + std::string(model_event_suffix));
  for (const Support& term : terms_) {
    for (const Level& level : term.levels) {
      labels.push_back(level.label);
      if (term.is_factor && !event_.empty()) labels.push_back(level.label + std::string(model_event_suffix));
    }
  }
  for (const std::string& label : labels)
    if (codes.hierarchy.find("=" + label) == codes.hierarchy.size()) return refused("model.too_few_persons");
  return {};
}

Result<void> ModelJudge::check_support(size_t coefficients, const Leverage& leverage, const TableCodes& codes,
                                       const JudgedTable& table) const {
  disclosure::Model judged{.units = static_cast<double>(persons_),
                           .coefficients = static_cast<double>(coefficients),
                           .leverage_largest = leverage.largest,
                           .leverage_of_few = leverage.of_few};
  for (const Support& term : terms_)
    for (const Level& level : term.levels) judged.levels.push_back(cell_count(codes, table, level.label));
  const auto verdict = disclosure::judge_model(judged, job_.rules.values);
  if (!verdict.may_leave()) return error_of(verdict.reason);
  return model_.family == Family::binomial ? check_odds(codes, table) : Result<void>();
}

// A coefficient of a level is an odds ratio against the reference: of four cells.
Result<void> ModelJudge::check_odds(const TableCodes& codes, const JudgedTable& table) const {
  const auto events = [&](const Level& level) {
    return cell_count(codes, table, level.label + std::string(model_event_suffix));
  };
  for (const Support& term : terms_) {
    if (!term.is_factor) continue;
    const Level& reference = term.levels.front();
    const double cases = events(reference), others = cell_count(codes, table, reference.label) - cases;
    for (const Level& level : term.levels) {
      const double its = events(level);
      const auto verdict = disclosure::judge_odds(
          {its, cell_count(codes, table, level.label) - its, cases, others}, job_.rules.values);
      if (!verdict.may_leave()) return error_of(verdict.reason);
    }
  }
  return {};
}

Result<void> ModelJudge::check_fit(const Fit& fit, const TableCodes& codes, const JudgedTable& table) const {
  TRY(check_support(fit.coefficients.size(), {fit.leverage_largest, fit.leverage_of_few}, codes, table));
  const double share = job_.rules.values.at(Parameter::sums_dominance_percent) / hundred;
  const bool is_number = model_.family == Family::gaussian;
  if (fit.deviance_of_two > share || (is_number && fit.null_deviance_of_two > share))
    return refused("model.dominated", {{"name", model_.outcome}});
  return {};
}

JudgedModel ModelJudge::told(const Fit& fit, const TableCodes& codes, const JudgedTable& table) const {
  // Some two digits of what is uncertain anyway; coarser where one person shows. The errors tell how many
  // persons there are of a kind: not finer than as many as no count may tell.
  constexpr double part_of_error = 50, part_of_spread = 200, finest_share = 0.001, finest_likelihood = 0.1;
  const double few = threshold() - 1;
  const auto events_of = [&](const std::string& label) {
    return event_.empty() ? -1 : cell_count(codes, table, label + std::string(model_event_suffix));
  };
  JudgedModel out;
  out.persons = static_cast<double>(persons_), out.events = events_of(model_.outcome),
  out.freedom = fit.freedom;
  size_t next = 0;
  const auto estimate = [&](JudgedModel::Row& row) {
    const auto coefficient =
        regression::told(fit.coefficients[next], fit.errors[next].value / part_of_error, 1);
    const auto error =
        regression::told_positive(fit.errors[next], fit.errors[next].value / part_of_error, few);
    row.estimate = coefficient.value, row.unit = coefficient.unit;
    row.error = error.value, row.error_unit = error.unit;
    ++next;
  };
  JudgedModel::Row constant{.persons = out.persons, .events = out.events};
  estimate(constant);
  out.rows.push_back(constant);
  for (size_t i = 0; i < terms_.size(); ++i) {
    if (!terms_[i].is_factor) {
      JudgedModel::Row row{.term = model_.terms[i].name, .persons = out.persons, .events = out.events};
      estimate(row);
      out.rows.push_back(row);
      continue;
    }
    std::string before;
    for (const Level& level : terms_[i].levels) {
      if (level.label == before) continue;  // one more of the others
      before = level.label;
      JudgedModel::Row row{.term = model_.terms[i].name,
                           .level = level.is_other ? std::string() : level.value,
                           .is_other = level.is_other,
                           .is_reference = level.index == 0,
                           .persons = cell_count(codes, table, level.label),
                           .events = events_of(level.label)};
      if (!row.is_reference) estimate(row);
      out.rows.push_back(row);
    }
  }
  const auto add = [&](const char* name, const regression::Figure& figure, double finest) {
    const auto told = regression::told(figure, finest, 1);
    out.figures.push_back({name, told.value, told.unit});
  };
  if (model_.family == Family::gaussian) {
    add("sigma", fit.sigma, fit.sigma.value / part_of_spread);
    add("r_squared", fit.r_squared, finest_share);
  } else {
    add("deviance", fit.deviance, finest_likelihood);
    add("null_deviance", fit.null_deviance, finest_likelihood);
  }
  add("aic", fit.aic, finest_likelihood);
  return out;
}

}  // namespace fvm::runner
