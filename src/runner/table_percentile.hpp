// Percentiles of a cell, as they may be told: no value is shown that fewer than so many units share. Private
// to table_figures.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "disclosure/rule_values.hpp"

namespace fvm::runner {

// A value and how many units of the cell have it; whom these belong to, where some are held (one unit of each
// is enough to be counted).
struct HeldValue {
  double value = 0, units = 0;
  std::vector<int64_t> holders;
};

// Units from the least value up, cut into blocks of as many as the rules ask for and those who have the same
// as the last of them; the last block takes in what is left over. Wherever in a block a percentile lies, the
// same is told: whoever asks for all percentiles learns of no fewer units where the one value ends and the
// other begins. Not a number: none may be told.
double percentile(const std::vector<HeldValue>& sorted, double target, const disclosure::RuleValues& rules);

}  // namespace fvm::runner
