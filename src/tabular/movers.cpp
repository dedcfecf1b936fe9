#include "tabular/movers.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/mix.hpp"

namespace fvm::tabular {
namespace {

constexpr uint32_t nothing = UINT32_MAX;

// Each is kept as likely as any other.
void keep(Motion& motion, uint32_t free, uint64_t value) {
  if (motion.count++ < Movers::kept_max) {
    motion.moved.push_back({free, value});
  } else if (const size_t place = mix(motion.count * mix_step) % motion.count; place < Movers::kept_max) {
    motion.moved[place] = {free, value};
  }
}

}  // namespace

Movers::Movers(const Changes& changes, const std::vector<double>& units, double threshold)
    : changes_(changes),
      units_(units),
      threshold_(threshold),
      motion_of_(units.size(), nothing),
      met_(units.size(), 0) {
  size_t small = 0;
  for (uint32_t atom = 0; atom < units.size(); ++atom) {
    if (!is_small(atom) || changes.is_known(atom)) continue;
    ++small;
    if (changes.is_free(atom)) continue;
    motion_of_[atom] = static_cast<uint32_t>(motions_.size());
    motions_.emplace_back();
  }
  slots_.assign(std::bit_ceil(2 * small + 1), nothing);
  for (uint32_t atom = 0; atom < units.size(); ++atom) {
    if (is_small(atom) && !changes.is_known(atom)) {
      size_t slot = changes.print(atom).first & (slots_.size() - 1);
      while (slots_[slot] != nothing) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = atom;
    }
    for (const Entry& entry : changes.row(atom))
      if (motion_of_[entry.index] != nothing) keep(motions_[motion_of_[entry.index]], atom, entry.value);
  }
}

template <class Each>
void Movers::with_print(Print print, Each each) const {
  for (size_t slot = print.first & (slots_.size() - 1); slots_[slot] != nothing;
       slot = (slot + 1) & (slots_.size() - 1))
    if (changes_.print(slots_[slot]) == print && !each(slots_[slot])) return;
}

// All at once when the first is asked for.
const std::vector<uint32_t>& Movers::whole_motion(uint32_t bound) {
  if (whole_.empty()) {
    whole_.resize(motions_.size());
    for (size_t i = 0; i < motions_.size(); ++i) whole_[i].reserve(motions_[i].count);
    for (uint32_t atom = 0; atom < units_.size(); ++atom)
      for (const Entry& entry : changes_.row(atom))
        if (motion_of_[entry.index] != nothing) whole_[motion_of_[entry.index]].push_back(atom);
  }
  return whole_[motion_of_[bound]];
}

// Depth first; the combination so far is a cell (or nothing) and the atoms of the set, each with its sign.
class Movers::Search {
 public:
  Search(Movers& movers, uint64_t steps_max)
      : movers_(movers), changes_(movers.changes_), met_(movers.met_), steps_max_(steps_max) {}

  Sets sets(const std::vector<bool>& changed, size_t sets_max) {
    Sets out;
    changed_ = &changed;
    found_ = [&](const std::vector<uint32_t>& set) {
      out.sets.push_back(set);
      std::sort(out.sets.back().begin(), out.sets.back().end());
      return out.sets.size() >= sets_max;
    };
    for (size_t most = 2; static_cast<double>(most) < movers_.threshold_ && !is_done(); ++most) {
      for (uint32_t atom = 0; atom < changed.size() && !is_done(); ++atom) {
        if (!changed[atom] || !movers_.is_small(atom) || changes_.is_known(atom)) continue;
        set_ = {{atom, 1}};
        const uint32_t place = movers_.motion_of_[atom];
        begin(place == nothing ? nullptr : &movers_.motions_[place], changes_.print(atom),
              movers_.units_[atom], most - 1);
      }
      if (steps_ < steps_max_) out.atoms_max = most;
    }
    std::sort(out.sets.begin(), out.sets.end());
    out.sets.erase(std::unique(out.sets.begin(), out.sets.end()), out.sets.end());
    return out;
  }

  bool near(Print print, CellMotions& motions, uint32_t cell, const Member& is_member, const Found& found) {
    motions_ = &motions, cell_ = cell, is_member_ = &is_member, found_ = found;
    begin(&motions.of(cell), print, 0, movers_.units_.size());
    return steps_ < steps_max_;
  }

