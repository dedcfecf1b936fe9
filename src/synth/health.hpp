// What befalls a person: when each disease begins, and when life ends. Pure functions of (seed, person).
#pragma once

#include <array>
#include <cstdint>

#include "synth/codes.hpp"
#include "synth/population.hpp"

namespace fvm::synth {

struct Health {
  std::array<int32_t, disease_count> onset;  // day; `never`
  bool smoker = false, obese = false;
  bool has(Disease disease, int32_t day) const { return onset[static_cast<size_t>(disease)] <= day; }
};

// Smokers and obese people carry more of some diseases, so diseases come in clusters.
Health health_of(uint64_t seed, uint32_t index, const Person& person);
// Not before the period begins, and not before the person's youngest child is born.
int32_t death_of(uint64_t seed, uint32_t index, const Person& person, const Health& health, Period period,
                 int32_t youngest_birth);

}  // namespace fvm::synth
