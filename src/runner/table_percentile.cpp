#include "runner/table_percentile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "disclosure/statistics.hpp"

namespace fvm::runner {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// 1, 2, 5, 10, 20 … times a power of ten.
class Steps {
 public:
  explicit Steps(double smallest) : exponent_(static_cast<int>(std::floor(std::log10(smallest)))) {}
  double value() const {
    constexpr double factors[] = {1, 2, 5};
    return factors[index_] * std::pow(10.0, exponent_);
  }
  void next() {
    index_ = (index_ + 1) % 3;
    if (index_ == 0) ++exponent_;
  }

 private:
  int exponent_, index_ = 0;
};

// Units; where some are held, those who hold them.
class Share {
 public:
  void add(const HeldValue& value) {
    units_ += value.units;
    holders_.insert(value.holders.begin(), value.holders.end());
  }
  double size() const { return holders_.empty() ? units_ : static_cast<double>(holders_.size()); }

 private:
  double units_ = 0;
  std::set<int64_t> holders_;
};

// The middle one of these, rounded so far that enough of them round to the same.
double rounded(const std::vector<HeldValue>& sorted, const disclosure::RuleValues& rules) {
  double all = 0, below = 0;
  for (const HeldValue& each : sorted) all += each.units;
  double value = sorted.front().value;
  for (const HeldValue& each : sorted) {
    value = each.value;
    if ((below += each.units) * 2 > all) break;
  }
  const double size = std::max({std::abs(sorted.front().value), std::abs(sorted.back().value), 1e-9});
  constexpr int digits = 6, steps_max = 30;
  Steps step(size / std::pow(10.0, digits));
  for (int i = 0; i < steps_max; ++i, step.next()) {
    const double shown = std::round(value / step.value()) * step.value();
    Share share;
    for (const HeldValue& each : sorted)
      if (std::round(each.value / step.value()) * step.value() == shown) share.add(each);
    if (disclosure::judge_percentile(share.size(), rules).may_leave()) return shown;
  }
  return nothing;
}

// Of each place, how many are there and behind it.
std::vector<double> sizes_from(const std::vector<HeldValue>& sorted) {
  std::vector<double> out(sorted.size());
  Share share;
  for (size_t i = sorted.size(); i-- > 0;) {
    share.add(sorted[i]);
    out[i] = share.size();
  }
  return out;
}

}  // namespace

double percentile(const std::vector<HeldValue>& sorted, double target, const disclosure::RuleValues& rules) {
  const double units_min = rules.units_min(disclosure::Parameter::percentiles_units_min);
  const auto left = sizes_from(sorted);
  double seen = 0;
  std::vector<HeldValue> block;
  Share share;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (share.size() >= units_min && left[i] >= units_min) {
      if (seen >= target) break;
      block.clear();
      share = {};
    }
    block.push_back(sorted[i]);
    share.add(sorted[i]);
    seen += sorted[i].units;
  }
  return block.empty() ? nothing : rounded(block, rules);
}

}  // namespace fvm::runner
