// What the hidden cells can still do: a basis of all changes of them that leave everything published as it
// is. Kept column by column: a cell's column says how much each vector of the basis moves it; an empty one
// cannot move, so its value is known to whoever has what is published. Two cells with proportional columns
// tell each other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tabular/sparse.hpp"

namespace fvm::tabular {

class Freedom {
 public:
  // `columns` cells that can move by themselves.
  explicit Freedom(size_t columns);

  const Sparse& column(uint32_t cell) const { return columns_[cell]; }
  // How a combination of cells moves.
  Sparse of(const Sparse& combination);
  // One more column, which is that combination; its index.
  uint32_t add_column(const Sparse& combination);
  // The combination, whose motion is `motion` (not empty), is published: it moves no more.
  void publish(const Sparse& motion);
  // A cell among those that `wanted` says yes to whose column is proportional to `motion`.
  template <class Wanted>
  std::optional<uint32_t> find_proportional(const Sparse& motion, Wanted wanted) const {
    for (const uint32_t cell : supports_[least_moved_by(motion)])
      if (wanted(cell) && is_proportional(columns_[cell], motion)) return cell;
    return std::nullopt;
  }
  static bool is_proportional(const Sparse& a, const Sparse& b);

 private:
  uint32_t least_moved_by(const Sparse& motion) const;
  void tidy(uint32_t vector);
  std::vector<Sparse> columns_;
  std::vector<std::vector<uint32_t>>
      supports_;  // cells that a vector moves; may name some that it no longer moves
  std::vector<uint64_t> sums_;
  std::vector<uint32_t> touched_;
  Sparse scratch_, change_;
};

}  // namespace fvm::tabular