 private:
  bool is_done() const { return is_found_ || steps_ >= steps_max_; }
  uint64_t sign(uint32_t atom) const {
    return is_member_ != nullptr && (*is_member_)(atom) ? Field::prime - 1 : 1;
  }
  // As many more as may be.
  size_t room(double units, size_t most) const {
    return std::min(most, static_cast<size_t>(std::ceil(movers_.threshold_ - units) - 1));
  }
  // The first atom of a set is the least of its changed ones, so that it is not met from each of them.
  bool may_join(uint32_t atom, double units) const {
    if (units + movers_.units_[atom] >= movers_.threshold_) return false;
    if (changed_ != nullptr && (*changed_)[atom] && atom < set_.front().index) return false;
    return std::none_of(set_.begin(), set_.end(), [&](const Entry& in) { return in.index == atom; });
  }

  // Over the few changes of a motion that are kept, as long as more of them than are missing move the
  // combination.
  struct Candidate {
    uint32_t atom = 0;
    uint32_t moved_by = 0;  // a bit for each of the changes
    std::array<uint64_t, kept_max> values{};
  };
  using Values = std::array<uint64_t, kept_max>;

  void begin(const Motion* motion, Print rest, double units, size_t most) {
    if (motion == nullptr || motion->moved.size() <= room(units, most)) return follow(rest, units, most);
    candidates_.clear();
    Values values{};
    for (size_t i = 0; i < motion->moved.size(); ++i) {
      const auto [change, value] = motion->moved[i];
      values[i] = value;
      meet(change, 1, i);
      for (const Entry& entry : changes_.row(change)) meet(entry.index, entry.value, i);
    }
    for (const Candidate& candidate : candidates_) met_[candidate.atom] = 0;
    follow_few(values, rest, units, most);
  }

  void meet(uint32_t atom, uint64_t value, size_t change) {
    if (!movers_.is_small(atom)) return;
    if (met_[atom] == 0) {
      candidates_.push_back({.atom = atom});
      met_[atom] = static_cast<uint32_t>(candidates_.size());
    }
    Candidate& candidate = candidates_[met_[atom] - 1];
    candidate.moved_by |= 1u << change;
    candidate.values[change] = Field::multiply(value, sign(atom));
  }

  void follow_few(const Values& values, Print rest, double units, size_t most) {
    if (is_done()) return;
    ++steps_;
    const size_t room = this->room(units, most);
    if (room == 0) return;
    finish(rest, units);
    if (room == 1) return;
    uint32_t moving = 0;
    for (size_t i = 0; i < kept_max; ++i) moving |= values[i] != 0 ? 1u << i : 0;
    const auto count = static_cast<size_t>(std::popcount(moving));
    if (count <= room) return expand(rest, units, room);
    const size_t least = (count + room - 1) / room;
    steps_ += candidates_.size() / 8;
    for (size_t i = 0; i < candidates_.size() && !is_done(); ++i) {
      const Candidate& candidate = candidates_[i];
      if (static_cast<size_t>(std::popcount(candidate.moved_by & moving)) < least) continue;
      if (!may_join(candidate.atom, units)) continue;
      Values then = values;
      for (size_t k = 0; k < kept_max; ++k) then[k] = Field::add(then[k], candidate.values[k]);
      const Print print = join(candidate.atom, rest);
      if (!print.is_zero())  // finish() saw it
        follow_few(then, print, units + movers_.units_[candidate.atom], room - 1);
      set_.pop_back();
    }
  }

  Print join(uint32_t atom, Print rest) {
    set_.push_back({atom, sign(atom)});
    rest += changes_.print(atom).times(set_.back().value);
    return rest;
  }

  void follow(Print rest, double units, size_t most) {
    if (is_done()) return;
    ++steps_;
    const size_t room = this->room(units, most);
    if (room == 0) return;
    finish(rest, units);
    if (room > 1) expand(rest, units, room);
  }

