#include "tabular/changes.hpp"

#include <algorithm>
#include <utility>

namespace fvm::tabular {

Changes::Changes(std::vector<float> weights, const std::vector<bool>& is_free,
                 const std::vector<Sparse>& rows)
    : rows_(weights.size()), weights_(std::move(weights)), prints_(weights_.size()), free_(rows.size()) {
  size_t next = 0;
  for (const float weight : weights_) lightest_ = std::min(lightest_, weight);
  for (uint32_t atom = 0; atom < rows_.size(); ++atom) {
    rows_[atom] = {entries_.size(), 0, is_free[atom]};
    if (!is_free[atom]) continue;
    const Sparse& row = rows[next++];
    entries_.insert(entries_.end(), row.begin(), row.end());
    rows_[atom].size = static_cast<uint32_t>(row.size());
    const Print print = Print::of_change(atom);
    prints_[atom] = print;
    for (const Entry& entry : row) prints_[entry.index] += print.times(entry.value);
  }
}

uint64_t Changes::value(uint32_t free, uint32_t atom) const {
  if (free == atom) return 1;
  const auto in = row(free);
  const auto found = std::lower_bound(
      in.begin(), in.end(), atom, [](const Entry& entry, uint32_t wanted) { return entry.index < wanted; });
  return found == in.end() || found->index != atom ? 0 : found->value;
}

uint32_t Changes::add(float weight) {
  const auto atom = static_cast<uint32_t>(rows_.size());
  rows_.push_back({entries_.size(), 0, true});
  weights_.push_back(weight);
  prints_.push_back(Print::of_change(atom));
  ++free_;
  return atom;
}

uint32_t Changes::add_free() {
  return add(lightest_);
}

void Changes::add_weight(uint32_t atom, float more) {
  weights_[atom] += more;
  lightest_ = std::min(lightest_, weights_[atom]);
}

uint32_t Changes::split(uint32_t atom) {
  const uint32_t part = add(weights_[atom]);
  if (!is_free(atom)) {
    entries_.push_back({atom, Field::prime - 1});
    rows_[part].size = 1;
    prints_[atom] -= prints_[part];
    return part;
  }
  const Row from = rows_[atom];
  rows_[part].size = from.size;
  for (size_t i = 0; i < from.size; ++i) {
    const Entry entry = entries_[from.begin + i];
    entries_.push_back(entry);
    prints_[entry.index] += prints_[part].times(entry.value);
  }
  return part;
}

namespace {

std::vector<std::vector<uint32_t>> facts_of_groups(const Facts& facts, const Groups& groups) {
  size_t cells = 0;
  for (const auto& in : groups.cells) cells = std::max<size_t>(cells, in.back() + 1);
  std::vector<uint32_t> fact_of(cells, UINT32_MAX);
  for (uint32_t fact = 0; fact < facts.cells.size(); ++fact) fact_of[facts.cells[fact]] = fact;
  std::vector<std::vector<uint32_t>> out(groups.cells.size());
  for (size_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (fact_of[cell] != UINT32_MAX) out[group].push_back(fact_of[cell]);
  return out;
}

}  // namespace

// A change that moves facts is made not to by the changes that move these alone.
Changes Changes::after(const Facts& facts, const Groups& groups) const {
  Changes out;
  out.rows_.resize(atoms());
  out.weights_ = weights_;
  out.lightest_ = lightest_;
  out.free_ = free_ - facts.cells.size();
  out.entries_.reserve(entries_.size() + entries_.size() / 4);
  std::vector<bool> binds(atoms(), false);
  for (const uint32_t atom : facts.bound) binds[atom] = true;
  const auto facts_of = facts_of_groups(facts, groups);
  SparseSum moved(facts.cells.size()), sum(atoms());
  Sparse moved_facts;
  const auto add = [&](uint32_t atom, uint64_t value) {
    if (const uint32_t group = groups.of_atom[atom]; group != Groups::none)
      for (const uint32_t fact : facts_of[group]) moved.add(fact, value);
  };
  for (uint32_t atom = 0; atom < atoms(); ++atom) {
    out.rows_[atom] = {out.entries_.size(), 0, is_free(atom) && !binds[atom]};
    if (!out.rows_[atom].is_free) continue;
    const auto old = row(atom);
    add(atom, 1);
    for (const Entry& entry : old) add(entry.index, entry.value);
    moved_facts.clear();
    moved.take(moved_facts);
    if (moved_facts.empty()) {
      out.entries_.insert(out.entries_.end(), old.begin(), old.end());
    } else {
      for (const Entry& entry : old) sum.add(entry.index, entry.value);
      for (const auto& [fact, by] : moved_facts) sum.add(facts.moves[fact], Field::negative(by));
      sum.take(out.entries_);
    }
    out.rows_[atom].size = static_cast<uint32_t>(out.entries_.size() - out.rows_[atom].begin);
  }
  size_t cells = 0;
  for (const auto& in : groups.cells) cells = std::max<size_t>(cells, in.back() + 1);
  out.prints_ = prints_after(facts, sums_of_cells(groups, prints_, cells));
  return out;
}

// The prints stay: they are of any basis.
Changes Changes::exchanged(const Facts& facts, const Groups& groups) const {
  Changes out = after(facts, groups);
  out.prints_ = prints_;
  out.free_ = free_;
  const auto facts_of = facts_of_groups(facts, groups);
  for (uint32_t atom = 0; atom < atoms(); ++atom) {
    const uint32_t group = groups.of_atom[atom];
    if (group == Groups::none || facts_of[group].empty()) continue;
    Row& row = out.rows_[atom];
    row = {out.entries_.size(), 0, true};
    for (const Entry& entry : facts.moves[facts_of[group].front()])
      if (entry.index != atom) out.entries_.push_back(entry);
    row.size = static_cast<uint32_t>(out.entries_.size() - row.begin);
  }
  return out;
}

std::vector<Print> Changes::prints_after(const Facts& facts, const std::vector<Print>& of_cells) const {
  std::vector<Print> out = prints_;
  for (size_t fact = 0; fact < facts.cells.size(); ++fact) {
    const Print print = of_cells[facts.cells[fact]];
    for (const Entry& entry : facts.moves[fact]) out[entry.index] -= print.times(entry.value);
  }
  return out;
}

}  // namespace fvm::tabular
