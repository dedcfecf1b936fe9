// A regression model as a safe output: the persons of its sample, of each level and of each outcome at a
// level are the cells of a table, which is judged like any other; then the model is fitted here, judged by
// its own rules, and told as finely as one person cannot be seen in it. Private to the table jobs.
// docs/architecture/0027-regression.md.
#pragma once

#include <functional>
#include <map>

#include "regression/fit.hpp"
#include "runner/table.hpp"

namespace fvm::runner {

// Limits.
inline constexpr size_t model_values_max = 30'000'000;  // persons times columns
// A number with no more values than this is judged as a factor is.
inline constexpr int64_t model_few_values = 10;

// What stands behind a level's name where the outcome came, and where it did not.
inline constexpr std::string_view model_event_suffix = " · event", model_none_suffix = " · no event";

// --- the first job: ", "y"::DOUBLE AS y, "kommune"::VARCHAR AS t0, …"
using FindColumn = std::function<Result<const duck::Column*>(const std::string&)>;
// "model.outcome_no_number", "model.term_of_no_kind", "model.term_is_unit" (usage).
Result<std::string> model_columns(const TableModel& model, const FindColumn& find, const std::string& unit);

// --- the second job
class ModelJudge {
 public:
  ModelJudge(duck::Connection& connection, const TableJudgement& job)
      : connection_(connection), job_(job), model_(*job.model) {}

  // From the view asked(unit, y, t0 …): the table pairs(unit, d0, p0) of the one dimension whose cells the
  // model tells of. Errors: "model.…".
  Result<void> make_pairs();
  // `table`: judged on these codes.
  Result<JudgedModel> judge(const TableCodes& codes, const JudgedTable& table);

 private:
  struct Level {
    std::string value, label;  // label: as a code of the dimension, without its first letter
    bool is_other = false;
    uint32_t index = 0;
  };
  struct Support {  // of a term whose levels are counted
    bool is_factor = false, is_counted = false;
    std::vector<Level> levels;
    uint32_t level_count() const { return is_factor ? levels.back().index + 1 : 0; }  // those of few are one
  };
  struct Leverage {  // shares, 0 … 1; nobody's before the fit
    double largest = 0, of_few = 0;
  };
  // Cells below an upper code, and what is said when one of them has few persons.
  struct Part {
    std::string parent;
    Error error;
  };

  Result<void> read_kinds();
  Result<void> make_sample();
  Result<void> check_outcome();
  Result<void> make_levels(size_t term);
  Result<void> write_levels(size_t term);
  Result<void> add_part(const std::string& label, const std::string& from, const std::string& parent,
                        const Error& error, const Error& event_error);
  Result<void> check_parts();
  Result<void> check_both_outcomes();
  bool factors_only() const;
  std::string joins() const;

  Result<size_t> count_coefficients() const;
  Result<regression::Sample> read_sample();
  Result<void> check_dominance(const std::string& value, const std::string& per, const std::string& name);
  Result<void> check_cells(const TableCodes& codes) const;
  Result<void> check_support(size_t coefficients, const Leverage& leverage, const TableCodes& codes,
                             const JudgedTable& table) const;
  Result<void> check_odds(const TableCodes& codes, const JudgedTable& table) const;
  Result<void> check_fit(const regression::Fit& fit, const TableCodes& codes, const JudgedTable& table) const;
  JudgedModel told(const regression::Fit& fit, const TableCodes& codes, const JudgedTable& table) const;
  double threshold() const;

  duck::Connection& connection_;
  const TableJudgement& job_;
  const TableModel& model_;
  std::vector<Support> terms_;
  std::vector<Part> parts_;
  std::string event_;  // SQL: whether the outcome came; empty: the outcome is a number
  int64_t persons_ = 0;
};

}  // namespace fvm::runner
