// A dimension of a table as a tree of codes, and tables over several of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "tabular/system.hpp"

namespace fvm::tabular {

// Codes with their parents; one has none: the total. Children stand behind their parents.
class Hierarchy {
 public:
  // Pairs of code and parent, in any order. Errors (usage): "tabular.no_total", "tabular.two_totals",
  // "tabular.code_twice", "tabular.unknown_parent", "tabular.circle", each with the code.
  static Result<Hierarchy> of(const std::vector<std::pair<std::string, std::string>>& codes_and_parents);
  // A total and what it is the sum of.
  static Hierarchy flat(std::string total, const std::vector<std::string>& parts);

  size_t size() const { return codes_.size(); }
  const std::string& code(size_t index) const { return codes_[index]; }
  // size() when there is no such code.
  size_t find(std::string_view code) const;
  size_t parent(size_t index) const { return parents_[index]; }  // of the total: itself
  const std::vector<uint32_t>& children(size_t index) const { return children_[index]; }
  bool is_leaf(size_t index) const { return children_[index].empty(); }
  // How many leaves are below a code (a leaf: 1).
  uint64_t leaves(size_t index) const { return leaves_[index]; }

 private:
  std::vector<std::string> codes_;
  std::vector<std::pair<std::string, uint32_t>> by_code_;  // sorted
  std::vector<uint32_t> parents_;
  std::vector<std::vector<uint32_t>> children_;
  std::vector<uint64_t> leaves_;
};

// Every combination of codes is a cell: the last dimension runs fastest.
class Shape {
 public:
  explicit Shape(std::vector<const Hierarchy*> dimensions);
  size_t cells() const { return cells_; }
  size_t cell(const std::vector<uint32_t>& codes) const;
  std::vector<uint32_t> codes(size_t cell) const;
  const std::vector<const Hierarchy*>& dimensions() const { return dimensions_; }
  uint64_t leaves(size_t cell) const;
  // Adds "the parts − the total = 0" along every dimension; the table's first cell is `first`.
  void add_equations(System& system, Cell first) const;
  // Fills the totals of `values` (one for each cell) from its leaves.
  void add_up(std::vector<double>& values) const;

 private:
  std::vector<const Hierarchy*> dimensions_;
  std::vector<size_t> strides_;
  size_t cells_ = 1;
};

}  // namespace fvm::tabular
