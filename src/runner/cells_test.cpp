#include "runner/cells.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace fvm::runner {
namespace {

using Place = std::pair<size_t, size_t>;

TEST(Cells, PlacesAreLettersAndANumber) {
  EXPECT_EQ(place_of("A1"), Place(0, 0));
  EXPECT_EQ(place_of("AB7"), Place(6, 27));
  EXPECT_EQ(place_of("A007"), Place(6, 0));
  EXPECT_EQ(place_of("XFD1048576"), Place(1048575, 16383));
  for (const char* other : {"", "A", "1", "A0", "a1", "XFE1", "A1048577", "AAAA1", "A1B", "$A$1", "A1:B2",
                            "A-1", "A 1", "A1 ", "A99999999999999999999"})
    EXPECT_FALSE(place_of(other)) << other;
}

TEST(Cells, NumbersAsTheyAreSeen) {
  EXPECT_EQ(shown("101011234.0"), "101011234");
  EXPECT_EQ(shown("1.01011234E8"), "101011234");
  EXPECT_EQ(shown("3.5"), "3.5");
  EXPECT_EQ(shown("007"), "7");
  EXPECT_EQ(shown("A"), "A");
  EXPECT_TRUE(is_shown_so("0"));
  EXPECT_TRUE(is_shown_so("101011234"));
  EXPECT_TRUE(is_shown_so("3.10"));
  for (const char* other :
       {"", "007", "3.0", "1E3", "-1", ".5", "0.99999999999999999999", "12345678901234567890"})
    EXPECT_FALSE(is_shown_so(other)) << other;
}

RC_GTEST_PROP(Cells, WhatIsSaidToBeShownSoIsShownSo, ()) {
  const auto value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0012345678999..E-+A")));
  RC_CLASSIFY(is_shown_so(value), "shown so");
  if (is_shown_so(value)) RC_ASSERT(shown(value) == value);
}

}  // namespace
}  // namespace fvm::runner
