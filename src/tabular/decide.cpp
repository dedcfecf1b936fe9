#include "tabular/decide.hpp"

#include <algorithm>
#include <numeric>

#include "base/beside.hpp"
#include "tabular/intervals.hpp"
#include "tabular/publisher.hpp"

namespace fvm::tabular {
namespace {

constexpr size_t fresh_part = 10;        // of a kind of tables that was not asked for: so many cells are new
constexpr size_t atoms_few = 2000;       // above it, one order of equal cells is enough
constexpr size_t places_few = 10'000;    // and above so many atoms in cells, where these overlap
constexpr size_t tables_tried_max = 16;  // when looking for the one that a cell is hidden for

// Some tables as one system of atoms and cells, for linear programming.
class Assembly {
 public:
  Assembly(const std::vector<double>& atoms, double threshold) : threshold_(threshold), atoms_(atoms.size()) {
    for (const double units : atoms) add(is_small(units) ? Status::sensitive : Status::hidden, units);
  }

  // Its first cell.
  Cell add_table(const CountTable& table) {
    const Shape shape(table.dimensions);
    const auto first = static_cast<Cell>(units_.size());
    for (size_t cell = 0; cell < shape.cells(); ++cell) {
      const bool open = table.counts[cell] == 0 || table.status[cell] == Status::open;
      add(open                           ? Status::open
          : is_small(table.counts[cell]) ? Status::sensitive
                                         : Status::hidden,
          table.counts[cell]);
    }
    std::vector<std::vector<uint32_t>> atoms(shape.cells());
    for (uint32_t atom = 0; atom < table.groups.of_atom.size(); ++atom)
      if (const uint32_t group = table.groups.of_atom[atom]; group != Groups::none)
        for (const uint32_t cell : table.groups.cells[group]) atoms[cell].push_back(atom);
    for (size_t cell = 0; cell < shape.cells(); ++cell)
      if (table.counts[cell] != 0 && !(table.groups.is_additive && shape.leaves(cell) > 1))
        add_sum(first + static_cast<Cell>(cell), atoms[cell]);
    if (table.groups.is_additive) shape.add_equations(system_, first);
    return first;
  }

  // Hides more of the cells from `first` on that may be hidden.
  Result<void> widen_from(Cell first, const CountTable& wanted, std::vector<Status>& status) const {
    Widening widening{.threshold = threshold_, .cells = {}, .may_hide = {}, .not_empty = {}, .distance = {}};
    for (Cell cell = 0; cell < status_.size(); ++cell) {
      widening.cells.push_back(cell >= first && is_small(units_[cell]));
      widening.may_hide.push_back(cell >= first && wanted.counts[cell - first] != 0);
      widening.not_empty.push_back(cell >= atoms_ && units_[cell] > 0);
    }
    const auto widened = TRY(widen(system_, status_, units_, widening)).status;
    for (size_t cell = 0; cell < status.size(); ++cell)
      if (status[cell] == Status::open && widened[first + cell] != Status::open)
        status[cell] = Status::secondary;
    return {};
  }

 private:
  bool is_small(double units) const { return units > 0 && units < threshold_; }
  void add(Status status, double units) {
    status_.push_back(status);
    units_.push_back(units);
    system_.add_cells(1);
  }
  void add_sum(Cell whole, const std::vector<uint32_t>& atoms) {
    std::vector<Term> terms{{whole, -1}};
    for (const uint32_t atom : atoms) terms.push_back({atom, 1});
    system_.add_equation(terms);
  }

