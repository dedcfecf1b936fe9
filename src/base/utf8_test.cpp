#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace fvm {
namespace {

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(whole_characters("kø", 3), "kø");
  EXPECT_EQ(whole_characters("kø", 2), "k");
  EXPECT_EQ(whole_characters("€uro", 4), "€u");
  EXPECT_EQ(whole_characters("€uro", 2), "");
  EXPECT_EQ(whole_characters("abc", 0), "");
  EXPECT_EQ(whole_characters("", 5), "");
}

}  // namespace
}  // namespace fvm
