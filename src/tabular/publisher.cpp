#include "tabular/publisher.hpp"

#include <algorithm>

#include "base/mix.hpp"
#include "tabular/bounds.hpp"
#include "tabular/freedom.hpp"
#include "tabular/owners.hpp"

namespace fvm::tabular {

Publisher::Publisher(const Knowledge& known, const CountTable& table, const std::vector<CountTable>& named,
                     const Rules& rules)
    : known_(known),
      changes_(known.changes()),
      table_(table),
      rules_(rules),
      atoms_(known.units().size()),
      units_(known.units()),
      before_(with_cells(changes_.prints())),
      near_(table.counts.size(), 0),
      marks_(known.marks_of(table.groups, table.counts.size())) {
  for (size_t atom = 0; atom < atoms_; ++atom) is_secret_.push_back(is_small(units_[atom]));
  for (size_t cell = 0; cell < table.counts.size(); ++cell) {
    const double units = table.counts[cell];
    const bool forbidden = !table.status.empty() && table.status[cell] == Status::sensitive;
    base_.push_back(units == 0                     ? Status::open
                    : is_small(units) || forbidden ? Status::sensitive
                                                   : Status::candidate);
  }
  units_.insert(units_.end(), table.counts.begin(), table.counts.end());
  recall();
  find_near(named);
  find_near_to_owners(named);
  seen_single_ = known.seen_single(table.groups, table.counts);
  for (const Status status : base_) is_secret_.push_back(status == Status::sensitive);
}

// What was refused by rules as strict as these.
void Publisher::recall() {
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    if (base_[cell] != Status::candidate || is_known(cell)) continue;
    const auto* refused = known_.refused(marks_[cell]);
    if (refused == nullptr || refused->threshold > rules_.threshold ||
        (refused->insiders == 1 && !rules_.insiders)) {
      ++fresh_;
      continue;
    }
    base_[cell] = refused->near == 0 ? Status::secondary : Status::sensitive;
    near_[cell] = refused->near;
  }
}

// A cell that another rule forbids is a secret of this table, and hides others that are none in the next.
std::vector<Knowledge::Refused> Publisher::refused(const std::vector<Status>& status) const {
  std::vector<Knowledge::Refused> out;
  const bool any_forbidden =
      std::find(table_.status.begin(), table_.status.end(), Status::sensitive) != table_.status.end();
  for (size_t cell = 0; cell < status.size(); ++cell)
    if (near_[cell] != 0 || (status[cell] == Status::secondary && !any_forbidden))
      out.push_back(
          {marks_[cell], static_cast<float>(rules_.threshold), rules_.insiders ? 1u : 0u, near_[cell]});
  return out;
}

std::vector<Print> Publisher::with_cells(std::vector<Print> of_atoms) const {
  const auto cells = sums_of_cells(table_.groups, of_atoms, table_.counts.size());
  of_atoms.insert(of_atoms.end(), cells.begin(), cells.end());
  return of_atoms;
}

Result<Published> Publisher::run(unsigned tries) {
  const auto rank = [](const Published& one) { return std::pair(one.is_told_by_bounds, one.cost); };
  Published best = TRY(attempt(0));
  for (unsigned seed = 1; seed < tries && rank(best) > std::pair(false, 0.0); ++seed) {
    Published other = TRY(attempt(seed));
    if (rank(other) < rank(best)) best = std::move(other);
  }
  best.near = near_;
  best.near_unfinished = near_unfinished_;
  return best;
}

Result<Published> Publisher::attempt(uint64_t seed) {
  Published out;
  out.atoms_searched = is_near_whole_ ? static_cast<size_t>(rules_.threshold) - 1 : 1;
  secrets_.clear();
  combinations_.clear();
  for (uint32_t atom = 0; atom < atoms_; ++atom)
    if (is_secret_[atom] && changes_.is_known(atom)) ++out.lost;
  const auto candidates = order(seed);
  facts_ = {};
  do {
    status_ = base_;
    if (candidates.empty()) {
      add_kept_down(changes_, out);
      break;
    }
    TRY(publish(candidates));
    if (const auto secrets = lost(); !secrets.empty()) {
      hide(candidates, secrets);
      TRY(publish(candidates));
    }
  } while (TRY(add_secrets(out)));
  for (size_t cell = 0; cell < status_.size(); ++cell) {
    if (status_[cell] == Status::candidate) status_[cell] = Status::open;  // was known, or would have been
    if (status_[cell] == Status::secondary) out.cost += table_.counts[cell];
  }
  out.status = status_;
  return out;
}

