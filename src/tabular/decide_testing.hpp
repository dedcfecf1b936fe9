// Sequences of tables over a few persons, and an attacker who tries every set of persons. For tests.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "tabular/decide.hpp"
#include "tabular/span_testing.hpp"

namespace fvm::tabular {

// What somebody asked: which leaves each person is in; nobody: not in the table.
struct Asked {
  std::vector<Hierarchy> dimensions;
  std::vector<std::vector<uint32_t>> leaves;  // of each person
};

class World {
 public:
  // `owners`: of each person; who have several, ascending. Empty: each has himself alone.
  using Owners = std::vector<std::vector<uint32_t>>;
  explicit World(size_t persons, Owners owners = {})
      : atoms_(persons, Knowledge::Part::nobody), owners_(std::move(owners)) {}

  // The statuses of a new table's cells, after all before it; nothing is released of one that is refused.
  // `named`: the released ones are at hand.
  Result<Decision> try_to_ask(const Asked& asked, const Rules& rules, bool named = true) {
    asked_.push_back(asked);
    divide(asked);
    std::vector<CountTable> released;
    for (size_t i = 0; named && i + 1 < asked_.size(); ++i) released.push_back(table(i, decided_[i].status));
    known_ = Knowledge::of_bytes(known_.to_bytes()).value();  // as it is between two releases
    const Span before = told();
    const CountTable wanted = table(asked_.size() - 1, {});
    auto decision = decide(known_, wanted, released, rules);
    if (!decision.ok()) {
      asked_.pop_back();
      return decision;
    }
    std::vector<bool> open;
    for (const Status status : decision.value().status) open.push_back(status == Status::open);
    known_.learn(wanted.groups, wanted.counts, open, wanted.number);
    decided_.push_back(decision.value());
    followed_.emplace_back();
    for (size_t cell = 0; cell < open.size(); ++cell)
      followed_.back().push_back(before.contains(indicator(asked_.size() - 1, cell)));
    return decision;
  }
  Decision ask(const Asked& asked, const Rules& rules) { return try_to_ask(asked, rules).value(); }

  // Cells of the newest table that were hidden for others' sake and would be searched for anew if asked for
  // again, though they do not follow.
  size_t forgotten() const {
    const size_t newest = asked_.size() - 1;
    const auto marks = known_.marks_of(table(newest, {}).groups, decided_[newest].status.size());
    const Span span = told();
    size_t count = 0;
    for (size_t cell = 0; cell < marks.size(); ++cell)
      count += decided_[newest].status[cell] == Status::secondary && known_.refused(marks[cell]) == nullptr &&
               !span.contains(indicator(newest, cell));
    return count;
  }

  // What follows from all that is open: sums of atoms.
  Span told() const {
    Span span(known_.units().size());
    add_open(span);
    return span;
  }
  // How many sets of 1 … t − 1 persons follow from what is open. `known`: an atom of a person who knows about
  // himself, or -1.
  size_t findings(double threshold, int known = -1) const {
    const auto& units = known_.units();
    Span span = told();
    if (known >= 0) {
      std::vector<double> self(units.size(), 0);
      self[static_cast<size_t>(known)] = 1;
      span.add(self);
    }
    std::vector<bool> own(units.size(), false);
    if (known >= 0) own[static_cast<size_t>(known)] = true;
    return count_sets(span, threshold, own);
  }
  // How many of others follow for the owner, who knows of each of his own where it is.
  size_t findings_of_owner(double threshold, uint32_t owner) const {
    Span span = told();
    const auto of_atoms = owners();
    std::vector<bool> own;
    for (size_t atom = 0; atom < of_atoms.size(); ++atom) {
      own.push_back(std::ranges::count(of_atoms[atom], owner) > 0);
      std::vector<double> row(of_atoms.size(), 0);
      row[atom] = 1;
      if (own.back()) span.add(row);
    }
    return count_sets(span, threshold, own);
  }
  // Pairs of told cells of two tables, with units, of which the newer one told something, that differ by few:
  // one owner's units, who are one on each side where they are, and others'. Nobody: others' alone. What the
  // owner knew of others before tells him nothing.
  size_t near_pairs(const Rules& rules, int owner = -1) const {
    const auto of_atoms = owners();
    std::vector<bool> own;
    for (const auto& of : of_atoms)
      own.push_back(owner >= 0 && std::ranges::count(of, static_cast<uint32_t>(owner)) > 0);
    size_t found = 0;
    for_open([&](size_t newer, size_t cell) {
      const auto one = indicator(newer, cell);
      if (followed_[newer][cell]) return;
      const bool knows = owner >= 0 && told_to(own, newer).contains(one);
      for_open([&](size_t older, size_t other) {
        if (older < newer) found += are_near(rules, own, knows, one, indicator(older, other)) ? 1 : 0;
      });
    });
    return found;
  }
  const Knowledge& known() const { return known_; }
  // Of a cell of the newest table.
  double units(size_t cell) const {
    const auto row = indicator(asked_.size() - 1, cell);
    return std::inner_product(row.begin(), row.end(), known_.units().begin(), 0.0);
  }

