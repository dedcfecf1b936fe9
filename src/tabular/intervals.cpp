#include "tabular/intervals.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "tabular/components.hpp"

namespace fvm::tabular {
namespace {

constexpr double tolerance = 1e-6, distance_tolerance = 1e-3;

// Hides cells, a round at a time: what is hidden in a round brings new equations into the next.
class Widener {
 public:
  Widener(const System& system, const std::vector<Status>& status, const std::vector<double>& values,
          const Widening& widening)
      : system_(system), values_(values), widening_(widening), left_(status.size()) {
    out_.status = status;
    const uint8_t ways = widening.marks_apart || !widening.distance.empty() ? up | down : up;
    for (Cell cell = 0; cell < status.size(); ++cell) {
      const bool counts = widening.cells.empty() ? status[cell] == Status::sensitive : widening.cells[cell];
      left_[cell] = counts ? ways : 0;
    }
  }

  Result<Widened> run() {
    for (bool first = true;; first = false) {
      low_.clear();
      hide_.clear();
      for (const Component& component : components(system_, out_.status, values_)) TRY(look(component));
      if (first) out_.narrow_before = low_.size();
      out_.narrow = low_.size();
      if (widening_.only_look || hide_.empty()) return std::move(out_);
      for (const Cell cell : hide_) {
        if (out_.status[cell] != Status::open) continue;
        out_.status[cell] = Status::secondary;
        ++out_.added;
        out_.cost += values_[cell];
      }
    }
  }

 private:
  enum Way : uint8_t { up = 1, down = 2 };  // where a cell still has to be able to go

  // All at once, as long as a solution that lifts some cells lifts others too; then halves of them, and
  // halves of these, down to one by one.
  Result<void> look(const Component& component) {
    std::vector<std::vector<uint32_t>> groups{unreached(component)};
    if (groups.front().empty()) return {};
    Program program(bounds(component), component.rows);
    while (!groups.empty()) {
      std::vector<uint32_t> group = std::move(groups.back());
      groups.pop_back();
      std::erase_if(group, [&](uint32_t column) { return left_[component.cells[column]] == 0; });
      if (group.empty()) continue;
      if (group.size() == 1) {
        TRY(look_at(group.front(), program, component));
        continue;
      }
      const size_t before = ways_left(group, component);
      std::vector<Term> wanted;
      for (const uint32_t column : group)
        wanted.push_back({column, (left_[component.cells[column]] & up) != 0 ? 1 : -1});
      TRY(solve(program, wanted, component));
      const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
      const bool halves = ways_left(group, component) == before;
      if (halves) groups.emplace_back(middle, group.end());
      groups.emplace_back(group.begin(), halves ? middle : group.end());
    }
    return {};
  }

  size_t ways_left(const std::vector<uint32_t>& columns, const Component& component) const {
    size_t count = 0;
    for (const uint32_t column : columns)
      count += static_cast<size_t>(std::popcount(left_[component.cells[column]]));
    return count;
  }

  Result<void> look_at(uint32_t column, Program& program, const Component& component) {
    if (!TRY(is_stuck(program, column, component))) return {};
    low_.push_back(component.cells[column]);
    choose(program, component);
    return {};
  }

  // The program's last solution is then the one that shows it.
  Result<bool> is_stuck(Program& program, uint32_t column, const Component& component) {
    const uint8_t& left = left_[component.cells[column]];
    for (const Way way : {up, down}) {
      if ((left & way) == 0) continue;
      const Term term{column, way == up ? 1 : -1};
      TRY(solve(program, {&term, 1}, component));
      const bool other_way_will_do = widening_.marks_apart && way == up;
      if ((left & way) != 0 && !other_way_will_do) return true;
    }
    return false;
  }

  std::vector<Program::Bounds> bounds(const Component& component) const {
    auto out = bounds_of(component, out_.status, told_apart_at());
    for (size_t column = 0; column < out.size() && !widening_.not_empty.empty(); ++column)
      if (widening_.not_empty[component.cells[column]]) out[column].least = std::max(out[column].least, 1.0);
    return out;
  }

  std::vector<uint32_t> unreached(const Component& component) const {
    std::vector<uint32_t> out;
    for (uint32_t column = 0; column < component.cells.size(); ++column)
      if (left_[component.cells[column]] != 0) out.push_back(column);
    return out;
  }

