#include "tabular/freedom.hpp"

#include <algorithm>

namespace fvm::tabular {
Freedom::Freedom(size_t columns) : columns_(columns), supports_(columns), sums_(columns, 0) {
  for (uint32_t i = 0; i < columns; ++i) {
    columns_[i] = {{i, 1}};
    supports_[i] = {i};
  }
}

Sparse Freedom::of(const Sparse& combination) {
  touched_.clear();
  for (const Entry& term : combination) {
    for (const Entry& moved : columns_[term.index]) {
      if (sums_[moved.index] == 0) touched_.push_back(moved.index);
      sums_[moved.index] = Field::add(sums_[moved.index], Field::multiply(term.value, moved.value));
    }
  }
  Sparse motion;
  motion.reserve(touched_.size());
  std::sort(touched_.begin(), touched_.end());
  for (const uint32_t vector : touched_) {
    if (sums_[vector] != 0) motion.push_back({vector, sums_[vector]});
    sums_[vector] = 0;
  }
  return motion;
}

uint32_t Freedom::add_column(const Sparse& combination) {
  const auto cell = static_cast<uint32_t>(columns_.size());
  columns_.push_back(of(combination));
  for (const Entry& moved : columns_.back()) supports_[moved.index].push_back(cell);
  return cell;
}

uint32_t Freedom::least_moved_by(const Sparse& motion) const {
  uint32_t least = motion.front().index;
  for (const Entry& moved : motion)
    if (supports_[moved.index].size() < supports_[least].size()) least = moved.index;
  return least;
}

void Freedom::tidy(uint32_t vector) {
  auto& cells = supports_[vector];
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  std::erase_if(cells, [&](uint32_t cell) { return find_entry(columns_[cell], vector) == nullptr; });
}

// The vector with the fewest cells is given up; the others that move the combination are made not to by it.
void Freedom::publish(const Sparse& motion) {
  const uint32_t pivot = least_moved_by(motion);
  tidy(pivot);
  const uint64_t factor = Field::negative(Field::inverse(find_entry(motion, pivot)->value));
  change_.clear();
  for (const Entry& moved : motion) change_.push_back({moved.index, Field::multiply(moved.value, factor)});
  const std::vector<uint32_t> cells = std::move(supports_[pivot]);
  supports_[pivot].clear();
  for (const uint32_t cell : cells) {
    Sparse& column = columns_[cell];
    const uint64_t by = find_entry(column, pivot)->value;
    const size_t before = column.size();
    add_multiple(column, change_, by, scratch_);  // takes the pivot out, too
    if (motion.size() == 1 || (motion.size() == 2 && column.size() < before)) continue;
    for (const Entry& moved : motion)
      if (moved.index != pivot && find_entry(scratch_, moved.index) == nullptr)
        supports_[moved.index].push_back(cell);
  }
}

bool Freedom::is_proportional(const Sparse& a, const Sparse& b) {
  if (a.size() != b.size() || a.empty()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].index != b[i].index) return false;
  for (size_t i = 1; i < a.size(); ++i)
    if (Field::multiply(a[0].value, b[i].value) != Field::multiply(a[i].value, b[0].value)) return false;
  return true;
}

}  // namespace fvm::tabular
