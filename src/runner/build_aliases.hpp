// Persons whose number changed: which of a person's numbers stands for all of them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace fvm::runner {

// More numbers than anybody has: a group this large comes from a mistake in the register (many persons
// "succeeded" by one number) and is left apart, so that it cannot melt persons together.
inline constexpr size_t numbers_per_person_max = 16;

struct Aliases {
  std::vector<std::pair<uint64_t, uint64_t>> canonical;  // every other number -> the one that stands for all
  uint64_t groups_too_large = 0;
};

// `successions`: a number and the one that replaced it. Numbers that are linked, over any number of steps and
// in circles too, are one person. The number that nothing came before stands for all (the least of them if
// there are several, or none in a circle): it stays the same when a person gets yet another number, so the
// project's pseudonym stays too.
Aliases resolve_aliases(const std::vector<std::pair<uint64_t, uint64_t>>& successions);

}  // namespace fvm::runner
