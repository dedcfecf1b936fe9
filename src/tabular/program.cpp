#include "tabular/program.hpp"

#include <coin/Clp_C_Interface.h>

#include <algorithm>
#include <limits>
#include <mutex>

namespace fvm::tabular {
namespace {

Clp_Simplex* clp(void* model) {
  return static_cast<Clp_Simplex*>(model);
}

constexpr int perturbation_off = 100, status_infeasible = 1, status_unbounded = 2;

}  // namespace

void Program::Delete::operator()(void* model) const {
  Clp_deleteModel(clp(model));
}

Program::Program(const std::vector<Bounds>& bounds, const std::vector<Row>& rows)
    : model_(Clp_newModel()), objective_(bounds.size(), 0) {
  const size_t columns = bounds.size();
  std::vector<int> starts(columns + 1, 0), indexes;
  for (const Row& row : rows)
    for (const Factor& term : row.terms) ++starts[term.column + 1];
  for (size_t i = 0; i < columns; ++i) starts[i + 1] += starts[i];
  indexes.resize(static_cast<size_t>(starts[columns]));
  std::vector<double> values(indexes.size()), sums;
  std::vector<int> next(starts.begin(), starts.end() - 1);
  for (size_t r = 0; r < rows.size(); ++r) {
    sums.push_back(rows[r].sum);
    for (const Factor& term : rows[r].terms) {
      const auto place = static_cast<size_t>(next[term.column]++);
      indexes[place] = static_cast<int>(r), values[place] = term.value;
    }
  }
  std::vector<double> lower, upper;
  for (const Bounds& each : bounds) {
    lower.push_back(each.least);
    upper.push_back(std::min(each.most, std::numeric_limits<double>::max()));  // as Clp writes infinity
  }
  Clp_setLogLevel(clp(model_.get()), 0);
  // Coefficients are small whole numbers: nothing to scale, nothing to perturb.
  Clp_scaling(clp(model_.get()), 0);
  Clp_setPerturbation(clp(model_.get()), perturbation_off);
  Clp_loadProblem(clp(model_.get()), static_cast<int>(columns), static_cast<int>(rows.size()), starts.data(),
                  indexes.data(), values.data(), lower.data(), upper.data(), objective_.data(), sums.data(),
                  sums.data());
  Clp_setOptimizationDirection(clp(model_.get()), -1);
}

Program::Outcome Program::maximise(std::span<const Term> objective) {
  for (const Term& term : objective) objective_[term.cell] = term.coefficient;
  Clp_chgObjCoefficients(clp(model_.get()), objective_.data());
  for (const Term& term : objective) objective_[term.cell] = 0;
  {
    static std::mutex one_at_a_time;  // Clp does not say that threads may solve beside each other
    const std::lock_guard lock(one_at_a_time);
    Clp_primal(clp(model_.get()), 0);
  }
  const int status = Clp_status(clp(model_.get()));
  if (status == status_infeasible) return Outcome::impossible;
  return status == status_unbounded ? Outcome::unbounded : Outcome::optimal;
}

double Program::value(size_t column) const {
  return Clp_primalColumnSolution(clp(model_.get()))[column];
}

double Program::dual(size_t row) const {
  return Clp_dualRowSolution(clp(model_.get()))[row];
}

}  // namespace fvm::tabular
