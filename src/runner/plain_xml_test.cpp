// Whatever is read as plain XML says what expat says, and what expat refuses is never plain.
#include "runner/plain_xml.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <optional>

#include "runner/plain_xml_testing.hpp"

namespace fvm::runner {
namespace {

using Pieces = std::vector<std::string_view>;

std::optional<std::string> plainly(const Pieces& pieces) {
  ToldXml told;
  return read_plain_xml(pieces, told) ? std::optional(told.all) : std::nullopt;
}
std::optional<std::string> by_expat(const Pieces& pieces) {
  ToldXml told;
  bool aside = false;
  const auto done = read_xml(pieces, {[&](auto name, const Attributes& list) { told.start(name, list); },
                                      [&](auto name) { told.end(name); }, [&](auto said) { told.text(said); },
                                      [&](auto) { aside = true; }, true});
  return done.ok() && !aside ? std::optional(told.all) : std::nullopt;
}

constexpr const char* sheet =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<worksheet xmlns=\"http://a/b\" "
    "xmlns:r=\"c\" mc:Ignorable=\"x14ac\"><cols><col min='1'/></cols></worksheet>";

struct Case {
  const char* name;
  std::string xml;
};

TEST(PlainXml, WhatProgramsWriteIsPlain) {
  const std::vector<Case> all = {
      {"one element", "<a/>"},
      {"blanks in tags", "<a  b=\"1\"   c=\"2\" />"},
      {"declared", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<a>\n <b/>\t</a>\n\r\n"},
      {"declared in small letters", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>"},
      {"version alone", "<?xml version=\"1.0\"?><a/>"},
      {"byte order mark", "\xEF\xBB\xBF<?xml version=\"1.0\" standalone=\"no\"?><a/>"},
      {"prefixes", "<x:a xmlns:x=\"u\" x:b=\"1\" c=\"2\"><x:d></x:d></x:a>"},
      {"entities", "<a>1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;&apos;&#230;&#xE5;&#x9;&#10;&#8364;</a>"},
      {"letters", "<a b=\"\xC3\xA6\">20-\xC3\xA5rige</a>"},
      {"quotation marks in text", "<a>it's \"so\"</a>"},
      {"long runs", "<a b=\"" + std::string(100, 'x') + "\">" + std::string(1000, 'y') + "</a>"},
      {"a sheet",
       R"(<worksheet><sheetData><row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c>)"
       R"(<c r="B1" s="2"><f>A1*2</f><v>1.5E3</v></c></row></sheetData></worksheet>)"},
  };
  for (const Case& each : all) {
    const auto told = plainly({each.xml});
    ASSERT_TRUE(told) << each.name;
    EXPECT_EQ(told, by_expat({each.xml})) << each.name;
  }
}

TEST(PlainXml, WhatIsUnusualIsLeftToExpat) {
  const std::vector<Case> all = {
      {"nothing", ""},
      {"text alone", "abc"},
      {"no end", "<a><b></b>"},
      {"an end alone", "</a>"},
      {"crossed", "<a><b></a></b>"},
      {"another end", "<a></b>"},
      {"an end that goes on", "<a></ab>"},
      {"an end with a blank", "<a></a >"},
      {"two roots", "<a/><b/>"},
      {"text behind the root", "<a/>x"},
      {"text before the root", "x<a/>"},
      {"a reference behind the root", "<a/>&#32;"},
      {"a comment", "<a><!-- x --></a>"},
      {"characters", "<a><![CDATA[x]]></a>"},
      {"an instruction", "<a><?x y?></a>"},
      {"a document type", "<!DOCTYPE a><a/>"},
      {"apostrophes", "<a b='1'/>"},
      {"an attribute twice", "<a b=\"1\" b=\"2\"/>"},
      {"no blank between attributes", "<a b=\"1\"c=\"2\"/>"},
      {"no value", "<a b/>"},
      {"no quotation marks", "<a b=1/>"},
      {"an attribute that does not end", "<a b=\"1/>"},
      {"an entity in an attribute", "<a b=\"&amp;\"/>"},
      {"less than in an attribute", "<a b=\"<\"/>"},
      {"more than in an attribute", "<a b=\">\"/>"},
      {"a tab in an attribute", "<a b=\"1\t2\"/>"},
      {"a tab in a tag", "<a\tb=\"1\"/>"},
      {"an entity of nobody", "<a>&aelig;</a>"},
      {"an ampersand", "<a>&</a>"},
      {"an entity without end", "<a>&amp</a>"},
      {"a number that is none", "<a>&#x110000;</a>"},
      {"a zero by number", "<a>&#0;</a>"},
      {"a surrogate", "<a>&#xD800;</a>"},
      {"a number with a capital X", "<a>&#X41;</a>"},
      {"no number", "<a>&#;</a>"},
      {"]]>", "<a>]]></a>"},
      {"a carriage return", "<a>\r\n</a>"},
      {"a control", "<a>\x01</a>"},
      {"a zero", std::string("<a>\0</a>", 8)},
      {"half a letter", "<a>\xC3</a>"},
      {"a letter that is none", "<a>\xC3\x28</a>"},
      {"Latin-1", "<a>\xE6</a>"},
      {"other letters", "<a>\xE2\x82\xAC</a>"},
      {"declared as Latin-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>"},
      {"of version 1.1", "<?xml version=\"1.1\"?><a/>"},
      {"declared twice", "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>"},
      {"declared behind a blank", " <?xml version=\"1.0\"?><a/>"},
      {"a name that begins with a digit", "<1/>"},
      {"a name of letters", "<\xC3\xA6/>"},
      {"a blank before the name", "< a/>"},
      {"a slash within", "<a / >"},
      {"too deep",
       [] {
         std::string deep;
         for (size_t i = 0; i <= xml_depth_max; ++i) deep += "<a>";
         for (size_t i = 0; i <= xml_depth_max; ++i) deep += "</a>";
         return deep;
       }()},
      {"apostrophes in a sheet", sheet},
  };
  for (const Case& each : all) EXPECT_FALSE(plainly({each.xml})) << each.name;
}

TEST(PlainXml, AsDeepAsExpatMayGoIsPlain) {
  std::string deep;
  for (size_t i = 0; i < xml_depth_max; ++i) deep += "<a>";
  for (size_t i = 0; i < xml_depth_max; ++i) deep += "</a>";
  ASSERT_TRUE(plainly({deep}));
  EXPECT_EQ(plainly({deep}), by_expat({deep}));
}

TEST(PlainXml, InPiecesItIsWhatItIsInOne) {
  const std::string opening = "<a><b>", first = "<c/>\n", second = "<d>x</d>", closing = "</b></a>\r\n";
  const auto told = plainly({opening, first, second, closing});
  ASSERT_TRUE(told);
  EXPECT_EQ(told, plainly({opening + first + second + closing}));
  EXPECT_FALSE(plainly({"<a><", "b/></a>"}));
  EXPECT_FALSE(plainly({"<a", "/>"}));
  EXPECT_FALSE(plainly({"<a>x &am", "p;</a>"}));
}

// Elements within elements as a row of choices says.
class Written {
 public:
  explicit Written(const std::vector<uint8_t>& choices) : choices_(choices) { element(0); }
  std::string xml;

 private:
  template <size_t n>
  const char* one_of(const std::array<const char*, n>& all) {
    return all[choice() % n];
  }
  uint8_t choice() { return at_ < choices_.size() ? choices_[at_++] : 0; }
  void attributes() {
    static constexpr std::array keys = {"r", "s", "t", "xml:space", "spans", "x14ac:dyDescent"};
    static constexpr std::array values = {
        "1", "", "A12345", "inlineStr", "\xC3\xB8", "a;b=c'd", "0123456789abcdef0123"};
    for (const char* key : keys) {
      if (choice() % 3 == 0) xml += std::string(" ") + key + "=\"" + one_of(values) + "\"";
    }
  }
  void element(int depth) {
    static constexpr std::array names = {"a", "c", "row", "v", "x:is", "_t-1.2", "f", "sheetData"};
    static constexpr std::array texts = {
        "",      "1",      "12.50",        "Kommune 0", "\n  ",
        "&amp;", "&#230;", "\xC3\xA5rige", "\"b\" 'c'", "0123456789abcdef0123456789abcdef"};
    constexpr int depth_max = 6;
    const std::string name = one_of(names);
    xml += "<" + name;
    attributes();
    const int inside = depth < depth_max ? choice() % 4 : 0;
    if (inside == 0 && choice() % 2 == 0) return void(xml += choice() % 2 == 0 ? "/>" : " />");
    xml += ">";
    xml += one_of(texts);
    for (int i = 0; i < inside; ++i) {
      element(depth + 1);
      xml += one_of(texts);
    }
    xml += "</" + name + ">";
  }
  const std::vector<uint8_t>& choices_;
  size_t at_ = 0;
};

// Cells as worksheets have them, and others that nearly are such: whether they are told of as one or not,
// what is said is the same.
RC_GTEST_PROP(PlainXml, CellsToldAsOneSayWhatTheirElementsSay, (const std::vector<uint16_t>& choices)) {
  static constexpr std::array tags = {"<c r=\"A1\" s=\"2\" t=\"n\">",
                                      "<c t=\"inlineStr\" r=\"B7\">",
                                      "<c r=\"A1\">",
                                      "<c >",
                                      "<c>",
                                      "<c r=\"A1\" r=\"A1\">",
                                      "<c r=\"\xC3\xA6\">",
                                      "<c r=\"A1\" x=\"1\">",
                                      "<c r=\"A-1\"/>",
                                      "<cc r=\"A1\">"};
  static constexpr std::array begins = {"<v>",  "<is><t>", "<v a=\"1\">", "<is><t><t>", "<v",
                                        "<is>", "",        "<f>1</f><v>"};
  static constexpr std::array texts = {"120",   "",       "k\xC3\xB8n", "1&#50;0", "&amp;&lt;",
                                       "a > b", "&nbsp;", "\r",         "<b/>",    " "};
  static constexpr std::array ends = {"</v></c>",  "</t></is></c>", "</v><v>1</v></c>",
                                      "</v> </c>", "</v></c",       "</t></c>"};
  std::string xml = "<d>";
  for (const uint16_t choice : choices) {
    xml += tags[choice % tags.size()];
    xml += begins[choice / 16 % begins.size()];
    xml += texts[choice / 128 % texts.size()];
    xml += ends[choice / 2048 % ends.size()];
  }
  ToldXml told;
  ToldCells cells;
  for (const std::string& all : {xml + "</d>", xml}) {
    const bool plain = read_plain_xml(Pieces{all}, told);
    RC_ASSERT(read_plain_xml(Pieces{all}, cells) == plain);
    if (plain) RC_ASSERT(cells.all == told.all);
  }
  RC_CLASSIFY(cells.cells > 0, "cells");
}

TEST(PlainXml, CellsAreToldAsOne) {
  ToldCells cells;
  ASSERT_TRUE(read_plain_xml(
      Pieces{
          "<d><c r=\"A1\" t=\"n\"><v>120</v></c><c t=\"inlineStr\" r=\"B1\"><is><t>20-&#229;rige</t></is></c>"
          "<c r=\"C1\"><f>1</f><v>1</v></c><c r=\"D1\"><v xml:space=\"preserve\"> </v></c></d>"},
      cells));
  EXPECT_EQ(cells.cells, 2u);
}

RC_GTEST_PROP(PlainXml, TreesArePlainAndMeanWhatExpatSays, (const std::vector<uint8_t>& choices)) {
  const std::string xml = Written(choices).xml;
  const auto told = plainly({xml});
  RC_ASSERT(told.has_value());
  RC_ASSERT(told == by_expat({xml}));
}

// With some bytes taken out, put in or exchanged: what is still plain is what expat says that it is.
RC_GTEST_PROP(PlainXml, WhatIsBrokenIsNeverReadOtherwiseThanByExpat,
              (const std::vector<uint8_t>& choices, const std::vector<uint32_t>& changes)) {
  using namespace std::string_view_literals;
  static constexpr std::array pieces = {
      "<"sv,    ">"sv,    "&"sv,    "\""sv,        "'"sv,   "/"sv,    "="sv,    ";"sv,
      " "sv,    "\r"sv,   "\n"sv,   "\t"sv,        "!"sv,   "?"sv,    "]"sv,    ":"sv,
      "\0"sv,   "\xC3"sv, "\xA6"sv, "\x7F"sv,      "x"sv,   "1"sv,    "#"sv,    "&#1;"sv,
      "<!--"sv, "-->"sv,  "]]>"sv,  "<![CDATA["sv, "<a>"sv, "</a>"sv, "<a/>"sv, " r=\"2\""sv};
  std::string xml = Written(choices).xml;
  for (const uint32_t change : changes) {
    const size_t at = change / 1000 % (xml.size() + 1), taken = change % 3;
    xml.replace(at, taken, pieces[change / 3 % pieces.size()]);
  }
  const auto told = plainly({xml});
  RC_CLASSIFY(told.has_value(), "plain");
  if (told) RC_ASSERT(told == by_expat({xml}));
}

}  // namespace
}  // namespace fvm::runner
