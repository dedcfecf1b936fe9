// The parsers of the scan, on small texts. Whole documents and hostile ones:
// tests/attacks/test_release_files.py.
#include "runner/scan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runner/scan_zip.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Delimited, TheDelimiterThatDividesMostLinesAlike) {
  EXPECT_EQ(parse_delimited("a;b\n1,5;2\n", "csv").rows, (Rows{{"a", "b"}, {"1,5", "2"}}));
  EXPECT_EQ(parse_delimited("a,b\n1;5,2\n", "csv").rows, (Rows{{"a", "b"}, {"1;5", "2"}}));
  EXPECT_EQ(parse_delimited("a\tb\r\n1\t2\r\n", "tsv").rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(parse_delimited("a|b\r1|2", "txt").rows, (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(Delimited, QuotesHoldDelimitersAndLineBreaks) {
  EXPECT_EQ(parse_delimited("\"a;\nb\";\"c\"\"d\"\ne;f\n", "csv").rows,
            (Rows{{"a;\nb", "c\"d"}, {"e", "f"}}));
}

// Blocks of 64 bytes end anywhere in them.
TEST(Delimited, CellsOfAnyLengthEndWhereTheyEnd) {
  std::string text = "a;b\n";
  Rows wanted = {{"a", "b"}};
  for (size_t n = 0; n < 200; ++n) {
    wanted.push_back({std::string(n, 'x'), std::string(200 - n, 'y')});
    text += wanted.back()[0] + ";" + wanted.back()[1] + "\n";
  }
  EXPECT_EQ(parse_delimited(text, "csv").rows, wanted);
  for (const size_t parts : {1, 2, 3}) {
    each_reading(
        text, "csv",
        [&](const disclosure::Grid& table, bool) {
          ASSERT_EQ(table.rows(), wanted.size());
          for (size_t r = 0; r < wanted.size(); ++r) {
            EXPECT_EQ(table.text(r, 0), wanted[r][0]);
            EXPECT_EQ(table.text(r, 1), wanted[r][1]);
          }
        },
        parts);
  }
}

TEST(Delimited, ColumnsSetApartByBlanks) {
  EXPECT_EQ(parse_delimited("gruppe   n\nA b      3\n", "txt").rows, (Rows{{"gruppe", "n"}, {"A b", "3"}}));
}

TEST(Delimited, WhatIsNotReadToTheEndIsSaid) {
  const auto nothing = [](const disclosure::Grid&, bool) {};
  EXPECT_EQ(each_reading("a;\"b\n1;2\n", "csv", nothing), "quote");
  EXPECT_EQ(each_reading("a;b\n" + std::string(cells_max, '\n'), "csv", nothing), "cells");
  EXPECT_EQ(each_reading("a;b\n1;\"2\"\n", "csv", nothing), "");
  EXPECT_EQ(each_reading("he said: \"x\na;b\n1;2\n", "txt", nothing), "");
}

TEST(Delimited, OtherDelimitersAreTriedToo) {
  std::vector<std::string> last_cells;
  std::vector<uint64_t> first_rows;
  each_reading("a|b\na|b\na|b\nc;d\n1;2\n", "csv", [&](const disclosure::Grid& table, bool) {
    first_rows.push_back(table.first_row);
    for (const auto id : table.row(table.rows() - 1)) last_cells.emplace_back(table.text(id));
  });
  EXPECT_EQ(first_rows, (std::vector<uint64_t>{1, 4}));
  EXPECT_EQ(last_cells, (std::vector<std::string>{"1;2", "1", "2"}));
}

// Whatever quotation marks and line breaks stand where a text is cut.
RC_GTEST_PROP(Delimited, PartsSayWhatTheWholeSays, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::weightedOneOf<char>({{1, rc::gen::just('"')},
                                    {6, rc::gen::just(';')},
                                    {6, rc::gen::just('\n')},
                                    {2, rc::gen::just('\r')},
                                    {12, rc::gen::elementOf(std::string("ab,1 "))}}));
  const auto extension = *rc::gen::elementOf(std::vector<std::string>{"csv", "txt"});
  const auto read_in = [&](size_t parts) {
    std::vector<Rows> tables;
    const std::string trouble = each_reading(
        text, extension,
        [&](const disclosure::Grid& table, bool) {
          Rows& rows = tables.emplace_back();
          for (size_t r = 0; r < table.rows(); ++r) {
            rows.emplace_back();
            for (const auto id : table.row(r)) rows.back().emplace_back(table.text(id));
          }
        },
        parts);
    return std::pair(trouble, tables);
  };
  const auto parts = *rc::gen::inRange<size_t>(2, 5);
  RC_ASSERT(read_in(parts) == read_in(1));
}

RC_GTEST_PROP(Delimited, EveryQuotedCellComesBack, ()) {
  const auto cells = *rc::gen::container<std::vector<std::string>>(
      4, rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab;\"\n,1 "))));
  std::string text = "h1;h2\nx;y\nx;y\nx;y\n";
  Rows wanted = {{"h1", "h2"}, {"x", "y"}, {"x", "y"}, {"x", "y"}};
  for (size_t i = 0; i < cells.size(); i += 2) {
    wanted.push_back({cells[i], cells[i + 1]});
    for (const size_t k : {i, i + 1}) {
      text += '"';
      for (const char c : cells[k]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += k == i ? "\";" : "\"\n";
    }
  }
  RC_ASSERT(parse_delimited(text, "csv").rows == wanted);
}

