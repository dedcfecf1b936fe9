#include "base/toml_screen.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fvm {
namespace {

TEST(StrayLetter, IsAllowedInStringsAndCommentsOnly) {
  const auto stray = [](std::string_view text) {
    const auto found = stray_letter(text);
    return found ? std::to_string(found->line) + ":" + std::to_string(found->column) : "none";
  };
  for (const char* good :
       {"a = 1", "# æ", "a = \"æ\"", "a = 'æ' # ø\nb = 1", "a = \"\\\"æ\"", "a = \"\"\"\næ\"x\"\"\"",
        "a = '''\nd'æ'''", "a = \"\"\"\\\n  x æ\"\"\"", "a = \"\" # å"}) {
    EXPECT_EQ(stray(good), "none") << good;
  }
  EXPECT_EQ(stray("æ = 1"), "1:1");
  EXPECT_EQ(stray("a = \"x\"\nbø = 1"), "2:2");
  EXPECT_EQ(stray("a = 'æ' å"), "1:9");
  EXPECT_EQ(stray("a = \"open\næ"), "2:1");
  EXPECT_EQ(stray("a = \"\"\"\\\n  æ\"\"\""), "2:3")
      << "blanks are looked for after a backslash at a line's end";
  EXPECT_EQ(stray("a = \"\"\"x\"\"\" æ"), "1:13");
}

}  // namespace
}  // namespace fvm
