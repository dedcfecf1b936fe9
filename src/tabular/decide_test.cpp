// Sequences of tables over a few persons, against an attacker who tries every set of persons.
#include "tabular/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace fvm::tabular {
namespace {

constexpr double judge_prime = 1'000'003;  // small enough for products to be exact in a double

// Row echelon form modulo a prime, one row after the other.
class Span {
 public:
  explicit Span(size_t width) : width_(width) {}
  void add(std::vector<double> row) {
    reduce(row);
    const auto lead = std::find_if(row.begin(), row.end(), [](double v) { return v != 0; });
    if (lead == row.end()) return;
    const double inverse = power(*lead, judge_prime - 2);
    for (double& value : row) value = modulo(value * inverse);
    rows_[static_cast<size_t>(lead - row.begin())] = row;
  }
  bool contains(std::vector<double> row) const {
    reduce(row);
    return std::all_of(row.begin(), row.end(), [](double v) { return v == 0; });
  }

 private:
  static double modulo(double value) {
    const double rest = std::fmod(value, judge_prime);
    return rest < 0 ? rest + judge_prime : rest;
  }
  static double power(double base, double exponent) {
    double result = 1;
    for (auto e = static_cast<uint64_t>(exponent); e > 0; e >>= 1, base = modulo(base * base))
      if ((e & 1) != 0) result = modulo(result * base);
    return result;
  }
  void reduce(std::vector<double>& row) const {
    for (double& value : row) value = modulo(value);
    for (const auto& [lead, pivot] : rows_) {
      const double factor = row[lead];
      if (factor == 0) continue;
      for (size_t k = 0; k < width_; ++k) row[k] = modulo(row[k] - factor * pivot[k]);
    }
  }
  size_t width_;
  std::map<size_t, std::vector<double>> rows_;
};

// What somebody asked: which leaves each person is in; nobody: not in the table.
struct Asked {
  std::vector<Hierarchy> dimensions;
  std::vector<std::vector<uint32_t>> leaves;  // of each person
};

class World {
 public:
  explicit World(size_t persons) : atoms_(persons, Knowledge::Part::nobody) {}

  // The statuses of a new table's cells, after all before it; nothing is released of one that is refused.
  Result<Decision> try_to_ask(const Asked& asked, const Rules& rules) {
    asked_.push_back(asked);
    divide(asked);
    std::vector<CountTable> released;
    for (size_t i = 0; i + 1 < asked_.size(); ++i) released.push_back(table(i, decided_[i].status));
    known_ = Knowledge::of_bytes(known_.to_bytes()).value();  // as it is between two releases
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
    return decision;
  }
  Decision ask(const Asked& asked, const Rules& rules) { return try_to_ask(asked, rules).value(); }

  // How many sets of 1 … t − 1 persons follow from what is open. `known`: an atom of a person who knows about
  // himself, or -1.
  size_t findings(double threshold, int known = -1) const {
    const auto& units = known_.units();
    Span span(units.size());
    for (size_t i = 0; i < asked_.size(); ++i)
      for (size_t cell = 0; cell < decided_[i].status.size(); ++cell)
        if (decided_[i].status[cell] == Status::open) span.add(indicator(i, cell));
    if (known >= 0) {
      std::vector<double> self(units.size(), 0);
      self[static_cast<size_t>(known)] = 1;
      span.add(self);
    }
    return count_sets(span, threshold, known);
  }
  const Knowledge& known() const { return known_; }

 private:
  void divide(const Asked& asked) {
    std::map<std::pair<uint32_t, std::vector<uint32_t>>, size_t> number;
    std::vector<Knowledge::Part> parts;
    std::vector<size_t> part_of;
    for (size_t person = 0; person < atoms_.size(); ++person) {
      const bool is_new = atoms_[person] == Knowledge::Part::nobody;
      if (is_new && asked.leaves[person].empty()) {
        part_of.push_back(SIZE_MAX);
        continue;
      }
      const auto [found, first] = number.try_emplace({atoms_[person], asked.leaves[person]}, parts.size());
      if (first) parts.push_back({atoms_[person], 0});
      ++parts[found->second].units;
      part_of.push_back(found->second);
    }
    const auto atoms = known_.divide(parts).value();
    for (size_t person = 0; person < atoms_.size(); ++person)
      if (part_of[person] != SIZE_MAX) atoms_[person] = atoms[part_of[person]];
  }

