#include "tabular/movers.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace fvm::tabular {
namespace {

constexpr uint32_t nothing = UINT32_MAX;

// Sixteen bits each, four in a word: those with at least `least` (1 to 16) of the bits of `among`, as the
// highest bit of their place in the word.
uint64_t with_many(uint64_t four, uint64_t among, uint64_t least) {
  constexpr uint64_t each = 0x0001'0001'0001'0001;
  uint64_t bits = four & (among * each);
  bits -= (bits >> 1) & (0x5555 * each);
  bits = (bits & (0x3333 * each)) + ((bits >> 2) & (0x3333 * each));
  bits = (bits + (bits >> 4)) & (0x0f0f * each);
  bits = (bits + (bits >> 8)) & (0x001f * each);
  return (bits + (0x8000 - least) * each) & (0x8000 * each);
}

}  // namespace

Movers::Movers(const Changes& changes, const std::vector<double>& units, double threshold, Pick pick)
    : changes_(changes),
      units_(units),
      threshold_(threshold),
      motion_of_(units.size(), nothing),
      met_(units.size(), 0) {
  place_atoms();
  keep_motions(pick);
}

void Movers::place_atoms() {
  constexpr size_t bits_each = 16;
  size_t small = 0;
  for (uint32_t atom = 0; atom < units_.size(); ++atom) {
    if (!is_small(atom) || changes_.is_known(atom)) continue;
    ++small;
    if (changes_.is_free(atom)) continue;
    motion_of_[atom] = static_cast<uint32_t>(motions_.size());
    motions_.emplace_back();
  }
  slots_.assign(std::bit_ceil(2 * small + 1), {});
  is_there_.assign(std::bit_ceil(bits_each * small / 64 + 1), 0);
  for (uint32_t atom = 0; atom < units_.size(); ++atom) {
    if (!is_small(atom) || changes_.is_known(atom)) continue;
    const Print print = changes_.print(atom);
    size_t slot = print.first & (slots_.size() - 1);
    while (slots_[slot].atom != nothing) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {atom, tag_of(print)};
    is_there_[bit_of(print) / 64] |= uint64_t{1} << (bit_of(print) % 64);
  }
}

template <class Each>
void Movers::with_print(Print print, Each each) const {
  if ((is_there_[bit_of(print) / 64] >> (bit_of(print) % 64) & 1) == 0) return;
  const uint32_t tag = tag_of(print);
  for (size_t slot = print.first & (slots_.size() - 1); slots_[slot].atom != nothing;
       slot = (slot + 1) & (slots_.size() - 1))
    if (slots_[slot].tag == tag && changes_.print(slots_[slot].atom) == print && !each(slots_[slot].atom))
      return;
}

// All at once when the first is asked for.
const std::vector<uint32_t>& Movers::whole_motion(uint32_t bound) {
  if (whole_.empty()) {
    whole_.resize(motions_.size());
    for (uint32_t atom = 0; atom < units_.size(); ++atom)
      for (const Entry& entry : small_row(atom)) whole_[motion_of_[entry.index]].push_back(atom);
  }
  return whole_[motion_of_[bound]];
}

// Depth first; the combination so far is a cell (or nothing) and the atoms of the set, each with its sign.
class Movers::Search {
 public:
  Search(Movers& movers, uint64_t steps_max)
      : movers_(movers), changes_(movers.changes_), met_(movers.met_), steps_max_(steps_max) {}

  Sets sets(const std::vector<bool>& changed, size_t sets_max) {
    changed_ = &changed;
    return begun(changed, sets_max, false);
  }
  Sets of_insiders(const std::vector<bool>& changed, size_t sets_max, uint64_t factor) {
    taken_away_ = Field::negative(factor);
    return begun(changed, sets_max, true);
  }

  bool near(Print print, CellMotions& motions, uint32_t cell, const Member& is_member, const Found& found) {
    motions_ = &motions, cell_ = cell, is_member_ = &is_member, found_ = found;
    begin(&motions.of(cell), 1, print, 0, movers_.units_.size());
    return steps_ < steps_max_;
  }

