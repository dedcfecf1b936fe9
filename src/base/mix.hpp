// Spreading bits: not for secrets.
#pragma once

#include <cstdint>

namespace fvm {

// SplitMix64's last steps: every bit of the result depends on every bit of `value`.
constexpr uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

// SplitMix64's step: successive seeds are so far apart.
constexpr uint64_t mix_step = 0x9E3779B97F4A7C15u;

}  // namespace fvm
