// The search of Movers itself. Private to movers.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>

#include "tabular/movers.hpp"

namespace fvm::tabular {

// Sixteen bits each, four in a word: those with at least `least` (1 to 16) of the bits of `among`, as the
// highest bit of their place in the word.
inline uint64_t with_many(uint64_t four, uint64_t among, uint64_t least) {
  constexpr uint64_t each = 0x0001'0001'0001'0001;
  uint64_t bits = four & (among * each);
  bits -= (bits >> 1) & (0x5555 * each);
  bits = (bits & (0x3333 * each)) + ((bits >> 2) & (0x3333 * each));
  bits = (bits + (bits >> 4)) & (0x0f0f * each);
  bits = (bits + (bits >> 8)) & (0x001f * each);
  return (bits + (0x8000 - least) * each) & (0x8000 * each);
}

template <class Each>
void Movers::with_print(Print print, Each each) const {
  if ((is_there_[bit_of(print) / 64] >> (bit_of(print) % 64) & 1) == 0) return;
  const uint32_t tag = tag_of(print);
  for (size_t slot = print.first & (slots_.size() - 1); slots_[slot].atom != Motion::nobody;
       slot = (slot + 1) & (slots_.size() - 1))
    if (slots_[slot].tag == tag && changes_.print(slots_[slot].atom) == print && !each(slots_[slot].atom))
      return;
}

// Depth first; the combination so far is a cell (or nothing) and the atoms of the set, each with its
// sign; one of them may be an insider, who is taken away from the others and counts no unit.
class Movers::Search {
 public:
  Search(Movers& movers, Hand& hand, uint64_t steps_max)
      : movers_(movers), changes_(movers.changes_), hand_(hand), met_(hand.met), steps_max_(steps_max) {
    met_.resize(movers.units_.size(), 0);
    hand_.small_rows.resize(movers.units_.size());
  }

  // Of those that somebody is taken away from so often.
  void take_away(uint64_t factor) {
    taken_away_ = Field::negative(factor);
    in_print_ = Field::inverse(factor);
  }
  // With at least one that is `changed`; those of which the first is one of these.
  Sets sets(const std::vector<bool>& changed, const std::vector<uint32_t>& firsts, size_t sets_max) {
    changed_ = &changed;
    return begun(firsts, sets_max);
  }

  // Few atoms first: among many in a set the search may not end.
  bool near(Print print, CellMotions& motions, uint32_t cell, const Member& is_member, const Found& found) {
    motions_ = &motions, cell_ = cell, is_member_ = &is_member, found_ = found;
    constexpr size_t few = 4;
    const size_t all = room(0, SIZE_MAX);
    for (size_t most = std::min(few, all); !is_done(); ++most) {
      begin(&motions.of(cell), 1, print, 0, most);
      if (most == all) break;
    }
    return steps_ < steps_max_;
  }

 private:
  // In rounds of more and more atoms, begun with each of these: as one of the set, and as its insider.
  Sets begun(const std::vector<uint32_t>& firsts, size_t sets_max) {
    Sets out;
    std::set<std::vector<uint32_t>> different;  // each is met in several orders
    found_ = [&](std::vector<uint32_t> set) {
      std::sort(set.begin() + (taken_away_ == 0 ? 0 : 1), set.end());
      different.insert(std::move(set));
      return different.size() >= sets_max;
    };
    for (size_t most = 2; static_cast<double>(most) < movers_.threshold_ && !is_done(); ++most) {
      for (const uint32_t atom : firsts) {
        if (is_done()) break;
        const uint32_t place = movers_.motion_of_[atom];
        if (place == Motion::nobody && small_row(atom).empty()) continue;  // nobody can undo its own change
        const Motion* motion = place == Motion::nobody ? nullptr : &movers_.motions_[place];
        const Print print = changes_.print(atom);
        set_ = {{atom, 1}};
        begin(motion, 1, print, movers_.units_[atom], most - 1);
        if (taken_away_ == 0 || movers_.units_[atom] != 1) continue;
        set_ = {{atom, taken_away_}};
        insider_ = atom;
        begin(motion, taken_away_, print.times(taken_away_), 0, most);
        insider_ = Motion::nobody;
      }
      if (steps_ < steps_max_) out.atoms_max = most;
    }
    out.sets.assign(different.begin(), different.end());
    return out;
  }