 private:
  // In rounds of more and more atoms, begun with each that is changed; or with each insider, who is taken
  // away and does not count.
  Sets begun(const std::vector<bool>& changed, size_t sets_max, bool insiders) {
    Sets out;
    const size_t first = insiders ? 1 : 0;
    const auto is_changed = [&](uint32_t atom) { return changed[atom]; };
    found_ = [&](const std::vector<uint32_t>& set) {
      if (set.size() > 1 + first && std::any_of(set.begin(), set.end(), is_changed)) {
        out.sets.push_back(set);
        std::sort(out.sets.back().begin() + static_cast<ptrdiff_t>(first), out.sets.back().end());
      }
      return out.sets.size() >= sets_max;
    };
    for (size_t most = 2; static_cast<double>(most) < movers_.threshold_ && !is_done(); ++most) {
      for (uint32_t atom = 0; atom < changed.size() && !is_done(); ++atom) {
        const double units = movers_.units_[atom];
        const bool may_begin = insiders ? units == 1 : changed[atom] && movers_.is_small(atom);
        if (!may_begin || changes_.is_known(atom)) continue;
        const uint64_t factor = insiders ? taken_away_ : 1;
        const Print print = changes_.print(atom);
        const uint32_t place = movers_.motion_of_[atom];
        if (place == nothing && movers_.small_row(atom).empty()) continue;  // nobody can undo its own change
        set_ = {{atom, factor}};
        begin(place == nothing ? nullptr : &movers_.motions_[place], factor,
              insiders ? print.times(factor) : print, insiders ? 0 : units, insiders ? most : most - 1);
      }
      if (steps_ < steps_max_) out.atoms_max = most;
    }
    std::sort(out.sets.begin(), out.sets.end());
    out.sets.erase(std::unique(out.sets.begin(), out.sets.end()), out.sets.end());
    return out;
  }

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
    std::array<uint64_t, Motion::kept_max> values{};
  };
  static constexpr size_t kept_max = Motion::kept_max, in_word = 4, bits_each = 16;
  static_assert(kept_max <= bits_each);
  using Values = std::array<uint64_t, kept_max>;

  void begin(const Motion* motion, uint64_t factor, Print rest, double units, size_t most) {
    if (motion == nullptr || motion->moved().size() <= room(units, most)) return follow(rest, units, most);
    candidates_.clear(), moved_by_.clear();
    Values values{};
    for (size_t i = 0; i < motion->moved().size(); ++i) {
      const auto [change, value] = motion->moved()[i];
      values[i] = Field::multiply(value, factor);
      if (movers_.is_small(change)) meet(change, 1, i);
      for (const Entry& entry : movers_.small_row(change)) meet(entry.index, entry.value, i);
    }
    for (const Candidate& candidate : candidates_) met_[candidate.atom] = 0;
    follow_few(values, rest, units, most);
  }

  void meet(uint32_t atom, uint64_t value, size_t change) {
    if (met_[atom] == 0) {
      candidates_.push_back({.atom = atom});
      if (moved_by_.size() * in_word < candidates_.size()) moved_by_.push_back(0);
      met_[atom] = static_cast<uint32_t>(candidates_.size());
    }
    const size_t place = met_[atom] - 1;
    Candidate& candidate = candidates_[place];
    moved_by_[place / in_word] |= uint64_t{1} << (place % in_word * bits_each + change);
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
    for (size_t word = 0; word < moved_by_.size() && !is_done(); ++word)
      for (uint64_t those = with_many(moved_by_[word], moving, least); those != 0 && !is_done();
           those &= those - 1)
        follow_with(candidates_[word * in_word + static_cast<size_t>(std::countr_zero(those)) / bits_each],
                    values, rest, units, room);
  }

  void follow_with(const Candidate& candidate, const Values& values, Print rest, double units, size_t room) {
    if (!may_join(candidate.atom, units)) return;
    const double more = units + movers_.units_[candidate.atom];
    const Print print = join(candidate.atom, rest);
    if (!print.is_zero()) {  // else finish() saw it
      if (this->room(more, room - 1) <= 1) {
        follow_few(values, print, more, room - 1);  // nobody looks at them
      } else {
        Values then;
        for (size_t k = 0; k < kept_max; ++k) then[k] = Field::add(values[k], candidate.values[k]);
        follow_few(then, print, more, room - 1);
      }
    }
    set_.pop_back();
  }

  Print join(uint32_t atom, Print rest) {
    set_.push_back({atom, sign(atom)});
    const Print print = changes_.print(atom);
    rest += set_.back().value == 1 ? print : print.negative();
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
      if (met_[atom]++ == 0) met.push_back(atom);
    };
    for (size_t i = 0; i < looked; ++i) {
      steps_ += changes_.row(moving_[i]).size();
      if (movers_.is_small(moving_[i])) meet(moving_[i]);
      for (const Entry& entry : movers_.small_row(moving_[i])) meet(entry.index);
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
      for (const Entry& entry : motion.moved()) try_moving(entry.index);
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
      sum = Field::add(sum, Field::multiply(in.value, movers_.value(free, in.index)));
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
  uint64_t taken_away_ = 0;       // so often is an insider
  std::vector<Entry> set_;        // atoms and their signs
  std::vector<uint32_t> moving_;  // the changes that the last find_moving() found
  std::vector<Candidate> candidates_;
  std::vector<uint64_t> moved_by_;  // of four candidates each: a bit for each change that moves it
  uint64_t steps_ = 0;
  bool is_found_ = false;
};

Movers::Sets Movers::unmoved_sets(const std::vector<bool>& changed, size_t sets_max, uint64_t steps_max) {
  return Search(*this, steps_max).sets(changed, sets_max);
}

Movers::Sets Movers::sets_of_insiders(const std::vector<bool>& changed, uint64_t factor, size_t sets_max,
                                      uint64_t steps_max) {
  return Search(*this, steps_max).of_insiders(changed, sets_max, factor);
}

bool Movers::nearly_known(Print print, CellMotions& motions, uint32_t cell, const Found& found,
                          uint64_t steps_max) {
  const Member is_member(motions.groups(), cell);
  return Search(*this, steps_max).near(print, motions, cell, is_member, found);
}

}  // namespace fvm::tabular
