// Cells that differ from a published one by units of one owner, who knows them and is one, and by few of
// others.
#include <algorithm>
#include <map>

#include "tabular/publisher.hpp"

namespace fvm::tabular {
namespace {

// So many entries of changes may be written anew for all owners of a table together.
constexpr uint64_t entries_max = 200'000'000;
constexpr uint64_t steps_max = 50'000;  // for a cell and an owner
constexpr size_t unclear_max = 10;      // beyond, whatever is nearly known counts as published

// What is left open to somebody who knows these atoms, of which some may be known to everybody.
class Owned {
 public:
  Owned(const Changes& changes, const std::vector<uint32_t>& own) : own_(own) {
    Alone alone = find_alone(changes, own);
    after_ = changes.after(alone.facts, alone.groups);
    facts_ = std::move(alone.facts);
    std::vector<bool> is_fact(own.size(), false);
    for (const uint32_t place : facts_.cells) is_fact[place] = true;
    for (uint32_t place = 0; place < own.size(); ++place)
      if (!is_fact[place]) unclear_.push_back(place);
  }
  const Changes& after() const { return after_; }
  // Too many of his atoms follow from others of his: there are too many ways to write what he knows.
  bool is_unclear() const { return unclear_.size() > unclear_max; }

  // A sum of atoms (whether one is in it: `has`) is known to him: it is one that is known to everybody, and
  // atoms of his. Which of these, of those of the cell more and of the others less: every way is tried.
  // Calls `each(more, less)`, by atom, until it says that it found what it wanted; true: it did.
  template <class Has, class Each>
  bool try_ways(const Has& has, const Member& is_member, const Each& each) const {
    std::vector<uint64_t> of_facts;  // how often each is in the sum
    for (const Sparse& move : facts_.moves) {
      uint64_t sum = 0;
      for (const Entry& entry : move)
        if (has(entry.index)) sum = Field::add(sum, entry.value);
      of_facts.push_back(sum);
    }
    for (uint32_t way = 0; way < (1u << unclear_.size()); ++way) {
      std::vector<uint32_t> more, less;
      const auto left = without_unclear(of_facts, way, is_member, more, less);
      if (add_facts(left, is_member, more, less) && each(more, less)) return true;
    }
    return false;
  }

 private:
  std::vector<uint64_t> without_unclear(std::vector<uint64_t> of_facts, uint32_t way, const Member& is_member,
                                        std::vector<uint32_t>& more, std::vector<uint32_t>& less) const {
    for (size_t i = 0; i < unclear_.size(); ++i) {
      if ((way >> i & 1) == 0) continue;
      const uint32_t atom = own_[unclear_[i]];
      (is_member(atom) ? more : less).push_back(atom);
      for (size_t fact = 0; fact < of_facts.size(); ++fact)
        if (const Entry* found = find_entry(facts_.moves[fact], atom); found != nullptr)
          of_facts[fact] =
              Field::add(of_facts[fact], is_member(atom) ? Field::negative(found->value) : found->value);
    }
    return of_facts;
  }
  bool add_facts(const std::vector<uint64_t>& of_facts, const Member& is_member, std::vector<uint32_t>& more,
                 std::vector<uint32_t>& less) const {
    for (size_t fact = 0; fact < of_facts.size(); ++fact) {
      if (of_facts[fact] == 0) continue;
      const uint32_t atom = own_[facts_.cells[fact]];
      if (of_facts[fact] != (is_member(atom) ? 1 : Field::prime - 1)) return false;
      (is_member(atom) ? more : less).push_back(atom);
    }
    return true;
  }

