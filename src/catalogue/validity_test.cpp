#include "catalogue/validity.hpp"

#include <gtest/gtest.h>

namespace fvm::catalogue {
namespace {

using All = std::vector<Years>;

All years(std::string_view text) {
  return read_validity(text).years;
}

TEST(Validity, ReadsWhatThePublicListWrites) {
  EXPECT_EQ(years("1973 - 1994"), (All{{1973, 1994}}));
  EXPECT_EQ(years("2019 -"), (All{{2019, std::nullopt}}));
  EXPECT_EQ(years("1995-"), (All{{1995, std::nullopt}}));
  EXPECT_EQ(years("2000 -2004"), (All{{2000, 2004}}));
  EXPECT_EQ(years("2005"), (All{{2005, 2005}}));
  EXPECT_EQ(years("2002, 2005"), (All{{2002, 2002}, {2005, 2005}}));
  EXPECT_EQ(years("1971-1996, 1998 - 2001"), (All{{1971, 1996}, {1998, 2001}}));
  EXPECT_EQ(years("1977 - (1995)"), (All{{1977, 1995}}));
  EXPECT_EQ(years("(1943) - 2012"), (All{{1943, 2012}}));
  EXPECT_EQ(years("1995 - 3. marts 2019"), (All{{1995, 2019}}));
  EXPECT_EQ(years("2018 - mar 2019"), (All{{2018, 2019}}));
  EXPECT_EQ(years("jan 2019 - mar 2019"), (All{{2019, 2019}}));
  EXPECT_EQ(years("4. kvartal 2014 -"), (All{{2014, std::nullopt}}));
  EXPECT_EQ(years("Dec 2020 -"), (All{{2020, std::nullopt}}));
  EXPECT_EQ(years("15. maj 2018 -"), (All{{2018, std::nullopt}}));
  EXPECT_EQ(years("2020 – september 2023"), (All{{2020, 2023}}));
}

TEST(Validity, KeepsATextThatItCannotRead) {
  for (const std::string_view text :
       {"Seneste år i t_dodsaarsag_2 -", "Året efter seneste år i t_dodsaarsag_2 -", "1994 - 1990", "12345",
        "-", "marts", "2001 2002", "3 - 4", "siden 1990", "1990 - ca. 2000"}) {
    EXPECT_EQ(years(text), All{}) << text;
    EXPECT_EQ(read_validity(text).text, text);
  }
  EXPECT_EQ(read_validity("  2009 - ").text, "2009 -");
}

TEST(Validity, TwoStatementsAreJoined) {
  const Validity both = merge(read_validity("2011 - 2017"), read_validity("2012 - 2018"));
  EXPECT_EQ(both.text, "2011 - 2017; 2012 - 2018");
  EXPECT_EQ(both.years, (All{{2011, 2018}}));
  EXPECT_EQ(merge(read_validity("2019 -"), read_validity("2019 -")).text, "2019 -");
  EXPECT_EQ(merge(read_validity(""), read_validity("2019 -")).text, "2019 -");
  // Years of one only would be a lie about the other.
  EXPECT_EQ(merge(read_validity("2019 -"), read_validity("nyere")).years, All{});
  EXPECT_EQ(read_validity(both.text), both);
}

TEST(Validity, SaysWhichYearsAreOutside) {
  const Validity validity = read_validity("1979 - 1990, 1993 - 2001");
  EXPECT_EQ(outside(validity, 1980, 1990), std::nullopt);
  EXPECT_EQ(outside(validity, 1975, 1985), (Years{1975, 1978}));
  EXPECT_EQ(outside(validity, 1985, 1999), (Years{1991, 1992}));
  EXPECT_EQ(outside(validity, 1995, 2025), (Years{2002, 2025}));
  EXPECT_EQ(outside(read_validity("2019 -"), 2020, 2040), std::nullopt);
  EXPECT_EQ(outside(read_validity(""), 1900, 2040), std::nullopt);
}

}  // namespace
}  // namespace fvm::catalogue
