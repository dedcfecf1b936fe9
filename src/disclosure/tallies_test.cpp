#include "disclosure/tallies.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "disclosure/testing.hpp"

namespace fvm::disclosure {
namespace {

std::vector<std::pair<std::string, size_t>> told(const Grid& grid, const Tallies& tallies, size_t column) {
  std::vector<std::pair<std::string, size_t>> out;
  for (const auto& [text, cells] : tallies.column(column)) out.emplace_back(grid.text(text), cells);
  return out;
}

TEST(Tallies, TellHowOftenEachTextStandsBelowTheHeadings) {
  const Grid grid = drawn(
      "kommune | antal\n"
      "Aarhus  | 12\n"
      "Odense  | 12\n"
      "Aarhus  |\n"
      "kommune | 7\n");
  const Tallies tallies(grid, 1);
  using All = std::vector<std::pair<std::string, size_t>>;
  EXPECT_EQ(told(grid, tallies, 0), (All{{"Aarhus", 2}, {"Odense", 1}, {"kommune", 1}}));
  EXPECT_EQ(told(grid, tallies, 1), (All{{"12", 2}, {"7", 1}}));
  EXPECT_EQ(tallies.filled(1), 3U);
  const auto twelve = [&](size_t, Grid::Id text) { return grid.text(text) == "12"; };
  EXPECT_EQ(tallies.columns_with(twelve), std::vector<size_t>{1});
}

TEST(Tallies, OfNothingAreNone) {
  EXPECT_EQ(Tallies().columns(), 0U);
  EXPECT_EQ(Tallies(Grid(), 0).columns(), 0U);
  const Grid grid = drawn("a | b\n");
  EXPECT_EQ(Tallies(grid, 1).columns(), 2U);
  EXPECT_EQ(Tallies(grid, 1).filled(0), 0U);
}

// Rows of any width, so that the table has an index, or all of one.
RC_GTEST_PROP(Tallies, AreWhatAPlainCountSays, ()) {
  const auto cells = rc::gen::element<std::string>("", "1", "2", "a", "a b", "a text of more than fifteen");
  const auto row = rc::gen::container<std::vector<std::string>>(cells);
  const auto regular = rc::gen::container<std::vector<std::string>>(3, cells);
  Table table;
  const bool any = *rc::gen::arbitrary<bool>();
  table.rows = *rc::gen::container<std::vector<std::vector<std::string>>>(any ? row : regular);
  const Grid grid = table;
  const auto headings = *rc::gen::inRange<size_t>(0, table.rows.size() + 2);
  const Tallies tallies(grid, headings);
  RC_ASSERT(tallies.columns() == grid.width());
  RC_ASSERT(tallies.first_row() == headings);
  for (size_t c = 0; c < grid.width(); ++c) {
    std::vector<std::pair<std::string, size_t>> counted;
    for (size_t r = headings; r < table.rows.size(); ++r) {
      if (c >= table.rows[r].size() || table.rows[r][c].empty()) continue;
      const auto same = [&](const auto& each) { return each.first == table.rows[r][c]; };
      const auto known = std::find_if(counted.begin(), counted.end(), same);
      if (known == counted.end()) {
        counted.emplace_back(table.rows[r][c], 1);
      } else {
        ++known->second;
      }
    }
    RC_ASSERT(told(grid, tallies, c) == counted);
  }
}

// So many cells that two threads count; with an index and without one.
TEST(Tallies, OfManyCellsAreWhatAPlainCountSays) {
  for (const size_t last_width : {5, 3}) {
    Table table;
    for (size_t r = 0; r < 30'000; ++r) {
      auto& row = table.rows.emplace_back();
      for (size_t c = 0; c < (r % 2 == 0 ? 5 : last_width); ++c) row.push_back(std::to_string(r % (c + 2)));
    }
    const Grid grid = table;
    const Tallies tallies(grid, 1);
    for (size_t c = 0; c < 5; ++c) {
      std::map<std::string, size_t> counted;
      for (size_t r = 1; r < table.rows.size(); ++r)
        if (c < table.rows[r].size()) ++counted[table.rows[r][c]];
      auto here = told(grid, tallies, c);
      std::sort(here.begin(), here.end());
      EXPECT_EQ(here, decltype(here)(counted.begin(), counted.end())) << c << " of " << last_width;
    }
  }
}

}  // namespace
}  // namespace fvm::disclosure
