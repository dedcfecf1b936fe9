#include "regression/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "regression/design.hpp"

namespace fvm::regression {
namespace {

// What a family is: mean, variance and deviance of one person.
double mean_of(Family family, double predictor) {
  if (family == Family::gaussian) return predictor;
  return family == Family::binomial ? 1 / (1 + std::exp(-predictor)) : std::exp(predictor);
}
double variance_of(Family family, double mean) {
  if (family == Family::gaussian) return 1;
  return family == Family::binomial ? mean * (1 - mean) : mean;
}
double deviance_of(Family family, double outcome, double mean) {
  if (family == Family::gaussian) return (outcome - mean) * (outcome - mean);
  if (family == Family::binomial) return -2 * std::log(outcome > 0 ? mean : 1 - mean);
  return 2 * ((outcome > 0 ? outcome * std::log(outcome / mean) : 0) - (outcome - mean));
}
double minus_two_log_likelihood(Family family, double outcome, double mean) {
  if (family == Family::binomial) return deviance_of(family, outcome, mean);
  return -2 * (outcome * std::log(mean) - mean - std::lgamma(outcome + 1));
}

// The largest of so many.
class Largest {
 public:
  explicit Largest(size_t count) : values_(count, 0) {}
  void add(double value) {
    for (double& kept : values_)
      if (value > kept) std::swap(kept, value);
  }
  double first() const { return values_.empty() ? 0 : values_.front(); }
  double sum() const {
    double out = 0;
    for (const double value : values_) out += value;
    return out;
  }

 private:
  std::vector<double> values_;
};

// Of values that a figure would have without each person.
class Range {
 public:
  void add(double value) { least_ = std::min(least_, value), most_ = std::max(most_, value); }
  double around(double value) const { return std::max(std::abs(most_ - value), std::abs(least_ - value)); }
  double width() const { return most_ > least_ ? most_ - least_ : 0; }

 private:
  double least_ = std::numeric_limits<double>::infinity(), most_ = -least_;
};

class Fitter {
 public:
  Fitter(const Sample& sample, Family family, size_t few)
      : sample_(sample), family_(family), few_(few), design_(sample), coefficients_(design_.columns(), 0) {}

  Result<Fit> fit() {
    const auto persons = static_cast<double>(design_.persons());
    out_.freedom = persons - static_cast<double>(design_.columns());
    if (out_.freedom < 1) return refused("model.too_few_persons");
    TRY(iterate());
    TRY(look_at_ends());
    measure();
    measure_without_each();
    return std::move(out_);
  }

 private:
  double outcome(size_t person) const { return sample_.outcome[person]; }
  double predictor(std::span<const Entry> row) const {
    double sum = 0;
    for (const Entry& entry : row) sum += entry.value * coefficients_[entry.column];
    return sum;
  }
  double start(double outcome) const {
    if (family_ == Family::binomial) return outcome > 0 ? std::log(3.0) : -std::log(3.0);
    return std::log(outcome + 0.1);
  }

  Result<void> iterate() {
    constexpr int steps_max = 100;
    constexpr double settled = 1e-12, stands = 1e-6;
    double before = std::numeric_limits<double>::infinity();
    for (int step = 0; step < steps_max; ++step) {
      const auto last = coefficients_;
      TRY(solve(step == 0));
      double moved = 0;
      for (size_t i = 0; i < last.size(); ++i)
        moved = std::max(moved, std::abs(coefficients_[i] - last[i]) / (1 + std::abs(last[i])));
      double deviance = 0;
      for (size_t i = 0; i < design_.persons(); ++i)
        deviance += deviance_of(family_, outcome(i), mean_of(family_, predictor(design_.row(i))));
      if (!std::isfinite(deviance)) return refused("model.separated");
      if (family_ == Family::gaussian) return {};
      if (moved < stands && std::abs(before - deviance) < settled * (deviance + 0.1)) return {};
      before = deviance;
    }
    return refused("model.separated");
  }

