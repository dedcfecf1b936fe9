// Figures of persons' values: sums, means, percentiles, spread, extremes, and what must not be told of them
// (../shared/design/disclosure.md, "Rules per statistic"). A person's value in a cell is the sum of its rows.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"
#include "runner/table_percentile.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double hundred = 100;

class Figures {
 public:
  Figures(duck::Connection& connection, const TableJudgement& job, const tabular::Shape& shape,
          const std::vector<double>& counts)
      : connection_(connection), job_(job), shape_(shape), counts_(counts) {}

  Result<CellFigures> make() {
    CellFigures out{std::vector<bool>(shape_.cells(), false), {}, {}};
    if (job_.measures.empty()) return out;
    TRY(make_values());
    sums_.resize(job_.columns.size());
    for (const TableMeasure& measure : job_.measures)
      out.figures.push_back(TRY(figure(measure, out.dominated)));
    out.sums = std::move(sums_);
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
    TRY(connection_.run("CREATE TABLE value AS SELECT cell, unit" + sums +
                        " FROM member JOIN cell_of ON cell_of.leaf = member.leaf GROUP BY cell, unit"));
    // Whom each value is of: nobody is two.
    return connection_.run(
        job_.holders.empty()
            ? "CREATE VIEW held AS SELECT *, unit AS holder FROM value"
            : "CREATE VIEW held AS SELECT value.*, coalesce(holder_of.holder, -1 - value.unit) "
              "AS holder FROM value LEFT JOIN holder_of USING (unit)");
  }

  Result<CellFigures::Of> figure(const TableMeasure& measure, std::vector<bool>& dominated) {
    using F = TableFigure;
    if (measure.figure == F::percentile) return CellFigures::Of{TRY(percentiles(measure)), {}, false};
    if (measure.figure == F::mode) return CellFigures::Of{TRY(modes(measure)), {}, false};
    if (measure.figure == F::minimum || measure.figure == F::maximum)
      return CellFigures::Of{TRY(extremes(measure)), {}, false};
    CellFigures::Of out{TRY(sums_of(measure.column, dominated)), {}, true};
    if (measure.figure == F::deviation) return deviations(measure);
    if (measure.figure == F::gini) out = {TRY(ginis(measure)), TRY(few_valued(measure.column)), true};
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
    const double least = TRY(least_of(column));
    auto result = TRY(connection_.query(fmt::format(
        "SELECT cell::BIGINT, total, contributing, above{2} FROM (SELECT cell, sum(x{0})::DOUBLE AS "
        "total, (count(*) FILTER (x{0} <> 0))::BIGINT AS contributing, (count(*) FILTER (x{0} > "
        "{3}::DOUBLE))::BIGINT AS above, max(x{0}, {1}) AS top FROM value GROUP BY cell)",
        column, top, largest, least)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto total = chunk.column(1).values<double>();
      const auto contributing = chunk.column(2).values<int64_t>(), above = chunk.column(3).values<int64_t>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<uint32_t>(cells[i]);
        sums[cell] = total[i];
        // A sum of which all but a few have nothing is a sum of few; so is what is above what all have.
        const auto own = contributions(chunk, i, counts_[cell], total[i], 4);
        if (is_few(contributing[i]) || is_few(above[i]) || disclosure::is_dominated(own, job_.rules.values) ||
            disclosure::is_dominated(above_least(own, least), job_.rules.values))
          dominated[cell] = true;
      }
    }
    return sums;
  }

  const char* count_of_holders() const {
    return job_.holders.empty() ? "count(*)" : "count(DISTINCT holder)";
  }
  bool is_few(int64_t units) const {
    return units > 0 && static_cast<double>(units) < job_.rules.values.threshold();
  }

