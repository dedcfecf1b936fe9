#include <gtest/gtest.h>

#include <cmath>

#include "base/mix.hpp"
#include "disclosure/candidates.hpp"
#include "disclosure/population.hpp"
#include "disclosure/testing.hpp"

namespace fvm::disclosure {
namespace {

TEST(Readings, OneDateInManyHands) {
  const int32_t day = *days_of("1951-03-14", DateOrder::year_first);
  EXPECT_EQ(day, -6868);
  EXPECT_EQ(days_of("19510314", DateOrder::year_first), day);
  EXPECT_EQ(days_of("1951-03-14 08:30:00", DateOrder::year_first), day);
  for (const std::string_view cell :
       {"14-03-1951", "14.3.1951", "14/03/51", "14mar1951", "14031951", "140351"})
    EXPECT_EQ(days_of(cell, DateOrder::day_first), day) << cell;
  EXPECT_EQ(days_of("03/14/1951", DateOrder::month_first), day);
  for (const std::string_view cell : {"31-02-1951", "kommune", "12345", "", "14-03"})
    EXPECT_EQ(days_of(cell, DateOrder::day_first), std::nullopt) << cell;
}

TEST(Readings, OneCodeWithAndWithoutItsSigns) {
  EXPECT_EQ(code_of("DE11.9"), "de119");
  EXPECT_EQ(code_of("0101"), "101");
  EXPECT_EQ(code_of("000"), "0");
  EXPECT_EQ(hundredths_of(12.34), 1234);
  EXPECT_EQ(hundredths_of(1e300), std::nullopt);
}

std::vector<Candidate> candidates(std::string_view text) {
  const Grid grid = drawn(text);
  return candidates_of(grid, layout_of(grid));
}

TEST(Candidates, AsTheyStandOnTheirSideAndUnpacked) {
  const auto found = candidates("kommune|antal\n101|20\n147|30\n151|<5\n");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].rows.size(), 2u) << "a hidden count is of few and no row of anybody";
  EXPECT_EQ(found[0].places, (std::vector<uint64_t>{2, 3}));
  const auto low = candidates("navn|p1|p2|p3\nkommune|101|147|151\ndiagnose|DE119|DI210|DJ44\n");
  ASSERT_FALSE(low.empty());
  EXPECT_TRUE(low.front().on_side) << "first: what is broad and low is most likely on its side";
  EXPECT_EQ(low.front().rows[2][2], "di210");
  Table table;
  table.rows = {{"x", "n"}, {"M|101|DE119", "100"}, {"K|147|DI210", "200"}};
  const Grid grid = table;
  const auto packed = candidates_of(grid, layout_of(grid));
  EXPECT_TRUE(std::any_of(packed.begin(), packed.end(), [](const Candidate& each) {
    return each.headings.size() == 4 && each.rows[0][1] == "101";
  }));
}

TEST(Candidates, OfManyRowsASample) {
  Grid grid;
  for (int i = 0; i < 9000; ++i) {
    grid.add(std::to_string(i)), grid.add(std::to_string(i % 7));
    grid.end_row();
  }
  grid.end();
  const auto found = candidates_of(grid, layout_of(grid));
  EXPECT_EQ(found[0].rows.size(), candidate_rows_max);
  EXPECT_GT(found[0].all_rows, 8900u);
}

TEST(Surprise, IsTheTailOfRareEvents) {
  EXPECT_EQ(surprise(0, 0.1, 10), 0);
  EXPECT_EQ(surprise(3, 5, 10), 0) << "fewer than expected";
  EXPECT_NEAR(surprise(1, 0.001, 1), 3, 0.01);
  EXPECT_GT(surprise(40, 4, 40), 35);
  EXPECT_LT(surprise(6, 4, 40), 1);
}

// A register of 20,000 rows about as many persons: place, diagnosis, price.
struct Person {
  int place, diagnosis, price;
};
Person person(uint64_t i) {
  return {static_cast<int>(101 + mix(i * 3 + 1) % 98), static_cast<int>(mix(i * 3 + 2) % 400),
          static_cast<int>(mix(i * 3 + 3) % 90000)};
}

class Compared {
 public:
  void add(int place, int diagnosis, double price) {
    table_.rows.push_back({std::to_string(place), "de" + std::to_string(diagnosis), std::to_string(price)});
  }
  Agreement with_register() {
    table_.headings = {"a", "b", "c"};
    Sought sought;
    const ReadRows rows = read_rows(table_, sought);
    KnownTable known{.name = "t", .rows = persons};
    const auto column = [&](const char* name, Domain domain, auto id_of) {
      KnownColumn& made = known.columns.emplace_back(KnownColumn{name, domain, {}, {}});
      made.counts.resize(sought.size() + 1);
      for (uint64_t i = 0; i < persons; ++i) ++made.counts[made.ids.emplace_back(id_of(person(i)))];
    };
    column("place", Domain::text, [&](Person p) { return sought.find(std::to_string(p.place)); });
    column("diagnosis", Domain::text,
           [&](Person p) { return sought.find("de" + std::to_string(p.diagnosis)); });
    column("price", Domain::number, [&](Person p) { return sought.find(Domain::number, p.price); });
    for (uint64_t i = 0; i < persons; ++i) known.persons.push_back(static_cast<int64_t>(i));
    return compare(rows, {known}, persons, 5, 15);
  }

  static constexpr uint64_t persons = 20'000;

 private:
  Candidate table_;
};

TEST(Compare, RowsOfPersonsAreKnownWhateverUnitTheyAreIn) {
  for (const double scale : {1.0, 0.01, 100.0}) {
    Compared compared;
    for (uint64_t i = 0; i < 40; ++i) {
      const Person p = person(i * 17);
      compared.add(p.place, p.diagnosis, p.price / 100.0 * scale);
    }
    const Agreement found = compared.with_register();
    EXPECT_TRUE(is_certain(found, 15)) << scale << " " << found.score;
    EXPECT_EQ(found.few, 40u);
    EXPECT_EQ(found.columns.size(), 3u);
  }
}

TEST(Compare, TheSameValuesOfNobodyAreNot) {
  Compared compared;
  for (uint64_t i = 0; i < 200; ++i)
    compared.add(person(i).place, person(i + 300).diagnosis, person(i + 900).price / 100.0);
  EXPECT_FALSE(is_doubtful(compared.with_register(), 5));
}

TEST(Compare, AFewAmongManyAreDoubtful) {
  Compared compared;
  for (uint64_t i = 0; i < 200; ++i)
    compared.add(person(i).place, person(i + 300).diagnosis, person(i + 900).price / 100.0);
  for (uint64_t i = 0; i < 8; ++i)
    compared.add(person(i).place, person(i).diagnosis, person(i).price / 100.0);
  const Agreement found = compared.with_register();
  EXPECT_TRUE(is_doubtful(found, 5)) << found.score;
  EXPECT_FALSE(is_certain(found, 15));
  EXPECT_GE(found.few_rows.size(), 8u);
}

TEST(Compare, GroupsOfManyAreNot) {
  Compared compared;
  for (int place = 101; place < 199; ++place) compared.add(place, place % 5, 200 + place % 30);
  EXPECT_FALSE(is_doubtful(compared.with_register(), 5));
}

}  // namespace
}  // namespace fvm::disclosure
