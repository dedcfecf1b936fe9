#include "tabular/small_sets.hpp"

#include <algorithm>

namespace fvm::tabular {
namespace {

class Search {
 public:
  Search(const Freedom& freedom, const std::vector<double>& units, double threshold, size_t sets_max)
      : freedom_(freedom), units_(units), threshold_(threshold), sets_max_(sets_max) {
    for (uint32_t atom = 0; atom < units.size(); ++atom) {
      if (units[atom] >= threshold) continue;
      for (const Entry& moved : freedom.column(atom)) {
        if (moved.index >= moved_by_.size()) moved_by_.resize(moved.index + 1);
        moved_by_[moved.index].push_back(atom);
      }
    }
  }

  std::vector<std::vector<uint32_t>> run() {
    for (uint32_t atom = 0; atom < units_.size() && found_.size() < sets_max_; ++atom) {
      if (units_[atom] >= threshold_ || freedom_.column(atom).empty()) continue;
      set_ = {atom};
      follow(freedom_.column(atom), units_[atom]);
    }
    return std::move(found_);
  }

 private:
  // The first atom of a set is its least: each set is met once for each order of the others.
  void follow(const Sparse& sum, double units) {
    if (sum.empty()) {
      found_.push_back(set_);
      std::sort(found_.back().begin(), found_.back().end());
      return;
    }
    const auto least = std::min_element(sum.begin(), sum.end(), [&](const Entry& a, const Entry& b) {
      return moved_by_[a.index].size() < moved_by_[b.index].size();
    });
    Sparse scratch;
    for (const uint32_t atom : moved_by_[least->index]) {
      if (found_.size() >= sets_max_) return;
      if (atom <= set_.front() || units + units_[atom] >= threshold_) continue;
      if (std::find(set_.begin(), set_.end(), atom) != set_.end()) continue;
      Sparse more = sum;
      add_multiple(more, freedom_.column(atom), 1, scratch);
      set_.push_back(atom);
      follow(more, units + units_[atom]);
      set_.pop_back();
    }
  }

  const Freedom& freedom_;
  const std::vector<double>& units_;
  double threshold_;
  size_t sets_max_;
  std::vector<std::vector<uint32_t>> moved_by_;  // atoms that a vector of the basis moves
  std::vector<uint32_t> set_;
  std::vector<std::vector<uint32_t>> found_;
};

}  // namespace

std::vector<std::vector<uint32_t>> small_sets(const Freedom& freedom, const std::vector<double>& units,
                                              double threshold, size_t sets_max) {
  return Search(freedom, units, threshold, sets_max).run();
}

}  // namespace fvm::tabular
