#include "tabular/small_sets.hpp"

#include <algorithm>
#include <bit>

namespace fvm::tabular {
namespace {

constexpr size_t atoms_few = 3000;

// Those that sets are made of.
bool is_small(const SmallSets& among, size_t atom) {
  return among.units[atom] < among.threshold && !among.prints[atom].is_zero();
}

// Numbers by prints; a bit for each says from near memory that most prints have none.
class ByPrint {
 public:
  explicit ByPrint(size_t size)
      : slots_(std::bit_ceil(2 * size + 1)), is_there_(std::bit_ceil(16 * size / 64 + 1), 0) {}
  void add(Print print, uint32_t number) {
    is_there_[bit(print) / 64] |= uint64_t{1} << (bit(print) % 64);
    size_t slot = print.first & (slots_.size() - 1);
    while (slots_[slot].number != none) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {number, tag(print)};
  }
  // Perhaps of another print: the caller looks.
  template <class Each>
  void with(Print print, Each each) const {
    if ((is_there_[bit(print) / 64] >> (bit(print) % 64) & 1) == 0) return;
    for (size_t slot = print.first & (slots_.size() - 1); slots_[slot].number != none;
         slot = (slot + 1) & (slots_.size() - 1))
      if (slots_[slot].tag == tag(print)) each(slots_[slot].number);
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;
  struct Slot {
    uint32_t number = none, tag = 0;
  };
  static uint32_t tag(Print print) { return static_cast<uint32_t>(print.first >> 29); }
  uint64_t bit(Print print) const { return print.second & (is_there_.size() * 64 - 1); }
  std::vector<Slot> slots_;
  std::vector<uint64_t> is_there_;
};

class Finder {
 public:
  Finder(const SmallSets& among, size_t sets_max) : among_(among), sets_max_(sets_max), by_print_(0) {
    for (uint32_t atom = 0; atom < among.prints.size(); ++atom)
      if (is_small(among, atom)) atoms_.push_back(atom);
    by_print_ = ByPrint(atoms_.size());
    for (const uint32_t atom : atoms_) by_print_.add(among.prints[atom], atom);
  }

  std::vector<std::vector<uint32_t>> run() {
    find_pairs();
    if (among_.threshold > 3) find_threes();
    if (among_.threshold > 4) find_fours();
    if (out_.size() > sets_max_) out_.resize(sets_max_);
    return std::move(out_);
  }

 private:
  // Sets are met from the least of their changed atoms: `other` may be in one that began with `first`.
  bool may_join(uint32_t first, uint32_t other) const {
    return other != first && !(among_.changed[other] && other < first);
  }
  Print sum(uint32_t a, uint32_t b) const {
    Print out = among_.prints[a];
    return out += among_.prints[b];
  }
  void report(std::vector<uint32_t> set) {
    double units = 0;
    for (const uint32_t atom : set) units += among_.units[atom];
    if (units >= among_.threshold || out_.size() >= sets_max_) return;
    std::sort(set.begin(), set.end());
    out_.push_back(std::move(set));
  }
  template <class Each>
  void for_changed(Each each) const {
    for (const uint32_t atom : atoms_)
      if (among_.changed[atom]) each(atom);
  }
  template <class Each>
  void for_pairs(uint32_t first, Each each) const {
    const double room = among_.threshold - among_.units[first];
    for (const uint32_t second : atoms_)
      if (among_.units[second] < room && may_join(first, second)) each(second);
  }

  void find_pairs() {
    for_changed([&](uint32_t first) {
      const Print wanted = among_.prints[first].negative();
      by_print_.with(wanted, [&](uint32_t second) {
        if (may_join(first, second) && among_.prints[second] == wanted) report({first, second});
      });
    });
  }

  void find_threes() {
    for_changed([&](uint32_t first) {
      for_pairs(first, [&](uint32_t second) {
        const Print wanted = sum(first, second).negative();
        by_print_.with(wanted, [&](uint32_t third) {
          if (second < third && may_join(first, third) && among_.prints[third] == wanted)
            report({first, second, third});
        });
      });
    });
  }

  void find_fours() {
    const auto count = static_cast<uint32_t>(atoms_.size());
    ByPrint pairs(size_t{count} * count / 2);
    for (uint32_t a = 0; a < count; ++a)
      for (uint32_t b = a + 1; b < count; ++b)
        if (among_.units[atoms_[a]] + among_.units[atoms_[b]] + 2 < among_.threshold)
          pairs.add(sum(atoms_[a], atoms_[b]), a * count + b);
    for_changed([&](uint32_t first) {
      for_pairs(first, [&](uint32_t second) {
        const Print wanted = sum(first, second).negative();
        pairs.with(wanted, [&](uint32_t pair) {
          const uint32_t third = atoms_[pair / count], fourth = atoms_[pair % count];
          if (second < third && may_join(first, third) && may_join(first, fourth) &&
              sum(third, fourth) == wanted)
            report({first, second, third, fourth});
        });
      });
    });
  }

  const SmallSets& among_;
  size_t sets_max_;
  std::vector<uint32_t> atoms_;
  ByPrint by_print_;
  std::vector<std::vector<uint32_t>> out_;
};

}  // namespace

bool are_long(const Changes& changes) {
  constexpr size_t entries_many = 32;
  return changes.entries() > entries_many * changes.count();
}

bool may_be_by_prints(double threshold, size_t small) {
  return threshold <= 5 && small <= atoms_few;
}

bool are_few(const SmallSets& among) {
  size_t count = 0;
  for (size_t atom = 0; atom < among.prints.size(); ++atom) count += is_small(among, atom) ? 1 : 0;
  return may_be_by_prints(among.threshold, count);
}

std::vector<std::vector<uint32_t>> sets_by_prints(const SmallSets& among, size_t sets_max) {
  return Finder(among, sets_max).run();
}

}  // namespace fvm::tabular
