// How finely a figure may be told: not finer than one person can be seen in it. Pure.
#pragma once

#include <string>

#include "regression/fit.hpp"

namespace fvm::regression {

struct Told {
  double value = 0;  // a multiple of `unit`
  double unit = 0;   // 1, 2 or 5 times a power of ten
};

// The least unit that is neither finer than `finest` nor than what `persons` persons such as the most
// influential one change. Neither may be all zero.
Told told(const Figure& figure, double finest, double persons);
// The same of what cannot be zero, as an error of estimation: at least one unit.
Told told_positive(const Figure& figure, double finest, double persons);

// "0.25", with as many decimals as the unit has.
std::string text_of(double value, double unit);

}  // namespace fvm::regression
