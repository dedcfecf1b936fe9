#include "disclosure/grid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows told(const Grid& grid) {
  Rows rows;
  for (size_t r = 0; r < grid.rows(); ++r) {
    auto& row = rows.emplace_back();
    for (const Grid::Id id : grid.row(r)) row.emplace_back(grid.text(id));
  }
  return rows;
}

// Cells that lie behind each other in one text, as they do in a file.
Grid read_from(std::string_view text, const Rows& rows) {
  Grid grid;
  size_t at = 0;
  for (const auto& row : rows) {
    for (const std::string& cell : row) {
      grid.add(text.substr(at, cell.size()), text.size() - at - cell.size());
      at += cell.size();
    }
    grid.end_row();
  }
  grid.end();
  return grid;
}

// Few letters, so that many texts are alike up to their last byte or their length.
Rows drawn_rows() {
  const auto letters = rc::gen::elementOf(std::string("ab 1\n\xC3\xA6"));
  const auto cell = rc::gen::mapcat(rc::gen::inRange<size_t>(0, 20),
                                    [=](size_t n) { return rc::gen::container<std::string>(n, letters); });
  return *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(cell));
}

RC_GTEST_PROP(Grid, SaysWhatWasPutIn, ()) {
  Rows rows = drawn_rows();
  std::string text;
  for (const auto& row : rows)
    for (const std::string& cell : row) text += cell;
  const Grid grid = read_from(text, rows);
  std::set<std::string> texts{""};
  for (auto& row : rows)
    for (std::string& cell : row) texts.insert(cell = std::string(trim(cell)));
  RC_ASSERT(told(grid) == rows);
  RC_ASSERT(grid.texts() == texts.size());
}

RC_GTEST_PROP(Grid, OfTwoSaysWhatBothSay, ()) {
  Table above, below;
  above.rows = drawn_rows(), below.rows = drawn_rows();
  Grid both = above;
  both.append(below);
  Table all = above;
  all.rows.insert(all.rows.end(), below.rows.begin(), below.rows.end());
  const Grid one = all;
  RC_ASSERT(told(both) == told(one));
  RC_ASSERT(both.texts() == one.texts());
}

TEST(Grid, ManyTextsKeepTheirNumbers) {
  constexpr size_t count = 20'000;
  Grid grid;
  for (size_t round = 0; round < 2; ++round) {
    for (size_t i = 0; i < count; ++i) {
      grid.add(std::to_string(i * 7919));
      grid.add("a longer text of " + std::to_string(i));
      grid.end_row();
    }
  }
  grid.end();
  EXPECT_EQ(grid.texts(), 2 * count + 1);
  for (size_t i = 0; i < count; ++i) {
    ASSERT_EQ(grid.text(i, 0), std::to_string(i * 7919));
    ASSERT_EQ(grid.id(i, 0), grid.id(i + count, 0));
    ASSERT_EQ(grid.id(i, 1), grid.id(i + count, 1));
  }
}

}  // namespace
}  // namespace fvm::disclosure
