// Workbooks that others made, as cells; and our own, read back. Hostile ones: tests/attacks and the fuzzer.
#include "runner/workbook.hpp"

#include <gtest/gtest.h>

#include "base/world.hpp"
#include "spreadsheet/write.hpp"

namespace fvm::runner {
namespace {

using spreadsheet::Sheet;
using spreadsheet::Visibility;
using spreadsheet::Workbook;

TEST(ReadWorkbook, OursComesBackAsItWas) {
  Workbook workbook;
  Sheet sheet{.name = "LPR & <mere>",
              .rows = {{1, false, {"Sort_ID", "Tabel", "x"}}, {2, true, {"1", "t \"a\" æøå", ""}}}};
  sheet.rows[1].cells.pop_back();
  sheet.rows.push_back({7, false, {"2", "", "x"}});
  sheet.number_columns = {0};
  sheet.choice = "x";
  workbook.sheets.push_back(sheet);
  workbook.sheets.push_back(
      {.name = "Registeroversigt", .visibility = Visibility::hidden, .rows = {{1, false, {"a"}}}});
  workbook.sheets.push_back(
      {.name = "NDR", .visibility = Visibility::very_hidden, .rows = {{1, false, {"a"}}}});
  const auto back = read_workbook(spreadsheet::write_xlsx(workbook).value(), "ark.xlsx");
  ASSERT_TRUE(back.ok()) << back.error().code;
  EXPECT_EQ(spreadsheet::to_json(*back), spreadsheet::to_json(workbook));
}

// The names of parts do not tell small letters from large, whatever relations say.
std::string renamed(std::string xlsx, std::string_view before, std::string_view after) {
  for (size_t at = 0; (at = xlsx.find(before, at)) != std::string::npos; at += after.size())
    xlsx.replace(at, before.size(), after);
  return xlsx;
}

TEST(ReadWorkbook, PartsAreFoundWhateverTheLetters) {
  const std::string xlsx = spreadsheet::write_xlsx({{{.name = "A", .rows = {{1, false, {"a"}}}}}}).value();
  const std::string other = renamed(renamed(xlsx, "xl/worksheets/sheet1.xml", "xl/Worksheets/Sheet1.XML"),
                                    "_rels/workbook.xml.rels", "_RELS/Workbook.xml.rels");
  ASSERT_NE(other, xlsx);
  const auto read = read_workbook(other, "a.xlsx");
  ASSERT_TRUE(read.ok()) << read.error().code;
  ASSERT_EQ(read->sheets.size(), 1u);
  EXPECT_EQ(read->sheets[0].rows[0].cells, (std::vector<std::string>{"a"}));
  // Two that have the same name: nobody knows which of them a program opens.
  const Workbook two{
      {{.name = "A", .rows = {{1, false, {"a"}}}}, {.name = "B", .rows = {{1, false, {"b"}}}}}};
  const std::string twice =
      renamed(spreadsheet::write_xlsx(two).value(), "xl/worksheets/sheet2.xml", "xl/worksheets/SHEET1.xml");
  EXPECT_EQ(read_workbook(twice, "a.xlsx").error().code, "spreadsheet.broken");
}

TEST(ReadWorkbook, TextIsOneSheet) {
  const auto read = read_workbook("a;b\n1;\"to\nlinjer\"\n", "liste.csv");
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->sheets.size(), 1u);
  EXPECT_EQ(read->sheets[0].name, "liste.csv");
  EXPECT_EQ(read->sheets[0].rows[1].cells, (std::vector<std::string>{"1", "to\nlinjer"}));
  EXPECT_EQ(read->sheets[0].rows[1].number, 2u);
}

TEST(ReadWorkbook, WhatIsNoneIsRefused) {
  EXPECT_EQ(read_workbook("", "a.xlsx").error().code, "spreadsheet.not_a_workbook");
  EXPECT_EQ(read_workbook("%PDF-1.7 x", "a.xlsx").error().code, "spreadsheet.not_a_workbook");
  EXPECT_EQ(read_workbook("PK\x03\x04 no archive", "a.xlsx").error().code, "spreadsheet.broken");
  std::string cut = spreadsheet::write_xlsx({{{.name = "A", .rows = {{1, false, {"a"}}}}}}).value();
  cut.resize(cut.size() / 2);
  EXPECT_EQ(read_workbook(cut, "a.xlsx").error().code, "spreadsheet.broken");
}

TEST(ReadWorkbook, TheRealListWhereItIsAtHand) {
  const auto bytes =
      real_world().read_file("../shared/data/order-lists/Variabelliste_709627_SDS_20250407.xlsx", 1u << 20);
  if (!bytes.ok()) GTEST_SKIP() << "../shared/data is not at hand";
  const auto read = read_workbook(*bytes, "liste.xlsx");
  ASSERT_TRUE(read.ok()) << read.error().code;
  ASSERT_EQ(read->sheets.size(), 3u);
  EXPECT_EQ(read->sheets[0].name, "Ark1");
  EXPECT_EQ(read->sheets[0].rows[0].cells,
            (std::vector<std::string>{"Register", "Tabel", "Variabel", "Indhold", "Gyldighed"}));
  EXPECT_EQ(read->sheets[0].rows.size(), 135u);  // of 208: the rest are empty
}

}  // namespace
}  // namespace fvm::runner
