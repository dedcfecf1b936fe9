#include "runner/table_sums.hpp"

#include <algorithm>

#include "tabular/intervals.hpp"

namespace fvm::runner {
namespace {

using tabular::Status;

constexpr double percent = 100, largest_scaled = 1e6;

// Whoever gives nearly all of a hidden sum must not be known to within p percent, nor, by the rule of the
// largest n and k percent, to within what those n lack of it: of a sum itself both are at most so much
// (Hundepool et al., Statistical Disclosure Control, 4.2.2: protection levels).
double share_of_distance(const disclosure::RuleValues& rules) {
  return std::max(rules.at(disclosure::Parameter::sums_p_percent) / percent,
                  percent / rules.at(disclosure::Parameter::sums_dominance_percent) - 1);
}

}  // namespace

std::vector<Status> protect_sums(const tabular::Shape& shape, const JudgedTable& table,
                                 const std::vector<bool>& sensitive) {
  tabular::System system;
  system.add_cells(shape.cells());
  shape.add_equations(system, 0);
  tabular::Request request{.system = system, .status = {}, .rank = table.counts, .insiders = {}};
  for (size_t cell = 0; cell < shape.cells(); ++cell) {
    const auto mark = static_cast<TableMark>(table.marks[cell]);
    const bool is_empty = table.counts[cell] == 0;
    const bool told = mark == TableMark::open && !(!is_empty && !sensitive.empty() && sensitive[cell]);
    request.status.push_back(told                           ? is_empty ? Status::open : Status::candidate
                             : mark == TableMark::secondary ? Status::hidden
                                                            : Status::sensitive);
  }
  return tabular::suppress(request).status;
}

Result<std::vector<bool>> open_sums(const tabular::Shape& shape, const disclosure::RuleValues& rules,
                                    std::vector<Status> protection, std::vector<double> sums) {
  if (sums.empty() || shape.cells() > sums_widened_cells_max) return are_open(protection);
  shape.add_up(sums);  // to the last digit
  const double largest = *std::max_element(sums.begin(), sums.end());
  if (largest <= 0) return are_open(protection);
  tabular::System system;
  system.add_cells(shape.cells());
  shape.add_equations(system, 0);
  tabular::Widening widening{.cells = {}, .may_hide = {}, .not_empty = {}, .distance = {}};
  for (double& sum : sums) {
    sum *= largest_scaled / largest;
    widening.distance.push_back(share_of_distance(rules) * sum);
  }
  return are_open(TRY(tabular::widen(system, protection, sums, widening)).status);
}

std::vector<bool> are_open(const std::vector<Status>& status) {
  std::vector<bool> open;
  for (const Status each : status) open.push_back(each == Status::open);
  return open;
}

}  // namespace fvm::runner
