// Linear, logistic and Poisson models of one row a person, and how much each figure of such a model owes to
// single persons: what a rule needs that decides whether the model may be told, and how finely. Pure.
//
// Iteratively weighted least squares with the canonical link (McCullagh and Nelder, Generalized Linear
// Models, ch. 2.5), on columns that are centred and scaled, in long double. What leaving one person out would
// change is exact for the Gaussian family (Belsley, Kuh and Welsch, Regression Diagnostics, ch. 2) and one
// step of the iteration for the others (Pregibon, "Logistic regression diagnostics", 1981), never less than
// that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace fvm::regression {

// Limits.
inline constexpr size_t coefficients_max = 200;

enum class Family : uint8_t { gaussian, binomial, poisson };

// A factor has `levels`, of each person one, of which 0 is the reference and has no coefficient; any other
// term has `numbers`.
struct Term {
  std::string name;
  std::vector<double> numbers;
  std::vector<uint32_t> levels;
  uint32_t level_count = 0;  // 0: a number
};
struct Sample {
  std::vector<double> outcome;  // binomial: 0 and 1; poisson: whole numbers from 0
  std::vector<Term> terms;
};

// `influence`: the most that leaving one person out changes the value.
struct Figure {
  double value = 0, influence = 0;
};

struct Fit {
  // The constant first, then term by term: one a number, one a level from the second on.
  std::vector<Figure> coefficients, errors;
  double freedom = 0;    // residual degrees of freedom
  Figure sigma;          // residual standard deviation; gaussian alone
  Figure r_squared;      // gaussian alone
  Figure deviance;       // gaussian: the residual sum of squares
  Figure null_deviance;  // of a model with the constant alone
  Figure aic;
  // Leverages: a person's share of what decides the least certain combination of coefficients for him, 0 … 1.
  double leverage_largest = 0;
  double leverage_of_few = 0;  // sum of the `few` largest
  double deviance_of_two = 0;  // share of the deviance that two persons have
  double null_deviance_of_two = 0;
};

// Errors (refused): "model.too_few_persons" (fewer than coefficients and one), "model.collinear" with `term`,
// "model.separated" when some coefficient has no end or the fit does not settle, "model.perfect" when nothing
// is left over.
Result<Fit> fit(const Sample& sample, Family family, size_t few);

}  // namespace fvm::regression