  // One weighted least squares problem.
  Result<void> solve(bool is_first) {
    const size_t columns = design_.columns();
    Normal normal(columns);
    std::vector<long double> right(columns, 0);
    for (size_t i = 0; i < design_.persons(); ++i) {
      const auto row = design_.row(i);
      double response = outcome(i), weight = 1;
      if (family_ != Family::gaussian) {
        const double eta = is_first ? start(outcome(i)) : predictor(row);
        const double mean = mean_of(family_, eta);
        weight = variance_of(family_, mean);
        if (!(weight > 0)) return refused("model.separated");
        response = eta + (outcome(i) - mean) / weight;
      }
      normal.add(row, weight);
      for (const Entry& entry : row)
        right[entry.column] += static_cast<long double>(weight) * entry.value * response;
    }
    inverse_ = normal.inverse();
    if (inverse_.dependent < columns)
      return is_first ? refused("model.collinear", {{"term", design_.term_of(inverse_.dependent)}})
                      : refused("model.separated");
    for (size_t i = 0; i < columns; ++i) {
      long double sum = 0;
      for (size_t j = 0; j < columns; ++j) sum += inverse_.values[i * columns + j] * right[j];
      coefficients_[i] = static_cast<double>(sum);
    }
    return {};
  }

  // A coefficient without end shows as means that are all but certain.
  Result<void> look_at_ends() const {
    if (family_ == Family::gaussian) return {};
    constexpr double certain = 1e-12;
    for (size_t i = 0; i < design_.persons(); ++i) {
      const double mean = mean_of(family_, predictor(design_.row(i)));
      if (mean < certain || (family_ == Family::binomial && 1 - mean < certain))
        return refused("model.separated");
    }
    return {};
  }

  void measure() {
    const auto n = static_cast<double>(design_.persons());
    long double total = 0;
    for (const double value : sample_.outcome) total += value;
    mean_ = static_cast<double>(total / n);
    long double deviance = 0, null_deviance = 0, likelihood = 0;
    for (size_t i = 0; i < design_.persons(); ++i) {
      const double mean = mean_of(family_, predictor(design_.row(i)));
      deviance += deviance_of(family_, outcome(i), mean);
      null_deviance += deviance_of(family_, outcome(i), mean_);
      if (family_ != Family::gaussian) likelihood += minus_two_log_likelihood(family_, outcome(i), mean);
    }
    out_.deviance.value = static_cast<double>(deviance);
    out_.null_deviance.value = static_cast<double>(null_deviance);
    likelihood_ = static_cast<double>(likelihood);
    out_.aic.value = aic(n, out_.deviance.value, likelihood_);
    if (family_ != Family::gaussian) return;
    out_.sigma.value = std::sqrt(out_.deviance.value / out_.freedom);
    out_.r_squared.value = 1 - out_.deviance.value / out_.null_deviance.value;
  }

  double aic(double persons, double deviance, double likelihood) const {
    const auto columns = static_cast<double>(design_.columns());
    if (family_ != Family::gaussian) return likelihood + 2 * columns;
    return persons * (std::log(2 * std::numbers::pi * deviance / persons) + 1) + 2 * (columns + 1);
  }

  // The rows of the inverse as it is for the sample's own columns, by column of the design.
  void place_inverse() {
    const size_t columns = design_.columns();
    scaled_.resize(columns * columns), own_.resize(columns * columns);
    for (size_t j = 0; j < columns; ++j) {
      std::vector<double> column(columns);
      for (size_t i = 0; i < columns; ++i)
        column[i] = scaled_[j * columns + i] = static_cast<double>(inverse_.values[i * columns + j]);
      const auto own = design_.own(column);
      std::copy(own.begin(), own.end(), own_.begin() + static_cast<long>(j * columns));
    }
    // Once more across gives the variances.
    variances_.resize(columns);
    for (size_t i = 0; i < columns; ++i) {
      std::vector<double> row(columns);
      for (size_t j = 0; j < columns; ++j) row[j] = own_[j * columns + i];
      variances_[i] = design_.own(row)[i];
    }
  }

  // Of one person: the leverage, and what he is to each coefficient.
  double direct(std::span<const Entry> row, std::vector<double>& to) const {
    const size_t columns = design_.columns();
    std::fill(to.begin(), to.end(), 0);
    double length = 0;
    for (const Entry& a : row) {
      const double* column = &own_[a.column * columns];
      for (size_t i = 0; i < columns; ++i) to[i] += a.value * column[i];
      for (const Entry& b : row) length += a.value * b.value * scaled_[a.column * columns + b.column];
    }
    return length;
  }

