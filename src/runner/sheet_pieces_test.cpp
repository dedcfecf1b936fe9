// A sheet that is read in parts says what it says in one: plain ones, and those made so that a cut would be
// misread.
#include "runner/sheet_pieces.hpp"

#include <gtest/gtest.h>

#include "runner/scan.hpp"

namespace fvm::runner {
namespace {

constexpr const char* begin =
    R"(<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="x"><cols><col hidden="0"/></cols><sheetData>)";
constexpr const char* end =
    R"(</sheetData><dataValidations><dataValidation prompt="0101010101"/></dataValidations></worksheet>)";

std::string row(size_t number, const std::string& cells) {
  return "<row r=\"" + std::to_string(number) + "\">" + cells + "</row>";
}
std::string cell(const std::string& place, const std::string& value) {
  return "<c r=\"" + place + "\"><v>" + value + "</v></c>";
}
std::string rows(size_t first, size_t last) {
  std::string out;
  for (size_t i = first; i <= last; ++i)
    out += row(i, cell("A" + std::to_string(i), std::to_string(100 + i)) +
                      cell("B" + std::to_string(i), std::to_string(i % 7)));
  return out;
}

std::string text_of(const Scan& scan) {
  std::string out = scan.findings.blocks() ? "blocks\n" : "";
  for (const disclosure::Finding& f : scan.findings.list())
    out += f.rule + " " + f.place.sheet + " " + std::to_string(f.place.row) + ":" +
           std::to_string(f.place.column) + " " + f.shape + " " + f.detail + " " +
           std::to_string(scan.findings.count(f.rule)) + "\n";
  for (const std::string& table : scan.tables) out += table + "\n";
  out += std::to_string(scan.outline.rows) + "\n";
  for (const auto& candidate : scan.candidates) {
    for (const auto& each : candidate.rows)
      for (const std::string& one : each) out += one + "|";
  }
  return out;
}
std::string scanned(const std::string& xml, size_t parts, bool plainly = true) {
  Scan scan;
  scan_sheet(xml, {"Ark", false, parts, plainly}, {}, scan);
  return text_of(scan);
}

// Each with how many parts it may be read in.
struct Case {
  const char* name;
  std::string xml;
  bool is_cut = true;
};

const std::vector<Case>& cases() {
  static const std::string half = rows(2, 60), rest = rows(61, 120);
  static const auto sheet = [](const std::string& data) { return begin + data + end; };
  static const std::vector<Case> all = {
      {"plain", sheet(half + rest)},
      {"small counts and a number of a person",
       sheet(half + row(61, cell("C61", "0101010101")) + rows(62, 120))},
      {"formulas and hidden rows",
       sheet(half + "<row r=\"61\" hidden=\"1\"><c r=\"A61\"><f>SUM(A1)+0101010101</f><v>3</v></c></row>" +
             rows(62, 120))},
      {"far down, with a gap", sheet(rows(300, 360) + row(905, cell("D905", "0101010101")) + rows(906, 960))},
      {"digits above the line and letters",
       sheet(
           half +
           row(61,
               R"(<c r="A61" t="inlineStr"><is><r><t>3</t></r><r><rPr><vertAlign val="superscript"/></rPr>)"
               R"(<t>12</t></r></is></c><c r="B61" t="inlineStr"><is><t>k&#xF8;n &amp; \xE2\x80\x8B</t></is></c>)") +
           rows(62, 120))},
      {"no row twice, but a cell",
       sheet(half + row(61, cell("A61", "1") + cell("A61", "2")) + rows(62, 120))},
      {"cells from the right", sheet(half + row(61, cell("B61", "1") + cell("A61", "2")) + rows(62, 120))},
      {"text between rows", sheet(half + "0101010101" + rest + "070761-4285")},
      {"rows without numbers", sheet(half + "<row ><c><v>5</v></c></row>" + rest)},
      {"all rows without numbers", sheet([] {
         std::string out;
         for (int i = 0; i < 90; ++i)
           out += "<row spans=\"1:2\"><c><v>" + std::to_string(i) + "</v></c><c><v>2</v></c></row>";
         return out;
       }())},
      {"rows out of order", sheet(rest + half)},
      {"a cell twice", sheet(half + rest + row(5, cell("A5", "77")))},
      {"a row twice with other cells", sheet(half + rest + row(5, cell("Z5", "77")))},
      {"two worksheets' data", sheet(half + "</sheetData><sheetData>" + rest)},
      {"rows in rows", sheet(row(1, half) + rest)},
      {"rows elsewhere", std::string(begin) + half + "</sheetData><other>" + rest + "</other></worksheet>"},
      {"an entity", sheet(half + row(61, cell("A61", "&#48;101010101")) + rows(62, 120))},
      {"never closed", std::string(begin) + half + rest},
      {"closed too early", sheet(half + "</row>" + rest)},
      {"another name", sheet(half) + rest},
      {"a row in an attribute", sheet(half + "<x y='" + rest + "'/>")},
      {"another prefix", "<w:worksheet><w:sheetData>" + half + rest + "</w:sheetData></w:worksheet>"},
      {"a row in a comment", sheet(half + "<!-- " + rest + " -->" + rest), false},
      {"a row as characters", sheet(half + row(61, "<c r=\"A61\"><v><![CDATA[" + rest + "]]></v></c>")),
       false},
      {"a row in an instruction", sheet(half + "<?x " + rest + "?>"), false},
      {"a document type", "<!DOCTYPE x [<!ENTITY a '1'>]><worksheet><sheetData>" + half + rest + end, false},
      {"other letters",
       "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><worksheet><sheetData>" + half +
           row(61, cell("A61", "\xE6\xF8")) + rest + end,
       false},
      {"a zero", sheet(half + std::string(1, '\0') + rest), false}};
  return all;
}

TEST(SheetPieces, InPartsASheetSaysWhatItSaysInOne) {
  for (const Case& each : cases()) {
    const std::string whole = scanned(each.xml, 1, false);
    EXPECT_FALSE(whole.empty());
    for (const bool plainly : {false, true}) {
      for (const size_t parts : {1, 2, 3, 7})
        EXPECT_EQ(scanned(each.xml, parts, plainly), whole) << each.name << " in " << parts;
    }
  }
}

TEST(SheetPieces, WhatCouldBeMisreadIsNotCut) {
  for (const Case& each : cases()) EXPECT_EQ(cut_sheet(each.xml, 3).size() > 1, each.is_cut) << each.name;
}

TEST(SheetPieces, PartsAreTheWholeBetweenWhatOpensAndClosesThem) {
  const std::string xml = begin + rows(1, 50) + end;
  const auto parts = cut_sheet(xml, 4);
  ASSERT_EQ(parts.size(), 4u);
  std::string together;
  for (size_t i = 0; i < parts.size(); ++i) together += parts[i][i == 0 ? 0 : 1];
  EXPECT_EQ(together, xml);
  EXPECT_EQ(cut_sheet(xml, 1).front(), Pieces{xml});
  EXPECT_EQ(cut_sheet("", 4).size(), 1u);
}

// The control of the first: another number is another answer.
TEST(SheetPieces, TheComparisonSeesWhatDiffers) {
  EXPECT_NE(scanned(begin + rows(1, 60) + end, 2), scanned(begin + rows(1, 61) + end, 2));
}

}  // namespace
}  // namespace fvm::runner
