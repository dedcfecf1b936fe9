#include "tabular/rounding.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "base/mix.hpp"

namespace fvm::tabular {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr unsigned one_bits = 40;
constexpr uint64_t one = uint64_t{1} << one_bits;  // a whole multiple of the base
constexpr uint32_t none = std::numeric_limits<uint32_t>::max();

// A number of multiples: whole ones and the rest, in parts of `one`.
struct Amount {
  uint64_t whole = 0, rest = 0;
};

// Flows on edges of which every node gets as much as it gives. Only what is left after whole multiples
// counts; edges become whole one after the other by pushing along cycles of those that are not.
class Network {
 public:
  uint32_t add_node() {
    edges_at_.emplace_back();
    return static_cast<uint32_t>(edges_at_.size() - 1);
  }
  uint32_t add_edge(uint32_t tail, uint32_t head, uint64_t rest) {
    edges_.push_back({tail, head, rest});
    return static_cast<uint32_t>(edges_.size() - 1);
  }
  bool is_rounded_up(uint32_t edge) const { return edges_[edge].rest == one; }

  void make_whole(const Draw& draw) {
    for (uint32_t edge = 0; edge < edges_.size(); ++edge) {
      if (is_whole(edge)) continue;
      edges_at_[edges_[edge].tail].push_back(edge);
      edges_at_[edges_[edge].head].push_back(edge);
    }
    at_.assign(edges_at_.size(), none);
    for (uint32_t node = 0; node < edges_at_.size(); ++node) walk(node, draw);
  }

 private:
  struct Edge {
    uint32_t tail = 0, head = 0;
    uint64_t rest = 0;
  };

  bool is_whole(uint32_t edge) const { return edges_[edge].rest % one == 0; }
  uint32_t other_end(uint32_t edge, uint32_t node) const {
    return edges_[edge].tail == node ? edges_[edge].head : edges_[edge].tail;
  }

  // An edge at the node that is not whole, but for the one that led there. No node has a single one: its
  // flow would have nowhere to go.
  uint32_t next(uint32_t node, uint32_t came_by) {
    auto& list = edges_at_[node];
    for (size_t i = list.size(); i-- > 0;) {
      if (is_whole(list[i])) {
        list[i] = list.back();
        list.pop_back();
      } else if (list[i] != came_by) {
        return list[i];
      }
    }
    return none;
  }

  void walk(uint32_t start, const Draw& draw) {
    nodes_ = {start}, path_.clear();
    at_[start] = 0;
    for (;;) {
      const uint32_t node = nodes_.back();
      const uint32_t edge = next(node, path_.empty() ? none : path_.back());
      if (edge == none) break;
      const uint32_t to = other_end(edge, node);
      path_.push_back(edge);
      if (at_[to] == none) {
        at_[to] = static_cast<uint32_t>(nodes_.size());
        nodes_.push_back(to);
        continue;
      }
      push(at_[to], draw);
      path_.resize(at_[to]);
      for (; nodes_.back() != to; nodes_.pop_back()) at_[nodes_.back()] = none;
    }
    for (const uint32_t node : nodes_) at_[node] = none;
  }

  bool is_forward(size_t step) const { return edges_[path_[step]].tail == nodes_[step]; }

  // Along the cycle that begins at that step of the path, one way or the other, until an edge is whole: each
  // with the chance that leaves every flow on average what it was.
  void push(size_t first, const Draw& draw) {
    uint64_t up = one, down = one;
    for (size_t step = first; step < path_.size(); ++step) {
      const uint64_t rest = edges_[path_[step]].rest;
      up = std::min(up, is_forward(step) ? one - rest : rest);
      down = std::min(down, is_forward(step) ? rest : one - rest);
    }
    const bool is_up = static_cast<uint64_t>((static_cast<Wide>(draw()) * (up + down)) >> 64) < down;
    for (size_t step = first; step < path_.size(); ++step) {
      uint64_t& rest = edges_[path_[step]].rest;
      const uint64_t by = is_up ? up : down;
      rest = is_up == is_forward(step) ? rest + by : rest - by;
    }
  }

  std::vector<Edge> edges_;
  std::vector<std::vector<uint32_t>> edges_at_;
  std::vector<uint32_t> at_;  // place of a node on the path
  std::vector<uint32_t> nodes_, path_;
};

// Nodes below nodes, each known by a value; what flows into a node is what flows out of it.
class Tree {
 public:
  explicit Tree(Network& network) : network_(network) { add(none); }
  uint32_t root() const { return nodes_.front().id; }
  uint32_t below(uint32_t place, uint32_t value) {
    auto [found, is_new] = children_.try_emplace({place, value}, 0);
    if (is_new) found->second = add(place);
    return found->second;
  }
  uint32_t node(uint32_t place) const { return nodes_[place].id; }
  void put(uint32_t place, uint64_t rest) { nodes_[place].rest += rest; }

