#include "tabular/basis.hpp"

#include <algorithm>
#include <utility>

namespace fvm::tabular {
Basis::Basis(size_t columns)
    : rows_(columns),
      own_(columns),
      weights_(columns, 0),
      moved_(columns, 1),
      where_(columns),
      changes_(columns),
      entries_(columns) {
  for (uint32_t i = 0; i < columns; ++i) {
    rows_[i] = {{i, 1}};
    where_[i] = {i};
    own_[i] = i;
  }
}

Basis::Basis(std::vector<float> weights, std::vector<Sparse> changes, std::vector<uint32_t> own)
    : rows_(std::move(changes)),
      own_(std::move(own)),
      weights_(std::move(weights)),
      moved_(weights_.size(), 0),
      where_(weights_.size()),
      changes_(rows_.size()) {
  own_.resize(rows_.size(), 0);
  for (uint32_t change = 0; change < rows_.size(); ++change)
    for (const Entry& entry : rows_[change]) note(entry.index, change);
}

uint64_t Basis::value(uint32_t change, uint32_t column) const {
  const Entry* entry = find_entry(rows_[change], column);
  return entry == nullptr ? 0 : entry->value;
}

const std::vector<Entry>& Basis::motion(uint32_t column) {
  auto& where = where_[column];
  if (where.size() > 1 && where.size() != moved_[column]) {
    std::sort(where.begin(), where.end());
    where.erase(std::unique(where.begin(), where.end()), where.end());
  }
  motion_.clear();
  size_t kept = 0;
  for (const uint32_t change : where) {
    const Entry* entry = find_entry(rows_[change], column);
    if (entry == nullptr) continue;
    motion_.push_back({change, entry->value});
    where[kept++] = change;
  }
  where.resize(kept);
  return motion_;
}

void Basis::note(uint32_t column, uint32_t change) {
  ++moved_[column];
  ++entries_;
  where_[column].push_back(change);
}

uint32_t Basis::add_free() {
  const auto column = static_cast<uint32_t>(moved_.size());
  const auto change = static_cast<uint32_t>(rows_.size());
  moved_.push_back(0);
  where_.emplace_back();
  rows_.push_back({{column, 1}});
  own_.push_back(column);
  weights_.resize(column, 0);
  weights_.push_back(0);
  ++changes_;
  note(column, change);
  return column;
}

uint32_t Basis::add_combination(const Sparse& terms) {
  const auto column = static_cast<uint32_t>(moved_.size());
  sums_.resize(std::max(sums_.size(), rows_.size()), 0);
  hit_.clear();
  for (const Entry& term : terms) {
    for (const Entry& moved : motion(term.index)) {
      if (sums_[moved.index] == 0) hit_.push_back(moved.index);
      sums_[moved.index] = Field::add(sums_[moved.index], Field::multiply(term.value, moved.value));
    }
  }
  moved_.push_back(0);
  where_.emplace_back();
  for (const uint32_t change : hit_) {
    if (sums_[change] == 0) continue;
    rows_[change].push_back({column, sums_[change]});
    note(column, change);
    sums_[change] = 0;
  }
  return column;
}

uint32_t Basis::add_sums(const std::vector<uint32_t>& group,
                         const std::vector<std::vector<uint32_t>>& sums_of, size_t sums) {
  const auto first = static_cast<uint32_t>(moved_.size());
  moved_.resize(first + sums, 0);
  where_.resize(first + sums);
  std::vector<uint64_t> of_group(sums_of.size(), 0), of_sum(sums, 0);
  std::vector<uint32_t> groups, hit;
  for (uint32_t change = 0; change < rows_.size(); ++change) {
    groups.clear();
    for (const Entry& entry : rows_[change]) {
      if (entry.index >= group.size()) break;
      const uint32_t in = group[entry.index];
      if (in == no_group) continue;
      if (of_group[in] == 0) groups.push_back(in);
      of_group[in] = Field::add(of_group[in], entry.value);
    }
    hit.clear();
    for (const uint32_t in : groups) {
      if (of_group[in] == 0) continue;
      for (const uint32_t sum : sums_of[in]) {
        if (of_sum[sum] == 0) hit.push_back(sum);
        of_sum[sum] = Field::add(of_sum[sum], of_group[in]);
      }
      of_group[in] = 0;
    }
    std::sort(hit.begin(), hit.end());
    for (const uint32_t sum : hit) {
      if (of_sum[sum] == 0) continue;
      rows_[change].push_back({first + sum, of_sum[sum]});
      note(first + sum, change);
      of_sum[sum] = 0;
    }
  }
  return first;
}

uint32_t Basis::split(uint32_t column) {
  const uint32_t part = add_free();
  const uint32_t change = where_[part].front();
  rows_[change] = {{column, Field::prime - 1}, {part, 1}};
  weights_[part] = weights_[column];
  note(column, change);
  return part;
}

void Basis::drop_from(uint32_t column) {
  for (Sparse& row : rows_) {
    while (!row.empty() && row.back().index >= column) {
      row.pop_back();
      --entries_;
    }
  }
  moved_.resize(column);
  where_.resize(column);
}

void Basis::add_to(uint32_t change, const Sparse& other, uint64_t factor) {
  Sparse& row = rows_[change];
  scratch_.clear();
  size_t i = 0;
  for (const Entry& entry : other) {
    while (i < row.size() && row[i].index < entry.index) scratch_.push_back(row[i++]);
    const uint64_t more = Field::multiply(factor, entry.value);
    if (i == row.size() || row[i].index != entry.index) {
      scratch_.push_back({entry.index, more});
      note(entry.index, change);
      continue;
    }
    const uint64_t sum = Field::add(row[i++].value, more);
    if (sum != 0) {
      scratch_.push_back({entry.index, sum});
    } else {
      --moved_[entry.index];
      --entries_;
    }
  }
  scratch_.insert(scratch_.end(), row.begin() + static_cast<ptrdiff_t>(i), row.end());
  row = scratch_;
}

Sparse Basis::end(uint32_t change) {
  for (const Entry& entry : rows_[change]) --moved_[entry.index];
  entries_ -= rows_[change].size();
  --changes_;
  return std::exchange(rows_[change], {});
}

void Basis::sort_by_moved(std::vector<uint32_t>& columns) const {
  std::sort(columns.begin(), columns.end(),
            [&](uint32_t a, uint32_t b) { return std::pair(moved_[a], a) < std::pair(moved_[b], b); });
}

// The change with the heaviest own column is given up; the others that move this one are made not to by it.
Sparse Basis::publish(uint32_t column, std::vector<bool>* touched) {
  const std::vector<Entry> motion = this->motion(column);
  const auto price = [&](const Entry& e) {
    return std::pair(-weights_[own_[e.index]], rows_[e.index].size());
  };
  const auto pivot = std::min_element(motion.begin(), motion.end(),
                                      [&](const Entry& a, const Entry& b) { return price(a) < price(b); });
  const Sparse row = rows_[pivot->index];
  const uint64_t inverse = Field::negative(Field::inverse(pivot->value));
  for (const Entry& moved : motion) {
    if (touched != nullptr) (*touched)[moved.index] = true;
    if (moved.index != pivot->index) add_to(moved.index, row, Field::multiply(moved.value, inverse));
  }
  std::vector<uint32_t>().swap(where_[column]);
  return end(pivot->index);
}

std::optional<uint32_t> Basis::find_proportional(uint32_t column, const std::vector<bool>& is_secret) {
  const auto& motion = this->motion(column);
  const auto least = std::min_element(motion.begin(), motion.end(), [&](const Entry& a, const Entry& b) {
    return rows_[a.index].size() < rows_[b.index].size();
  });
  for (const Entry& other : rows_[least->index]) {
    if (!is_secret[other.index] || other.index == column || moved_[other.index] != motion.size()) continue;
    const bool alike = std::all_of(motion.begin(), motion.end(), [&](const Entry& moved) {
      return Field::multiply(value(moved.index, other.index), least->value) ==
             Field::multiply(moved.value, other.value);
    });
    if (alike) return other.index;
  }
  return std::nullopt;
}

}  // namespace fvm::tabular