  double threshold_;
  size_t atoms_;
  System system_;
  std::vector<Status> status_;
  std::vector<double> units_;
};

// The table with one atom for each of its groups.
CountTable by_groups(const CountTable& table) {
  CountTable out = table;
  out.groups.of_atom.resize(table.groups.cells.size());
  std::iota(out.groups.of_atom.begin(), out.groups.of_atom.end(), 0u);
  return out;
}

// Hides more of `table` (its status decided so far), where linear programming knows too much.
Result<void> widen_table(const std::vector<double>& atoms, const std::vector<CountTable>& named,
                         CountTable& table, const Rules& rules) {
  if (!rules.counts || table.counts.empty() || table.counts.size() >= rules.widened_cells_max) return {};
  size_t size = atoms.size();
  for (const CountTable& each : named) size += each.counts.size();
  auto status = table.status;
  if (size <= rules.joint_max) {
    Assembly assembly(atoms, rules.threshold);
    for (const CountTable& each : named) assembly.add_table(each);
    const Cell first = assembly.add_table(table);
    TRY(assembly.widen_from(first, table, status));
  } else {
    Assembly assembly(sums_of_groups(table.groups, atoms), rules.threshold);
    const Cell first = assembly.add_table(by_groups(table));
    TRY(assembly.widen_from(first, table, status));
  }
  table.status = std::move(status);
  return {};
}

std::vector<bool> open_cells(const std::vector<Status>& status) {
  std::vector<bool> open;
  for (const Status each : status) open.push_back(each == Status::open);
  return open;
}

// Where a unit is in several cells, all is entangled with all: one order costs as much as dozens do
// elsewhere.
unsigned tries_for(const CountTable& table, size_t atoms, const Rules& rules) {
  size_t places = 0;
  for (const uint32_t group : table.groups.of_atom)
    if (group != Groups::none) places += table.groups.cells[group].size();
  const bool is_much = atoms > atoms_few || (!table.groups.is_additive && places > places_few);
  return is_much ? 1 : rules.tries;
}

struct Outcome {
  Published published;
  size_t facts_before = 0;
};

Result<Outcome> judge(Knowledge& known, const CountTable& wanted, const std::vector<CountTable>& named,
                      const Rules& rules) {
  const size_t facts_before = known.facts();
  const unsigned tries = tries_for(wanted, known.units().size(), rules);
  Publisher publisher(known, wanted, named, rules);
  if (publisher.fresh() > wanted.counts.size() / fresh_part) known.weigh(wanted.groups);
  Outcome out{TRY(publisher.run(tries)), facts_before};
  if (out.published.is_told_by_bounds) return out;
  CountTable decided = wanted;
  decided.status = out.published.status;
  TRY(widen_table(known.units(), named, decided, rules));
  known.refuse(publisher.refused(decided.status));
  if (auto after = publisher.take(); tries == 1 && after)
    known.expect(*std::move(after), open_cells(out.published.status));
  out.published.status = std::move(decided.status);
  return out;
}

// Units by their groups in the wanted table and in a released one: sorted pairs as one number each.
std::vector<std::pair<uint64_t, double>> classes_of(const std::vector<double>& units,
                                                    const CountTable& wanted, const CountTable* released) {
  std::vector<std::pair<uint64_t, double>> out;
  for (size_t atom = 0; atom < units.size(); ++atom) {
    const uint64_t other = released == nullptr ? 0 : released->groups.of_atom[atom];
    out.emplace_back(uint64_t{wanted.groups.of_atom[atom]} << 32 | other, units[atom]);
  }
  std::ranges::sort(out);
  size_t classes = 0;
  for (const auto& [groups, in] : out) {
    if (classes > 0 && out[classes - 1].first == groups)
      out[classes - 1].second += in;
    else
      out[classes++] = {groups, in};
  }
  out.resize(classes);
  return out;
}

// The wanted table's cells that would be hidden if only that one had been released, or none.
Result<std::vector<bool>> hidden_with(const std::vector<double>& units, const CountTable& wanted,
                                      const CountTable* released, const Rules& rules) {
  CountTable asked = wanted;
  asked.groups.of_atom.clear();
  asked.owners.clear();
  std::vector<CountTable> named;
  if (released != nullptr) named.push_back(*released), named.back().groups.of_atom.clear();
  std::vector<Knowledge::Part> parts;
  for (const auto& [groups, in] : classes_of(units, wanted, released)) {
    parts.push_back({Knowledge::Part::nobody, in});
    asked.groups.of_atom.push_back(static_cast<uint32_t>(groups >> 32));
    if (released != nullptr) named.back().groups.of_atom.push_back(static_cast<uint32_t>(groups));
  }
  Knowledge known;
  TRY(known.divide(parts));
  if (released != nullptr)
    known.learn(named.back().groups, named.back().counts, open_cells(named.back().status),
                named.back().number);
  const auto outcome = TRY(judge(known, asked, named, rules));
  std::vector<bool> hidden;
  for (const Status status : outcome.published.status) hidden.push_back(status != Status::open);
  return hidden;
}

// They tell the same of the same units.
bool are_alike(const CountTable& one, const CountTable& other) {
  return one.status == other.status && one.groups.of_atom == other.groups.of_atom &&
         one.groups.cells == other.groups.cells;
}

// The newest of which none is like another, newest first.
std::vector<const CountTable*> tables_to_try(const std::vector<CountTable>& named) {
  std::vector<const CountTable*> out;
  for (size_t index = named.size(); index-- > 0 && index + tables_tried_max >= named.size();)
    if (std::ranges::none_of(out, [&](const CountTable* other) { return are_alike(*other, named[index]); }))
      out.push_back(&named[index]);
  return out;
}

// Two tables at a time.
Result<void> find_because_of(const std::vector<double>& units, const CountTable& wanted,
                             const std::vector<CountTable>& named, const Rules& rules, Decision& out) {
  constexpr size_t at_a_time = 2;
  const auto tables = tables_to_try(named);
  for (size_t from = 0; from < tables.size(); from += at_a_time) {
    if (std::ranges::count(out.because_of, Decision::several) == 0) return {};
    const size_t count = std::min(at_a_time, tables.size() - from);
    std::vector<Result<std::vector<bool>>> hidden(count, std::vector<bool>());
    const auto try_table = [&](size_t i) { hidden[i] = hidden_with(units, wanted, tables[from + i], rules); };
    all_beside(count, try_table, units.size() >= atoms_few);
    for (size_t i = 0; i < count; ++i) {
      const auto with = TRY(std::move(hidden[i]));
      for (size_t cell = 0; cell < out.status.size(); ++cell)
        if (out.because_of[cell] == Decision::several && with[cell])
          out.because_of[cell] = tables[from + i]->number;
    }
  }
  return {};
}

Result<void> explain(const std::vector<double>& units, const CountTable& wanted,
                     const std::vector<CountTable>& named, bool any_released, const Rules& rules,
                     const Published& published, Decision& out) {
  out.because_of.assign(out.status.size(), Decision::own);
  bool any = false;
  for (size_t cell = 0; cell < out.status.size(); ++cell) {
    out.because_of[cell] = published.near[cell];
    any = any || (out.status[cell] != Status::open && wanted.counts[cell] >= rules.threshold);
  }
  if (!any_released || !any) return {};
  const auto alone = TRY(hidden_with(units, wanted, nullptr, rules));
  for (size_t cell = 0; cell < out.status.size(); ++cell)
    if (out.status[cell] != Status::open && !alone[cell] && out.because_of[cell] == Decision::own)
      out.because_of[cell] = Decision::several;
  return find_because_of(units, wanted, named, rules, out);
}

}  // namespace

Result<Decision> decide(Knowledge& known, const CountTable& wanted, const std::vector<CountTable>& named,
                        const Rules& rules) {
  const auto agrees = [&](const CountTable& table) {
    return table.groups.of_atom.size() == known.units().size() &&
           sums_of_cells(table.groups, known.units(), table.counts.size()) == table.counts;
  };
  for (const CountTable& table : named)
    if (!agrees(table)) return defect("tabular.counts_differ");
  if (!agrees(wanted)) return defect("tabular.counts_differ");
  if (!wanted.owners.empty() && wanted.owners.size() != known.units().size())
    return defect("tabular.counts_differ");
  const bool any_released = !known.published().empty();
  const Outcome outcome = TRY(judge(known, wanted, named, rules));
  if (outcome.published.is_told_by_bounds) return usage("tabular.told_by_bounds");
  Decision out{.status = outcome.published.status,
               .lost = outcome.published.lost,
               .because_of = {},
               .atoms_searched = outcome.published.atoms_searched,
               .near_unfinished = outcome.published.near_unfinished,
               .facts_before = outcome.facts_before};
  if (rules.counts) TRY(explain(known.units(), wanted, named, any_released, rules, outcome.published, out));
  return out;
}

}  // namespace fvm::tabular
