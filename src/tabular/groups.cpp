#include "tabular/groups.hpp"

#include <algorithm>
#include <map>

namespace fvm::tabular {

std::vector<uint32_t> cells_above(const Shape& shape, uint32_t leaf) {
  std::vector<std::vector<uint32_t>> combinations{{}};
  const auto codes = shape.codes(leaf);
  for (size_t d = 0; d < codes.size(); ++d) {
    const Hierarchy& dimension = *shape.dimensions()[d];
    std::vector<std::vector<uint32_t>> longer;
    for (size_t code = codes[d];; code = dimension.parent(code)) {
      for (const auto& combination : combinations) {
        longer.push_back(combination);
        longer.back().push_back(static_cast<uint32_t>(code));
      }
      if (dimension.parent(code) == code) break;
    }
    combinations.swap(longer);
  }
  std::vector<uint32_t> cells;
  for (const auto& combination : combinations)
    cells.push_back(static_cast<uint32_t>(shape.cell(combination)));
  return cells;
}

Groups each_alone(size_t atoms, const std::vector<uint32_t>& those) {
  Groups out;
  out.of_atom.assign(atoms, Groups::none);
  for (uint32_t place = 0; place < those.size(); ++place) {
    out.of_atom[those[place]] = place;
    out.cells.push_back({place}), out.leaves.push_back({place});
  }
  return out;
}

namespace {

// The groups made so far. Most classes are in one leaf: that is found by its number.
class GroupMaker {
 public:
  GroupMaker(const Shape& shape, Groups& out)
      : shape_(shape), out_(out), of_leaf_(shape.cells(), Groups::none) {}

  uint32_t of(const std::vector<uint32_t>& leaves) {
    if (leaves.empty()) return Groups::none;
    uint32_t& known = leaves.size() == 1 ? of_leaf_[leaves.front()]
                                         : of_leaves_.try_emplace(leaves, Groups::none).first->second;
    if (known == Groups::none) known = make(leaves);
    return known;
  }

 private:
  uint32_t make(const std::vector<uint32_t>& leaves) {
    std::vector<uint32_t> cells;
    for (const uint32_t leaf : leaves)
      for (const uint32_t cell : cells_above(shape_, leaf)) cells.push_back(cell);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    out_.cells.push_back(std::move(cells));
    out_.leaves.push_back(leaves);
    out_.is_additive = out_.is_additive && leaves.size() == 1;
    return static_cast<uint32_t>(out_.cells.size() - 1);
  }

  const Shape& shape_;
  Groups& out_;
  std::vector<uint32_t> of_leaf_;
  std::map<std::vector<uint32_t>, uint32_t> of_leaves_;  // of several
};

}  // namespace

Groups groups_of(const Shape& shape, const std::vector<std::vector<uint32_t>>& leaves) {
  Groups out;
  out.of_atom.reserve(leaves.size());
  GroupMaker maker(shape, out);
  for (const auto& in : leaves) out.of_atom.push_back(maker.of(in));
  return out;
}

}  // namespace fvm::tabular
