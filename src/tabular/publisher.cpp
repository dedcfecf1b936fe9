#include "tabular/publisher.hpp"

#include <algorithm>
#include <optional>

#include "base/mix.hpp"

namespace fvm::tabular {
namespace {

constexpr uint32_t no_place = UINT32_MAX;

}  // namespace

Publisher::Publisher(Knowledge& known, const CountTable& table, const Rules& rules)
    : known_(known),
      basis_(known.basis()),
      table_(table),
      rules_(rules),
      atoms_(known.units().size()),
      first_(basis_.add_sums(table.groups.of_atom, table.groups.cells, table.counts.size())),
      units_(known.units()),
      near_(table.counts.size(), 0) {
  for (size_t atom = 0; atom < atoms_; ++atom) is_secret_.push_back(is_small(units_[atom]));
  for (size_t cell = 0; cell < table.counts.size(); ++cell) {
    const double units = table.counts[cell];
    const bool forbidden = !table.status.empty() && table.status[cell] == Status::sensitive;
    base_.push_back(units == 0                     ? Status::open
                    : is_small(units) || forbidden ? Status::sensitive
                                                   : Status::candidate);
  }
  units_.insert(units_.end(), table.counts.begin(), table.counts.end());
  find_near();
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    is_secret_.push_back(base_[cell] == Status::sensitive);
    if (base_[cell] == Status::sensitive) sensitive_.push_back(first_ + cell);
  }
}

Publisher::~Publisher() {
  basis_.drop_from(first_);
}

// Two cells that differ by a few units must not both be told, in whatever way they differ: the same query a
// month later, one row less, another name for nearly the same.
void Publisher::find_near() {
  if (known_.published().empty()) return;
  double most = 0;
  for (const auto& cell : known_.published()) most = std::max(most, cell.units);
  std::vector<bool> is_size(static_cast<size_t>(most + rules_.threshold) + 1);
  for (const auto& cell : known_.published()) {
    const auto from = static_cast<size_t>(std::max(0.0, cell.units + 1 - rules_.threshold));
    for (size_t size = from; static_cast<double>(size) < cell.units + rules_.threshold; ++size)
      is_size[size] = true;
  }
  const auto marks = known_.marks_of(table_.groups, base_.size());
  std::optional<Movers> movers;
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    const auto size = static_cast<size_t>(table_.counts[cell]);
    if (base_[cell] != Status::candidate || basis_.is_known(first_ + cell)) continue;
    if (size >= is_size.size() || !is_size[size]) continue;
    if (!movers) movers.emplace(basis_, known_.units(), rules_.threshold, std::vector<uint32_t>{});
    const auto is_member = [&](uint32_t atom) {
      const uint32_t group = table_.groups.of_atom[atom];
      if (group == Groups::none) return false;
      const auto& cells = table_.groups.cells[group];
      return std::binary_search(cells.begin(), cells.end(), cell);
    };
    movers->nearly_known(first_ + cell, is_member, [&](const std::vector<uint32_t>& set) {
      uint64_t mark = marks[cell];
      for (const uint32_t atom : set) mark += is_member(atom) ? -known_.mark(atom) : known_.mark(atom);
      const auto found = std::lower_bound(known_.published().begin(), known_.published().end(), mark,
                                          [](const Knowledge::Cell& a, uint64_t b) { return a.mark < b; });
      if (found == known_.published().end() || found->mark != mark) return false;
      base_[cell] = Status::sensitive;
      near_[cell] = found->table;
      return true;
    });
  }
}

Result<Published> Publisher::run(unsigned tries) {
  Published best = TRY(attempt(0));
  for (unsigned seed = 1; seed < tries; ++seed) {
    Published other = TRY(attempt(seed));
    if (other.cost < best.cost) best = std::move(other);
  }
  best.near = near_;
  return best;
}

Basis Publisher::take() {
  if (work_.columns() > 0) work_.drop_from(first_);
  return std::move(work_);
}

