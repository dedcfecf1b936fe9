#include "runner/table_others.hpp"

#include <algorithm>

namespace fvm::runner {
namespace {

using tabular::Status;

bool is_few(double units, double threshold) {
  return units > 0 && units < threshold;
}

// Whatever figure is made of a column: its sum must not be that of few.
TableJudgement with_sums(const TableJudgement& job) {
  TableJudgement out = job;
  out.measures.clear();
  for (const TableMeasure& measure : job.measures)
    for (const size_t column : measure.sums())
      out.measures.push_back({TableFigure::sum, column, column, measure.percent});
  return out;
}

}  // namespace

Result<TableUnitCounts> TableOther::open() {
  constexpr uint64_t share = 4;  // of the memory that the job has
  database_ = TRY(duck::Database::open({.memory_mib = std::max<uint64_t>(job_.engine.memory_mib / share, 64),
                                        .threads = job_.engine.threads,
                                        .temporary = job_.engine.output + "/temporary",
                                        .preserve_insertion_order = false}));
  connection_ = TRY(database_->connect());
  units_ = TRY(read_units(*connection_, job_, combinations_.size()));
  leave_out(units_, nobody_);
  single_ = units_.single;
  return count_units(units_, combinations_, job_);
}

Result<TableOther::Forbidden> TableOther::forbid(const tabular::Shape& shape,
                                                 const std::vector<uint32_t>& leaf_of) {
  shape_ = shape;
  const size_t cells = shape.cells();
  if (is_there()) {
    TRY(open_pairs(*connection_, job_));
    TRY(make_member(*connection_, job_, leaf_of, nobody_, single_));
  }
  atoms_ = TRY(make_atoms(world_, *connection_, job_, std::move(units_), leaf_of, cells));
  groups_ = tabular::groups_of(shape, atoms_.wanted);
  counts_ = tabular::sums_of_cells(groups_, atoms_.known.units(), cells);
  Forbidden out{std::vector<bool>(cells, false), std::vector<bool>(cells, false), {}};
  out.dominated = has_columns() ? TRY(make_figures(*connection_, with_sums(job_), shape, counts_)).dominated
                                : std::vector<bool>(cells, false);
  tabular::CountTable wanted{shape.dimensions(), counts_, {}, groups_, job_.number};
  for (const bool is_dominated : out.dominated)
    wanted.status.push_back(is_dominated ? Status::sensitive : Status::candidate);
  const auto released = TRY(released_tables(job_, atoms_));
  const auto decision = TRY(tabular::decide(atoms_.known, wanted, released, job_.rules.counts));
  for (size_t cell = 0; cell < cells; ++cell) {
    out.few[cell] = is_few(counts_[cell], job_.rules.counts.threshold);
    out.cells[cell] = counts_[cell] > 0 && decision.status[cell] != Status::open;
  }
  if (!is_there()) return out;
  values_.emplace(world_, *connection_, job_, *shape_);
  TRY(values_->open());
  std::vector<bool> allowed;
  for (const bool is_forbidden : out.cells) allowed.push_back(!is_forbidden);
  const auto told = TRY(values_->judge_numbers(allowed));
  for (size_t cell = 0; cell < cells; ++cell)
    out.cells[cell] = out.cells[cell] || (counts_[cell] > 0 && !told[cell]);
  return out;
}

Result<std::map<size_t, std::vector<bool>>> TableOther::judge_values(const std::vector<bool>& wanted) {
  if (!has_columns()) return std::map<size_t, std::vector<bool>>();
  return values_->judge_all([&](size_t) { return wanted; });
}

Result<JudgedTable::Other> TableOther::finish(const std::vector<bool>& told) {
  atoms_.known.learn(groups_, counts_, told, job_.number);
  TRY(write_knowledge(world_, job_, atoms_.known));
  if (values_) TRY(values_->write());
  return JudgedTable::Other{atoms_.known.facts(), values_.has_value()};
}

void name_for_all(const TableUnitCounts& others, double threshold, TableUnitCounts& counted) {
  constexpr uint64_t one = 1;
  for (size_t i = 0; i < counted.values.size(); ++i) {
    std::map<std::pair<TableCodes::Text, TableCodes::Text>, uint64_t> units;
    for (const TableValue& value : others.values[i]) units[{value.value, value.parent}] = value.units;
    for (TableValue& value : counted.values[i]) {
      const auto found = units.find({value.value, value.parent});
      if (found != units.end() && is_few(static_cast<double>(found->second), threshold))
        value.units = std::min(value.units, one);
    }
    for (auto& [parent, number] : counted.parents[i]) {
      const auto found = others.parents[i].find(parent);
      if (found != others.parents[i].end() && is_few(static_cast<double>(found->second), threshold))
        number = std::min(number, one);
    }
  }
}

}  // namespace fvm::runner
