#include "runner/table_percentile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <span>

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

// Units, or whoever holds them.
enum class By { units, holders };
class Share {
 public:
  explicit Share(By by) : by_(by) {}
  void add(const HeldValue& value) {
    units_ += value.units;
    if (by_ == By::holders) holders_.insert(value.holders.begin(), value.holders.end());
  }
  double size() const { return by_ == By::units ? units_ : static_cast<double>(holders_.size()); }

 private:
  By by_;
  double units_ = 0;
  std::set<int64_t> holders_;
};

using Values = std::span<const HeldValue>;

// A value that is told, and the step that it was rounded by.
struct Told {
  double value = nothing;
  Steps step;
};

// `value`, rounded in steps from `told.step` on so far that enough of these round to the same.
Told rounded(Values sorted, Told told, By by, const disclosure::RuleValues& rules) {
  constexpr int steps_max = 30;
  for (int i = 0; i < steps_max; ++i, told.step.next()) {
    const auto round = [&](double value) {
      return std::round(value / told.step.value()) * told.step.value();
    };
    const double shown = round(told.value);
    Share share(by);
    for (const HeldValue& each : sorted)
      if (round(each.value) == shown) share.add(each);
    if (disclosure::judge_percentile(share.size(), rules).may_leave()) return {shown, told.step};
  }
  return {nothing, told.step};
}

// The value of the one at half of them.
size_t middle_of(Values sorted) {
  double all = 0, below = 0;
  for (const HeldValue& each : sorted) all += each.units;
  size_t place = 0;
  while (place + 1 < sorted.size() && (below += sorted[place].units) * 2 <= all) ++place;
  return place;
}

Told middle(Values sorted, const disclosure::RuleValues& rules) {
  const double size = std::max({std::abs(sorted.front().value), std::abs(sorted.back().value), 1e-9});
  constexpr int digits = 6;
  return rounded(sorted, {sorted[middle_of(sorted)].value, Steps(size / std::pow(10.0, digits))}, By::units,
                 rules);
}

// The ends of blocks of at least so many, all of them `ends`; the last takes in what is left over.
std::vector<size_t> blocks(Values sorted, const std::vector<size_t>& ends, By by, double least) {
  std::vector<double> behind(ends.size());
  Share rest(by);
  for (size_t i = ends.size(); i-- > 0;) {
    behind[i] = rest.size();
    for (size_t place = i == 0 ? 0 : ends[i - 1]; place < ends[i]; ++place) rest.add(sorted[place]);
  }
  std::vector<size_t> out;
  Share share(by);
  for (size_t i = 0, place = 0; i < ends.size(); ++i) {
    for (; place < ends[i]; ++place) share.add(sorted[place]);
    if (share.size() < least || behind[i] < least) continue;
    out.push_back(ends[i]);
    share = Share(by);
  }
  out.push_back(sorted.size());
  return out;
}

// The block that this place is in.
Values block_with(Values sorted, const std::vector<size_t>& ends, size_t place) {
  const auto end = std::upper_bound(ends.begin(), ends.end(), place);
  const size_t begin = end == ends.begin() ? 0 : *(end - 1);
  return sorted.subspan(begin, *end - begin);
}

}  // namespace

// Of holders blocks are joined, none is cut anew, and what is told of them is what would be told of the one
// in their middle without holders, rounded further: who asks with and without has one number, not two.
double percentile(const std::vector<HeldValue>& sorted, double target, const disclosure::RuleValues& rules) {
  if (sorted.empty()) return nothing;
  const double least = rules.units_min(disclosure::Parameter::percentiles_units_min);
  std::vector<size_t> all(sorted.size());
  std::iota(all.begin(), all.end(), size_t{1});
  const auto of_units = blocks(sorted, all, By::units, least);
  double seen = sorted.front().units;
  size_t place = 0;
  while (place + 1 < sorted.size() && seen < target) seen += sorted[++place].units;
  if (sorted.front().holders.empty()) return middle(block_with(sorted, of_units, place), rules).value;
  const Values joined = block_with(sorted, blocks(sorted, of_units, By::holders, least), place);
  place = static_cast<size_t>(joined.data() - sorted.data()) + middle_of(joined);
  const Told told = middle(block_with(sorted, of_units, place), rules);
  return std::isnan(told.value) ? nothing : rounded(joined, told, By::holders, rules).value;
}

}  // namespace fvm::runner