  void expand(Print rest, double units, size_t room) {
    for (const uint32_t atom : candidates(room)) {
      if (is_done()) return;
      if (!may_join(atom, units)) continue;
      const Print print = join(atom, rest);
      if (!print.is_zero()) follow(print, units + movers_.units_[atom], room - 1);  // finish() saw it
      set_.pop_back();
    }
  }

  void report() {
    std::vector<uint32_t> set;
    for (const Entry& in : set_) set.push_back(in.index);
    is_found_ = found_(set);
  }

  // Sets that one more atom makes whole.
  void finish(Print rest, double units) {
    const auto with = [&](Print print, uint64_t factor) {
      movers_.with_print(print, [&](uint32_t atom) {
        if (!may_join(atom, units) || sign(atom) != factor) return true;
        set_.push_back({atom, factor});
        report();
        set_.pop_back();
        return !is_done();
      });
    };
    with(rest.negative(), 1);
    if (is_member_ != nullptr) with(rest, Field::prime - 1);
  }

  // Small atoms of which one is in every set that undoes the combination with up to `room` more.
  std::vector<uint32_t> candidates(size_t room) {
    find_moving(room);
    size_t looked = moving_.size(), least = 1;
    if (looked <= room) {
      looked = std::min<size_t>(looked, 1);
      std::partial_sort(
          moving_.begin(), moving_.begin() + static_cast<ptrdiff_t>(looked), moving_.end(),
          [&](uint32_t a, uint32_t b) { return changes_.row(a).size() < changes_.row(b).size(); });
    } else {
      looked = std::min(looked, 4 * room + 1);
      least = (looked + room - 1) / room;
    }
    std::vector<uint32_t> met, out;
    const auto meet = [&](uint32_t atom) {
      if (!movers_.is_small(atom)) return;
      if (met_[atom]++ == 0) met.push_back(atom);
    };
    for (size_t i = 0; i < looked; ++i) {
      steps_ += changes_.row(moving_[i]).size();
      meet(moving_[i]);
      for (const Entry& entry : changes_.row(moving_[i])) meet(entry.index);
    }
    for (const uint32_t atom : met) {
      if (met_[atom] >= least) out.push_back(atom);
      met_[atom] = 0;
    }
    return out;
  }

  // Free atoms whose changes move the combination: all, or more than `room`.
  void find_moving(size_t room) {
    moving_.clear();
    bool is_whole = true;
    const auto try_kept = [&](const Motion& motion) {
      is_whole = is_whole && motion.is_whole();
      for (const Entry& entry : motion.moved) try_moving(entry.index);
    };
    if (motions_ != nullptr) try_kept(motions_->of(cell_));
    for (const Entry& in : set_) {
      const uint32_t place = movers_.motion_of_[in.index];
      if (place == nothing)
        try_moving(in.index);
      else
        try_kept(movers_.motions_[place]);
    }
    if (is_whole) return;
    const auto try_all = [&](const std::vector<uint32_t>& free) {
      for (const uint32_t atom : free) {
        if (moving_.size() > room) return;
        ++steps_;
        try_moving(atom);
      }
    };
    if (motions_ != nullptr && moving_.size() <= room) try_all(motions_->whole(cell_));
    for (const Entry& in : set_)
      if (movers_.motion_of_[in.index] != nothing && moving_.size() <= room)
        try_all(movers_.whole_motion(in.index));
  }

  void try_moving(uint32_t free) {
    if (std::find(moving_.begin(), moving_.end(), free) != moving_.end()) return;
    uint64_t sum = of_cell(free);
    for (const Entry& in : set_)
      sum = Field::add(sum, Field::multiply(in.value, changes_.value(free, in.index)));
    if (sum != 0) moving_.push_back(free);
  }
  uint64_t of_cell(uint32_t free) const {
    if (motions_ == nullptr) return 0;
    uint64_t sum = (*is_member_)(free) ? 1 : 0;
    for (const Entry& entry : changes_.row(free))
      if ((*is_member_)(entry.index)) sum = Field::add(sum, entry.value);
    return sum;
  }

