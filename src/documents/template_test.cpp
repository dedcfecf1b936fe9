#include "documents/template.hpp"

#include <gtest/gtest.h>

namespace fvm::documents {
namespace {

const Values values{.texts = {{"number", "FVM-2026-0017"}, {"fee", ""}},
                    .blocks = {{"annex", {Heading{2, "Bilag"}, PageBreak{}}}}};

std::string text_of(std::string_view source) {
  Document document{.blocks = *fill(source, "t.md", values)};
  return to_plain_text(document);
}

TEST(Fill, ReadsEveryKindOfBlock) {
  const auto blocks =
      fill("# Aftale {number}\n\nFørste linje\nsamme afsnit.\n\n- et\n- to\n1. a\n> x = 1\n@annex\n", "t.md",
           values);
  ASSERT_TRUE(blocks.ok());
  ASSERT_EQ(blocks->size(), 7u);
  EXPECT_EQ(std::get<Heading>((*blocks)[0]).text, "Aftale FVM-2026-0017");
  EXPECT_EQ(std::get<Paragraph>((*blocks)[1]).text, "Første linje samme afsnit.");
  EXPECT_EQ(std::get<List>((*blocks)[2]).items, (std::vector<std::string>{"et", "to"}));
  EXPECT_EQ(std::get<List>((*blocks)[3]).kind, List::Kind::numbers);
  EXPECT_EQ(std::get<Literal>((*blocks)[4]).text, "x = 1");
  EXPECT_EQ(std::get<Heading>((*blocks)[5]).level, 2u);
}

TEST(Fill, LeavesOutWhatHasNoValue) {
  EXPECT_EQ(text_of("{?fee} Prisen er {fee} kr.\n\n- {?fee} {fee}\n- altid\n\n## {?fee} Pris\n"),
            "- altid\n\n\n");
  EXPECT_EQ(text_of("{?number} Sag {number}.\n"), "Sag FVM-2026-0017.\n\n\n");
}

TEST(Fill, RefusesAHole) {
  const auto filled = fill("Et\n\nSag {numbr}\n", "t.md", values);
  ASSERT_FALSE(filled.ok());
  EXPECT_EQ(filled.error().code, "document.unknown_value");
  EXPECT_EQ(filled.error().argument("line"), "3");
  EXPECT_EQ(filled.error().argument("suggestion"), "number");
  EXPECT_FALSE(fill("@appendix\n", "t.md", values).ok());
}

TEST(Fill, LeavesOtherBracesAlone) {
  EXPECT_EQ(text_of("{ x } {A} {number {?number"), "{ x } {A} {number {?number\n\n\n");
}

TEST(Fill, ValuesAreNotReadAsText) {
  Values hostile = values;
  hostile.texts["number"] = "{fee}\n# Ny overskrift\n@annex";
  const auto blocks = fill("Sag {number}\n", "t.md", hostile);
  ASSERT_TRUE(blocks.ok());
  EXPECT_EQ(blocks->size(), 1u);
}

}  // namespace
}  // namespace fvm::documents
