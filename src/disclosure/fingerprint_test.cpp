#include "disclosure/fingerprint.hpp"

#include <gtest/gtest.h>

namespace fvm::disclosure {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const Rows table = {{"kommune", "K", "M"}, {"101", "19", "…"}, {"102", "23", "1,5"}};

TEST(Fingerprint, IsOfHeadingsLabelsAndNumbersAlone) {
  const std::string one = canonical_cells(table);
  EXPECT_FALSE(one.empty());
  const Rows same[] = {
      {{"kommune", "M", "K"}, {"102", "1.50", "23"}, {"101", "…", "19"}},  // turned about
      {{"Titel"}, {}, {"kommune", "K", "M"}, {"101", " 19 ", "…"}, {"102", "23", "1,5"}, {"Note"}},  // words
                                                                                                     // around
  };
  for (const Rows& rows : same) EXPECT_EQ(canonical_cells(rows), one);
}

TEST(Fingerprint, AnotherNumberHeadingOrLabelIsAnotherTable) {
  for (size_t row = 0; row < table.size(); ++row) {
    for (size_t column = 0; column < table[row].size(); ++column) {
      Rows other = table;
      other[row][column] = "77";
      EXPECT_NE(canonical_cells(other), canonical_cells(table)) << row << " " << column;
    }
  }
  EXPECT_NE(canonical_cells({table[0], table[1]}), canonical_cells(table));
}

TEST(Fingerprint, WithoutNumbersThereIsNoTable) {
  EXPECT_EQ(canonical_cells({}), "");
  EXPECT_EQ(canonical_cells({{"a"}, {"b"}}), "");
  EXPECT_EQ(canonical_cells({{"a", "b"}, {"c", "d"}}), "");
}

}  // namespace
}  // namespace fvm::disclosure