  const std::vector<uint32_t>& own_;
  Facts facts_;  // cells: places of own atoms of which none follows from the others
  Changes after_;
  std::vector<uint32_t> unclear_;  // places of the other own ones
};

}  // namespace

// Owners of one unit alone are everybody's equals: a difference of few is one with them, too. Who has most
// comes first, since he is likeliest to have most of what changed.
Publisher::Owners Publisher::owners_of_several() const {
  std::map<uint32_t, std::vector<uint32_t>> own;
  for (uint32_t atom = 0; atom < table_.owners.size(); ++atom)
    for (const uint32_t owner : table_.owners[atom]) own[owner].push_back(atom);
  Owners order;
  for (auto& [owner, atoms] : own)
    if (atoms.size() > 1 || units_[atoms.front()] > 1) order.push_back(std::move(atoms));
  std::ranges::stable_sort(order, std::greater(), &std::vector<uint32_t>::size);
  return order;
}

void Publisher::find_near_to_owners(const std::vector<CountTable>& named) {
  if (!rules_.insiders || known_.published().empty()) return;
  const Owners owners = owners_of_several();
  if (owners.empty()) return;
  std::vector<bool> is_counted(known_.published().size(), false);
  if (is_counting_short())
    for (auto released = named.rbegin(); released != named.rend(); ++released)
      count_near_to_owners(*released, owners, is_counted);
  std::vector<double> sizes;
  for (size_t i = 0; i < is_counted.size(); ++i)
    if (!is_counted[i]) sizes.push_back(known_.published()[i].units);
  std::ranges::sort(sizes);
  uint64_t entries = 0;
  for (const auto& atoms : owners) {
    const auto wanted = of_near_size_to(atoms, sizes);
    if (std::ranges::count(wanted, true) == 0) continue;
    entries += changes_.entries();
    if (entries > entries_max) {
      is_near_whole_ = false;
      return;
    }
    find_near_to(atoms, wanted);
  }
}

// `sizes`: of the published cells that are left, ascending.
std::vector<bool> Publisher::of_near_size_to(const std::vector<uint32_t>& own,
                                             const std::vector<double>& sizes) const {
  std::vector<double> inside(base_.size(), 0);
  double all = 0;
  for (const uint32_t atom : own) {
    all += units_[atom];
    if (const uint32_t group = table_.groups.of_atom[atom]; group != Groups::none)
      for (const uint32_t cell : table_.groups.cells[group]) inside[cell] += units_[atom];
  }
  std::vector<bool> out(base_.size(), false);
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    if (base_[cell] != Status::candidate || is_known(cell)) continue;
    const double units = table_.counts[cell];
    const auto least = std::ranges::upper_bound(sizes, units - inside[cell] - rules_.threshold);
    out[cell] = least != sizes.end() && *least < units + all - inside[cell] + rules_.threshold;
  }
  return out;
}

void Publisher::find_near_to(const std::vector<uint32_t>& own, const std::vector<bool>& wanted) {
  const Owned owned(changes_, own);
  const auto prints = sums_of_cells(table_.groups, owned.after().prints(), base_.size());
  CellMotions motions(owned.after(), table_.groups, wanted);
  Movers movers(owned.after(), known_.units(), most_apart() - 1);
  for (uint32_t cell = 0; cell < base_.size(); ++cell) {
    if (!wanted[cell]) continue;
    const Member is_member(table_.groups, cell);
    const auto is_near = [&](const std::vector<uint32_t>& set) {
      if (owned.is_unclear()) {
        hide_near(cell, Decision::several);
        return true;
      }
      const auto has = [&](uint32_t atom) { return is_member(atom) != (std::ranges::count(set, atom) > 0); };
      return owned.try_ways(has, is_member, [&](const auto& more, const auto& less) {
        return is_near_with(cell, is_member, set, more, less);
      });
    };
    if (prints[cell].is_zero())
      is_near({});
    else if (!movers.nearly_known(prints[cell], motions, cell, is_near, steps_max))
      ++near_unfinished_;
  }
}

// Whether the cell without its atoms of the set and with the others, without `more` and with `less`, which
// are one owner's, was published.
bool Publisher::is_near_with(uint32_t cell, const Member& is_member, std::vector<uint32_t> set,
                             const std::vector<uint32_t>& more, const std::vector<uint32_t>& less) {
  if (more.empty() && less.empty()) return false;
  double in = more.empty() ? 0 : 1, out = less.empty() ? 0 : 1;
  for (const uint32_t atom : set) (is_member(atom) ? in : out) += units_[atom];
  if (in >= rules_.threshold || out >= rules_.threshold || in + out >= most_apart()) return false;
  set.insert(set.end(), more.begin(), more.end());
  set.insert(set.end(), less.begin(), less.end());
  return is_published(cell, is_member, set);
}

}  // namespace fvm::tabular
