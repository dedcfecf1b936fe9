#include "runner/build_aliases.hpp"

#include <algorithm>
#include <numeric>

namespace fvm::runner {
namespace {

// Union-find over positions, with path halving.
class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t find(size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void join(size_t a, size_t b) {
    const size_t x = find(a), y = find(b);
    parent_[std::max(x, y)] = std::min(x, y);
  }

 private:
  std::vector<size_t> parent_;
};

struct Member {
  size_t group;
  bool succeeds;  // some number came before it
  uint64_t number;
  auto operator<=>(const Member&) const = default;
};

}  // namespace

Aliases resolve_aliases(const std::vector<std::pair<uint64_t, uint64_t>>& successions) {
  std::vector<uint64_t> numbers;
  for (const auto& [before, after] : successions) numbers.insert(numbers.end(), {before, after});
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const auto at = [&](uint64_t number) {
    return static_cast<size_t>(std::lower_bound(numbers.begin(), numbers.end(), number) - numbers.begin());
  };
  Groups groups(numbers.size());
  std::vector<bool> succeeds(numbers.size());
  for (const auto& [before, after] : successions) {
    if (before == after) continue;
    groups.join(at(before), at(after));
    succeeds[at(after)] = true;
  }
  std::vector<Member> members;
  members.reserve(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) members.push_back({groups.find(i), succeeds[i], numbers[i]});
  std::sort(members.begin(), members.end());  // a group together, the one that stands for all first

  Aliases out;
  for (size_t begin = 0, end = 0; begin < members.size(); begin = end) {
    while (end < members.size() && members[end].group == members[begin].group) ++end;
    if (end - begin > numbers_per_person_max) {
      ++out.groups_too_large;
      continue;
    }
    for (size_t i = begin + 1; i < end; ++i)
      out.canonical.emplace_back(members[i].number, members[begin].number);
  }
  return out;
}

}  // namespace fvm::runner
