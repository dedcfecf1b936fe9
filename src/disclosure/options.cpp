#include "disclosure/options.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace fvm::disclosure {

Options::Options(const ReadRows& file, const std::vector<KnownTable>& known, uint64_t persons)
    : file_(file), known_(known), persons_(std::max<uint64_t>(persons, 1)) {
  for (const ReadColumn& reading : file_.readings) {
    for (size_t t = 0; t < known_.size(); ++t) {
      for (size_t k = 0; k < known_[t].columns.size(); ++k) add({&reading, t, k});
    }
  }
  std::stable_sort(options_.begin(), options_.end(),
                   [](const Option& a, const Option& b) { return a.weight > b.weight; });
}

double Options::share(const Option& option, uint32_t id, size_t first_table) const {
  const double count = id == 0 ? 0 : static_cast<double>(column_of(option).counts[id]);
  const double all = option.table == first_table ? static_cast<double>(known_[option.table].rows)
                                                 : static_cast<double>(persons_);
  return std::min(1.0, count / std::max(all, 1.0));
}

void Options::add(Option option) {
  constexpr double known_percent_min = 30, named_percent_min = 5;
  const KnownColumn& column = column_of(option);
  if (column.domain != option.reading->domain) return;
  size_t filled = 0, met = 0;
  double bits = 0;
  for (size_t r = 0; r < file_.rows; ++r) {
    if (!file_.filled[option.reading->column][r]) continue;
    ++filled;
    const double share = this->share(option, option.reading->ids[r], option.table);
    if (share <= 0) continue;
    ++met;
    bits -= std::log2(share);
  }
  const bool named = file_.headings[option.reading->column] == column.name;
  if (met == 0 || static_cast<double>(met) * 100 <
                      static_cast<double>(filled) * (named ? named_percent_min : known_percent_min))
    return;
  option.bits = bits / static_cast<double>(met);
  option.weight = bits / static_cast<double>(filled);
  options_.push_back(option);
}

bool Options::may_single_out(size_t table, uint64_t units_min) const {
  std::map<size_t, double> bits;
  for (const Option& option : options_) {
    double& most = bits[option.reading->column];
    most = std::max(most, option.bits);
  }
  double sum = 0;
  for (const auto& [column, most] : bits) sum += most;
  return bits.size() >= 2 && std::log2(static_cast<double>(known_[table].rows) + 1) - sum <=
                                 std::log2(static_cast<double>(units_min));
}

std::vector<const Option*> Options::starts(size_t table) const {
  constexpr size_t starts_max = 4;
  std::vector<const Option*> out;
  std::set<size_t> columns;
  for (const Option& option : options_) {
    if (option.table != table || out.size() >= starts_max) continue;
    if (columns.insert(option.reading->column).second) out.push_back(&option);
  }
  return out;
}

double Options::ways(size_t tried) const {
  double sum = std::log10(static_cast<double>(std::max<size_t>(tried, 1)));
  std::map<size_t, size_t> options;
  for (const Option& option : options_) ++options[option.reading->column];
  for (const auto& [column, count] : options) sum += std::log10(1.0 + static_cast<double>(count));
  return sum;
}

}  // namespace fvm::disclosure
