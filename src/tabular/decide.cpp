#include "tabular/decide.hpp"

#include "tabular/intervals.hpp"
#include "tabular/sets.hpp"

namespace fvm::tabular {
namespace {

constexpr int32_t for_itself = -1;
constexpr size_t atoms_few = 2000;       // above it, one order of equal cells is enough
constexpr size_t tables_tried_max = 16;  // when looking for the one that a cell is hidden for

// Everything known and asked about some tables, as one system: atoms, cells, and sets that must not be told.
class Assembly {
 public:
  Assembly(const std::vector<Atom>& atoms, const Rules& rules) : atoms_(atoms), rules_(rules) {
    for (const Atom& atom : atoms) add(is_small(atom.units) ? Status::sensitive : Status::hidden, atom.units);
  }

  // Its first cell. `is_released`: what is not open is hidden for good.
  Cell add_table(const CountTable& table, const Sets& sets, bool is_released) {
    const Shape shape(table.dimensions);
    const auto first = static_cast<Cell>(units_.size());
    for (size_t cell = 0; cell < shape.cells(); ++cell)
      add(status_of(table, cell, is_released), table.counts[cell]);
    for (size_t cell = 0; cell < shape.cells(); ++cell) {
      if (table.counts[cell] == 0 || (sets.is_additive && shape.leaves(cell) > 1)) continue;
      add_sum(first + static_cast<Cell>(cell), sets.atoms[cell]);
    }
    if (sets.is_additive) shape.add_equations(system_, first);
    return first;
  }

  void keep(Cell cell) {
    if (status_[cell] == Status::candidate) status_[cell] = Status::sensitive;
  }
  bool is_small(double units) const { return units > 0 && units < rules_.threshold; }
  Cell cells() const { return static_cast<Cell>(status_.size()); }

  // The cells from `wanted` on are those asked for.
  Result<Protection> protect(Cell wanted) const {
    Protection out = suppress(request());
    const size_t asked = status_.size() - wanted;
    if (asked == 0 || asked >= rules_.widened_cells_max) return out;
    Widening widening{.threshold = rules_.threshold, .cells = {}, .may_hide = {}};
    for (Cell cell = 0; cell < status_.size(); ++cell) {
      widening.cells.push_back(cell >= wanted && is_small(units_[cell]));
      widening.may_hide.push_back(cell >= wanted && status_[cell] == Status::candidate);
    }
    out.status = TRY(widen(system_, out.status, units_, widening)).status;
    return out;
  }

 private:
  Request request() const {
    Request request{.system = system_,
                    .status = status_,
                    .rank = units_,
                    .insiders = {},
                    .tries = atoms_.size() > atoms_few ? 1 : rules_.tries,
                    .atoms = atoms_.size(),
                    .threshold = rules_.threshold};
    if (rules_.insiders)
      for (const double units : units_) request.insiders.push_back(units == 1);
    return request;
  }

  Cell add(Status status, double units) {
    status_.push_back(status);
    units_.push_back(units);
    return system_.add_cells(1);
  }

  void add_sum(Cell whole, const std::vector<uint32_t>& atoms) {
    std::vector<Term> terms{{whole, -1}};
    for (const uint32_t atom : atoms) terms.push_back({atom, 1});
    system_.add_equation(terms);
  }

  Status status_of(const CountTable& table, size_t cell, bool is_released) const {
    const double units = table.counts[cell];
    if (units == 0) return Status::open;
    if (is_released && table.status[cell] == Status::open) return Status::open;
    if (is_small(units)) return Status::sensitive;
    if (is_released) return Status::hidden;
    return table.status.empty() || table.status[cell] != Status::sensitive ? Status::candidate
                                                                           : Status::sensitive;
  }

  const std::vector<Atom>& atoms_;
  const Rules& rules_;
  System system_;
  std::vector<Status> status_;
  std::vector<double> units_;
};

class Decider {
 public:
  Decider(const std::vector<CountTable>& released, const CountTable& wanted, const std::vector<Atom>& atoms,
          const Rules& rules)
      : released_(released), wanted_(wanted), atoms_(atoms), rules_(rules) {
    for (uint32_t i = 0; i < released.size(); ++i) sets_.push_back(sets_of(released[i], i, atoms));
    sets_.push_back(sets_of(wanted, static_cast<uint32_t>(released.size()), atoms));
  }