  Movers& movers_;
  const Changes& changes_;
  std::vector<uint32_t>& met_;
  const uint64_t steps_max_;
  const std::vector<bool>* changed_ = nullptr;
  CellMotions* motions_ = nullptr;
  uint32_t cell_ = 0;
  const Member* is_member_ = nullptr;
  Found found_;
  std::vector<Entry> set_;        // atoms and their signs
  std::vector<uint32_t> moving_;  // the changes that the last find_moving() found
  std::vector<Candidate> candidates_;
  uint64_t steps_ = 0;
  bool is_found_ = false;
};

Movers::Sets Movers::unmoved_sets(const std::vector<bool>& changed, size_t sets_max, uint64_t steps_max) {
  return Search(*this, steps_max).sets(changed, sets_max);
}

bool Movers::nearly_known(Print print, CellMotions& motions, uint32_t cell, const Found& found,
                          uint64_t steps_max) {
  const Member is_member(motions.groups(), cell);
  return Search(*this, steps_max).near(print, motions, cell, is_member, found);
}

CellMotions::CellMotions(const Changes& changes, const Groups& groups, const std::vector<bool>& wanted)
    : changes_(changes), groups_(groups), cells_of_(groups.cells.size()), motions_(wanted.size()) {
  for (size_t group = 0; group < groups.cells.size(); ++group)
    for (const uint32_t cell : groups.cells[group])
      if (wanted[cell]) cells_of_[group].push_back(cell);
  each([&](uint32_t cell, uint32_t atom, uint64_t value) { keep(motions_[cell], atom, value); });
}

template <class Moved>
void CellMotions::each(Moved moved) const {
  SparseSum sum(motions_.size());
  const auto add = [&](uint32_t atom, uint64_t value) {
    if (const uint32_t group = groups_.of_atom[atom]; group != Groups::none)
      for (const uint32_t cell : cells_of_[group]) sum.add(cell, value);
  };
  for (uint32_t atom = 0; atom < changes_.atoms(); ++atom) {
    if (!changes_.is_free(atom)) continue;
    add(atom, 1);
    for (const Entry& entry : changes_.row(atom)) add(entry.index, entry.value);
    for (const uint32_t cell : sum.touched())
      if (sum.at(cell) != 0) moved(cell, atom, sum.at(cell));
    sum.clear();
  }
}

const std::vector<uint32_t>& CellMotions::whole(uint32_t cell) {
  if (whole_.empty()) {
    whole_.resize(motions_.size());
    for (size_t i = 0; i < motions_.size(); ++i) whole_[i].reserve(motions_[i].count);
    each([&](uint32_t moved, uint32_t atom, uint64_t) { whole_[moved].push_back(atom); });
  }
  return whole_[cell];
}

std::vector<Alike> find_alike(const std::vector<uint32_t>& columns, const std::vector<Print>& prints,
                              const std::vector<double>& units, const std::vector<bool>& changed,
                              size_t pairs_max) {
  // One inversion for all: of the product of the seconds, taken apart from the end.
  std::vector<uint64_t> products{1};
  for (const uint32_t column : columns)
    products.push_back(Field::multiply(products.back(), prints[column].second));
  uint64_t inverse = Field::inverse(products.back());
  std::vector<std::pair<uint64_t, uint32_t>> ratios(columns.size());
  for (size_t i = columns.size(); i-- > 0;) {
    const Print print = prints[columns[i]];
    ratios[i] = {Field::multiply(print.first, Field::multiply(inverse, products[i])), columns[i]};
    inverse = Field::multiply(inverse, print.second);
  }
  std::sort(ratios.begin(), ratios.end());
  std::vector<Alike> out;
  for (size_t from = 0, to = 0; from < ratios.size(); from = to) {
    while (to < ratios.size() && ratios[to].first == ratios[from].first) ++to;
    for (size_t i = from; to - from > 1 && i < to; ++i) {
      const uint32_t insider = ratios[i].second;
      if (units[insider] != 1) continue;
      for (size_t j = from; j < to && out.size() < pairs_max; ++j) {
        const uint32_t column = ratios[j].second;
        const bool once = !(units[column] == 1 && column > insider);
        if (i == j || !once || !(changed[column] || changed[insider])) continue;
        out.push_back({column, insider, Field::divide(prints[column].first, prints[insider].first)});
      }
    }
  }
  return out;
}

}  // namespace fvm::tabular