  void measure_without_each() {
    place_inverse();
    const size_t columns = design_.columns();
    const auto own = design_.own(coefficients_);
    const double spread = family_ == Family::gaussian ? out_.sigma.value : 1;
    for (size_t i = 0; i < columns; ++i) {
      out_.coefficients.push_back({own[i], 0});
      out_.errors.push_back({spread * std::sqrt(variances_[i]), 0});
    }
    std::vector<double> to(columns);
    for (size_t i = 0; i < design_.persons(); ++i) leave_out(i, to);
    out_.leverage_largest = leverages_.first(), out_.leverage_of_few = leverages_.sum();
    out_.deviance_of_two = two_.sum() / out_.deviance.value;
    out_.null_deviance_of_two = null_two_.sum() / out_.null_deviance.value;
    out_.sigma.influence = sigma_.around(out_.sigma.value);
    out_.r_squared.influence = r_squared_.around(out_.r_squared.value);
    out_.deviance.influence = deviance_.width(), out_.null_deviance.influence = null_.width();
    out_.aic.influence = aic_.width();
  }

  void leave_out(size_t person, std::vector<double>& to) {
    constexpr double least_left = 0.02;  // such a person is no matter of rounding: the model is refused
    const auto n = static_cast<double>(design_.persons());
    const auto row = design_.row(person);
    const double mean = mean_of(family_, predictor(row)), residual = outcome(person) - mean;
    const double length = direct(row, to);
    const double weight = variance_of(family_, mean);
    const double felt = family_ == Family::gaussian ? 1 : weight + std::abs(residual);
    const double leverage = weight * length, left = std::max(1 - felt * length, least_left);
    leverages_.add(leverage);
    const double own = deviance_of(family_, outcome(person), mean);
    two_.add(own);
    const double null_own = deviance_of(family_, outcome(person), mean_);
    null_two_.add(null_own);
    double spread = 1;
    if (family_ == Family::gaussian) {
      const double deviance = std::max(out_.deviance.value - own / left, 0.0);
      const double null_deviance = std::max(out_.null_deviance.value - null_own * n / (n - 1), 0.0);
      spread = std::sqrt(deviance / std::max(out_.freedom - 1, 1.0));
      sigma_.add(spread);
      if (null_deviance > 0) r_squared_.add(1 - deviance / null_deviance);
      deviance_.add(deviance), null_.add(null_deviance);
      if (deviance > 0) aic_.add(aic(n - 1, deviance, 0));
    } else {
      const double more = residual * residual * length / left;
      deviance_.add(out_.deviance.value - own - more);
      null_.add(out_.null_deviance.value - null_own);
      aic_.add(out_.aic.value - minus_two_log_likelihood(family_, outcome(person), mean) - more);
    }
    for (size_t i = 0; i < to.size(); ++i) {
      Figure& coefficient = out_.coefficients[i];
      coefficient.influence = std::max(coefficient.influence, std::abs(to[i] * residual / left));
      const double error = spread * std::sqrt(variances_[i] + felt * to[i] * to[i] / left);
      out_.errors[i].influence = std::max(out_.errors[i].influence, std::abs(error - out_.errors[i].value));
    }
  }

  const Sample& sample_;
  Family family_;
  size_t few_;
  Design design_;
  std::vector<double> coefficients_;
  Normal::Inverse inverse_;
  double mean_ = 0, likelihood_ = 0;
  std::vector<double> scaled_, own_, variances_;  // of the inverse, see place_inverse
  Largest leverages_{few_}, two_{2}, null_two_{2};
  Range sigma_, r_squared_, deviance_, null_, aic_;
  Fit out_;
};

}  // namespace

Result<Fit> fit(const Sample& sample, Family family, size_t few) {
  auto out = Fitter(sample, family, few).fit();
  constexpr double nothing_left = 1e-8;
  if (out.ok() && family == Family::gaussian &&
      !(out->deviance.value > nothing_left * out->null_deviance.value))
    return refused("model.perfect");
  return out;
}

}  // namespace fvm::regression