// Candidates that are not known already, the dearest first.
std::vector<uint32_t> Publisher::order(uint64_t seed) const {
  std::vector<uint32_t> out;
  for (uint32_t cell = 0; cell < base_.size(); ++cell)
    if (base_[cell] == Status::candidate && !is_known(cell)) out.push_back(cell);
  const auto tie = [&](uint32_t cell) { return mix(cell + (seed + 1) * mix_step); };
  std::sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) {
    const double more = table_.counts[a], less = table_.counts[b];
    return more != less ? more > less : tie(a) > tie(b);
  });
  return out;
}

// Together the order does not matter.
Result<void> Publisher::publish(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> cells;
  for (const uint32_t cell : order)
    if (status_[cell] == Status::candidate) cells.push_back(cell);
  facts_ = find_facts(changes_, table_.groups, table_.counts.size(), cells);
  size_t entries = changes_.entries();
  for (const Sparse& move : facts_.moves) entries += move.size();
  if (entries > rules_.entries_max) return usage("tabular.too_entangled");
  const std::vector<Print> of_cells(before_.begin() + static_cast<ptrdiff_t>(atoms_), before_.end());
  prints_ = with_cells(changes_.prints_after(facts_, of_cells));
  return {};
}

Print Publisher::print_of(const Combination& terms, const std::vector<Print>& columns) const {
  Print sum;
  for (const auto& [column, factor] : terms) sum += columns[column].times(factor);
  return sum;
}

std::vector<uint32_t> Publisher::lost() const {
  std::vector<uint32_t> out;
  for (uint32_t column = 0; column < is_secret_.size(); ++column)
    if (is_secret_[column] && prints_[column].is_zero() && !before_[column].is_zero()) out.push_back(column);
  for (uint32_t i = 0; i < combinations_.size(); ++i)
    if (print_of(combinations_[i], prints_).is_zero())
      out.push_back(static_cast<uint32_t>(is_secret_.size()) + i);
  return out;
}

// Only secrets that all candidates together give away can be given away by some of them. These and the
// candidates move, but for what candidates leave unmoved, as the facts' changes say: so the dearest can be
// published one after the other, unless a secret follows, over these few.
void Publisher::hide(const std::vector<uint32_t>& order, const std::vector<uint32_t>& secrets) {
  std::vector<bool> is_wanted(is_secret_.size(), false);
  for (const uint32_t cell : order) is_wanted[column(cell)] = true;
  for (const uint32_t secret : secrets) {
    if (secret < is_secret_.size()) {
      is_wanted[secret] = true;
      continue;
    }
    for (const auto& [column, factor] : combinations_[secret - is_secret_.size()]) is_wanted[column] = true;
  }
  std::vector<std::vector<uint32_t>> cells_of(table_.groups.cells.size());
  for (size_t group = 0; group < cells_of.size(); ++group)
    for (const uint32_t cell : table_.groups.cells[group])
      if (is_wanted[column(cell)]) cells_of[group].push_back(cell);
  // How the facts' changes move the columns.
  std::vector<Sparse> moved(is_secret_.size());
  SparseSum sum(table_.counts.size());
  for (uint32_t fact = 0; fact < facts_.moves.size(); ++fact) {
    for (const auto& [atom, value] : facts_.moves[fact]) {
      if (is_wanted[atom]) moved[atom].push_back({fact, value});
      if (const uint32_t group = table_.groups.of_atom[atom]; group != Groups::none)
        for (const uint32_t cell : cells_of[group]) sum.add(cell, value);
    }
    for (const auto& [cell, value] : sum.take()) moved[column(cell)].push_back({fact, value});
  }
  const auto facts = static_cast<uint32_t>(facts_.moves.size());
  Freedom freedom(facts);
  SparseSum combined(facts);
  for (const uint32_t secret : secrets) {
    if (secret < is_secret_.size()) {
      freedom.add_column(moved[secret]);
      continue;
    }
    for (const auto& [column, factor] : combinations_[secret - is_secret_.size()])
      combined.add(moved[column], factor);
    freedom.add_column(combined.take());
  }
  for (const uint32_t cell : order) {
    const Sparse motion = freedom.of(moved[column(cell)]);
    if (motion.empty()) continue;
    if (freedom.find_proportional(motion, [&](uint32_t each) { return each >= facts; }))
      status_[cell] = Status::secondary;
    else
      freedom.publish(motion);
  }
}

