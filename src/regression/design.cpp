#include "regression/design.hpp"

#include <cmath>

namespace fvm::regression {

Design::Design(const Sample& sample) : sample_(sample) {
  for (const Term& term : sample.terms) {
    Placed placed{columns_};
    if (term.level_count > 0) {
      columns_ += term.level_count - 1;
    } else {
      ++columns_;
      const auto count = static_cast<long double>(term.numbers.size());
      long double sum = 0, squares = 0;
      for (const double value : term.numbers) sum += value;
      placed.centre = static_cast<double>(sum / count);
      for (const double value : term.numbers) {
        const long double off = static_cast<long double>(value) - placed.centre;
        squares += off * off;
      }
      const auto scale = static_cast<double>(std::sqrt(squares / count));
      placed.scale = scale > 0 ? scale : 1;
    }
    placed_.push_back(placed);
  }
}

std::span<const Entry> Design::row(size_t person) const {
  row_.clear();
  row_.push_back({0, 1});
  for (size_t i = 0; i < placed_.size(); ++i) {
    const Term& term = sample_.terms[i];
    if (term.level_count == 0) {
      row_.push_back({placed_[i].column, (term.numbers[person] - placed_[i].centre) / placed_[i].scale});
    } else if (term.levels[person] > 0) {
      row_.push_back({placed_[i].column + term.levels[person] - 1, 1});
    }
  }
  return row_;
}

const std::string& Design::term_of(size_t column) const {
  size_t term = placed_.size();
  while (term > 1 && placed_[term - 1].column > column) --term;
  return sample_.terms[term - 1].name;
}

std::vector<double> Design::own(const std::vector<double>& coefficients) const {
  std::vector<double> out = coefficients;
  for (size_t i = 0; i < placed_.size(); ++i) {
    if (sample_.terms[i].level_count > 0) continue;
    out[placed_[i].column] /= placed_[i].scale;
    out[0] -= out[placed_[i].column] * placed_[i].centre;
  }
  return out;
}

void Normal::add(std::span<const Entry> row, long double weight) {
  for (const Entry& a : row)
    for (const Entry& b : row)
      if (b.column <= a.column) values_[a.column * size_ + b.column] += weight * a.value * b.value;
}

// Cholesky's decomposition, its inverse, and the product of that with itself.
Normal::Inverse Normal::inverse() const {
  constexpr long double least_share = 1e-10L;  // of a column that those before it leave
  std::vector<long double> lower = values_;
  const auto at = [&](size_t i, size_t j) -> long double& { return lower[i * size_ + j]; };
  for (size_t j = 0; j < size_; ++j) {
    const long double whole = at(j, j);
    for (size_t k = 0; k < j; ++k) at(j, j) -= at(j, k) * at(j, k);
    if (!(at(j, j) > whole * least_share)) return {{}, j};
    at(j, j) = std::sqrt(at(j, j));
    for (size_t i = j + 1; i < size_; ++i) {
      for (size_t k = 0; k < j; ++k) at(i, j) -= at(i, k) * at(j, k);
      at(i, j) /= at(j, j);
    }
  }
  for (size_t j = 0; j < size_; ++j) {
    at(j, j) = 1 / at(j, j);
    for (size_t i = j + 1; i < size_; ++i) {
      long double sum = 0;
      for (size_t k = j; k < i; ++k) sum -= at(i, k) * at(k, j);
      at(i, j) = sum / at(i, i);
    }
  }
  Inverse out{std::vector<long double>(size_ * size_)};
  for (size_t i = 0; i < size_; ++i)
    for (size_t j = 0; j <= i; ++j) {
      long double sum = 0;
      for (size_t k = i; k < size_; ++k) sum += at(k, i) * at(k, j);
      out.values[i * size_ + j] = out.values[j * size_ + i] = sum;
    }
  return out;
}

}  // namespace fvm::regression