 private:
  template <class Each>
  void for_open(Each each) const {
    for (size_t i = 0; i < decided_.size(); ++i)
      for (size_t cell = 0; cell < decided_[i].status.size(); ++cell)
        if (decided_[i].status[cell] == Status::open) each(i, cell);
  }
  // Who has these atoms, before that table.
  Span told_to(const std::vector<bool>& own, size_t table) const {
    Span span(own.size());
    for_open([&](size_t i, size_t cell) {
      if (i < table) span.add(indicator(i, cell));
    });
    for (size_t atom = 0; atom < own.size(); ++atom) {
      if (!own[atom]) continue;
      std::vector<double> row(own.size(), 0);
      row[atom] = 1;
      span.add(row);
    }
    return span;
  }
  bool are_near(const Rules& rules, const std::vector<bool>& own, bool knows, const std::vector<double>& one,
                const std::vector<double>& other) const {
    double more = 0, less = 0, own_more = 0, own_less = 0;
    for (size_t atom = 0; atom < own.size(); ++atom) {
      if (one[atom] == other[atom]) continue;
      double& side = one[atom] != 0 ? (own[atom] ? own_more : more) : (own[atom] ? own_less : less);
      side = own[atom] ? 1 : side + known_.units()[atom];
    }
    if (knows && more + less > 0) return false;
    more += own_more, less += own_less;
    const auto is_empty = [](const std::vector<double>& row) {
      return std::ranges::count(row, 0) == std::ssize(row);
    };
    if (more + less == 0 || is_empty(one) || is_empty(other)) return false;
    const double apart = rules.counts ? rules.threshold : 2 * rules.threshold - 1;
    return more < rules.threshold && less < rules.threshold && more + less < apart;
  }
  void add_open(Span& span) const {
    for_open([&](size_t i, size_t cell) { span.add(indicator(i, cell)); });
  }
  std::vector<uint32_t> owners_of(size_t person) const {
    return owners_.empty() ? std::vector<uint32_t>() : owners_[person];
  }
  Owners owners() const {
    Owners out(known_.units().size());
    for (size_t person = 0; person < atoms_.size(); ++person)
      if (atoms_[person] != Knowledge::Part::nobody) out[atoms_[person]] = owners_of(person);
    return out;
  }
  void divide(const Asked& asked) {
    std::map<std::tuple<uint32_t, std::vector<uint32_t>, std::vector<uint32_t>>, size_t> number;
    std::vector<Knowledge::Part> parts;
    std::vector<size_t> part_of;
    for (size_t person = 0; person < atoms_.size(); ++person) {
      const bool is_new = atoms_[person] == Knowledge::Part::nobody;
      if (is_new && asked.leaves[person].empty()) {
        part_of.push_back(SIZE_MAX);
        continue;
      }
      const auto [found, first] =
          number.try_emplace({atoms_[person], asked.leaves[person], owners_of(person)}, parts.size());
      if (first) parts.push_back({atoms_[person], 0});
      ++parts[found->second].units;
      part_of.push_back(found->second);
    }
    const auto atoms = known_.divide(parts).value();
    for (size_t person = 0; person < atoms_.size(); ++person)
      if (part_of[person] != SIZE_MAX) atoms_[person] = atoms[part_of[person]];
  }

