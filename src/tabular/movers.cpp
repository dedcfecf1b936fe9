// What Movers look for: by all hands beside each other.
#include "tabular/movers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/beside.hpp"
#include "tabular/movers_search.hpp"
#include "tabular/small_sets.hpp"

namespace fvm::tabular {

Movers::Sets Movers::with_all_hands(const std::vector<bool>& changed, uint64_t factor, size_t sets_max,
                                    uint64_t steps_max) {
  std::array<std::vector<uint32_t>, hands> firsts;
  size_t count = 0;
  for (uint32_t atom = 0; atom < changed.size(); ++atom)
    if (changed[atom] && is_small(atom) && !changes_.is_known(atom)) firsts[count++ % hands].push_back(atom);
  std::array<Sets, hands> found;
  const auto look = [&](size_t hand) {
    Search search(*this, hands_[hand], steps_max / hands);
    if (factor != 0) search.take_away(factor);
    found[hand] = search.sets(changed, firsts[hand], sets_max);
  };
  all_beside(hands, look, changes_.are_many());
  Sets out = std::move(found.front());
  for (size_t hand = 1; hand < hands; ++hand) {
    std::ranges::move(found[hand].sets, std::back_inserter(out.sets));
    out.atoms_max = std::min(out.atoms_max, found[hand].atoms_max);
  }
  std::ranges::sort(out.sets);
  out.sets.erase(std::ranges::unique(out.sets).begin(), out.sets.end());
  if (out.sets.size() > sets_max) out.sets.resize(sets_max);
  return out;
}

Movers::Sets Movers::unmoved_sets(const std::vector<bool>& changed, size_t sets_max, uint64_t steps_max) {
  return with_all_hands(changed, 0, sets_max, steps_max);
}

Movers::Sets Movers::sets_of_insiders(const std::vector<bool>& changed, uint64_t factor, size_t sets_max,
                                      uint64_t steps_max) {
  return with_all_hands(changed, factor, sets_max, steps_max);
}

bool Movers::nearly_known(Print print, CellMotions& motions, uint32_t cell, const Found& found,
                          uint64_t steps_max, size_t hand) {
  const Member is_member(motions.groups(), cell);
  return Search(*this, hands_[hand], steps_max).near(print, motions, cell, is_member, found);
}

Movers::Sets Movers::every_unmoved_set(const std::vector<bool>& changed) {
  constexpr size_t sets_max = 1000;
  constexpr uint64_t steps_first = 50'000'000;
  const SmallSets among{changes_.prints(), units_, threshold_, changed};
  if (are_long(changes_) && are_few(among))
    return {sets_by_prints(among, sets_max), static_cast<size_t>(std::ceil(threshold_)) - 1};
  auto out = unmoved_sets(changed, sets_max, steps_first);
  if (threshold_ <= 2 || static_cast<double>(out.atoms_max) + 1 >= threshold_) return out;
  auto more = Movers(changes_, units_, threshold_, Pick::any).unmoved_sets(changed);
  out.atoms_max = std::max(out.atoms_max, more.atoms_max);
  out.sets.insert(out.sets.end(), more.sets.begin(), more.sets.end());
  std::sort(out.sets.begin(), out.sets.end());
  out.sets.erase(std::unique(out.sets.begin(), out.sets.end()), out.sets.end());
  return out;
}

}  // namespace fvm::tabular
