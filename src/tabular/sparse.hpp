// Sparse vectors over the field: entries in the order of their index, none of them zero.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "tabular/field.hpp"

namespace fvm::tabular {

// Packed: most of what costs time is bringing entries near, so four bytes of nothing in each are dear.
struct [[gnu::packed, gnu::aligned(4)]] Entry {
  uint32_t index = 0;
  uint64_t value = 0;
};
static_assert(sizeof(Entry) == 12);
using Sparse = std::vector<Entry>;

// Nothing: there is no such entry.
inline const Entry* find_entry(const Sparse& in, uint32_t index) {
  const auto found = std::lower_bound(
      in.begin(), in.end(), index, [](const Entry& entry, uint32_t wanted) { return entry.index < wanted; });
  return found == in.end() || found->index != index ? nullptr : &*found;
}

inline void sort_by_index(Sparse& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.index < b.index; });
}

// a += factor · b. `scratch` is used and left in any state.
inline void add_multiple(Sparse& a, const Sparse& b, uint64_t factor, Sparse& scratch) {
  scratch.clear();
  scratch.reserve(a.size() + b.size());
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i].index < b[j].index) {
      scratch.push_back(a[i++]);
    } else if (b[j].index < a[i].index) {
      scratch.push_back({b[j].index, Field::multiply(factor, b[j].value)}), ++j;
    } else {
      const uint64_t value = Field::add(a[i].value, Field::multiply(factor, b[j].value));
      if (value != 0) scratch.push_back({a[i].index, value});
      ++i, ++j;
    }
  }
  for (; i < a.size(); ++i) scratch.push_back(a[i]);
  for (; j < b.size(); ++j) scratch.push_back({b[j].index, Field::multiply(factor, b[j].value)});
  a.swap(scratch);
}

// Indexes, each once, found again in their order without sorting: a bit for each, and one for each word of
// these.
class IndexSet {
 public:
  static constexpr uint32_t none = UINT32_MAX;
  explicit IndexSet(size_t size)
      : bits_(size / word_bits + 1, 0), words_(size / word_bits / word_bits + 1, 0) {}
  void add(uint32_t index) {
    const uint32_t word = index / word_bits;
    bits_[word] |= uint64_t{1} << (index % word_bits);
    words_[word / word_bits] |= uint64_t{1} << (word % word_bits);
    first_ = std::min(first_, word / word_bits);
  }
  // The first, taken out; none: there are none.
  uint32_t pop() {
    for (; first_ < words_.size(); ++first_) {
      if (words_[first_] == 0) continue;
      const uint32_t word = first_ * word_bits + static_cast<uint32_t>(std::countr_zero(words_[first_]));
      const uint32_t index = word * word_bits + static_cast<uint32_t>(std::countr_zero(bits_[word]));
      if ((bits_[word] &= bits_[word] - 1) == 0) words_[first_] &= words_[first_] - 1;
      return index;
    }
    return none;
  }
  // Calls `each(index)` for all; then there are none.
  template <class Each>
  void drain(Each each) {
    for (uint32_t i = first_; i < words_.size(); ++i)
      for (uint64_t words = std::exchange(words_[i], 0); words != 0; words &= words - 1) {
        const uint32_t word = i * word_bits + static_cast<uint32_t>(std::countr_zero(words));
        for (uint64_t those = std::exchange(bits_[word], 0); those != 0; those &= those - 1)
          each(word * word_bits + static_cast<uint32_t>(std::countr_zero(those)));
      }
    first_ = static_cast<uint32_t>(words_.size());
  }

 private:
  static constexpr uint32_t word_bits = 64;
  std::vector<uint64_t> bits_;
  std::vector<uint64_t> words_;
  uint32_t first_ = 0;  // no word before it has any
};

// Adds up sparse vectors: a place for each index, and those that were touched.
class SparseSum {
 public:
  explicit SparseSum(size_t size) : sums_(size, 0), touched_(size) {}
  void add(uint32_t index, uint64_t value) {
    touched_.add(index);
    sums_[index] = Field::add(sums_[index], value);
  }
  void add(const Sparse& vector, uint64_t factor) {
    for (const Entry& entry : vector) add(entry.index, Field::multiply(entry.value, factor));
  }
  uint64_t at(uint32_t index) const { return sums_[index]; }
  // Calls `each(index, value)` in the order of the index for what is not zero; then it is zero again.
  template <class Each>
  void drain(Each each) {
    touched_.drain([&](uint32_t index) {
      if (const uint64_t value = std::exchange(sums_[index], 0); value != 0) each(index, value);
    });
  }
  // In the order of the index, behind `out`; then it is zero again.
  void take(Sparse& out) {
    drain([&](uint32_t index, uint64_t value) { out.push_back({index, value}); });
  }
  Sparse take() {
    Sparse out;
    take(out);
    return out;
  }

 private:
  std::vector<uint64_t> sums_;
  IndexSet touched_;
};

}  // namespace fvm::tabular
