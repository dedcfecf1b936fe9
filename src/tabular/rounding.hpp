// Rounded numbers of sets of units that add up, and stay what they were when a set is divided further. Pure.
//
// Each atom (units that all tables so far treat alike) has a number of its own that is a multiple of a base;
// what is published of any set is the sum of its atoms'. When a new table divides an atom, its number is
// divided among the parts, in multiples of the base, at random, so that each part's is on average what is due
// to it: its share of the units. Which of the parts get the odd multiple is drawn for all atoms at once, so
// that the table's totals come out as near as they can: dependent rounding along cycles (Gandhi, Khuller,
// Parthasarathy, Srinivasan 2006) of a network in which each margin of the table is an edge.
// docs/architecture/0020-rounding.md: what is promised, and why it holds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace fvm::tabular {

struct RoundingPart {
  uint32_t atom = 0;            // that it is a part of
  uint64_t units = 0;           // at least one
  std::vector<uint32_t> place;  // its value at each level of the table; empty: not in the table
};

struct RoundingProblem {
  uint64_t base = 5;
  // Of each atom its number, a multiple of the base; none: units that no table has seen yet.
  std::vector<std::optional<uint64_t>> atoms;
  // How many levels each dimension has in `place`, the first dimension first, its upper level first.
  std::vector<size_t> levels;
  std::vector<RoundingPart> parts;
};

// 64 random bits.
using Draw = std::function<uint64_t()>;

// Of each part its number. The parts of an atom that has one add up to it. A number differs from what is due
// to the part by less than the base, and so do the sums over the whole table, over its cells and over the
// margins along one dimension, the one that needs it most; if all units are new, along another one too. Units
// that are multiples of the base as they are stay so, with certainty: from the numbers alone nobody can tell
// that they are not the true ones.
std::vector<uint64_t> round_parts(const RoundingProblem& problem, const Draw& draw);

}  // namespace fvm::tabular
