// The design matrix, of which each row has one entry for the constant and at most one a term. Private.
#pragma once

#include <span>
#include <vector>

#include "regression/fit.hpp"

namespace fvm::regression {

struct Entry {
  size_t column;
  double value;
};

class Design {
 public:
  explicit Design(const Sample& sample);
  size_t persons() const { return sample_.outcome.size(); }
  size_t columns() const { return columns_; }
  // Numbers are centred and scaled here.
  std::span<const Entry> row(size_t person) const;
  // The name of the term that a column is of.
  const std::string& term_of(size_t column) const;
  // What was centred and scaled, as it was: coefficients of the row space to those of the sample's own
  // columns.
  std::vector<double> own(const std::vector<double>& coefficients) const;

 private:
  struct Placed {
    size_t column = 0;
    double centre = 0, scale = 1;
  };
  const Sample& sample_;
  std::vector<Placed> placed_;  // of each term
  size_t columns_ = 1;
  mutable std::vector<Entry> row_;
};

// Symmetric, positive, row by row.
class Normal {
 public:
  explicit Normal(size_t size) : size_(size), values_(size * size) {}
  void add(std::span<const Entry> row, long double weight);
  // The inverse; the first column that follows from those before it instead, when there is one.
  struct Inverse {
    std::vector<long double> values;
    size_t dependent = SIZE_MAX;
  };
  Inverse inverse() const;

 private:
  size_t size_;
  std::vector<long double> values_;  // lower half
};

}  // namespace fvm::regression
