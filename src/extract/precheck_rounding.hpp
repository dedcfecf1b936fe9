// Counts that may be shown before anything is granted. Pure; private to this room.
//
// Who may ask for a count again and again, with the population a little changed each time, can find out by
// differences what one person has (tracker attacks). So a count is told in steps that grow with it, and it is
// moved by up to half a step before it is rounded. By how much depends on the question and on the very set of
// persons: the same question always gets the same answer, so asking again tells nothing new; another question
// is moved by another amount even if its persons are the same, so neither an answer that changes nor one that
// stays tells that somebody came or went. What is left is to average over many questions; how many are
// answered for one authority is limited (precheck.cpp, sizes_per_authority_max).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fvm::extract {

// "fewer" when below `rounding`: nothing else is said about it.
struct SafeSize {
  bool fewer = false;
  uint64_t about = 0;  // within one step of the truth
  uint64_t step = 0;
};
SafeSize safe_size(uint64_t persons, uint64_t seed, uint64_t rounding);

// `fingerprint` of the set of persons: of hashes of mirror pseudonyms, which nobody outside can compute.
uint64_t safe_seed(uint64_t fingerprint, uint64_t question);

// Percent in whole steps; nothing when too few persons are behind it. `what` keeps two shares of the same
// persons from being moved alike.
std::optional<unsigned> safe_percent(uint64_t part, uint64_t whole, uint64_t seed, uint64_t what,
                                     unsigned step_percent);
inline constexpr uint64_t share_persons_min = 50;

// "1,200" as Danish and English both read it: 1 200 with a thin blank.
std::string grouped(uint64_t number);

}  // namespace fvm::extract