  std::span<const Entry> small_row(uint32_t free) { return movers_.small_row(hand_, free); }
  bool is_done() const { return is_found_ || steps_ >= steps_max_; }
  uint64_t sign(uint32_t atom) const {
    return is_member_ != nullptr && (*is_member_)(atom) ? Field::prime - 1 : 1;
  }
  bool lacks_insider() const { return taken_away_ != 0 && insider_ == Motion::nobody; }
  // As many more as may be, the insider among them.
  size_t room(double units, size_t most) const {
    return std::min(most, static_cast<size_t>(std::ceil(movers_.threshold_ - units) - 1)) +
           (lacks_insider() ? 1 : 0);
  }
  // The first atom of a set is the least of its changed ones, so that it is not met from each of them.
  bool is_free_to_join(uint32_t atom) const {
    if (changed_ != nullptr && (*changed_)[atom] && atom < set_.front().index) return false;
    return std::none_of(set_.begin(), set_.end(), [&](const Entry& in) { return in.index == atom; });
  }
  bool may_join(uint32_t atom, double units) const {
    return units + movers_.units_[atom] < movers_.threshold_ && is_free_to_join(atom);
  }
  bool may_be_insider(uint32_t atom) const {
    return lacks_insider() && movers_.units_[atom] == 1 && is_free_to_join(atom);
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
    if (motion != collected_) collect(*motion);
    Values values{};
    for (size_t i = 0; i < motion->moved().size(); ++i)
      values[i] = Field::multiply(motion->moved()[i].value, factor);
    follow_few(values, rest, units, most);
  }

  void collect(const Motion& motion) {
    collected_ = &motion;
    candidates_.clear(), moved_by_.clear();
    for (size_t i = 0; i < motion.moved().size(); ++i) {
      const uint32_t change = motion.moved()[i].index;
      if (movers_.is_small(change)) meet(change, 1, i);
      for (const Entry& entry : small_row(change)) meet(entry.index, entry.value, i);
    }
    for (const Candidate& candidate : candidates_) met_[candidate.atom] = 0;
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
    if (count <= room) return expand(rest, units, most, room);
    const size_t least = (count + room - 1) / room;
    steps_ += candidates_.size() / 8;
    for (size_t word = 0; word < moved_by_.size() && !is_done(); ++word)
      for (uint64_t those = with_many(moved_by_[word], moving, least); those != 0 && !is_done();
           those &= those - 1)
        follow_with(candidates_[word * in_word + static_cast<size_t>(std::countr_zero(those)) / bits_each],
                    values, rest, units, most);
  }

  void follow_with(const Candidate& candidate, const Values& values, Print rest, double units, size_t most) {
    const auto go_on = [&](uint64_t factor, double more, size_t less) {
      const Print print = join(candidate.atom, factor, rest);
      if (!print.is_zero()) {  // else finish() saw it
        if (room(more, less) <= 1) {
          follow_few(values, print, more, less);  // nobody looks at them
        } else {
          Values then;
          const uint64_t times = candidate.atom == insider_ ? factor : 1;  // the sign is in them already
          for (size_t k = 0; k < kept_max; ++k)
            then[k] = Field::add(values[k], Field::multiply(candidate.values[k], times));
          follow_few(then, print, more, less);
        }
      }
      set_.pop_back();
    };
    each_way(candidate.atom, units, most, go_on);
  }