  // Sets of atoms, the small ones only: no other is in a set of few.
  size_t count_sets(const Span& span, double threshold, int known) const {
    const auto& units = known_.units();
    std::vector<size_t> small;
    for (size_t atom = 0; atom < units.size(); ++atom)
      if (units[atom] < threshold && static_cast<int>(atom) != known) small.push_back(atom);
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
    out.number = static_cast<int64_t>(number) + 1;
    return out;
  }

  std::vector<uint32_t> atoms_;  // of each person
  Knowledge known_;
  std::vector<Asked> asked_;
  std::vector<Decision> decided_;
};

Asked random_table(size_t persons, const std::vector<std::vector<uint32_t>>& traits) {
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

RC_GTEST_PROP(Decisions, NoSetOfFewFollowsFromAllTables, ()) {
  const auto persons = *rc::gen::inRange<size_t>(10, 60);
  std::vector<std::vector<uint32_t>> traits(2);
  for (auto& trait : traits)
    for (size_t i = 0; i < persons; ++i)
      trait.push_back(*rc::gen::weightedElement<uint32_t>({{6, 0}, {3, 1}, {1, 2}}));
  World world(persons);
  const Rules rules{.threshold = 5, .insiders = *rc::gen::arbitrary<bool>(), .tries = 1};
  const auto tables = *rc::gen::inRange<size_t>(1, 5);
  for (size_t i = 0; i < tables; ++i) {
    const auto decision = world.try_to_ask(random_table(persons, traits), rules);
    RC_CLASSIFY(!decision.ok(), "refused");
    if (decision.ok()) {
      RC_ASSERT(world.known().facts() >= decision.value().facts_before);
      RC_ASSERT(decision.value().lost == 0u);
    } else {  // the one refusal that there is: what earlier tables told cannot be taken back
      RC_ASSERT(decision.error().code == "tabular.told_by_bounds");
    }
    RC_ASSERT(world.findings(rules.threshold) == 0u);
  }
}

// Persons 0 … by region (their number modulo 3) and sex; those of `men` alone.
Asked by_region(size_t persons, const std::vector<bool>& in) {
  Asked asked;
  asked.dimensions.push_back(Hierarchy::flat("all", {"north", "middle", "south"}));
  for (size_t person = 0; person < persons; ++person) {
    asked.leaves.emplace_back();
    if (in[person]) asked.leaves.back().push_back(static_cast<uint32_t>(1 + person % 3));
  }
  return asked;
}

TEST(Decisions, AllAndThenMenDoNotTellOfWomen) {
  constexpr size_t persons = 60;
  std::vector<bool> all(persons, true), men(persons, true);
  men[0] = men[3] = false;  // two women in the north
  for (size_t person = 1; person < 40; person += 3) men[person] = false;
  World world(persons);
  EXPECT_EQ(world.ask(by_region(persons, all), {}).status, std::vector<Status>(4, Status::open));
  const Decision second = world.ask(by_region(persons, men), {});
  EXPECT_EQ(second.status[1], Status::sensitive);  // north: two fewer than before
  EXPECT_EQ(second.because_of[1], 1);
  EXPECT_EQ(world.findings(5), 0u);
  EXPECT_GT(world.known().facts(), second.facts_before);
}

// Five persons of the first row, each in another column: that nobody is shown as 0 says that each is one.
Asked one_in_each() {
  Asked asked;
  asked.dimensions.push_back(Hierarchy::flat("all", {"few", "many"}));
  asked.dimensions.push_back(Hierarchy::flat("all", {"a", "b", "c", "d", "e"}));
  const Shape shape({&asked.dimensions[0], &asked.dimensions[1]});
  for (uint32_t person = 0; person < 55; ++person)
    asked.leaves.push_back({static_cast<uint32_t>(shape.cell({person < 5 ? 1u : 2u, 1 + person % 5}))});
  return asked;
}

TEST(Decisions, FiveInFiveHiddenCellsAreNotShownAsFive) {
  for (const size_t widened_cells_max : {size_t{20'000}, size_t{0}}) {
    World world(55);
    Rules rules;
    rules.widened_cells_max = widened_cells_max;
    const Decision decision = world.ask(one_in_each(), rules);
    constexpr size_t row = 6;  // the cell of (few, all); its parts follow
    for (size_t part = 1; part <= 5; ++part) EXPECT_NE(decision.status[row + part], Status::open);
    EXPECT_NE(decision.status[row], Status::open);
  }
}

// What an earlier table told cannot be taken back: then hiding all of it would say the same.
TEST(Decisions, FiveInFiveHiddenCellsAreNotAskedForAfterFive) {
  World world(55);
  const Asked parts = one_in_each();
  Asked rows{{parts.dimensions[0]}, {}};
  for (uint32_t person = 0; person < 55; ++person) rows.leaves.push_back({person < 5 ? 1u : 2u});
  EXPECT_EQ(world.ask(rows, {}).status, std::vector<Status>(3, Status::open));
  const auto refused = world.try_to_ask(parts, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "tabular.told_by_bounds");
  EXPECT_EQ(world.ask(rows, {}).status, std::vector<Status>(3, Status::open));  // nothing was learnt
}

TEST(Decisions, TheSameQueryLater) {
  std::vector<bool> then(60, true), now(61, true);
  then.resize(61, false);
  World world(61);
  world.ask(by_region(61, then), {});
  const Decision later = world.ask(by_region(61, now), {});  // one person came, to the north
  EXPECT_EQ(later.status,
            (std::vector<Status>{Status::sensitive, Status::sensitive, Status::open, Status::open}));
  World same(61);
  same.ask(by_region(61, now), {});
  const Decision again = same.ask(by_region(61, now), {});
  EXPECT_EQ(again.status, std::vector<Status>(4, Status::open));
  EXPECT_EQ(same.known().facts(), again.facts_before);  // nothing new
}

// One came and another went: the number stays, but both versions together are not told.
TEST(Decisions, ChangesThatCancelOut) {
  std::vector<bool> then(63, true), now(63, true);
  then[60] = false, now[0] = false;
  World world(63);
  world.ask(by_region(63, then), {});
  EXPECT_EQ(world.ask(by_region(63, now), {}).status[1], Status::sensitive);
}

// What was refused is not looked at again, and stays refused; rules that are less strict look again.
TEST(Decisions, WhatWasRefusedStaysRefused) {
  std::vector<bool> then(60, true), now(61, true);
  then.resize(61, false);
  World world(61);
  world.ask(by_region(61, then), {});
  const Decision later = world.ask(by_region(61, now), {});
  const Decision again = world.ask(by_region(61, now), {});
  EXPECT_EQ(again.status, later.status);
  EXPECT_EQ(again.because_of[1], later.because_of[1]);
  EXPECT_EQ(world.findings(5), 0u);
  Rules lenient;
  lenient.threshold = 1;
  EXPECT_EQ(world.ask(by_region(61, now), lenient).status, std::vector<Status>(4, Status::open));
}

// Four in the north are others than before: eight units. But if a unit is a person with a value, they are
// four persons whose values changed, and the difference of two sums is theirs.
TEST(Decisions, AChangedValueIsTwoUnits) {
  std::vector<bool> then(72, true), now(72, true);
  for (size_t unit = 60; unit < 72; ++unit) then[unit] = false, now[unit] = unit % 3 == 0;
  for (size_t unit = 0; unit < 12; unit += 3) now[unit] = false;
  Rules sums;
  sums.counts = false;
  World values(72), persons(72);
  values.ask(by_region(72, then), sums);
  EXPECT_NE(values.ask(by_region(72, now), sums).status[1], Status::open);
  persons.ask(by_region(72, then), {});
  EXPECT_EQ(persons.ask(by_region(72, now), {}).status[1], Status::open);
  const auto five = [&](size_t units) {
    auto out = then;
    for (size_t unit = 0; unit < 3 * units; unit += 3)
      out[unit] = false, out[unit + 60 < 72 ? unit + 60 : 69] = true;
    return out;
  };
  World many(72);
  many.ask(by_region(72, then), sums);
  EXPECT_EQ(many.ask(by_region(72, five(5)), sums).status[1], Status::open);  // five went
}

TEST(Decisions, WhatTakesTooMuchIsRefusedAndNothingIsLost) {
  World world(60);
  std::vector<bool> all(60, true);
  Rules rules;
  rules.entries_max = 2;
  const auto refused = world.try_to_ask(by_region(60, all), rules);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "tabular.too_entangled");
  EXPECT_EQ(world.ask(by_region(60, all), {}).status, std::vector<Status>(4, Status::open));
}

TEST(Decisions, KnowledgeThatWasDamagedIsNotRead) {
  World world(60);
  world.ask(by_region(60, std::vector<bool>(60, true)), {});
  const std::string bytes = world.known().to_bytes();
  ASSERT_TRUE(Knowledge::of_bytes(bytes).ok());
  EXPECT_EQ(Knowledge::of_bytes(bytes).value().to_bytes(), bytes);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(Knowledge::of_bytes(std::string_view(bytes).substr(0, size)).ok()) << size;
  EXPECT_FALSE(Knowledge::of_bytes(bytes + "x").ok());
}

}  // namespace
}  // namespace fvm::tabular
