#include "tabular/changes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/beside.hpp"

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

size_t cells_of(const Groups& groups) {
  size_t cells = 0;
  for (const auto& in : groups.cells) cells = std::max<size_t>(cells, in.back() + 1);
  return cells;
}

std::vector<std::vector<uint32_t>> facts_of_groups(const Facts& facts, const Groups& groups) {
  std::vector<uint32_t> fact_of(cells_of(groups), UINT32_MAX);
  for (uint32_t fact = 0; fact < facts.cells.size(); ++fact) fact_of[facts.cells[fact]] = fact;
  std::vector<std::vector<uint32_t>> out(groups.cells.size());
  for (size_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (fact_of[cell] != UINT32_MAX) out[group].push_back(fact_of[cell]);
  return out;
}

// Makes changes that move facts not to, by the changes that move these alone. Bound atoms are few beside the
// free ones, so sums are over their places among themselves: that stays in the processor's nearest memory.
class Rewriting {
 public:
  Rewriting(const Changes& changes, const Facts& facts, const Groups& groups)
      : changes_(changes),
        groups_(groups),
        facts_of_(facts_of_groups(facts, groups)),
        place_of_(changes.atoms(), 0),
        moves_(facts.moves),
        moved_(facts.cells.size()),
        sum_(0),
        is_in_fact_(changes.atoms(), 0) {
    std::vector<bool> binds(changes.atoms(), false);
    for (const uint32_t atom : facts.bound) binds[atom] = true;
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom) {
      if (changes.is_free(atom) && !binds[atom]) continue;
      place_of_[atom] = static_cast<uint32_t>(bound_.size());
      bound_.push_back(atom);
    }
    for (Sparse& move : moves_)
      for (Entry& entry : move) entry.index = place_of_[entry.index];
    sum_ = SparseSum(bound_.size());
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
      is_in_fact_[atom] = facts_of(atom).empty() ? 0 : 1;
    for (const uint32_t atom : bound_) {
      begins_.push_back(static_cast<uint32_t>(facts_at_.size()));
      if (const auto facts_in = facts_of(atom); !facts_in.empty())
        facts_at_.insert(facts_at_.end(), facts_in.begin(), facts_in.end());
    }
    begins_.push_back(static_cast<uint32_t>(facts_at_.size()));
  }

  // The change of an atom that stays free, behind `out`.
  void write(uint32_t atom, std::vector<Entry>& out) {
    const auto old = changes_.row(atom);
    if (!is_in_any_fact(atom, old)) {
      out.insert(out.end(), old.begin(), old.end());
      return;
    }
    for (const uint32_t fact : facts_of(atom)) moved_.add(fact, 1);
    at_.clear();
    for (const Entry& entry : old) {
      const uint32_t place = place_of_[entry.index];
      at_.push_back({place, entry.value});
      for (uint32_t i = begins_[place]; i < begins_[place + 1]; ++i) moved_.add(facts_at_[i], entry.value);
    }
    bool any = false;
    moved_.drain([&](uint32_t fact, uint64_t by) {
      any = true;
      sum_.add(moves_[fact], Field::negative(by));
    });
    if (!any) {
      out.insert(out.end(), old.begin(), old.end());
      return;
    }
    for (const Entry& entry : at_) sum_.add(entry.index, entry.value);
    sum_.drain([&](uint32_t place, uint64_t value) { out.push_back({bound_[place], value}); });
  }

 private:
  bool is_in_any_fact(uint32_t atom, std::span<const Entry> row) const {
    return is_in_fact_[atom] != 0 ||
           std::ranges::any_of(row, [&](const Entry& entry) { return is_in_fact_[entry.index] != 0; });
  }
  std::span<const uint32_t> facts_of(uint32_t atom) const {
    const uint32_t group = groups_.of_atom[atom];
    return group == Groups::none ? std::span<const uint32_t>() : facts_of_[group];
  }

  const Changes& changes_;
  const Groups& groups_;
  const std::vector<std::vector<uint32_t>> facts_of_;  // of each group
  std::vector<uint32_t> bound_, place_of_;   // bound atoms, with the facts, and of each its place among them
  std::vector<uint32_t> begins_, facts_at_;  // of each place the facts that its atom is in
  std::vector<Sparse> moves_;                // of each fact, by place
  SparseSum moved_, sum_;                    // over facts, and over places
  Sparse at_;                                // a change, by place
  std::vector<uint8_t> is_in_fact_;          // of each atom
};

}  // namespace

Changes Changes::after(const Facts& facts, const Groups& groups) const {
  Changes out = rewritten(facts, groups);
  out.free_ = free_ - facts.cells.size();
  out.prints_ = prints_after(facts, sums_of_cells(groups, prints_, cells_of(groups)));
  return out;
}

// Where each of so many parts with about as many entries begins, by atom, and the end.
std::vector<uint32_t> Changes::parts(size_t count) const {
  std::vector<uint32_t> out{0};
  size_t entries = 0;
  for (uint32_t atom = 0; atom < atoms(); ++atom) {
    entries += rows_[atom].size;
    if (entries > entries_.size() / count * out.size() && out.size() < count) out.push_back(atom);
  }
  out.resize(count + 1, static_cast<uint32_t>(atoms()));
  return out;
}

Changes Changes::rewritten(const Facts& facts, const Groups& groups) const {
  Changes out;
  out.rows_.resize(atoms());
  out.weights_ = weights_;
  out.lightest_ = lightest_;
  for (uint32_t atom = 0; atom < atoms(); ++atom) out.rows_[atom].is_free = is_free(atom);
  for (const uint32_t atom : facts.bound) out.rows_[atom].is_free = false;
  constexpr size_t parts_max = 2;
  std::array<std::vector<Entry>, parts_max> written;
  const auto begins = parts(parts_max);
  const auto write = [&](size_t part) {
    Rewriting rewriting(*this, facts, groups);
    std::vector<Entry>& entries = written[part];
    entries.reserve((entries_.size() + entries_.size() / 4) / (part == 0 ? 1 : parts_max));
    for (uint32_t atom = begins[part]; atom < begins[part + 1]; ++atom) {
      Row& row = out.rows_[atom];
      row.begin = entries.size();
      if (row.is_free) rewriting.write(atom, entries);
      row.size = static_cast<uint32_t>(entries.size() - row.begin);
    }
  };
  all_beside(parts_max, write, are_many());
  out.entries_ = std::move(written.front());
  for (size_t part = 1; part < parts_max; ++part) {
    for (uint32_t atom = begins[part]; atom < begins[part + 1]; ++atom)
      out.rows_[atom].begin += out.entries_.size();
    out.entries_.insert(out.entries_.end(), written[part].begin(), written[part].end());
  }
  return out;
}

// The prints stay: they are of any basis.
Changes Changes::exchanged(const Facts& facts, const Groups& groups) const {
  Changes out = rewritten(facts, groups);
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
