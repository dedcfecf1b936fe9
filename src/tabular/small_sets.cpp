#include "tabular/small_sets.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/mix.hpp"

namespace fvm::tabular {
namespace {

// Sums of motions are compared by a random combination of their entries first.
uint64_t weight(uint32_t index) {
  return mix((index + 1) * mix_step) % Field::prime;
}

uint64_t signature(const Sparse& motion) {
  uint64_t sum = 0;
  for (const Entry& entry : motion) sum = Field::add(sum, Field::multiply(entry.value, weight(entry.index)));
  return sum;
}

class Search {
 public:
  Search(const Freedom& freedom, const std::vector<double>& units, double threshold, size_t sets_max,
         uint64_t steps_max)
      : freedom_(freedom),
        units_(units),
        threshold_(threshold),
        sets_max_(sets_max),
        steps_max_(steps_max),
        signatures_(units.size()) {
    for (uint32_t atom = 0; atom < units.size(); ++atom) {
      const Sparse& motion = freedom.column(atom);
      if (units[atom] >= threshold || motion.empty()) continue;
      signatures_[atom] = signature(motion);
      by_signature_[signatures_[atom]].push_back(atom);
      for (const Entry& moved : motion) {
        if (moved.index >= moved_by_.size()) moved_by_.resize(moved.index + 1);
        moved_by_[moved.index].push_back(atom);
      }
    }
  }

  SmallSets run() {
    for (size_t most = 2; static_cast<double>(most) < threshold_ && !is_done(); ++most) {
      for (uint32_t atom = 0; atom < units_.size() && !is_done(); ++atom) {
        if (units_[atom] >= threshold_ || freedom_.column(atom).empty()) continue;
        set_ = {atom};
        follow(nullptr, signatures_[atom], units_[atom], most - 1);
      }
      if (steps_ < steps_max_) found_.atoms_max = most;
    }
    return std::move(found_);
  }

 private:
  bool is_done() const { return found_.sets.size() >= sets_max_ || steps_ >= steps_max_; }
  bool may_join(uint32_t atom, double units) const {
    // The first atom of a set is its least, so that a set is not met from each of its atoms.
    return atom > set_.front() && units + units_[atom] < threshold_ &&
           std::find(set_.begin(), set_.end(), atom) == set_.end();
  }

  // `seen`: signature of the sum of the set's motions. The sum itself is made only where there is room for
  // two more atoms: the last one is looked up by its signature.
  void follow(const Sparse* before, uint64_t seen, double units, size_t room) {
    if (units + 1 >= threshold_) return;
    if (room == 1) return finish(seen, units);
    Sparse sum = before == nullptr ? Sparse() : *before, scratch;
    add_multiple(sum, freedom_.column(set_.back()), 1, scratch);
    if (sum.empty()) return;  // a set by itself, and found already
    steps_ += sum.size();
    const auto least = std::min_element(sum.begin(), sum.end(), [&](const Entry& a, const Entry& b) {
      return moved_by_[a.index].size() < moved_by_[b.index].size();
    });
    for (const uint32_t atom : moved_by_[least->index]) {
      if (is_done()) return;
      ++steps_;
      if (!may_join(atom, units)) continue;
      set_.push_back(atom);
      follow(&sum, Field::add(seen, signatures_[atom]), units + units_[atom], room - 1);
      set_.pop_back();
    }
  }

  // Atoms that undo the sum.
  void finish(uint64_t seen, double units) {
    const auto alike = by_signature_.find(Field::negative(seen));
    if (alike == by_signature_.end()) return;
    for (const uint32_t atom : alike->second) {
      if (!may_join(atom, units) || is_done()) continue;
      Sparse rest = freedom_.column(atom), scratch;
      for (const uint32_t each : set_) add_multiple(rest, freedom_.column(each), 1, scratch);
      if (!rest.empty()) continue;
      found_.sets.push_back(set_);
      found_.sets.back().push_back(atom);
      std::sort(found_.sets.back().begin(), found_.sets.back().end());
    }
  }

  const Freedom& freedom_;
  const std::vector<double>& units_;
  double threshold_;
  size_t sets_max_;
  uint64_t steps_max_;
  std::vector<uint64_t> signatures_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_signature_;
  std::vector<std::vector<uint32_t>> moved_by_;  // atoms that a vector of the basis moves
  std::vector<uint32_t> set_;
  SmallSets found_;
  uint64_t steps_ = 0;
};

}  // namespace

SmallSets small_sets(const Freedom& freedom, const std::vector<double>& units, double threshold,
                     size_t sets_max, uint64_t steps_max) {
  return Search(freedom, units, threshold, sets_max, steps_max).run();
}

}  // namespace fvm::tabular
