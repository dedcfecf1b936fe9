// A table's cells as sets of atoms, and where two tables' cells overlap. Private to decide.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "tabular/decide.hpp"

namespace fvm::tabular {

struct Sets {
  std::vector<std::vector<uint32_t>> atoms;  // of each cell, sorted
  std::vector<std::vector<uint32_t>> cells;  // of each atom: its leaves and all that they are part of
  bool is_additive = true;                   // no unit is in two leaves
};

// Of the table whose number atoms call `number`.
Sets sets_of(const CountTable& table, uint32_t number, const std::vector<Atom>& atoms);

double units_of(const std::vector<uint32_t>& set, const std::vector<Atom>& atoms);
// Units in a cell of the one and a cell of the other, for all pairs that share any.
using Overlaps = std::map<std::pair<uint32_t, uint32_t>, double>;
Overlaps overlaps(const Sets& one, const Sets& other, const std::vector<Atom>& atoms);

}  // namespace fvm::tabular
