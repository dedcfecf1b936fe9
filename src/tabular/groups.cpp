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

Groups groups_of(const Shape& shape, const std::vector<std::vector<uint32_t>>& leaves) {
  Groups out;
  std::map<std::vector<uint32_t>, uint32_t> known;
  for (const auto& in : leaves) {
    if (in.empty()) {
      out.of_atom.push_back(Groups::none);
      continue;
    }
    const auto [found, is_new] = known.try_emplace(in, static_cast<uint32_t>(out.cells.size()));
    out.of_atom.push_back(found->second);
    if (!is_new) continue;
    std::vector<uint32_t> cells;
    for (const uint32_t leaf : in)
      for (const uint32_t cell : cells_above(shape, leaf)) cells.push_back(cell);
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    out.cells.push_back(std::move(cells));
    out.leaves.push_back(in);
    out.is_additive = out.is_additive && in.size() == 1;
  }
  return out;
}

}  // namespace fvm::tabular