Result<Published> Publisher::attempt(uint64_t seed) {
  Published out;
  out.atoms_searched = static_cast<size_t>(rules_.threshold) - 1;
  secrets_.clear();
  basis_.drop_from(first_ + static_cast<uint32_t>(base_.size()));
  is_secret_.resize(first_ + base_.size());
  for (size_t atom = 0; atom < atoms_; ++atom)
    if (is_secret_[atom] && basis_.is_known(static_cast<uint32_t>(atom))) ++out.lost;
  const auto candidates = order(seed);
  for (;;) {
    status_ = base_;
    if (candidates.empty()) break;
    const auto given_up = TRY(publish(candidates));
    if (const auto secrets = lost(); !secrets.empty()) {
      hide(candidates, given_up, secrets);
      TRY(publish(candidates));
    }
    if (!add_secrets(out)) break;
  }
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
    if (base_[cell] == Status::candidate && !basis_.is_known(first_ + cell)) out.push_back(cell);
  const auto tie = [&](uint32_t cell) { return mix(cell + (seed + 1) * mix_step); };
  std::sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) {
    const double more = table_.counts[a], less = table_.counts[b];
    return more != less ? more > less : tie(a) > tie(b);
  });
  return out;
}

// Together the order does not matter.
Result<std::vector<Sparse>> Publisher::publish(const std::vector<uint32_t>& order) {
  work_ = basis_;
  touched_.assign(basis_.change_slots(), false);
  std::vector<uint32_t> columns;
  for (const uint32_t cell : order)
    if (status_[cell] == Status::candidate) columns.push_back(first_ + cell);
  basis_.sort_by_moved(columns);
  std::vector<Sparse> given_up;
  for (const uint32_t column : columns) {
    if (!work_.is_known(column)) given_up.push_back(work_.publish(column, &touched_));
    if (work_.entries() > rules_.entries_max) return usage("tabular.too_entangled");
  }
  return given_up;
}

std::vector<uint32_t> Publisher::lost() const {
  std::vector<uint32_t> out;
  for (uint32_t column = 0; column < is_secret_.size(); ++column)
    if (is_secret_[column] && work_.is_known(column) && !basis_.is_known(column)) out.push_back(column);
  return out;
}

// Only secrets that all candidates together give away can be given away by some of them. These and the
// candidates move, but for what candidates leave unmoved, as the changes that were given up say: so the
// dearest can be published one after the other, unless a secret follows, over these few.
void Publisher::hide(const std::vector<uint32_t>& order, const std::vector<Sparse>& given_up,
                     const std::vector<uint32_t>& secrets) {
  std::vector<uint32_t> place(is_secret_.size(), no_place);
  uint32_t next = 0;
  for (const uint32_t cell : order) place[first_ + cell] = next++;
  for (const uint32_t column : secrets) place[column] = next++;
  std::vector<Sparse> changes;
  for (const Sparse& change : given_up) {
    changes.emplace_back();
    for (const Entry& entry : change)
      if (place[entry.index] != no_place) changes.back().push_back({place[entry.index], entry.value});
    sort_by_index(changes.back());
  }
  Basis few(next, std::move(changes));
  std::vector<bool> is_secret(next);
  for (size_t i = order.size(); i < next; ++i) is_secret[i] = true;
  for (uint32_t i = 0; i < order.size(); ++i) {
    if (few.is_known(i)) continue;
    if (few.find_proportional(i, is_secret))
      status_[order[i]] = Status::secondary;
    else
      few.publish(i);
  }
}

std::vector<bool> Publisher::changed_columns() const {
  std::vector<bool> changed(basis_.columns());
  for (uint32_t change = 0; change < touched_.size(); ++change) {
    if (!touched_[change]) continue;
    for (const Entry& entry : basis_.change(change)) changed[entry.index] = true;
    for (const Entry& entry : work_.change(change)) changed[entry.index] = true;
  }
  return changed;
}

bool Publisher::add_secrets(Published& out) {
  const auto changed = changed_columns();
  Movers movers(work_, known_.units(), rules_.threshold, sensitive_);
  bool any = false;
  if (rules_.insiders) {
    for (const auto& pair : movers.alike(changed, units_))
      any = add_secret({{pair.column, 1}, {pair.insider, Field::negative(pair.factor)}}, false, out) || any;
  }
  const auto found = movers.unmoved_sets(changed);
  out.atoms_searched = std::min(out.atoms_searched, found.atoms_max);
  for (const auto& set : found.sets) {
    Combination terms;
    for (const uint32_t atom : set) terms.emplace_back(atom, 1);
    any = add_secret(terms, true, out) || any;
  }
  return any;
}

bool Publisher::add_secret(const Combination& terms, bool is_set, Published& out) {
  if (!secrets_.insert(terms).second) return false;
  Sparse sum;
  for (const auto& [column, factor] : terms) sum.push_back({column, factor});
  const uint32_t column = basis_.add_combination(sum);
  is_secret_.push_back(true);
  if (!basis_.is_known(column)) return true;
  if (is_set) ++out.lost;  // what was published before gave it away
  return false;
}

}  // namespace fvm::tabular