std::vector<std::string> rules_of(const Scan& scan) {
  std::vector<std::string> out;
  for (const auto& finding : scan.findings.list()) {
    out.push_back(finding.rule.substr(8) + "@" + disclosure::place_text(finding.place, true));
  }
  return out;
}

TEST(Sheet, CellsByReferenceByOrderAndFromSharedStrings) {
  Scan scan;
  scan_sheet(R"(<worksheet><sheetData>
    <row r="2"><c r="B2" t="s"><v>0</v></c><c t="inlineStr"><is><t>antal</t></is></c></row>
    <row r="3"><c r="B3" t="str"><v>A</v></c><c><v>3.0</v></c></row></sheetData></worksheet>)",
             {"Ark", false}, {"gruppe"}, scan);
  EXPECT_EQ(rules_of(scan), (std::vector<std::string>{"small_count@Ark!C3"}));
}

TEST(Sheet, NumbersAreReadAsTheReaderSeesThem) {
  Scan scan;
  scan_sheet(
      R"(<worksheet><sheetData><row r="1"><c r="A1"><v>1.102031235E9</v></c></row></sheetData></worksheet>)",
      {"Ark", true}, {}, scan);
  EXPECT_EQ(rules_of(scan), (std::vector<std::string>{"hidden_sheet@Ark", "personal_number@Ark!A1"}));
}

TEST(Sheet, ACellInTheLastCornerIsNoWork) {
  Scan scan;
  scan_sheet(
      R"(<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData></worksheet>)",
      {"Ark", false}, {}, scan);
  EXPECT_FALSE(scan.findings.blocks());
}

// A number in the XML that no program shows; the control shows a number of nobody.
TEST(Sheet, WhatStandsInNoCellIsReadAsText) {
  const auto scanned = [](const std::string& data, bool plainly) {
    Scan scan;
    scan_sheet("<worksheet><sheetData>" + data + "</sheetData></worksheet>", {"Ark", false, 1, plainly}, {},
               scan);
    return scan.findings.count("finding.personal_number");
  };
  for (const bool plainly : {false, true}) {
    for (const std::string before :
         {"<row r=\"1\"><is><t>", "<c><v>", "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>"}) {
      std::string after;
      for (const std::string element : {"t", "is", "v", "c", "row"})
        if (before.find("<" + element) != std::string::npos) after += "</" + element + ">";
      const std::string more = R"(<row r="2"><c r="A2"><v>7</v></c></row>)";
      EXPECT_EQ(scanned(before + "1102031235" + after + more, plainly), 1u) << before;
      EXPECT_EQ(scanned(before + "1234" + after + more, plainly), 0u) << before;
    }
  }
}

// What a reader of the XML might take for a cell's value, and what a spreadsheet shows.
TEST(Sheet, ACellSaysOneThing) {
  const auto scanned = [](const std::string& cell) {
    Scan scan;
    scan_sheet("<x:worksheet><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" " + cell +
                   "</x:c></x:row></x:sheetData></x:worksheet>",
               {"Ark", false}, {"125"}, scan);
    return scan.findings.blocks();
  };
  for (const char* cell :
       {"><x:v>12</x:v>", "t=\"s\"><x:v>0</x:v>", "t=\"inlineStr\"><x:is><x:t>12</x:t></x:is>",
        "t=\"inlineStr\"><x:is><x:r><x:t>1</x:t></x:r><x:r><x:t>2</x:t></x:r></x:is>",
        "y:t=\"s\"><x:v>12</x:v>"})
    EXPECT_FALSE(scanned(cell)) << cell;
  for (const char* cell : {"><x:v>12</x:v><x:v>3</x:v>", "><y:v>12</y:v><x:v>3</x:v>",
                           "><v>12</v><x:v>3</x:v>", "><x:v>3<y:z>99</y:z></x:v>", "t=\"s\"><x:v>1</x:v>",
                           "t=\"s\"><x:v>0.0</x:v>", "t=\"inlineStr\"><x:is><x:t>12</x:t><x:t>3</x:t></x:is>",
                           "><x:v>12</x:v><x:is><x:t>3</x:t></x:is>"}) {
    EXPECT_TRUE(scanned(cell)) << cell;
  }
}

