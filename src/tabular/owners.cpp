#include "tabular/owners.hpp"

#include <algorithm>
#include <map>

#include "tabular/decide.hpp"
#include "tabular/facts.hpp"
#include "tabular/movers.hpp"
#include "tabular/small_sets.hpp"

namespace fvm::tabular {
namespace {

// So many entries of changes may be written anew for all owners together, when sets are looked for.
constexpr uint64_t entries_max = 200'000'000;
constexpr size_t sets_max = 1000;
constexpr uint64_t steps_max = 3'000'000;  // as for one who knows himself

using Combination = std::vector<std::pair<uint32_t, uint64_t>>;

// How an owner's atoms move: independent ones of these motions, each the only one to move its pivot, and by
// one. With what they are made of.
struct Row {
  Sparse motion;  // by free atom
  uint32_t pivot = 0;
  Sparse made_of;  // own atoms, by their place in the list
};

class Search {
 public:
  explicit Search(const OwnersQuestion& question)
      : asked_(question),
        atoms_(question.changes.atoms()),
        motions_(atoms_),
        delta_(question.prints.size()),
        is_met_(question.prints.size(), false),
        left_(question.prints.begin(), question.prints.begin() + static_cast<ptrdiff_t>(atoms_)),
        changed_(atoms_, false) {
    for (uint32_t atom = 0; atom < atoms_; ++atom) small_ += is_small(atom) ? 1 : 0;
    for (uint32_t atom = 0; atom < atoms_; ++atom) {
      if (!asked_.changes.is_free(atom)) continue;
      motions_[atom] = {{atom, 1}};
      for (const Entry& entry : asked_.changes.row(atom))
        motions_[entry.index].push_back({atom, entry.value});
    }
  }

  OwnersAnswer run() {
    std::map<uint32_t, std::vector<uint32_t>> own;  // of each owner
    for (uint32_t atom = 0; atom < atoms_; ++atom)
      if (!asked_.changes.is_known(atom))
        for (const uint32_t owner : asked_.owners[atom]) own[owner].push_back(atom);
    for (const auto& [owner, atoms] : own) {
      if (atoms.size() == 1 && asked_.units[atoms.front()] == 1) continue;
      look_at(owner, atoms);
    }
    return std::move(out_);
  }

 private:
  void look_at(uint32_t owner, const std::vector<uint32_t>& own) {
    own_ = &own;
    make_rows();
    make_deltas();
    for (const uint32_t column : met_)
      if (asked_.is_secret[column] && is_told(owner, column)) add({column});
    look_for_sets();
    for (const uint32_t column : met_) delta_[column] = {}, is_met_[column] = false;
    met_.clear();
  }

  void make_rows() {
    rows_.clear();
    Sparse scratch;
    for (uint32_t i = 0; i < own_->size(); ++i) {
      Row row{motions_[(*own_)[i]], 0, {{i, 1}}};
      for (const Row& before : rows_) {
        const Entry* found = find_entry(row.motion, before.pivot);
        if (found == nullptr) continue;
        const uint64_t by = Field::negative(found->value);
        add_multiple(row.motion, before.motion, by, scratch);
        add_multiple(row.made_of, before.made_of, by, scratch);
      }
      if (row.motion.empty()) continue;
      row.pivot = row.motion.front().index;
      const uint64_t scale = Field::inverse(row.motion.front().value);
      for (Sparse* each : {&row.motion, &row.made_of})
        for (Entry& entry : *each) entry.value = Field::multiply(entry.value, scale);
      for (Row& before : rows_) {
        const Entry* found = find_entry(before.motion, row.pivot);
        if (found == nullptr) continue;
        const uint64_t by = Field::negative(found->value);
        add_multiple(before.motion, row.motion, by, scratch);
        add_multiple(before.made_of, row.made_of, by, scratch);
      }
      rows_.push_back(std::move(row));
    }
  }

  // A print is one of all changes that are left open, at random. Without as much of the pivots' changes as
  // moves the own atoms it is one of those that leave these where they are: what does not move in it the
  // owner knows. Only what the pivots move differs.
  void make_deltas() {
    for (const Row& row : rows_) {
      Print print;
      for (const Entry& entry : row.motion) print += asked_.prints[entry.index].times(entry.value);
      add_delta(row.pivot, print.negative());
      for (const Entry& entry : asked_.changes.row(row.pivot))
        add_delta(entry.index, print.times(entry.value).negative());
    }
    const size_t atoms_met = met_.size();
    for (size_t i = 0; i < atoms_met; ++i)
      if (const uint32_t group = asked_.groups.of_atom[met_[i]]; group != Groups::none)
        for (const uint32_t cell : asked_.groups.cells[group])
          add_delta(static_cast<uint32_t>(atoms_) + cell, delta_[met_[i]]);
  }

