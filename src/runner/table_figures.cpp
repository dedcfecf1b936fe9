// Figures of persons' values: sums, means, percentiles, spread, extremes, and what must not be told of them
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
    sums_.resize(job_.columns.size());
    for (const TableMeasure& measure : job_.measures)
      out.figures.push_back(TRY(figure(measure, out.dominated)));
    return out;
  }

 private:
  // value(cell, unit, x0, …) of all cells, totals too.
  Result<void> make_values() {
    std::vector<std::vector<int64_t>> map;
    for (const auto& row : TRY(read_numbers(connection_, "SELECT DISTINCT leaf FROM member")))
      for (const uint32_t cell : tabular::cells_above(shape_, static_cast<uint32_t>(row[0])))
        map.push_back({row[0], cell});
    TRY(connection_.run("CREATE TABLE cell_of(leaf BIGINT, cell BIGINT)"));
    TRY(append_numbers(connection_, "cell_of", map));
    std::string sums;
    for (size_t i = 0; i < job_.columns.size(); ++i) sums += fmt::format(", sum(x{0}) AS x{0}", i);
    return connection_.run("CREATE TABLE value AS SELECT cell, unit" + sums +
                           " FROM member JOIN cell_of ON cell_of.leaf = member.leaf GROUP BY cell, unit");
  }

  Result<CellFigures::Of> figure(const TableMeasure& measure, std::vector<bool>& dominated) {
    using F = TableFigure;
    if (measure.figure == F::percentile) return CellFigures::Of{TRY(percentiles(measure)), {}, false};
    if (measure.figure == F::minimum || measure.figure == F::maximum)
      return CellFigures::Of{TRY(extremes(measure)), {}, false};
    CellFigures::Of out{TRY(sums_of(measure.column, dominated)), {}, true};
    if (measure.figure == F::deviation) return deviations(measure);
    if (measure.figure == F::gini) out.values = TRY(ginis(measure));
    if (measure.figure == F::ratio) {
      const auto below = TRY(sums_of(measure.by, dominated));
      for (size_t i = 0; i < below.size(); ++i)
        out.values[i] = below[i] == 0 ? nothing : out.values[i] / below[i];
    }
    if (measure.figure == F::mean)
      for (size_t i = 0; i < counts_.size(); ++i) out.values[i] /= counts_[i];
    return out;
  }

  Result<std::vector<double>> sums_of(size_t column, std::vector<bool>& dominated) {
    std::vector<double>& sums = sums_[column];
    if (!sums.empty()) return sums;
    sums.assign(shape_.cells(), 0);
    const size_t top = largest_count();
    std::string largest;
    for (size_t i = 1; i <= top; ++i) largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
    auto result = TRY(connection_.query(fmt::format(
        "SELECT cell::BIGINT, total, contributing{2} FROM (SELECT cell, sum(x{0})::DOUBLE AS "
        "total, (count(*) FILTER (x{0} <> 0))::BIGINT AS contributing, max(x{0}, {1}) AS top FROM "
        "value GROUP BY cell)",
        column, top, largest)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto total = chunk.column(1).values<double>();
      const auto contributing = chunk.column(2).values<int64_t>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<uint32_t>(cells[i]);
        sums[cell] = total[i];
        // A sum of which all but a few have nothing is a sum of few.
        const bool few =
            contributing[i] > 0 && static_cast<double>(contributing[i]) < job_.rules.values.threshold();
        if (few ||
            disclosure::is_dominated(contributions(chunk, i, counts_[cell], total[i], 3), job_.rules.values))
          dominated[cell] = true;
      }
    }
    return sums;
  }

  size_t largest_count() const {
    return std::max<size_t>(
        2, static_cast<size_t>(job_.rules.values.at(disclosure::Parameter::sums_dominance_count)));
  }
  // Columns first … of a row: the largest contributions, in falling order.
  disclosure::Contributions contributions(const duck::Chunk& chunk, size_t row, double units, double total,
                                          size_t first) const {
    disclosure::Contributions from{units, total, {}, false};
    for (size_t i = 0; i < largest_count(); ++i)
      from.largest.push_back(chunk.column(first + i).values<double>()[row]);
    return from;
  }

  // With the mean and the number a deviation gives the sum of squares, of which too nobody may give nearly
  // all.
  Result<CellFigures::Of> deviations(const TableMeasure& measure) {
    CellFigures::Of out{std::vector<double>(shape_.cells(), nothing),
                        std::vector<bool>(shape_.cells(), false), true};
    std::string largest;
    for (size_t i = 1; i <= largest_count(); ++i) largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, coalesce(sd, 0)::DOUBLE, squares::DOUBLE{2} FROM (SELECT cell, "
                    "stddev_samp(x{0}) AS "
                    "sd, sum(x{0} * x{0}) AS squares, max(x{0} * x{0}, {1}) AS top FROM value GROUP BY cell)",
                    measure.column, largest_count(), largest)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto deviation = chunk.column(1).values<double>(), squares = chunk.column(2).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<uint32_t>(cells[i]);
        out.values[cell] = deviation[i];
        out.sensitive[cell] = deviation[i] == 0 ||  // all have the mean
                              !disclosure::judge_deviation(counts_[cell], job_.rules.values).may_leave() ||
                              disclosure::is_dominated(contributions(chunk, i, counts_[cell], squares[i], 3),
                                                       job_.rules.values);
      }
    }
    return out;
  }

  // The mean of the most extreme is a sum of theirs: none of them may give nearly all of it.
  Result<std::vector<double>> extremes(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    const auto units = static_cast<int64_t>(
        std::ceil(job_.rules.values.units_min(disclosure::Parameter::extremes_units_min)));
    std::string largest;
    for (size_t i = 1; i <= largest_count(); ++i)
      largest += fmt::format(", coalesce(list_sort(those, 'DESC')[{}], 0)::DOUBLE", i);
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, len(those)::BIGINT, list_sum(those)::DOUBLE{3} FROM (SELECT cell, "
                    "{1}(x{0}, {2}) "
                    "AS those FROM value GROUP BY cell)",
                    measure.column, measure.figure == TableFigure::minimum ? "min" : "max", units, largest)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>(), found = chunk.column(1).values<int64_t>();
      const auto total = chunk.column(2).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto from = contributions(chunk, i, static_cast<double>(found[i]), total[i], 3);
        if (found[i] == units && disclosure::judge_sum(from, job_.rules.values).may_leave())
          out[static_cast<size_t>(cells[i])] = total[i] / static_cast<double>(units);
      }
    }
    return out;
  }

  Result<std::vector<double>> ginis(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    auto result =
        TRY(connection_.query(fmt::format("SELECT cell::BIGINT, round(sum((2 * place - n - 1) * x) / (max(n) "
                                          "* sum(x)), 3)::DOUBLE FROM (SELECT cell, "
                                          "x{0}::DOUBLE AS x, row_number() OVER (PARTITION BY cell ORDER BY "
                                          "x{0}) AS place, count(*) OVER (PARTITION BY "
                                          "cell) AS n FROM value) GROUP BY cell HAVING sum(x) > 0",
                                          measure.column)));
    while (duck::Chunk chunk = TRY(result.next()))
      for (size_t i = 0; i < chunk.rows(); ++i)
        out[static_cast<size_t>(chunk.column(0).values<int64_t>()[i])] = chunk.column(1).values<double>()[i];
    return out;
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
  std::vector<std::vector<double>> sums_;  // of each column that was asked for
};

}  // namespace

Result<CellFigures> make_figures(duck::Connection& connection, const TableJudgement& job,
                                 const tabular::Shape& shape, const std::vector<double>& counts) {
  return Figures(connection, job, shape, counts).make();
}

}  // namespace fvm::runner
