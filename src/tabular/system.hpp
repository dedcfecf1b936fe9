// Cells of tables and the equations between them: each a sum of cells with small whole coefficients that is
// zero. A hierarchical table says that a total is the sum of its parts, along every dimension; linked tables
// share cells or are tied by further equations ("men + women − all = 0").
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fvm::tabular {

using Cell = uint32_t;

struct Term {
  Cell cell = 0;
  int32_t coefficient = 0;
};

class System {
 public:
  // The first of `count` new cells.
  Cell add_cells(size_t count) {
    const auto first = static_cast<Cell>(cells_);
    cells_ += count;
    return first;
  }
  void add_equation(std::span<const Term> terms) {
    terms_.insert(terms_.end(), terms.begin(), terms.end());
    ends_.push_back(terms_.size());
  }
  size_t cells() const { return cells_; }
  size_t equations() const { return ends_.size(); }
  std::span<const Term> equation(size_t index) const {
    const size_t begin = index == 0 ? 0 : ends_[index - 1];
    return {terms_.data() + begin, ends_[index] - begin};
  }

 private:
  size_t cells_ = 0;
  std::vector<Term> terms_;
  std::vector<size_t> ends_;
};

}  // namespace fvm::tabular