  Result<Decision> run() {
    for (size_t i = 0; i < released_.size(); ++i) TRY(check(released_[i], sets_[i]));
    TRY(check(wanted_, sets_.back()));
    std::vector<size_t> all;
    for (size_t i = 0; i < released_.size(); ++i) all.push_back(i);
    Decision out;
    const Protection before = TRY(protect(all, false)).first;
    const auto [after, first] = TRY(protect(all, true));
    out.lost = before.lost.size() + before.lost_sets;
    out.atoms_searched = after.atoms_searched;
    out.facts_before = atoms_.size() - before.freedom;
    out.facts = atoms_.size() - after.freedom;
    out.status.assign(after.status.begin() + first,
                      after.status.begin() + first + static_cast<ptrdiff_t>(cells()));
    TRY(explain(out));
    return out;
  }

 private:
  size_t cells() const { return wanted_.counts.size(); }

  Result<void> check(const CountTable& table, const Sets& sets) const {
    bool agree = table.counts.size() == sets.atoms.size();
    for (size_t cell = 0; agree && cell < sets.atoms.size(); ++cell)
      agree = units_of(sets.atoms[cell], atoms_) == table.counts[cell];
    return agree ? Result<void>() : defect("tabular.counts_differ");
  }

  // With those released tables; and where the wanted one's cells begin.
  using Protected = std::pair<Protection, ptrdiff_t>;
  Result<Protected> protect(const std::vector<size_t>& which, bool with_wanted) const {
    Assembly assembly(atoms_, rules_);
    for (const size_t index : which) assembly.add_table(released_[index], sets_[index], true);
    if (!with_wanted) return Protected(TRY(assembly.protect(assembly.cells())), 0);
    const Cell first = assembly.add_table(wanted_, sets_.back(), false);
    for (const size_t index : which) compare(index, first, assembly);
    return Protected(TRY(assembly.protect(first)), first);
  }

  // Two cells that differ by a few units must not both be told, in whatever way they differ: the same query a
  // month later, one row less, another name for nearly the same.
  void compare(size_t index, Cell first, Assembly& assembly) const {
    const CountTable& before = released_[index];
    for (const auto& [pair, units] : overlaps(sets_[index], sets_.back(), atoms_)) {
      const auto [a, b] = pair;
      const double apart = before.counts[a] + wanted_.counts[b] - 2 * units;
      if (before.status[a] == Status::open && assembly.is_small(apart)) assembly.keep(first + b);
    }
  }

  Result<void> explain(Decision& out) const {
    out.because_of.assign(cells(), for_itself);
    // Small cells are hidden for what they are.
    bool any = false;
    for (size_t cell = 0; cell < cells(); ++cell)
      any = any || (out.status[cell] != Status::open && wanted_.counts[cell] >= rules_.threshold);
    if (released_.empty() || !any) return {};
    const auto hidden_with = [&](const std::vector<size_t>& which) -> Result<std::vector<bool>> {
      const auto [protection, first] = TRY(protect(which, true));
      std::vector<bool> hidden;
      for (size_t cell = 0; cell < cells(); ++cell)
        hidden.push_back(protection.status[static_cast<size_t>(first) + cell] != Status::open);
      return hidden;
    };
    const auto alone = TRY(hidden_with({}));
    any = false;
    for (size_t cell = 0; cell < cells(); ++cell) {
      if (out.status[cell] == Status::open || alone[cell]) continue;
      out.because_of[cell] = static_cast<int32_t>(released_.size());
      any = true;
    }
    for (size_t index = released_.size(); any && index-- > 0;) {
      if (released_.size() > tables_tried_max && index + tables_tried_max < released_.size()) break;
      const auto with = TRY(hidden_with({index}));
      for (size_t cell = 0; cell < cells(); ++cell)
        if (out.because_of[cell] == static_cast<int32_t>(released_.size()) && with[cell])
          out.because_of[cell] = static_cast<int32_t>(index);
    }
    return {};
  }

  const std::vector<CountTable>& released_;
  const CountTable& wanted_;
  const std::vector<Atom>& atoms_;
  const Rules& rules_;
  std::vector<Sets> sets_;
};

}  // namespace

Result<Decision> decide(const std::vector<CountTable>& released, const CountTable& wanted,
                        const std::vector<Atom>& atoms, const Rules& rules) {
  return Decider(released, wanted, atoms, rules).run();
}

}  // namespace fvm::tabular