  // Edges between each node and the one above it. `down`: that way they point. What flows at the root.
  uint64_t close(bool down) {
    for (size_t place = nodes_.size(); place-- > 1;) {
      const Node& node = nodes_[place];
      const uint64_t rest = node.rest % one;
      const uint32_t above = nodes_[node.above].id;
      network_.add_edge(down ? above : node.id, down ? node.id : above, rest);
      nodes_[node.above].rest += rest;
    }
    return nodes_.front().rest % one;
  }

 private:
  struct Node {
    uint32_t id = 0, above = 0;
    uint64_t rest = 0;
  };
  struct Hash {
    size_t operator()(const std::pair<uint32_t, uint32_t>& key) const {
      return mix((uint64_t{key.first} << 32 | key.second) + mix_step);
    }
  };
  uint32_t add(uint32_t above) {
    nodes_.push_back({network_.add_node(), above, 0});
    return static_cast<uint32_t>(nodes_.size() - 1);
  }
  Network& network_;
  std::vector<Node> nodes_;  // those below stand behind
  std::unordered_map<std::pair<uint32_t, uint32_t>, uint32_t, Hash> children_;
};

// What is due to each part: an atom's number in shares of units; of new units a base's worth each.
std::vector<Amount> amounts_due(const RoundingProblem& problem) {
  std::vector<uint64_t> units(problem.atoms.size(), 0), before(problem.atoms.size(), 0);
  for (const RoundingPart& part : problem.parts) units[part.atom] += part.units;
  std::vector<Amount> due;
  for (const RoundingPart& part : problem.parts) {
    const auto& number = problem.atoms[part.atom];
    const uint64_t by = number ? *number / problem.base : 1;
    const uint64_t of = number ? units[part.atom] : problem.base;
    // As a difference of sums, so that an atom's parts add up to the last bit.
    const auto sum = [&](uint64_t count) {
      const Wide product = static_cast<Wide>(count) * by;
      return Amount{static_cast<uint64_t>(product / of),
                    static_cast<uint64_t>(((product % of) << one_bits) / of)};
    };
    const Amount first = sum(before[part.atom]), last = sum(before[part.atom] += part.units);
    const bool borrows = last.rest < first.rest;
    due.push_back(
        {last.whole - first.whole - (borrows ? 1 : 0), last.rest + (borrows ? one : 0) - first.rest});
  }
  return due;
}

// A dimension's levels in a part's place.
struct Levels {
  size_t begin = 0, end = 0;
};

// The dimensions, the one first whose values meet the most atoms: left to themselves its totals would err
// most.
std::vector<Levels> by_need(const RoundingProblem& problem) {
  std::vector<std::pair<size_t, Levels>> found;
  size_t begin = 0;
  for (const size_t count : problem.levels) {
    const Levels levels{begin, begin + count};
    std::unordered_set<uint64_t> met;
    for (const RoundingPart& part : problem.parts) {
      if (part.place.empty()) continue;
      uint64_t value = mix(part.atom + mix_step);
      for (size_t level = levels.begin; level < levels.end; ++level)
        value = mix(value + part.place[level] + mix_step);
      met.insert(value);
    }
    found.emplace_back(met.size(), levels);
    begin = levels.end;
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Levels> out;
  for (const auto& [met, levels] : found) out.push_back(levels);
  return out;
}

}  // namespace

std::vector<uint64_t> round_parts(const RoundingProblem& problem, const Draw& draw) {
  const auto due = amounts_due(problem);
  const auto dimensions = by_need(problem);
  Network network;
  Tree left(network), right(network);  // by atom and then the last dimension first; by the first dimension
  std::vector<uint32_t> edges;
  for (size_t i = 0; i < problem.parts.size(); ++i) {
    const RoundingPart& part = problem.parts[i];
    uint32_t from = right.below(0, part.place.empty() ? 0 : 1), to = left.below(0, part.atom);
    const auto descend = [&](Tree& tree, uint32_t& at, const Levels& levels) {
      for (size_t level = levels.begin; level < levels.end; ++level) at = tree.below(at, part.place[level]);
    };
    if (!part.place.empty()) {
      for (const Levels& each : dimensions) descend(right, from, each);
      for (size_t d = dimensions.size(); d-- > 0;) descend(left, to, dimensions[d]);
    }
    right.put(from, due[i].rest), left.put(to, due[i].rest);
    edges.push_back(network.add_edge(right.node(from), left.node(to), due[i].rest));
  }
  const uint64_t total = left.close(false);
  right.close(true);
  network.add_edge(left.root(), right.root(), total);
  network.make_whole(draw);
  std::vector<uint64_t> out;
  for (size_t i = 0; i < edges.size(); ++i)
    out.push_back(problem.base * (due[i].whole + (network.is_rounded_up(edges[i]) ? 1 : 0)));
  return out;
}

}  // namespace fvm::tabular