  // As one of the set, and as the insider that it lacks.
  template <class GoOn>
  void each_way(uint32_t atom, double units, size_t most, const GoOn& go_on) {
    if (most > 0 && may_join(atom, units)) go_on(sign(atom), units + movers_.units_[atom], most - 1);
    if (!may_be_insider(atom)) return;
    insider_ = atom;
    go_on(taken_away_, units, most);
    insider_ = Motion::nobody;
  }

  Print join(uint32_t atom, uint64_t factor, Print rest) {
    set_.push_back({atom, factor});
    const Print print = changes_.print(atom);
    rest += factor == 1 ? print : factor == Field::prime - 1 ? print.negative() : print.times(factor);
    return rest;
  }

  void follow(Print rest, double units, size_t most) {
    if (is_done()) return;
    ++steps_;
    const size_t room = this->room(units, most);
    if (room == 0) return;
    finish(rest, units);
    if (room > 1) expand(rest, units, most, room);
  }

  void expand(Print rest, double units, size_t most, size_t room) {
    for (const uint32_t atom : candidates(room)) {
      if (is_done()) return;
      each_way(atom, units, most, [&](uint64_t factor, double more, size_t less) {
        const Print print = join(atom, factor, rest);
        if (!print.is_zero()) follow(print, more, less);  // finish() saw it
        set_.pop_back();
      });
    }
  }

  // The insider first. Single atoms are seen by their prints (find_alike).
  void report() {
    const size_t least = changed_ == nullptr ? 0 : taken_away_ == 0 ? 2 : 3;
    if (set_.size() < least) return;
    std::vector<uint32_t> set;
    for (const Entry& in : set_) set.push_back(in.index);
    if (taken_away_ != 0) std::swap(set.front(), *std::ranges::find(set, insider_));
    is_found_ = found_(set);
  }

  // Sets that one more atom makes whole.
  void finish(Print rest, double units) {
    if (lacks_insider()) return finish_with_insider(rest.times(in_print_));
    const auto with = [&](Print print, uint64_t factor) {
      movers_.with_print(print, [&](uint32_t atom) {
        if (may_join(atom, units) && sign(atom) == factor) report_with(atom, factor);
        return !is_done();
      });
    };
    with(rest.negative(), 1);
    if (is_member_ != nullptr) with(rest, Field::prime - 1);
  }
  void finish_with_insider(Print his) {
    movers_.with_print(his, [&](uint32_t atom) {
      if (!may_be_insider(atom)) return true;
      insider_ = atom;
      report_with(atom, taken_away_);
      insider_ = Motion::nobody;
      return !is_done();
    });
  }
  void report_with(uint32_t atom, uint64_t factor) {
    set_.push_back({atom, factor});
    report();
    set_.pop_back();
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
      for (const Entry& entry : small_row(moving_[i])) meet(entry.index);
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
      if (place == Motion::nobody)
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
      if (movers_.motion_of_[in.index] != Motion::nobody && moving_.size() <= room)
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
  Hand& hand_;
  std::vector<uint32_t>& met_;
  const uint64_t steps_max_;
  const std::vector<bool>* changed_ = nullptr;
  CellMotions* motions_ = nullptr;
  uint32_t cell_ = 0;
  const Member* is_member_ = nullptr;
  Found found_;
  uint64_t taken_away_ = 0;  // so often is the insider; 0: there is none
  uint64_t in_print_ = 0;    // times the others' print is his
  uint32_t insider_ = Motion::nobody;
  std::vector<Entry> set_;             // atoms and their signs
  std::vector<uint32_t> moving_;       // the changes that the last find_moving() found
  const Motion* collected_ = nullptr;  // whose candidates these are
  std::vector<Candidate> candidates_;
  std::vector<uint64_t> moved_by_;  // of four candidates each: a bit for each change that moves it
  uint64_t steps_ = 0;
  bool is_found_ = false;
};

}  // namespace fvm::tabular
