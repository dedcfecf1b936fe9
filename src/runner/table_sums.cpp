#include "runner/table_sums.hpp"

#include <algorithm>

#include "tabular/intervals.hpp"

namespace fvm::runner {
namespace {

using tabular::Status;

// Whoever gives nearly all of a hidden sum must not be known to within p percent, nor, by the rule of the
// largest n and k percent, to within what those n lack of it: of a sum itself both are at most so much
// (Hundepool et al., Statistical Disclosure Control, 4.2.2: protection levels).
Result<std::vector<Status>> widened(const tabular::System& system, const tabular::Shape& shape,
                                    const disclosure::RuleValues& rules, std::vector<Status> status,
                                    std::vector<double> sums) {
  constexpr double percent = 100, largest_scaled = 1e6;
  if (shape.cells() > sums_widened_cells_max) return status;
  const double share = std::max(rules.at(disclosure::Parameter::sums_p_percent) / percent,
                                percent / rules.at(disclosure::Parameter::sums_dominance_percent) - 1);
  shape.add_up(sums);  // to the last digit
  const double largest = *std::max_element(sums.begin(), sums.end());
  if (largest <= 0) return status;
  tabular::Widening widening{.cells = {}, .may_hide = {}, .not_empty = {}, .distance = {}};
  for (double& sum : sums) {
    sum *= largest_scaled / largest;
    widening.distance.push_back(share * sum);
  }
  return TRY(tabular::widen(system, status, sums, widening)).status;
}

}  // namespace

Result<std::vector<bool>> open_sums(const tabular::Shape& shape, const JudgedTable& table,
                                    const disclosure::RuleValues& rules, const std::vector<bool>& sensitive,
                                    const std::vector<double>& sums) {
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
  auto status = tabular::suppress(request).status;
  if (!sums.empty()) status = TRY(widened(system, shape, rules, std::move(status), sums));
  std::vector<bool> open;
  for (const Status each : status) open.push_back(each == Status::open);
  return open;
}

}  // namespace fvm::runner
