// What changed between two texts.
#include "casework/difference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "casework/testing_text.hpp"

namespace fvm::casework {
namespace {

Application read(const std::string& text) {
  return read_application(text, "a.toml", {2026, 11, 2}).application;
}

std::vector<Change> changes(std::string_view piece, std::string_view instead) {
  return difference(read(whole_application()), read(application_with(piece, instead)));
}

TEST(Difference, TheSameIsNothing) {
  EXPECT_TRUE(changes("title", "title").empty());
}

TEST(Difference, SpacesCommentsAndTheOrderOfVariablesAreNoChange) {
  EXPECT_TRUE(changes("[population]", "# note\n\n[population]").empty());
  EXPECT_TRUE(changes("[\"pnr12\", \"atc\", \"eksd\"]", "[\"EKSD\", \"pnr12\", \"atc\"]").empty());
}

void expect_one(const std::vector<Change>& found, std::string_view where, std::string_view before,
                std::string_view after) {
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, where);
  EXPECT_EQ(found[0].before, before);
  EXPECT_EQ(found[0].after, after);
}

TEST(Difference, SaysWhichField) {
  expect_one(changes("5798009811578", "5790000000005"), "application.payer.ean", "5798009811578",
             "5790000000005");
  expect_one(changes("to = 2028-11-30", "to = 2029-11-30"), "application.period", "2026-12-01 – 2028-11-30",
             "2026-12-01 – 2029-11-30");
  expect_one(changes("Statistik over forekomst og forløb", "Andet"), "application.purpose",
             "Statistik over forekomst og forløb", "Andet");
}

TEST(Difference, SaysWhichVariablesCameAndWent) {
  expect_one(changes("[\"pnr12\", \"atc\", \"eksd\"]", "[\"pnr12\", \"eksd\", \"apk\"]"),
             "grant LMDB.lmdb variables", "atc", "apk");
}

TEST(Difference, SaysWhichLimitsChanged) {
  const auto found = changes("from = 2015-01-01", "from = 2010-01-01");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, "grant LMDB.lmdb limits");
  EXPECT_NE(found[0].before.find("2015-01-01"), std::string::npos);
  EXPECT_NE(found[0].after.find("2010-01-01"), std::string::npos);
}

TEST(Difference, APopulationChangesToo) {
  const auto found = changes("atc LIKE 'A10%'", "atc LIKE 'A10B%'");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, "population");
}

// As a person writes it, and as a page does.
std::string on_lines(const std::string& table) {
  return "[population]\ndescription = \"x\"\nany = [ { table = \"" + table +
         "\", where = \"c = 1\" } ]\n[[grant]]\ntable = \"A.b\"\nvariables = [ \"c\" ]\nreason = \"r\"\n"
         "period = { variable = \"d\", from = 2015-01-01 }\n";
}
std::string in_blocks(const std::string& table) {
  return "[population]\ndescription = \"x\"\n[[population.any]]\nwhere = \"c = 1\"\ntable = \"" + table +
         "\"\n[[grant]]\ntable = \"A.b\"\nreason = \"r\"\nvariables = [ \"c\" ]\n[grant.period]\n"
         "from = 2015-01-01\nvariable = \"d\"\n";
}

TEST(Difference, HowATableIsWrittenIsNoChange) {
  EXPECT_TRUE(difference(read(on_lines("A.b")), read(in_blocks("A.b"))).empty());
}

TEST(Difference, WhatStandsInABlockIsSeen) {
  const auto found = difference(read(in_blocks("A.b")), read(in_blocks("A.z")));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, "population");
  EXPECT_NE(found[0].after.find("A.z"), std::string::npos) << found[0].after;
}

TEST(Difference, UsersComeAndGo) {
  expect_one(changes("users = [ ", "users = [ { name = \"Bo\", email = \"bo@demo.example\" }, "),
             "user bo@demo.example", "", "Bo, bo@demo.example");
}

TEST(Difference, WholeTablesComeAndGo) {
  const auto found = changes("[[own_data]]\ntable = \"forloeb\"", "[[own_data]]\ntable = \"andet\"");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].where, "own_data forloeb");
  EXPECT_TRUE(found[0].after.empty());
  EXPECT_EQ(found[1].where, "own_data andet");
  EXPECT_TRUE(found[1].before.empty());
}

std::string drawn(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) out += line.sign + line.text + "\n";
  return out;
}

TEST(LineDifference, IsAShortestScriptWithItsSurroundings) {
  EXPECT_EQ(drawn(line_difference("a\nb\nc\n", "a\nx\nc\n")), " a\n-b\n+x\n c\n");
  EXPECT_EQ(drawn(line_difference("", "a\n")), "+a\n");
  EXPECT_EQ(drawn(line_difference("a\n", "")), "-a\n");
  EXPECT_EQ(drawn(line_difference("a\nb\n", "a\nb\n")), "");
  EXPECT_EQ(drawn(line_difference("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nx\n")),
            " 6\n 7\n 8\n-9\n+x\n");
}

TEST(LineDifference, NumbersTheLines) {
  const auto lines = line_difference("a\nb\n", "a\nx\nb\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].sign, '+');
  EXPECT_EQ(lines[1].after, 2u);
  EXPECT_EQ(lines[2].before, 2u);
  EXPECT_EQ(lines[2].after, 3u);
}

std::string any_text() {
  std::string out;
  for (int lines = *rc::gen::inRange(0, 30); lines > 0; --lines)
    out += *rc::gen::elementOf(std::vector<std::string>{"a", "b", "c", ""}) + "\n";
  return out;
}

// All lines of `before` that are not '-', in order, are what `after` has besides its '+'.
RC_GTEST_PROP(LineDifferenceProperty, LeadsFromOneToTheOther, ()) {
  const std::string before = any_text(), after = any_text();
  const auto lines = line_difference(before, after);
  std::set<unsigned> removed, added;
  for (const Line& line : lines) {
    if (line.sign == '-') removed.insert(line.before);
    if (line.sign == '+') added.insert(line.after);
  }
  const auto kept = [](const std::string& text, const std::set<unsigned>& gone) {
    std::string out;
    unsigned number = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at) + 1;
      if (!gone.contains(++number)) out += text.substr(at, end - at);
      at = end;
    }
    return out;
  };
  RC_ASSERT(kept(before, removed) == kept(after, added));
}

// Not more lines touched than by the longest common subsequence, worked out the slow way.
RC_GTEST_PROP(LineDifferenceProperty, TouchesNoMoreLinesThanNeeded, ()) {
  const std::string before = any_text(), after = any_text();
  std::vector<char> a, b;
  for (size_t i = 0; i < before.size(); ++i)
    if (i == 0 || before[i - 1] == '\n') a.push_back(before[i]);
  for (size_t i = 0; i < after.size(); ++i)
    if (i == 0 || after[i - 1] == '\n') b.push_back(after[i]);
  std::vector<std::vector<size_t>> common(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  size_t touched = 0;
  for (const Line& line : line_difference(before, after)) touched += line.sign != ' ';
  RC_ASSERT(touched == a.size() + b.size() - 2 * common[0][0]);
}

TEST(LineDifference, TextsTooDifferentAreOneBlock) {
  std::string before, after;
  for (size_t i = 0; i < edits_max; ++i)
    before += "a" + std::to_string(i) + "\n", after += "b" + std::to_string(i) + "\n";
  const auto lines = line_difference(before, after);
  ASSERT_EQ(lines.size(), 2 * edits_max);
  EXPECT_EQ(lines.front().sign, '-');
  EXPECT_EQ(lines.back().sign, '+');
}

}  // namespace
}  // namespace fvm::casework
