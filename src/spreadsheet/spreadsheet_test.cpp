#include "spreadsheet/write.hpp"

#include <gtest/gtest.h>

#include "spreadsheet/workbook.hpp"

namespace fvm::spreadsheet {
namespace {

Workbook small() {
  Workbook workbook;
  workbook.sheets.push_back(
      {.name = "A & B", .rows = {{1, false, {"Sort_ID", "Navn"}}, {2, true, {"1", "æ<\"ø\">"}}}});
  workbook.sheets.push_back(
      {.name = "skjult", .visibility = Visibility::very_hidden, .rows = {{3, false, {"", "x"}}}});
  return workbook;
}

TEST(Workbook, ColumnsHaveLetters) {
  EXPECT_EQ(column_name(0), "A");
  EXPECT_EQ(column_name(25), "Z");
  EXPECT_EQ(column_name(26), "AA");
  EXPECT_EQ(column_name(701), "ZZ");
  EXPECT_EQ(column_name(702), "AAA");
  for (size_t i = 0; i < 2000; ++i) EXPECT_EQ(column_number(column_name(i)), i + 1);
  for (const char* none : {"", "a", "A1", "AAAA"}) EXPECT_EQ(column_number(none), 0u);
}

TEST(Workbook, CrossesAsJson) {
  const auto back = from_json(to_json(small()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_json(*back), to_json(small()));
  EXPECT_EQ(back->sheets[0].rows[1].cells[1], "æ<\"ø\">");
  EXPECT_TRUE(back->sheets[0].rows[1].hidden);
  EXPECT_EQ(back->sheets[1].visibility, Visibility::very_hidden);
}

// What comes from the sandbox may be anything.
TEST(Workbook, WhatIsOutOfShapeIsRefused) {
  for (const char* text : {"", "[]", "{}", R"({"sheets":1})", R"({"sheets":[1]})",
                           R"({"sheets":[{"name":"a","visibility":3,"rows":[]}]})",
                           R"({"sheets":[{"name":1,"visibility":0,"rows":[]}]})",
                           R"({"sheets":[{"name":"a","visibility":0,"rows":[[1,false]]}]})",
                           R"({"sheets":[{"name":"a","visibility":0,"rows":[[0,false,[]]]}]})",
                           R"({"sheets":[{"name":"a","visibility":0,"rows":[[2,false,[]],[1,false,[]]]}]})",
                           R"({"sheets":[{"name":"a","visibility":0,"rows":[[-1,false,[]]]}]})",
                           R"({"sheets":[{"name":"a","visibility":0,"rows":[[1,false,[7]]]}]})"}) {
    const auto read = from_json(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, "spreadsheet.unreadable");
  }
  std::string many = R"({"sheets":[)";
  for (size_t i = 0; i <= sheets_max; ++i)
    many += std::string(i == 0 ? "" : ",") + R"({"name":"a","visibility":0,"rows":[]})";
  EXPECT_FALSE(from_json(many + "]}").ok());
}

// Reading it back is tested where the reader is (runner/workbook_test.cpp), and with LibreOffice and
// openpyxl.
TEST(Write, TheSameBytesEachTime) {
  const auto first = write_xlsx(small()), second = write_xlsx(small());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(*first, *second);
  EXPECT_TRUE(first->starts_with("PK\x03\x04"));
}

}  // namespace
}  // namespace fvm::spreadsheet