  // Sets of atoms, the small ones only: no other is in a set of few.
  size_t count_sets(const Span& span, double threshold, const std::vector<bool>& own) const {
    const auto& units = known_.units();
    std::vector<size_t> small;
    for (size_t atom = 0; atom < units.size(); ++atom)
      if (units[atom] < threshold && !own[atom]) small.push_back(atom);
    size_t found = 0;
    std::vector<double> row(units.size(), 0);
    const std::function<void(size_t, double)> extend = [&](size_t from, double in) {
      if (in > 0 && span.contains(row)) ++found;
      for (size_t i = from; i < small.size(); ++i) {
        if (in + units[small[i]] >= threshold) continue;
        row[small[i]] = 1;
        extend(i + 1, in + units[small[i]]);
        row[small[i]] = 0;
      }
    };
    extend(0, 0);
    return found;
  }

  static Shape shape(const Asked& asked) {
    std::vector<const Hierarchy*> pointers;
    for (const Hierarchy& dimension : asked.dimensions) pointers.push_back(&dimension);
    return Shape(pointers);
  }
  static bool is_below(const Asked& asked, size_t cell, size_t leaf) {
    const auto above = shape(asked).codes(cell), below = shape(asked).codes(leaf);
    for (size_t d = 0; d < above.size(); ++d) {
      size_t code = below[d];
      while (code != above[d] && code != 0) code = asked.dimensions[d].parent(code);
      if (code != above[d]) return false;
    }
    return true;
  }
  std::vector<double> indicator(size_t number, size_t cell) const {
    std::vector<double> row(known_.units().size(), 0);
    for (size_t person = 0; person < atoms_.size(); ++person)
      for (const uint32_t leaf : asked_[number].leaves[person])
        if (is_below(asked_[number], cell, leaf)) row[atoms_[person]] = 1;
    return row;
  }
  CountTable table(size_t number, const std::vector<Status>& status) const {
    const Asked& asked = asked_[number];
    CountTable out;
    for (const Hierarchy& dimension : asked.dimensions) out.dimensions.push_back(&dimension);
    std::vector<std::vector<uint32_t>> leaves(known_.units().size());
    for (size_t person = 0; person < atoms_.size(); ++person)
      if (atoms_[person] != Knowledge::Part::nobody) leaves[atoms_[person]] = asked.leaves[person];
    out.groups = groups_of(shape(asked), leaves);
    for (size_t cell = 0; cell < shape(asked).cells(); ++cell) {
      const auto row = indicator(number, cell);
      double units = 0;
      for (size_t a = 0; a < row.size(); ++a) units += row[a] * known_.units()[a];
      out.counts.push_back(units);
    }
    out.status = status;
    if (!owners_.empty()) out.owners = owners();
    out.number = static_cast<int64_t>(number) + 1;
    return out;
  }