// Pairs that insiders tell need the prints alone, and are looked for first.
Result<bool> Publisher::add_secrets(Published& out) {
  after_.reset();
  if (facts_.cells.empty()) return add_kept_down(changes_, out);
  if (add_told(out)) return true;
  after_ = shortened(changes_.after(facts_, table_.groups));
  if (after_->entries() > rules_.entries_max) return usage("tabular.too_entangled");
  std::vector<bool> changed(atoms_);
  for (size_t atom = 0; atom < atoms_; ++atom) changed[atom] = prints_[atom] != before_[atom];
  Movers movers(*after_, known_.units(), rules_.threshold);
  const auto found = movers.every_unmoved_set(changed);
  out.atoms_searched = std::min(out.atoms_searched, found.atoms_max);
  bool any = false;
  for (const auto& set : found.sets) {
    Combination terms;
    for (const uint32_t atom : set) terms.emplace_back(atom, 1);
    any = add_secret(terms, true, out) || any;
  }
  any = add_sets_of_insiders(movers, changed, out) || any;
  return add_told_to_owners(out) || any || add_kept_down(*after_, out);
}

bool Publisher::add_told_to_owners(Published& out) {
  if (!rules_.insiders || table_.owners.empty()) return false;
  const auto found = told_to_owners(
      {*after_, table_.groups, prints_, is_secret_, known_.units(), table_.owners, rules_.threshold});
  if (!found.is_whole) out.atoms_searched = std::min<size_t>(out.atoms_searched, 1);
  bool any = false;
  for (const Combination& terms : found.told) any = add_secret(terms, false, out) || any;
  return any;
}

namespace {

// How much several may move for one of somebody who knows himself. Others than 1 are rare, and looked for
// where that costs nothing that anybody would notice.
std::vector<uint64_t> insider_factors(const Changes& changes) {
  constexpr size_t entries_few = 20'000;
  std::vector<uint64_t> out{1};
  for (const auto& [over, under] : {std::pair(2, 1), {1, 2}, {3, 1}, {1, 3}, {3, 2}, {2, 3}}) {
    if (changes.entries() > entries_few) break;
    out.push_back(Field::divide(Field::of(over), Field::of(under)));
    out.push_back(Field::negative(out.back()));
  }
  return out;
}

}  // namespace

// Several who are told apart by somebody who knows himself; pairs are found by their prints.
bool Publisher::add_sets_of_insiders(Movers& movers, const std::vector<bool>& changed, Published& out) {
  if (!rules_.insiders || rules_.threshold <= 2) return false;
  bool any = false;
  constexpr size_t sets_max = 1000;
  constexpr uint64_t steps_max = 3'000'000, steps_few = 50'000;
  for (const uint64_t factor : insider_factors(*after_))
    for (const auto& set :
         movers.sets_of_insiders(changed, factor, sets_max, factor == 1 ? steps_max : steps_few).sets) {
      Combination terms;
      for (const uint32_t atom : set)
        terms.emplace_back(atom, atom == set.front() ? Field::negative(factor) : uint64_t{1});
      any = add_secret(terms, false, out) || any;
    }
  return any;
}

bool Publisher::add_kept_down(const Changes& after, Published& out) {
  out.is_told_by_bounds = false;  // an earlier pass published more
  if (!rules_.counts || rules_.threshold <= 1) return false;
  const bool is_same = facts_.cells.empty() && seen_single_ == known_.seen_single();
  if (is_same) return false;
  const auto found = find_kept_down(after, seen_single_);
  out.is_told_by_bounds = !found.is_certain;
  bool any = false;
  for (const Ray& ray : found.rays) {
    if (!print_of(ray, before_).is_zero()) {
      any = add_secret(ray, false, out) || any;
      continue;
    }
    // What was published before tells it; unless all of it was seen before, this table does.
    out.is_told_by_bounds = out.is_told_by_bounds ||
                            std::any_of(ray.begin(), ray.end(),
                                        [&](const auto& term) { return !known_.seen_single()[term.first]; });
  }
  return any;
}

bool Publisher::add_told(Published& out) {
  if (!rules_.insiders) return false;
  std::vector<uint32_t> columns;
  std::vector<bool> changed(is_secret_.size());
  for (uint32_t column = 0; column < is_secret_.size(); ++column) {
    changed[column] = prints_[column] != before_[column];
    if (is_secret_[column] && !prints_[column].is_zero()) columns.push_back(column);
  }
  bool any = false;
  for (const auto& pair : find_alike(columns, prints_, units_, changed))
    any = add_secret({{pair.column, 1}, {pair.insider, Field::negative(pair.factor)}}, false, out) || any;
  return any;
}

bool Publisher::add_secret(const Combination& terms, bool is_set, Published& out) {
  if (!secrets_.insert(terms).second) return false;
  if (!print_of(terms, before_).is_zero()) {
    combinations_.push_back(terms);
    return true;
  }
  if (is_set) ++out.lost;  // what was published before gave it away
  return false;
}

}  // namespace fvm::tabular