  Result<void> solve(Program& program, std::span<const Term> objective, const Component& component) {
    ++out_.programs;
    const auto outcome = program.maximise(objective);
    if (outcome == Program::Outcome::impossible) return defect("tabular.no_solution");
    if (outcome == Program::Outcome::unbounded) {
      if (objective.size() > 1) return {};
      uint8_t& left = left_[component.cells[objective.front().cell]];
      left = widening_.marks_apart ? 0 : static_cast<uint8_t>(left & ~up);
      return {};
    }
    for (size_t column = 0; column < component.cells.size(); ++column) {
      const Cell cell = component.cells[column];
      if (left_[cell] != 0) left_[cell] &= static_cast<uint8_t>(~reached(cell, program.value(column)));
    }
    return {};
  }

  // Which ways a solution shows to be open.
  uint8_t reached(Cell cell, double value) const {
    if (widening_.marks_apart) return std::abs(value - values_[cell]) >= 1 - tolerance ? up | down : 0;
    if (widening_.distance.empty()) return value >= widening_.threshold - tolerance ? up : 0;
    const double room = widening_.distance[cell] * (1 - distance_tolerance) - tolerance;
    const bool high = value >= values_[cell] + room, low = value <= std::max(tolerance, values_[cell] - room);
    return static_cast<uint8_t>((high ? up : 0) | (low ? down : 0));
  }

  double told_apart_at() const { return widening_.marks_apart ? widening_.threshold : 0; }

  bool may_hide(Cell cell) const {
    if (widening_.marks_apart && values_[cell] < widening_.threshold)
      return false;  // it would get the wrong mark
    if (out_.status[cell] != Status::open || values_[cell] <= 0) return false;
    return widening_.may_hide.empty() || widening_.may_hide[cell];
  }

  // The cheapest open cell that bounds what was maximised; one that is to be hidden anyway costs nothing.
  void choose(const Program& program, const Component& component) {
    prices_.clear();
    for (size_t row = 0; row < component.rows.size(); ++row) {
      const double dual = program.dual(row);
      if (std::abs(dual) < tolerance) continue;
      for (const Term& term : system_.equation(component.equations[row]))
        if (may_hide(term.cell)) prices_.push_back({term.cell, dual * term.coefficient});
    }
    std::sort(prices_.begin(), prices_.end());
    Cell best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < prices_.size();) {
      const Cell cell = prices_[i].first;
      double price = 0;
      for (; i < prices_.size() && prices_[i].first == cell; ++i) price += prices_[i].second;
      if (std::abs(price) < tolerance) continue;
      const bool anyway = std::find(hide_.begin(), hide_.end(), cell) != hide_.end();
      const double cost = anyway ? 0 : values_[cell];
      if (cost < least) least = cost, best = cell;
    }
    if (std::isfinite(least) && least > 0) hide_.push_back(best);
  }

  const System& system_;
  const std::vector<double>& values_;
  const Widening& widening_;
  Widened out_;
  std::vector<uint8_t> left_;  // ways
  std::vector<Cell> low_, hide_;
  std::vector<std::pair<Cell, double>> prices_;
};

}  // namespace

Result<Widened> widen(const System& system, const std::vector<Status>& status,
                      const std::vector<double>& values, const Widening& widening) {
  return Widener(system, status, values, widening).run();
}

Result<std::vector<Interval>> intervals(const System& system, const std::vector<Status>& status,
                                        const std::vector<double>& values, const std::vector<Cell>& cells,
                                        double told_apart_at) {
  std::vector<bool> wanted(system.cells(), false);
  for (const Cell cell : cells) wanted[cell] = true;
  std::vector<Interval> out;
  for (const Component& component : components(system, status, values)) {
    if (std::none_of(component.cells.begin(), component.cells.end(), [&](Cell cell) { return wanted[cell]; }))
      continue;
    Program program(bounds_of(component, status, told_apart_at), component.rows);
    for (uint32_t column = 0; column < component.cells.size(); ++column) {
      if (!wanted[component.cells[column]]) continue;
      Interval found{component.cells[column], 0, std::numeric_limits<double>::infinity()};
      const Term up{column, 1}, down{column, -1};
      const auto highest = program.maximise({&up, 1});
      if (highest == Program::Outcome::impossible) return defect("tabular.no_solution");
      if (highest == Program::Outcome::optimal) found.most = program.value(column);
      program.maximise({&down, 1});
      found.least = program.value(column);
      out.push_back(found);
    }
  }
  return out;
}

}  // namespace fvm::tabular
