// What follows from known sums, worked out by itself. For tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

namespace fvm::tabular {

// Rows of whole numbers and all that follows from them over the rationals: echelon form without fractions or
// primes, one row after the other. Slow.
class Span {
 public:
  using Row = std::vector<double>;  // small whole numbers
  explicit Span(size_t width) : width_(width) {}
  void add(const Row& row) {
    Whole whole = reduced(row);
    const size_t lead = first(whole);
    if (lead < width_) rows_[lead] = std::move(whole);
  }
  bool contains(const Row& row) const { return first(reduced(row)) == width_; }
  size_t rank() const { return rows_.size(); }

 private:
  __extension__ typedef __int128 Number;
  using Whole = std::vector<Number>;

  size_t first(const Whole& row) const {
    return static_cast<size_t>(std::find_if(row.begin(), row.end(), [](Number v) { return v != 0; }) -
                               row.begin());
  }
  static Number times(Number a, Number b) {
    Number out = 0;
    if (__builtin_mul_overflow(a, b, &out)) throw std::overflow_error("a row needs longer numbers");
    return out;
  }
  static Number common(Number a, Number b) {
    while (b != 0) a = std::exchange(b, a % b);
    return a < 0 ? -a : a;
  }
  static void shorten(Whole& row) {
    Number divisor = 0;
    for (const Number value : row)
      if (value != 0 && divisor != 1) divisor = common(value, divisor);
    if (divisor > 1)
      for (Number& value : row) value /= divisor;
  }
  Whole reduced(const Row& row) const {
    Whole out(width_);
    for (size_t i = 0; i < width_; ++i) out[i] = static_cast<Number>(row[i]);
    for (const auto& [lead, pivot] : rows_) {
      if (out[lead] == 0) continue;
      const Number divisor = common(out[lead], pivot[lead]);
      const Number by = pivot[lead] / divisor, less = out[lead] / divisor;
      for (size_t i = 0; i < width_; ++i) out[i] = times(out[i], by) - times(less, pivot[i]);
      shorten(out);
    }
    return out;
  }
  size_t width_;
  std::map<size_t, Whole> rows_;  // by their first number that is not 0
};

}  // namespace fvm::tabular
