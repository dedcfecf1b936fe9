// Sequences of tables over a few persons, against an attacker who tries every set of persons.
#include "tabular/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tabular/decide_testing.hpp"

namespace fvm::tabular {
namespace {

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

size_t hidden_in(const Decision& decision) {
  return static_cast<size_t>(std::count(decision.status.begin(), decision.status.end(), Status::secondary));
}

// What is hidden since bounds would tell too much is remembered like the rest: the same table next month
// costs no search and hides the same.
TEST(Decisions, WhatBoundsHideIsRemembered) {
  constexpr size_t persons = 150;
  constexpr uint32_t codes = 6;
  std::vector<std::string> names;
  for (uint32_t code = 0; code < codes; ++code) names.push_back("c" + std::to_string(code));
  Asked asked;
  for (const char* total : {"rows", "columns"}) asked.dimensions.push_back(Hierarchy::flat(total, names));
  const Shape shape({&asked.dimensions[0], &asked.dimensions[1]});
  for (uint32_t person = 0; person < persons; ++person) {  // the first codes are usual, the last ones rare
    const uint32_t a = person * person % 37 % (person % codes + 1), b = person * 7 % 31 % (person % 5 + 2);
    asked.leaves.push_back({static_cast<uint32_t>(shape.cell({1 + a, 1 + b % codes}))});
  }
  World world(persons), unbounded(persons);
  Rules without;
  without.widened_cells_max = 0;
  const Decision first = world.ask(asked, {});
  EXPECT_GT(hidden_in(first), hidden_in(unbounded.ask(asked, without)));
  EXPECT_EQ(world.forgotten(), 0u);
  EXPECT_EQ(world.ask(asked, {}).status, first.status);
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
