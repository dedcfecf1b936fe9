#include "tabular/sets.hpp"

#include <algorithm>
#include <unordered_map>

namespace fvm::tabular {
namespace {

// The cell and every cell that it is part of.
std::vector<uint32_t> with_totals(const Shape& shape, size_t leaf) {
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

void make_unique(std::vector<uint32_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Sets sets_of(const CountTable& table, uint32_t number, const std::vector<Atom>& atoms) {
  const Shape shape(table.dimensions);
  Sets sets;
  sets.atoms.resize(shape.cells());
  sets.cells.resize(atoms.size());
  std::unordered_map<uint32_t, std::vector<uint32_t>> known;
  for (uint32_t atom = 0; atom < atoms.size(); ++atom) {
    auto& cells = sets.cells[atom];
    size_t leaves = 0;
    for (const Atom::Place& place : atoms[atom].places) {
      if (place.table != number) continue;
      ++leaves;
      auto& all = known[place.leaf];
      if (all.empty()) all = with_totals(shape, place.leaf);
      cells.insert(cells.end(), all.begin(), all.end());
    }
    if (leaves > 1) sets.is_additive = false;
    make_unique(cells);
    for (const uint32_t cell : cells) sets.atoms[cell].push_back(atom);
  }
  return sets;
}

double units_of(const std::vector<uint32_t>& set, const std::vector<Atom>& atoms) {
  double units = 0;
  for (const uint32_t atom : set) units += atoms[atom].units;
  return units;
}

Overlaps overlaps(const Sets& one, const Sets& other, const std::vector<Atom>& atoms) {
  Overlaps out;
  for (size_t atom = 0; atom < atoms.size(); ++atom)
    for (const uint32_t a : one.cells[atom])
      for (const uint32_t b : other.cells[atom]) out[{a, b}] += atoms[atom].units;
  return out;
}

}  // namespace fvm::tabular
