// Sums, means and percentiles of persons' values, and what must not be told of them
// (../shared/design/disclosure.md, "Rules per statistic"). A person's value in a cell is the sum of its rows.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double hundred = 100;

// 1, 2, 5, 10, 20 … times a power of ten.
class Steps {
 public:
  explicit Steps(double smallest) : exponent_(static_cast<int>(std::floor(std::log10(smallest)))) {}
  double value() const {
    constexpr double factors[] = {1, 2, 5};
    return factors[index_] * std::pow(10.0, exponent_);
  }
  void next() {
    index_ = (index_ + 1) % 3;
    if (index_ == 0) ++exponent_;
  }

 private:
  int exponent_, index_ = 0;
};

// The value at `at` rounded so far that at least `units_min` of its neighbours round to the same.
double rounded(const std::vector<double>& sorted, size_t at, double units_min) {
  const double value = sorted[at];
  const double size = std::max({std::abs(sorted.front()), std::abs(sorted.back()), 1e-9});
  constexpr int digits = 6, steps_max = 30;
  Steps step(size / std::pow(10.0, digits));
  for (int i = 0; i < steps_max; ++i, step.next()) {
    const double shown = std::round(value / step.value()) * step.value();
    const auto shares = [&](double other) {
      return std::round(other / step.value()) * step.value() == shown;
    };
    if (static_cast<double>(std::count_if(sorted.begin(), sorted.end(), shares)) >= units_min) return shown;
  }
  return nothing;
}

class Figures {
 public:
  Figures(duck::Connection& connection, const TableJudgement& job, const tabular::Shape& shape,
          const std::vector<double>& counts)
      : connection_(connection), job_(job), shape_(shape), counts_(counts) {}

  Result<CellFigures> make() {
    CellFigures out{std::vector<bool>(shape_.cells(), false), {}};
    if (job_.measures.empty()) return out;
    TRY(make_values());
    std::vector<std::vector<double>> sums(job_.columns.size());
    for (const TableMeasure& measure : job_.measures) {
      auto& sum = sums[measure.column];
      if (measure.figure != TableFigure::percentile && sum.empty())
        sum = TRY(sums_of(measure.column, out.dominated));
      out.figures.push_back(measure.figure == TableFigure::percentile ? TRY(percentiles(measure)) : sum);
      if (measure.figure != TableFigure::mean) continue;
      auto& figure = out.figures.back();
      for (size_t cell = 0; cell < figure.size(); ++cell) figure[cell] /= counts_[cell];
    }
    return out;
  }

 private:
  // value(cell, unit, x0, …) of all cells, totals too.
  Result<void> make_values() {
    std::vector<std::vector<int64_t>> map;
    for (const auto& row : TRY(read_numbers(connection_, "SELECT DISTINCT leaf FROM member")))
      for (const uint32_t cell : cells_above(shape_, static_cast<uint32_t>(row[0])))
        map.push_back({row[0], cell});
    TRY(connection_.run("CREATE TABLE cell_of(leaf BIGINT, cell BIGINT)"));
    TRY(append_numbers(connection_, "cell_of", map));
    std::string sums;
    for (size_t i = 0; i < job_.columns.size(); ++i) sums += fmt::format(", sum(x{0}) AS x{0}", i);
    return connection_.run("CREATE TABLE value AS SELECT cell, unit" + sums +
                           " FROM member JOIN cell_of ON cell_of.leaf = member.leaf GROUP BY cell, unit");
  }

  Result<std::vector<double>> sums_of(size_t column, std::vector<bool>& dominated) {
    std::vector<double> sums(shape_.cells(), 0);
    const auto top = std::max<size_t>(
        2, static_cast<size_t>(job_.rules.values.at(disclosure::Parameter::sums_dominance_count)));
    std::string largest;
    for (size_t i = 1; i <= top; ++i) largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, total{2} FROM (SELECT cell, sum(x{0})::DOUBLE AS total, max(x{0}, "
                    "{1}) AS top FROM value GROUP BY cell)",
                    column, top, largest)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto total = chunk.column(1).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<uint32_t>(cells[i]);
        sums[cell] = total[i];
        disclosure::Contributions from{counts_[cell], total[i], {}, false};
        for (size_t j = 0; j < top; ++j) from.largest.push_back(chunk.column(2 + j).values<double>()[i]);
        if (disclosure::is_dominated(from, job_.rules.values)) dominated[cell] = true;
      }
    }
    return sums;
  }

  // Of each cell the values next to the one at the percentile: enough to see whether t share it.
  Result<std::vector<double>> percentiles(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    const double threshold = job_.rules.values.units_min(disclosure::Parameter::percentiles_units_min);
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, x{0}::DOUBLE, (place = target)::BIGINT FROM (SELECT cell, x{0}, "
                    "row_number() OVER "
                    "(PARTITION BY cell ORDER BY x{0}) AS place, greatest(1, ceil(count(*) OVER (PARTITION "
                    "BY cell) * {1}))::BIGINT "
                    "AS target FROM value) WHERE abs(place - target) <= {2} ORDER BY cell, place",
                    measure.column, measure.percent / hundred, std::ceil(threshold))));
    std::vector<double> near;
    int64_t of = -1;
    size_t at = 0;
    const auto finish = [&] {
      if (of >= 0) out[static_cast<size_t>(of)] = rounded(near, at, threshold);
      near.clear();
    };
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>(), is_target = chunk.column(2).values<int64_t>();
      const auto values = chunk.column(1).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        if (cells[i] != of) finish();
        of = cells[i];
        if (is_target[i] != 0) at = near.size();
        near.push_back(values[i]);
      }
    }
    finish();
    return out;
  }

  duck::Connection& connection_;
  const TableJudgement& job_;
  const tabular::Shape& shape_;
  const std::vector<double>& counts_;
};

}  // namespace

Result<CellFigures> make_figures(duck::Connection& connection, const TableJudgement& job,
                                 const tabular::Shape& shape, const std::vector<double>& counts) {
  return Figures(connection, job, shape, counts).make();
}

}  // namespace fvm::runner
