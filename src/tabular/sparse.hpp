// Sparse vectors over the field: entries in the order of their index, none of them zero.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tabular/field.hpp"

namespace fvm::tabular {

struct Entry {
  uint32_t index = 0;
  uint64_t value = 0;
};
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

// Adds up sparse vectors: a place for each index, and which of them were touched.
class SparseSum {
 public:
  explicit SparseSum(size_t size) : sums_(size, 0), is_touched_(size, 0) {}
  void add(uint32_t index, uint64_t value) {
    if (is_touched_[index] == 0) is_touched_[index] = 1, touched_.push_back(index);
    sums_[index] = Field::add(sums_[index], value);
  }
  void add(const Sparse& vector, uint64_t factor) {
    for (const Entry& entry : vector) add(entry.index, Field::multiply(entry.value, factor));
  }
  uint64_t at(uint32_t index) const { return sums_[index]; }
  const std::vector<uint32_t>& touched() const { return touched_; }
  // In the order of the index, behind `out`; then it is zero again.
  void take(Sparse& out) {
    std::sort(touched_.begin(), touched_.end());
    for (const uint32_t index : touched_)
      if (sums_[index] != 0) out.push_back({index, sums_[index]});
    clear();
  }
  Sparse take() {
    Sparse out;
    take(out);
    return out;
  }
  void clear() {
    for (const uint32_t index : touched_) sums_[index] = 0, is_touched_[index] = 0;
    touched_.clear();
  }

 private:
  std::vector<uint64_t> sums_;
  std::vector<uint8_t> is_touched_;
  std::vector<uint32_t> touched_;
};

}  // namespace fvm::tabular