  void add_delta(uint32_t column, Print print) {
    if (!is_met_[column]) met_.push_back(column);
    is_met_[column] = true;
    delta_[column] += print;
  }

  // Not to others, and not what is all his own or told to everybody.
  bool is_told(uint32_t owner, uint32_t column) const {
    Print rest = asked_.prints[column];
    if (rest.is_zero()) return false;
    rest += delta_[column];
    if (!rest.is_zero()) return false;
    if (column < atoms_) return std::ranges::count(asked_.owners[column], owner) == 0;
    const auto cell = column - static_cast<uint32_t>(atoms_);
    rest = asked_.prints[column];
    for (const uint32_t atom : *own_)
      if (const uint32_t group = asked_.groups.of_atom[atom]; group != Groups::none)
        if (std::ranges::binary_search(asked_.groups.cells[group], cell)) rest -= asked_.prints[atom];
    return !rest.is_zero();
  }

  Sparse motion_of(uint32_t column) const {
    if (column < atoms_) return motions_[column];
    const Member is_member(asked_.groups, column - static_cast<uint32_t>(atoms_));
    SparseSum sum(atoms_);
    for (uint32_t atom = 0; atom < atoms_; ++atom)
      if (is_member(atom)) sum.add(motions_[atom], 1);
    return sum.take();
  }

  // These columns together, and what of the owner's takes their motion away.
  void add(const std::vector<uint32_t>& columns) {
    SparseSum motion(atoms_), made_of(own_->size());
    Combination terms;
    for (const uint32_t column : columns) {
      motion.add(motion_of(column), 1);
      terms.emplace_back(column, 1);
    }
    for (const Row& row : rows_) made_of.add(row.made_of, Field::negative(motion.at(row.pivot)));
    made_of.drain([&](uint32_t place, uint64_t factor) { terms.emplace_back((*own_)[place], factor); });
    out_.told.push_back(std::move(terms));
  }

  // Two or more atoms: whatever does not move where the own atoms are published. With the owner, who is one,
  // they are fewer than t.
  void look_for_sets() {
    if (asked_.threshold <= 3 || rows_.empty()) return;
    begin_sets();
    const SmallSets among{left_, asked_.units, asked_.threshold - 1, changed_};
    if (may_be_by_prints(among.threshold, small_))
      for (const auto& set : sets_by_prints(among, sets_max)) add_set(set);
    else
      follow_sets();
    end_sets();
  }
  bool is_small(uint32_t atom) const {
    return asked_.units[atom] < asked_.threshold - 1 && !left_[atom].is_zero();
  }
  // What differs for this owner is written over what all have in common, and back again.
  void begin_sets() {
    for (const uint32_t column : met_) {
      if (column >= atoms_) continue;
      small_ -= is_small(column) ? 1 : 0;
      changed_[column] = true, left_[column] += delta_[column];
      small_ += is_small(column) ? 1 : 0;
    }
  }
  void end_sets() {
    for (const uint32_t column : met_) {
      if (column >= atoms_) continue;
      small_ -= is_small(column) ? 1 : 0;
      changed_[column] = false, left_[column] = asked_.prints[column];
      small_ += is_small(column) ? 1 : 0;
    }
  }
  void follow_sets() {
    entries_ += asked_.changes.entries();
    if (entries_ > entries_max) {
      out_.is_whole = false;
      return;
    }
    const auto [groups, facts] = find_alone(asked_.changes, *own_);
    const Changes after = asked_.changes.after(facts, groups);
    Movers movers(after, asked_.units, asked_.threshold - 1);
    const auto found = movers.unmoved_sets(changed_, sets_max, steps_max);
    for (const auto& set : found.sets) add_set(set);
  }
  // Unless it is told to everybody.
  void add_set(const std::vector<uint32_t>& set) {
    Print print;
    for (const uint32_t atom : set) print += asked_.prints[atom];
    if (!print.is_zero()) add(set);
  }

  const OwnersQuestion& asked_;
  size_t atoms_;
  std::vector<Sparse> motions_;  // of each atom, by free atom
  std::vector<Print> delta_;     // of each column: what an owner's knowledge makes of its print
  std::vector<bool> is_met_;
  std::vector<uint32_t> met_;
  std::vector<Print>
      left_;  // of each atom: what an owner's knowledge leaves of its print, while sets are looked for
  std::vector<bool> changed_;
  size_t small_ = 0;  // atoms that sets are made of
  const std::vector<uint32_t>* own_ = nullptr;
  std::vector<Row> rows_;
  uint64_t entries_ = 0;
  OwnersAnswer out_;
};

}  // namespace

OwnersAnswer told_to_owners(const OwnersQuestion& question) {
  return Search(question).run();
}

}  // namespace fvm::tabular
