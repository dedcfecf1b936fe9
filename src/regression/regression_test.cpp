// Models against R 4.2 (lm; glm with glm.control(epsilon = 1e-15)) on data sets that R brings: mtcars
// (Henderson and Velleman, Biometrics 1981), longley (Longley, JASA 1967), warpbreaks (Tippett 1950).
// Influence against models without each person.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "regression/fit.hpp"
#include "regression/rounding.hpp"

namespace fvm::regression {
namespace {

using Numbers = std::vector<double>;

const Numbers mpg = {21,   21,   22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                     16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                     15.2, 13.3, 19.2, 27.3, 26,   30.4, 15.8, 19.7, 15,   21.4};
const Numbers wt = {2.62,  2.875, 2.32,  3.215, 3.44,  3.46,  3.57, 3.19,  3.15,  3.44,  3.44,
                    4.07,  3.73,  3.78,  5.25,  5.424, 5.345, 2.2,  1.615, 1.835, 2.465, 3.52,
                    3.435, 3.84,  3.845, 1.935, 2.14,  1.513, 3.17, 2.77,  3.57,  2.78};
const Numbers cyl = {6, 6, 4, 6, 8, 6, 8, 4, 4, 6, 6, 8, 8, 8, 8, 8,
                     8, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 4, 8, 6, 8, 4};
const Numbers am = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1};
const Numbers hp = {110, 110, 93, 110, 175, 105, 245, 62,  95,  123, 123, 180, 180, 180, 205, 215,
                    230, 66,  52, 65,  97,  150, 150, 245, 175, 66,  91,  113, 264, 175, 335, 109};
const Numbers breaks = {26, 30, 54, 25, 70, 52, 51, 26, 67, 18, 21, 29, 17, 12, 18, 35, 30, 36,
                        36, 21, 24, 18, 10, 43, 28, 15, 26, 27, 14, 29, 19, 29, 31, 41, 20, 44,
                        42, 26, 19, 16, 39, 28, 21, 39, 29, 20, 21, 24, 17, 13, 15, 15, 16, 28};

Term number(std::string name, Numbers values) {
  return {std::move(name), std::move(values), {}, 0};
}
Term factor(std::string name, const Numbers& values) {
  Numbers kinds = values;
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  Term out{std::move(name), {}, {}, static_cast<uint32_t>(kinds.size())};
  for (const double value : values)
    out.levels.push_back(static_cast<uint32_t>(std::find(kinds.begin(), kinds.end(), value) - kinds.begin()));
  return out;
}
Numbers repeated(const Numbers& pattern, size_t each, size_t count) {
  Numbers out;
  while (out.size() < count)
    for (const double value : pattern) out.insert(out.end(), each, value);
  return out;
}
const Sample cars() {
  return {mpg, {number("wt", wt), factor("cyl", cyl)}};
}
Sample weaving() {
  return {breaks, {factor("wool", repeated({0, 1}, 27, 54)), factor("tension", repeated({0, 1, 2}, 9, 54))}};
}

void near(const std::vector<Figure>& figures, const Numbers& expected, double relative = 1e-9) {
  ASSERT_EQ(figures.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(figures[i].value, expected[i], std::abs(expected[i]) * relative) << i;
}

Sample without(Sample sample, size_t person) {
  const auto at = static_cast<long>(person);
  sample.outcome.erase(sample.outcome.begin() + at);
  for (Term& term : sample.terms) {
    if (term.level_count == 0) term.numbers.erase(term.numbers.begin() + at);
    if (term.level_count > 0) term.levels.erase(term.levels.begin() + at);
  }
  return sample;
}

using Pick = std::vector<Figure> (*)(const Fit&);
std::vector<Figure> all_of(const Fit& fit) {
  std::vector<Figure> out = fit.coefficients;
  out.insert(out.end(), fit.errors.begin(), fit.errors.end());
  return out;
}
// Of each figure: how far it moves at most when one person is left out, by fitting again.
Numbers moves(const Sample& sample, Family family, Pick pick) {
  const auto whole = pick(fit(sample, family, 4).value());
  Numbers out(whole.size(), 0);
  for (size_t i = 0; i < sample.outcome.size(); ++i) {
    const auto part = pick(fit(without(sample, i), family, 4).value());
    for (size_t j = 0; j < out.size(); ++j)
      out[j] = std::max(out[j], std::abs(part[j].value - whole[j].value));
  }
  return out;
}

TEST(Regression, a_linear_model_is_that_of_R) {
  const Fit found = fit(cars(), Family::gaussian, 4).value();
  near(found.coefficients, {33.99079400913, -3.20561325619, -4.25558240197, -6.07085968049});
  near(found.errors, {1.887793424567, 0.753895654956, 1.386072847541, 1.652287831535});
  EXPECT_EQ(found.freedom, 28);
  EXPECT_NEAR(found.sigma.value, 2.556913929975, 1e-9);
  EXPECT_NEAR(found.r_squared.value, 0.837432525297, 1e-9);
  EXPECT_NEAR(found.aic.value, 156.622327813465, 1e-8);
  EXPECT_NEAR(found.leverage_largest, 0.247906080895, 1e-9);
  EXPECT_NEAR(found.leverage_of_few, 0.247906080895 + 0.228878362966 + 0.207433951015 + 0.164342999318, 1e-9);
}

TEST(Regression, columns_that_are_nearly_the_same_are_fitted_as_R_does) {
  const Sample longley = {
      {60.323, 61.122, 60.171, 61.187, 63.221, 63.639, 64.989, 63.761, 66.019, 67.857, 68.169, 66.513, 68.655,
       69.564, 69.331, 70.551},
      {number("deflator", {83, 88.5, 88.2, 89.5, 96.2, 98.1, 99, 100, 101.2, 104.6, 108.4, 110.8, 112.6,
                           114.2, 115.7, 116.9}),
       number("gnp", {234.289, 259.426, 258.054, 284.599, 328.975, 346.999, 365.385, 363.112, 397.469, 419.18,
                      442.769, 444.546, 482.704, 502.601, 518.173, 554.894}),
       number("unemployed", {235.6, 232.5, 368.2, 335.1, 209.9, 193.2, 187, 357.8, 290.4, 282.2, 293.6, 468.1,
                             381.3, 393.1, 480.6, 400.7}),
       number("forces", {159, 145.6, 161.6, 165, 309.9, 359.4, 354.7, 335, 304.8, 285.7, 279.8, 263.7, 255.2,
                         251.4, 257.2, 282.7}),
       number("population", {107.608, 108.632, 109.773, 110.929, 112.075, 113.27, 115.094, 116.219, 117.388,
                             118.734, 120.445, 121.95, 123.366, 125.368, 127.852, 130.081}),
       number("year", {1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959, 1960,
                       1961, 1962})}};
  near(fit(longley, Family::gaussian, 4).value().coefficients,
       {-3482.25863460, 0.0150618722714, -0.0358191792926, -0.0202022980382, -0.0103322686717,
        -0.0511041056536, 1.82915146461},
       1e-8);
}

TEST(Regression, a_logistic_model_is_that_of_R) {
  const Fit found = fit({am, {number("wt", wt), number("hp", hp)}}, Family::binomial, 4).value();
  near(found.coefficients, {18.866298717204096, -8.083475182444628, 0.036255596082217});
  near(found.errors, {7.443558060205274, 3.068675113054696, 0.017734153650769});
  EXPECT_NEAR(found.deviance.value, 10.0591104723, 1e-8);
  EXPECT_NEAR(found.null_deviance.value, 43.2297332769, 1e-8);
  EXPECT_NEAR(found.aic.value, 16.0591104723, 1e-8);
}

TEST(Regression, a_poisson_model_is_that_of_R) {
  const Fit found = fit(weaving(), Family::poisson, 4).value();
  near(found.coefficients, {3.69196314494080, -0.20598844263862, -0.32132043160061, -0.51848849651156});
  near(found.errors, {0.045410794342558, 0.051571242783575, 0.060265916695220, 0.063959519395747});
  EXPECT_NEAR(found.deviance.value, 210.391888762, 1e-7);
  EXPECT_NEAR(found.aic.value, 493.055966418, 1e-7);
}

TEST(Regression, what_leaving_one_out_changes_is_exact_for_a_linear_model) {
  const Fit found = fit(cars(), Family::gaussian, 4).value();
  const auto figures = all_of(found);
  const auto moved = moves(cars(), Family::gaussian, all_of);
  for (size_t i = 0; i < figures.size(); ++i) EXPECT_NEAR(figures[i].influence, moved[i], 1e-9) << i;
  EXPECT_NEAR(found.sigma.influence, 0.2360586760802, 1e-9);  // R: lm without each row
  EXPECT_NEAR(found.r_squared.influence, 0.0203759156414, 1e-9);
}

TEST(Regression, and_never_understated_by_much_for_the_others) {
  // Forty persons, ten events, a level with five of them: as thin as the rules let pass.
  Sample thin{Numbers(40, 0), {factor("g", repeated({0, 1}, 20, 40)), number("x", {})}};
  for (size_t i = 0; i < 40; ++i) {
    thin.outcome[i] = i % 4 == 1 ? 1 : 0;
    thin.terms[1].numbers.push_back(static_cast<double>((i * 7) % 13));
  }
  for (const auto& [sample, family] : {std::pair{thin, Family::binomial}, {weaving(), Family::poisson}}) {
    const auto figures = all_of(fit(sample, family, 4).value());
    const auto moved = moves(sample, family, all_of);
    for (size_t i = 0; i < figures.size(); ++i) {
      EXPECT_GE(figures[i].influence, 0.9 * moved[i]) << i;
      EXPECT_LE(figures[i].influence, 4 * moved[i]) << i;
    }
  }
}

TEST(Regression, one_persons_own_dummy_has_all_leverage) {
  Sample sample = cars();
  Numbers mine(32, 0);
  mine[30] = 1;
  sample.terms.push_back(number("mine", mine));
  EXPECT_NEAR(fit(sample, Family::gaussian, 4).value().leverage_largest, 1, 1e-9);
}

TEST(Regression, what_cannot_be_fitted) {
  Sample twice = cars();
  twice.terms.push_back(number("pounds", wt));
  for (double& value : twice.terms.back().numbers) value *= 1000;
  const auto collinear = fit(twice, Family::gaussian, 4);
  ASSERT_FALSE(collinear.ok());
  EXPECT_EQ(collinear.error().code, "model.collinear");
  EXPECT_EQ(collinear.error().argument("term"), "pounds");
  EXPECT_EQ(fit({mpg, {number("mpg", mpg)}}, Family::gaussian, 4).error().code, "model.perfect");
  EXPECT_EQ(fit({Numbers(32, 7), {number("wt", wt)}}, Family::gaussian, 4).error().code, "model.perfect");
  EXPECT_EQ(fit({am, {number("am", am)}}, Family::binomial, 4).error().code, "model.separated");
  EXPECT_EQ(
      fit({{1, 2, 3}, {number("a", {1, 2, 4}), number("b", {1, 5, 2})}}, Family::gaussian, 4).error().code,
      "model.too_few_persons");
}

TEST(Rounding, not_finer_than_one_person) {
  EXPECT_EQ(told({33.99079, 1.357}, 0.03, 1).unit, 2);
  EXPECT_EQ(told({33.99079, 1.357}, 0.03, 1).value, 34);
  EXPECT_EQ(told({33.99079, 0.0001}, 0.03, 1).value, 34);
  EXPECT_EQ(told({33.99079, 0.0001}, 0.004, 1).value, 33.99);
  EXPECT_EQ(told({33.99079, 0.001}, 0.004, 20).unit, 0.02);
  EXPECT_EQ(told({-1234.5, 30}, 1, 1).value, -1250);
  EXPECT_EQ(told({0.2, 1}, 0.1, 1).value, 0);
  EXPECT_EQ(told_positive({0.2, 1}, 0.1, 1).value, 1) << "an error is not zero";
}

// Two hundred persons with two numbers and a factor: whoever is left out, what is told moves by a step or
// two, and of the errors also when any four are.
TEST(Rounding, what_is_told_hides_whoever_is_left_out) {
  Sample sample{{}, {number("a", {}), number("b", {}), factor("g", repeated({0, 1, 2, 3}, 1, 200))}};
  for (size_t i = 0; i < 200; ++i) {
    const auto x = static_cast<double>((i * 37) % 101), z = static_cast<double>((i * 53) % 89);
    sample.terms[0].numbers.push_back(x);
    sample.terms[1].numbers.push_back(z * z);
    sample.outcome.push_back(3 * x - z + static_cast<double>((i * i * 7) % 97));
  }
  constexpr double few = 4, finest_part = 50;
  const Fit whole = fit(sample, Family::gaussian, 4).value();
  for (size_t i = 0; i < 200; ++i) {
    Sample part = without(sample, i);
    const Fit one = fit(part, Family::gaussian, 4).value();
    for (int more = 0; more < 3; ++more) part = without(part, (i * 11 + 17) % part.outcome.size());
    const Fit four = fit(part, Family::gaussian, 4).value();
    for (size_t j = 0; j < whole.coefficients.size(); ++j) {
      const double finest = whole.errors[j].value / finest_part;
      const Told before = told(whole.coefficients[j], finest, 1),
                 after = told(one.coefficients[j], finest, 1);
      EXPECT_LE(std::abs(before.value - after.value), before.unit + (before.unit + after.unit) / 2 + 1e-12);
      const Told error = told_positive(whole.errors[j], finest, few);
      const Told later = told_positive(four.errors[j], finest, few);
      EXPECT_LE(std::abs(error.value - later.value), error.unit + (error.unit + later.unit) / 2 + 1e-12);
    }
  }
}

TEST(Rounding, texts_have_the_decimals_of_their_unit) {
  EXPECT_EQ(text_of(33.99, 0.005), "33.990");
  EXPECT_EQ(text_of(-1250, 50), "-1250");
  EXPECT_EQ(text_of(0.1 + 0.2, 0.1), "0.3");
  EXPECT_EQ(text_of(-0.0, 0.01), "0.00");
}

}  // namespace
}  // namespace fvm::regression