  // The same contributions less what everybody has: a million added to each hides nobody.
  static disclosure::Contributions above_least(disclosure::Contributions from, double least) {
    from.total -= least * from.units;
    for (double& each : from.largest) each = std::max(0.0, each - least);
    return from;
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
  // all; nor of those of the distances from the mean.
  Result<CellFigures::Of> deviations(const TableMeasure& measure) {
    CellFigures::Of out{std::vector<double>(shape_.cells(), nothing), TRY(few_valued(measure.column)), true};
    const size_t top = largest_count();
    std::string ends;
    for (const char* list : {"high", "low"})
      for (size_t i = 1; i <= top; ++i) ends += fmt::format(", coalesce({}[{}], mean)::DOUBLE", list, i);
    auto result = TRY(connection_.query(fmt::format(
        "SELECT cell::BIGINT, coalesce(sd, 0)::DOUBLE, mean, squares::DOUBLE{2} FROM (SELECT cell, "
        "stddev_samp(x{0}) AS sd, avg(x{0})::DOUBLE AS mean, sum(x{0} * x{0}) AS squares, "
        "max(x{0}, {1}) AS high, min(x{0}, {1}) AS low FROM value GROUP BY cell)",
        measure.column, top, ends)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto deviation = chunk.column(1).values<double>(), mean = chunk.column(2).values<double>(),
                 squares = chunk.column(3).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<uint32_t>(cells[i]);
        disclosure::Contributions raw{counts_[cell], squares[i], {}, false};
        disclosure::Contributions distances{counts_[cell], 0, {}, false};
        for (size_t k = 0; k < 2 * top; ++k) {
          const double value = chunk.column(4 + k).values<double>()[i];
          if (k < top) raw.largest.push_back(value * value);
          distances.largest.push_back((value - mean[i]) * (value - mean[i]));
        }
        std::sort(distances.largest.rbegin(), distances.largest.rend());
        distances.largest.resize(top);
        distances.total = deviation[i] * deviation[i] * (counts_[cell] - 1);
        out.values[cell] = deviation[i];
        out.sensitive[cell] = out.sensitive[cell] || deviation[i] == 0 ||  // all have the mean
                              !disclosure::judge_deviation(counts_[cell], job_.rules.values).may_leave() ||
                              disclosure::is_dominated(raw, job_.rules.values) ||
                              disclosure::is_dominated(distances, job_.rules.values);
      }
    }
    TRY(add_squares_of_holders(measure.column, out.sensitive));
    return out;
  }

  // The same, of all that each holding gives to either.
  Result<void> add_squares_of_holders(size_t column, std::vector<bool>& sensitive) {
    if (job_.holders.empty()) return {};
    for (const char* square : {"x * x", "(x - mean) * (x - mean)"}) {
      std::string largest;
      for (size_t i = 1; i <= largest_count(); ++i)
        largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
      auto result = TRY(connection_.query(fmt::format(
          "SELECT cell::BIGINT, holders::DOUBLE, total::DOUBLE{3} FROM (SELECT cell, count(*) AS holders, "
          "sum(square) AS total, max(square, {2}) AS top FROM (SELECT cell, holder, sum({1}) AS square FROM "
          "(SELECT cell, holder, x{0}::DOUBLE AS x, avg(x{0}::DOUBLE) OVER (PARTITION BY cell) AS mean FROM "
          "held) GROUP BY cell, holder) GROUP BY cell)",
          column, square, largest_count(), largest)));
      while (duck::Chunk chunk = TRY(result.next())) {
        const auto cells = chunk.column(0).values<int64_t>();
        const auto holders = chunk.column(1).values<double>(), total = chunk.column(2).values<double>();
        for (size_t i = 0; i < chunk.rows(); ++i)
          if (disclosure::is_dominated(contributions(chunk, i, holders[i], total[i], 3), job_.rules.values))
            sensitive[static_cast<size_t>(cells[i])] = true;
      }
    }
    return {};
  }

  // The mean of the most extreme is a sum of theirs: none of them may give nearly all of it.
  Result<std::vector<double>> extremes(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    const auto units = static_cast<int64_t>(
        std::ceil(job_.rules.values.units_min(disclosure::Parameter::extremes_units_min)));
    const bool is_least = measure.figure == TableFigure::minimum;
    const double nothing_less = is_least ? 0 : TRY(least_of(measure.column));
    std::string largest;
    for (size_t i = 1; i <= largest_count(); ++i)
      largest += fmt::format(", coalesce(list_sort(those, 'DESC')[{}], 0)::DOUBLE", i);
    const std::string with_any =
        is_least ? "greatest(0, len(those) - nothing)" : "least(len(those), units - nothing)";
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, len(those)::BIGINT, list_sum(those)::DOUBLE, ({4})::BIGINT{3} FROM "
                    "(SELECT cell, count(*) AS units, count(*) FILTER (x{0} <= {5}::DOUBLE) AS nothing, "
                    "{1}(x{0}, {2}) AS those FROM value GROUP BY cell)",
                    measure.column, is_least ? "min" : "max", units, largest, with_any, nothing_less)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>(), found = chunk.column(1).values<int64_t>(),
                 some = chunk.column(3).values<int64_t>();
      const auto total = chunk.column(2).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        // How many of them have anything is no more to be told than how many of a cell.
        const auto from = contributions(chunk, i, static_cast<double>(found[i]), total[i], 4);
        if (disclosure::judge_extreme(from.units, job_.rules.values).may_leave() && !is_few(some[i]) &&
            disclosure::judge_sum(from, job_.rules.values).may_leave())
          out[static_cast<size_t>(cells[i])] = total[i] / static_cast<double>(units);
      }
    }
    TRY(hide_extremes_of_holders(measure, units, out));
    return out;
  }

  // The most extreme must be of as many holdings, none of which gives nearly all. Of equal ones at the end of
  // the list any may be in it, so those of the fewest are.
  Result<void> hide_extremes_of_holders(const TableMeasure& measure, int64_t units,
                                        std::vector<double>& out) {
    if (job_.holders.empty()) return {};
    std::string largest;
    for (size_t i = 1; i <= largest_count(); ++i) largest += fmt::format(", coalesce(top[{}], 0)::DOUBLE", i);
    auto result = TRY(connection_.query(fmt::format(
        "SELECT cell::BIGINT, holders::DOUBLE, total::DOUBLE{3} FROM (SELECT cell, count(*) AS holders, "
        "sum(part) AS total, max(part, {4}) AS top FROM (SELECT cell, holder, sum(x) AS part FROM (SELECT "
        "cell, "
        "holder, x, row_number() OVER (PARTITION BY cell ORDER BY x {1}, most DESC, holder) AS place FROM "
        "(SELECT cell, holder, x{0}::DOUBLE AS x, count(*) OVER (PARTITION BY cell, holder) AS most FROM "
        "held)) "
        "WHERE place <= {2} GROUP BY cell, holder) GROUP BY cell)",
        measure.column, measure.figure == TableFigure::minimum ? "ASC" : "DESC", units, largest,
        largest_count())));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>();
      const auto holders = chunk.column(1).values<double>(), total = chunk.column(2).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto from = contributions(chunk, i, holders[i], total[i], 3);
        if (!disclosure::judge_extreme(holders[i], job_.rules.values).may_leave() ||
            (total[i] > 0 && disclosure::is_dominated(from, job_.rules.values)))
          out[static_cast<size_t>(cells[i])] = nothing;
      }
    }
    return {};
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

  Result<std::vector<double>> percentiles(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    std::vector<HeldValue> held;
    int64_t of = -1;
    const auto finish = [&] {
      if (of >= 0) {
        const double units = counts_[static_cast<size_t>(of)];
        const double target = std::max(1.0, std::ceil(units * (measure.percent / hundred)));
        out[static_cast<size_t>(of)] = percentile(held, target, job_.rules.values);
      }
      held.clear();
    };
    auto result = TRY(connection_.query(
        fmt::format("SELECT cell::BIGINT, x{0}::DOUBLE AS x, {1}::BIGINT AS who, count(*)::BIGINT FROM held "
                    "GROUP BY 1, 2, 3 ORDER BY 1, 2",
                    measure.column, job_.holders.empty() ? "0" : "holder"),
        duck::Fetch::streaming));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>(), who = chunk.column(2).values<int64_t>(),
                 units = chunk.column(3).values<int64_t>();
      const auto values = chunk.column(1).values<double>();
      for (size_t i = 0; i < chunk.rows(); ++i) {
        if (cells[i] != of) finish();
        of = cells[i];
        if (held.empty() || held.back().value != values[i]) held.push_back({values[i], 0, {}});
        held.back().units += static_cast<double>(units[i]);
        if (!job_.holders.empty()) held.back().holders.push_back(who[i]);
      }
    }
    finish();
    return out;
  }

  // Of several that as many have, the least. Where few values are left to choose from, that it is hidden
  // would tell, too.
  Result<std::vector<double>> modes(const TableMeasure& measure) {
    std::vector<double> out(shape_.cells(), nothing);
    const auto few = TRY(few_valued(measure.column));
    auto result = TRY(connection_.query(fmt::format(
        "SELECT cell::BIGINT, x::DOUBLE, n::BIGINT, holders::BIGINT, all_holders::BIGINT FROM (SELECT cell, "
        "x{0} AS x, count(*) AS n, {1} AS holders, row_number() OVER (PARTITION BY cell ORDER BY count(*) "
        "DESC, x{0}) AS place FROM held GROUP BY cell, x{0}) JOIN (SELECT cell, {1} AS all_holders FROM held "
        "GROUP BY cell) USING (cell) WHERE place = 1",
        measure.column, count_of_holders())));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto cells = chunk.column(0).values<int64_t>(), units = chunk.column(2).values<int64_t>(),
                 holders = chunk.column(3).values<int64_t>(), all_holders = chunk.column(4).values<int64_t>();
      const auto values = chunk.column(1).values<double>();
      const auto may_leave = [&](double with_it, double all) {
        return disclosure::judge_mode(with_it, all, job_.rules.values).may_leave();
      };
      for (size_t i = 0; i < chunk.rows(); ++i) {
        const auto cell = static_cast<size_t>(cells[i]);
        if (!few[cell] && may_leave(static_cast<double>(units[i]), counts_[cell]) &&
            may_leave(static_cast<double>(holders[i]), static_cast<double>(all_holders[i])))
          out[cell] = values[i];
      }
    }
    return out;
  }

  // Cells in which a column has few different values, one of them with few persons. Number, mean and spread
  // together then say how many have each: three values and three equations.
  Result<std::vector<bool>> few_valued(size_t column) {
    constexpr int kinds_min = 10;
    std::vector<bool> out(shape_.cells(), false);
    const auto found = TRY(read_numbers(
        connection_,
        fmt::format("SELECT cell FROM (SELECT cell, {3} AS n FROM held GROUP BY cell, x{0}) GROUP BY "
                    "cell HAVING count(*) < {1} AND min(n) < {2}",
                    column, kinds_min, job_.rules.values.threshold(), count_of_holders())));
    for (const auto& row : found) out[static_cast<size_t>(row[0])] = true;
    return out;
  }

  // The least value that anybody in the table has: what everybody is known to have at least.
  Result<double> least_of(size_t column) {
    auto result =
        TRY(connection_.query(fmt::format("SELECT coalesce(min(x{}), 0)::DOUBLE FROM value", column)));
    const duck::Chunk chunk = TRY(result.next());
    return chunk.column(0).values<double>()[0];
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
