// What a scanner that a file has taken over could answer: each field beyond its bounds, one at a time, with
// the answer of an honest one as the control.
#include "release/scan_answer.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

namespace fvm::release {
namespace {

namespace json = boost::json;
using disclosure::candidate_cell_bytes_max;

json::object honest() {
  return json::parse(R"({"type": "csv", "blocks": false, "tables": [], "candidates_left_out": 0,
    "findings": [{"rule": "finding.small_count", "severity": "review", "sheet": "Ark1", "row": 3, "column": 2,
                  "shape": "9", "detail": "antal"}],
    "outline": {"rows": 2, "traits": 1, "shapes": [["sex + age", 2]], "totals": [[["antal", 120]]],
                "groups": [["Alle", [[17, 120, 2, 2], [18446744073709551615, 130, 3, 2]]]]},
    "candidates": [{"sheet": "Ark1", "on_side": false, "all_rows": 2, "headings": ["kommune", "diagnose"], "places": [2, 3],
                    "rows": [["101", "de119"], ["147", "di210"]]}]})")
      .as_object();
}

std::string read(const json::object& answer) {
  const auto told = read_scan_answer(json::serialize(answer));
  return told.ok() ? "" : told.error().code;
}

json::object& candidate(json::object& answer) {
  return answer["candidates"].as_array().front().as_object();
}
json::array row_of(size_t cells, const std::string& text = "1") {
  return json::array(cells, json::value(text));
}
// `rows` of `columns` cells, with a place each.
void fill(json::object& candidate, size_t rows, size_t columns) {
  candidate["headings"] = row_of(columns, "a");
  candidate["rows"] = json::array(rows, json::value(row_of(columns)));
  candidate["places"] = json::array(rows, json::value(1));
}

TEST(ScanAnswer, AnHonestOneIsTaken) {
  const auto told = read_scan_answer(json::serialize(honest()));
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->report.findings.front().place, (disclosure::Place{"Ark1", 3, 2}));
  EXPECT_FALSE(told->report.blocks);
  ASSERT_EQ(told->candidates.size(), 1u);
  EXPECT_EQ(told->candidates[0].rows[1], (std::vector<std::string>{"147", "di210"}));
  EXPECT_EQ(told->candidates[0].places, (std::vector<uint64_t>{2, 3}));
  for (const size_t rows : {size_t{0}, disclosure::candidate_rows_max}) {
    json::object most = honest();
    fill(candidate(most), rows, disclosure::candidate_columns_max);
    EXPECT_EQ(read(most), "") << rows;
  }
}

TEST(ScanAnswer, RowsBeyondTheirBoundsAreNone) {
  const std::vector<std::pair<const char*, std::function<void(json::object&)>>> attacks = {
      {"a row too long", [](auto& c) { c["rows"].as_array()[1].as_array().emplace_back("x"); }},
      {"a row too short", [](auto& c) { c["rows"].as_array()[1].as_array().pop_back(); }},
      {"a row without a place", [](auto& c) { c["places"].as_array().pop_back(); }},
      {"a place without a row", [](auto& c) { c["places"].as_array().emplace_back(4); }},
      {"a place before the first", [](auto& c) { c["places"].as_array()[0] = -1; }},
      {"a cell that is long",
       [](auto& c) {
         c["rows"].as_array()[0].as_array()[0] = std::string(2 * candidate_cell_bytes_max + 1, 'x');
       }},
      {"a heading that is long",
       [](auto& c) { c["headings"].as_array()[0] = std::string(2 * candidate_cell_bytes_max + 1, 'x'); }},
      {"a line break in a cell", [](auto& c) { c["rows"].as_array()[0].as_array()[0] = "a\nb"; }},
      {"a zero in a cell", [](auto& c) { c["rows"].as_array()[0].as_array()[0] = std::string("a\0b", 3); }},
      {"a control sign in a heading", [](auto& c) { c["headings"].as_array()[0] = "\x1b[2J"; }},
      {"a number for a cell", [](auto& c) { c["rows"].as_array()[0].as_array()[0] = 7; }},
      {"a row that is none", [](auto& c) { c["rows"].as_array()[0] = "101"; }},
      {"a side that is none", [](auto& c) { c["on_side"] = "no"; }},
      {"no rows", [](auto& c) { c.erase("rows"); }},
      {"too many rows", [](auto& c) { fill(c, disclosure::candidate_rows_max + 1, 2); }},
      {"too many columns", [](auto& c) { fill(c, 2, disclosure::candidate_columns_max + 1); }}};
  for (const auto& [name, attack] : attacks) {
    json::object answer = honest();
    attack(candidate(answer));
    EXPECT_EQ(read(answer), "release.scan_unreadable") << name;
  }
}