  std::vector<uint32_t> atoms_;  // of each person
  Owners owners_;
  Knowledge known_;
  std::vector<Asked> asked_;
  std::vector<Decision> decided_;
  std::vector<std::vector<bool>> followed_;  // of each table's cells: from the tables before
};

inline Asked random_table(size_t persons, const std::vector<std::vector<uint32_t>>& traits) {
  Asked asked;
  const auto count = *rc::gen::inRange<size_t>(1, 3);
  std::vector<size_t> which;
  std::vector<const Hierarchy*> pointers;
  for (size_t d = 0; d < count; ++d) {
    which.push_back(*rc::gen::inRange<size_t>(0, traits.size()));
    std::vector<std::string> parts;
    for (uint32_t code = 0; code < 3; ++code) parts.push_back("c" + std::to_string(code));
    asked.dimensions.push_back(Hierarchy::flat("T", parts));
  }
  for (const Hierarchy& dimension : asked.dimensions) pointers.push_back(&dimension);
  const Shape shape(pointers);
  const auto left_out = *rc::gen::weightedElement<int>({{1, -1}, {1, 0}, {1, 1}, {1, 2}});  // a filter
  const auto filtered = *rc::gen::inRange<size_t>(0, traits.size());
  const bool merged = *rc::gen::arbitrary<bool>();  // codes 1 and 2 as one
  for (size_t person = 0; person < persons; ++person) {
    asked.leaves.emplace_back();
    if (static_cast<int>(traits[filtered][person]) == left_out) continue;
    std::vector<uint32_t> codes;
    for (const size_t trait : which)
      codes.push_back(1 + (merged ? std::min(traits[trait][person], 1u) : traits[trait][person]));
    asked.leaves.back().push_back(static_cast<uint32_t>(shape.cell(codes)));
  }
  return asked;
}

// Where each person has been: the traits of each visit, one after the other in time.
using Visits = std::vector<std::vector<std::vector<uint32_t>>>;

inline Visits random_visits(size_t persons, size_t traits, size_t most) {
  Visits out(persons);
  for (auto& of : out) {
    of.resize(*rc::gen::inRange<size_t>(1, most + 1));
    for (auto& visit : of)
      for (size_t trait = 0; trait < traits; ++trait)
        visit.push_back(*rc::gen::weightedElement<uint32_t>({{5, 0}, {3, 1}, {2, 2}, {1, 3}}));
  }
  return out;
}

// Of one or two traits, flat or with an upper level, of the first `until` visits of everybody or of those
// with one value of a trait: whoever has several counts in several cells, and in their total once.
inline Asked random_overlap(const Visits& visits, size_t traits, size_t until) {
  Asked asked;
  std::vector<size_t> which;
  std::vector<std::vector<uint32_t>> leaf_of;  // of each value of each dimension
  for (auto count = *rc::gen::inRange<size_t>(1, 3); count > 0; --count) {
    which.push_back(*rc::gen::inRange<size_t>(0, traits));
    const bool is_flat = *rc::gen::arbitrary<bool>();
    asked.dimensions.push_back(Hierarchy::of({{"T", ""},
                                              {"x", "T"},
                                              {"y", "T"},
                                              {"a", is_flat ? "T" : "x"},
                                              {"b", is_flat ? "T" : "x"},
                                              {"c", is_flat ? "T" : "y"},
                                              {"d", is_flat ? "T" : "y"}})
                                   .value());
    leaf_of.emplace_back();
    for (const char* code : {"a", "b", "c", "d"})
      leaf_of.back().push_back(static_cast<uint32_t>(asked.dimensions.back().find(code)));
  }
  std::vector<const Hierarchy*> pointers;
  for (const Hierarchy& dimension : asked.dimensions) pointers.push_back(&dimension);
  const Shape shape(pointers);
  const auto left_out = *rc::gen::inRange(-2, 4);  // below zero: nobody is
  const auto filtered = *rc::gen::inRange<size_t>(0, traits);
  for (const auto& of : visits) {
    std::set<uint32_t> leaves;
    for (size_t i = 0; i < std::min(until, of.size()); ++i) {
      if (static_cast<int>(of[i][filtered]) == left_out) continue;
      std::vector<uint32_t> codes;
      for (size_t d = 0; d < which.size(); ++d) codes.push_back(leaf_of[d][of[i][which[d]]]);
      leaves.insert(static_cast<uint32_t>(shape.cell(codes)));
    }
    asked.leaves.emplace_back(leaves.begin(), leaves.end());
  }
  return asked;
}

}  // namespace fvm::tabular