TEST(Sheet, DigitsAboveTheLineAreReadInTwoWays) {
  const auto text = [](const std::string& place, const std::string& inside) {
    return "<c r=\"" + place + "\" t=\"inlineStr\"><is>" + inside + "</is></c>";
  };
  for (const bool plainly : {false, true}) {
    for (const bool above : {false, true}) {
      const std::string mark = above ? "<rPr><vertAlign val=\"superscript\"/></rPr>" : "";
      Scan scan;
      scan_sheet("<worksheet><sheetData><row r=\"1\">" + text("A1", "<t>gruppe</t>") +
                     text("B1", "<t>antal</t>") + "</row><row r=\"2\">" + text("A2", "<t>A</t>") +
                     text("B2", "<r><t>3</t></r><r>" + mark + "<t>12</t></r>") +
                     "</row></sheetData></worksheet>",
                 {"Ark", false, 1, plainly}, {}, scan);
      EXPECT_EQ(scan.findings.count("finding.small_count_possible"), above ? 1u : 0u) << plainly;
    }
  }
}

TEST(Sheet, BrokenXmlBlocks) {
  for (const char* xml : {"<a>", "", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}) {
    Scan scan;
    scan_sheet(xml, {"Ark", false}, {}, scan);
    EXPECT_TRUE(scan.findings.blocks()) << xml;
  }
}

// One part "a" with these bytes, stored; `gap` lies between it and the list, `comment` in the list.
std::string zip_of(const std::string& part, const std::string& gap, const std::string& comment,
                   const std::string& extra) {
  const auto two = [](size_t n) {
    return std::string{static_cast<char>(n & 255), static_cast<char>(n >> 8)};
  };
  const auto four = [&](size_t n) { return two(n & 0xFFFF) + two(n >> 16); };
  const std::string common =
      two(20) + two(0) + two(0) + four(0) + four(0) + four(part.size()) + four(part.size());
  const std::string local = "PK\3\4" + common + two(1) + two(extra.size()) + "a" + extra + part + gap;
  const std::string list = "PK\1\2" + two(20) + common + two(1) + two(0) + two(comment.size()) + two(0) +
                           two(0) + four(0) + four(0) + "a" + comment;
  return local + list + "PK\5\6" + four(0) + two(1) + two(1) + four(list.size()) + four(local.size()) +
         two(0);
}

TEST(Zip, NothingBetweenItsParts) {
  EXPECT_TRUE(zip_frame(zip_of("rows", "", "", "")).whole);
  EXPECT_TRUE(zip_frame(zip_of("", "", "", "padding")).whole);
  EXPECT_EQ(zip_frame(zip_of("", "", "", "padding")).extras, "\npadding\n");
  EXPECT_FALSE(zip_frame(zip_of("rows", "more rows", "", "")).whole);
  EXPECT_FALSE(zip_frame(zip_of("rows", "", "more rows", "")).whole);
  EXPECT_FALSE(zip_frame(zip_of("rows", "", "", std::string(60000, 'x'))).whole);
  EXPECT_FALSE(zip_frame("x" + zip_of("rows", "", "", "")).whole);
  EXPECT_FALSE(zip_frame(zip_of("rows", "", "", "") + "x").whole);
  EXPECT_FALSE(zip_frame("").whole);
}

RC_GTEST_PROP(Zip, AnyBytesAreReadWithinThem, (std::string bytes)) {
  (void)zip_frame(bytes);
  std::string whole = zip_of("rows", "", "", "");
  for (const char c : bytes) whole[*rc::gen::inRange<size_t>(0, whole.size())] = c;
  (void)zip_frame(whole);
}

TEST(Xml, RefusesDocumentTypesAndDepth) {
  EXPECT_EQ(read_xml("<!DOCTYPE a><a/>", {}).error().code, "xml.document_type");
  std::string deep;
  for (size_t i = 0; i <= xml_depth_max; ++i) deep += "<a>";
  EXPECT_EQ(read_xml(deep, {}).error().code, "xml.too_deep");
  EXPECT_TRUE(read_xml("<x:a b='1'/>", {}).ok());
}

TEST(Page, TablesWithoutEndTagsAndCutNumbers) {
  Scan scan;
  scan_html("<table><tr><th>g<th>antal<tr><td>A<td>3</table>", scan);
  EXPECT_EQ(scan.findings.count("finding.small_count"), 1u);
  Scan cut;
  scan_html("<p>0102<b>03-12</b>35</p>", cut);
  EXPECT_TRUE(cut.findings.blocks());
}

}  // namespace
}  // namespace fvm::runner