TEST(ScanAnswer, NorAreMoreTablesOrCellsThanAJobMayCompare) {
  json::object tables = honest();
  tables["candidates"] = json::array(disclosure::candidate_tables_max, json::value(candidate(tables)));
  EXPECT_EQ(read(tables), "") << "the control: as many as may be";
  tables["candidates"].as_array().push_back(tables["candidates"].as_array().front());
  EXPECT_EQ(read(tables), "release.scan_unreadable");
  json::object cells = honest();
  fill(candidate(cells), disclosure::candidate_rows_max, disclosure::candidate_columns_max);
  const size_t fit =
      disclosure::candidate_cells_max / (disclosure::candidate_rows_max * disclosure::candidate_columns_max);
  cells["candidates"] = json::array(fit, json::value(candidate(cells)));
  EXPECT_EQ(read(cells), "") << "the control: as many as may be";
  cells["candidates"].as_array().push_back(cells["candidates"].as_array().front());
  EXPECT_EQ(read(cells), "release.scan_unreadable");
}

TEST(ScanAnswer, TheRestIsBoundedToo) {
  const std::vector<std::pair<const char*, std::function<void(json::object&)>>> attacks = {
      {"no type", [](auto& a) { a.erase("type"); }},
      {"a type that is none", [](auto& a) { a["type"] = 1; }},
      {"a digest that is none", [](auto& a) { a["tables"] = json::array{"abc"}; }},
      {"too many digests",
       [](auto& a) { a["tables"] = json::array(201, json::value(std::string(64, 'a'))); }},
      {"too many findings", [](auto& a) { a["findings"] = json::array(2001, a["findings"].as_array()[0]); }},
      {"a sentence for a rule",
       [](auto& a) { a["findings"].as_array()[0].as_object()["rule"] = "Call 70 10 20 30"; }},
      {"a sentence behind a rule",
       [](auto& a) { a["findings"].as_array()[0].as_object()["rule"] = "finding.Call 70 10 20 30"; }},
      {"a row before the first", [](auto& a) { a["findings"].as_array()[0].as_object()["row"] = -3; }},
      {"a shape with words",
       [](auto& a) { a["outline"].as_object()["shapes"] = json::array{json::array{"Anna!", 1}}; }},
      {"groups out of order",
       [](auto& a) {
         a["outline"].as_object()["groups"] = json::parse(R"([["Alle", [[17, 1, 1, 1], [17, 1, 2, 1]]]])");
       }},
      {"a count below nothing",
       [](auto& a) { a["outline"].as_object()["groups"] = json::parse(R"([["Alle", [[17, -1, 1, 1]]]])"); }},
      {"no groups", [](auto& a) { a["outline"].as_object().erase("groups"); }},
      {"no outline", [](auto& a) { a["outline"] = nullptr; }},
      {"an empty list of totals",
       [](auto& a) { a["outline"].as_object()["totals"] = json::array{json::array{}}; }}};
  for (const auto& [name, attack] : attacks) {
    json::object answer = honest();
    attack(answer);
    EXPECT_EQ(read(answer), "release.scan_unreadable") << name;
  }
  for (const char* text : {"", "[]", "null", "{", "{}"}) EXPECT_FALSE(read_scan_answer(text).ok()) << text;
}

TEST(ScanAnswer, TextsAreCutBetweenCharactersAndMoveNoTerminal) {
  json::object answer = honest();
  json::object& finding = answer["findings"].as_array()[0].as_object();
  std::string long_text = "x";
  while (long_text.size() < 300) long_text += "ø";
  finding["detail"] = long_text, finding["shape"] = "\x1b[2J9\r\n\x7f";
  const auto told = read_scan_answer(json::serialize(answer));
  ASSERT_TRUE(told.ok());
  const auto& read = told->report.findings.front();
  EXPECT_EQ(read.detail, long_text.substr(0, 199));
  EXPECT_EQ(read.shape, " [2J9   ");
}

TEST(ScanAnswer, WhatBlocksBlocksWhateverTheAnswerSaysOfTheWhole) {
  for (const char* severity : {"block", "STOP", ""}) {
    json::object answer = honest();
    answer["findings"].as_array()[0].as_object()["severity"] = severity;
    const auto told = read_scan_answer(json::serialize(answer));
    ASSERT_TRUE(told.ok());
    EXPECT_TRUE(told->report.blocks) << severity;
  }
}

TEST(ScanAnswer, ASampleIsNoted) {
  json::object answer = honest();
  answer["candidates_left_out"] = 3;
  const auto told = read_scan_answer(json::serialize(answer));
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->report.findings.back().rule, "finding.rows_sampled");
  EXPECT_EQ(told->report.findings.back().detail, "1/4");
}

}  // namespace
}  // namespace fvm::release
