#include "regression/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace fvm::regression {
namespace {

// The least of 1, 2, 5 · 10^k that is not below it.
double step_from(double least) {
  constexpr double slack = 1 - 1e-9;
  double power = std::pow(10.0, std::floor(std::log10(least)));
  for (int i = 0; i < 2; ++i, power *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if (factor * power >= least * slack)
        return std::strtod(fmt::format("{:.1e}", factor * power).c_str(), nullptr);
  return power;
}

int decimals_of(double unit) {
  constexpr double slack = 1e-9;
  return std::max(0, -static_cast<int>(std::floor(std::log10(unit) + slack)));
}

double multiple(double value, double unit) {
  return std::strtod(text_of(std::round(value / unit) * unit, unit).c_str(), nullptr);
}

}  // namespace

std::string text_of(double value, double unit) {
  std::string text = fmt::format("{:.{}f}", value, decimals_of(unit));
  return text.find_first_not_of("-0.") == std::string::npos && text[0] == '-' ? text.substr(1) : text;
}

Told told(const Figure& figure, double finest, double persons) {
  const double unit = step_from(std::max(finest, persons * figure.influence));
  return {multiple(figure.value, unit), unit};
}

Told told_positive(const Figure& figure, double finest, double persons) {
  Told out = told(figure, finest, persons);
  out.value = std::max(out.value, out.unit);
  return out;
}

}  // namespace fvm::regression
