// What follows of single persons' cells alone, for the bench suppression.
#pragma once

#include <algorithm>

#include "sdc_tables.hpp"
#include "tabular/facts.hpp"
#include "tabular/knowledge.hpp"

namespace sdc {

// Equations over cells of one person (leaves) and nothing else that follow from the open cells: how many
// independent ones there are, and how many of a basis are plain sums, each cell once. That no such sum
// follows, of however many cells, is what GaussSuppression protects by default ("anySum"); of pairs alone it
// is what `insiders_only_of_each_other` does, and of differences, too.
struct Ones {
  size_t equations = 0, sums = 0;
};

inline Ones equations_of_ones(const Shape& shape, const std::vector<double>& values,
                              const std::vector<Status>& status) {
  std::vector<Knowledge::Part> parts;
  std::vector<std::vector<uint32_t>> leaves;
  std::vector<bool> open;
  for (uint32_t cell = 0; cell < shape.cells(); ++cell) {
    open.push_back(status[cell] == Status::open);
    if (values[cell] == 0 || shape.leaves(cell) > 1) continue;
    parts.push_back({Knowledge::Part::nobody, values[cell]});
    leaves.push_back({cell});
  }
  Knowledge known;
  known.divide(parts).value();
  known.learn(groups_of(shape, leaves), values, open, 1);
  std::vector<uint32_t> atoms;
  for (uint32_t atom = 0; atom < parts.size(); ++atom)
    if (parts[atom].units == 1 && !known.changes().is_known(atom)) atoms.push_back(atom);
  const Facts facts = find_alone(known.changes(), atoms).facts;
  std::vector<bool> is_fact(atoms.size(), false);
  for (const uint32_t place : facts.cells) is_fact[place] = true;
  Ones out{atoms.size() - facts.cells.size(), 0};
  for (size_t place = 0; place < atoms.size(); ++place) {
    if (is_fact[place]) continue;
    const bool is_sum = std::all_of(facts.moves.begin(), facts.moves.end(), [&](const Sparse& move) {
      const Entry* found = find_entry(move, atoms[place]);
      return found == nullptr || found->value == Field::prime - 1;
    });
    out.sums += is_sum ? 1 : 0;
  }
  return out;
}

}  // namespace sdc
