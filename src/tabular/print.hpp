// A column by how it moves in two random combinations of all changes: two columns (or sums of them) with the
// same print move alike, and one whose print is zero is known, but for an accident of probability below
// 10^-30 a comparison. So most questions about what is known need no look at the changes at all.
#pragma once

#include <cstdint>

#include "base/mix.hpp"
#include "tabular/field.hpp"

namespace fvm::tabular {

struct Print {
  uint64_t first = 0, second = 0;
  // How much the change with that number counts in the two; mix(0) is 0, so nothing is mixed of that.
  static Print of_change(uint32_t number) {
    return {mix((number * uint64_t{2} + 1) * mix_step) % Field::prime,
            mix((number * uint64_t{2} + 2) * mix_step) % Field::prime};
  }
  bool is_zero() const { return first == 0 && second == 0; }
  Print& operator+=(Print other) {
    first = Field::add(first, other.first), second = Field::add(second, other.second);
    return *this;
  }
  Print& operator-=(Print other) { return *this += other.negative(); }
  Print negative() const { return {Field::negative(first), Field::negative(second)}; }
  Print times(uint64_t factor) const {
    return {Field::multiply(first, factor), Field::multiply(second, factor)};
  }
  bool operator==(const Print&) const = default;
};

}  // namespace fvm::tabular
