#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "documents/document.hpp"
#include "documents/flat_xml.hpp"

namespace fvm::documents {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Document sample() {
  return {
      .language = Language::danish,
      .title = "Aftale & mere",
      .author = "Styrelsen",
      .footer = "FVM-2026-0017",
      .date = {2026, 11, 27},
      .blocks = {Heading{1, "Aftale"}, Paragraph{"Første linje\nanden linje"}, PageBreak{},
                 Heading{2, "Bilag"}, List{List::Kind::numbers, {"et", "to"}}, List{List::Kind::dots, {"a"}},
                 Table{"Variabler", {"Variabel", "Indhold"}, {{"cpr", "<person>"}}, {1, 3}},
                 Literal{"atc LIKE 'A10%'"}}};
}

TEST(FlatXml, SaysWhatEachPartIs) {
  const std::string xml = to_flat_xml(sample());
  EXPECT_THAT(xml, HasSubstr("<dc:title>Aftale &amp; mere</dc:title>"));
  EXPECT_THAT(xml, HasSubstr("<dc:language>da-DK</dc:language>"));
  EXPECT_THAT(xml, HasSubstr("text:outline-level=\"1\">Aftale</text:h>"));
  EXPECT_THAT(xml, HasSubstr("Heading_20_2_20_Page\" text:outline-level=\"2\">Bilag</text:h>"));
  EXPECT_THAT(xml, HasSubstr("Første linje<text:line-break/>anden linje"));
  EXPECT_THAT(xml, HasSubstr("<table:table-header-rows><table:table-row>"));
  EXPECT_THAT(xml, HasSubstr("&lt;person&gt;"));
  EXPECT_THAT(xml, HasSubstr("style:column-width=\"12.75cm\""));
  EXPECT_THAT(xml, HasSubstr("<text:list text:style-name=\"Numbers\">"));
}

TEST(FlatXml, IsEnglishWhenTheDocumentIs) {
  Document document = sample();
  document.language = Language::english;
  EXPECT_THAT(to_flat_xml(document), HasSubstr("fo:language=\"en\" fo:country=\"GB\""));
}

TEST(FlatXml, TextIsNeverMarkup) {
  Document document = sample();
  document.blocks = {Paragraph{"</text:p><office:script>x</office:script>"}};
  document.title = document.footer = "<a>\"";
  EXPECT_THAT(to_flat_xml(document), Not(HasSubstr("<office:script>")));
  EXPECT_THAT(to_flat_xml(document), Not(HasSubstr("<a>")));
}

TEST(EscapeXml, ReplacesWhatXmlCannotHold) {
  EXPECT_EQ(escape_xml("a\x01z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escape_xml("\xC3"), "\xEF\xBF\xBD") << "cut off";
  EXPECT_EQ(escape_xml("\xC0\xAF"), "\xEF\xBF\xBD") << "overlong";
  EXPECT_EQ(escape_xml("\xED\xA0\x80"), "\xEF\xBF\xBD") << "surrogate";
  EXPECT_EQ(escape_xml("æ€😀"), "æ€😀");
}

// Whatever the bytes: no markup, no control characters, and doing it to clean text changes only the four
// signs.
RC_GTEST_PROP(EscapeXml, LeavesNothingThatXmlForbids, (const std::string& text)) {
  const std::string escaped = escape_xml(text);
  for (const char c : escaped) {
    RC_ASSERT(c != '<' && c != '>' && c != '"');
    RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  }
  RC_ASSERT(escape_xml(escaped).size() >= escaped.size());
}

TEST(PlainText, HoldsTheWhole) {
  const std::string text = to_plain_text(sample());
  for (const char* part : {"Aftale\n======\n", "anden linje", "Bilag\n-----\n", "1. et\n2. to", "- a",
                           "cpr | <person>", "    atc LIKE 'A10%'", "FVM-2026-0017"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

}  // namespace
}  // namespace fvm::documents
