// Requests as JSON, how often one may ask, and pieces of answers.
#include <gtest/gtest.h>

#include "safetable/asked.hpp"
#include "safetable/counter.hpp"

namespace fvm::safetable {
namespace {

std::string code_of(std::string_view text) {
  const auto asked = read_asked(text);
  return asked.ok() ? "" : asked.error().code;
}

TEST(Asked, NamesAreAListOrOneText) {
  const auto asked = read_asked(
      R"({"sql": "SELECT 1", "rows": "a,b", "columns": ["c, d"], "sum": "x", "percentile": ["25:x"],
          "hierarchy": "a=b", "formats": "csv,xlsx", "language": "da"})");
  ASSERT_TRUE(asked.ok()) << asked.error().code;
  EXPECT_EQ(asked->what, Asked::What::release);
  EXPECT_EQ(asked->wanted.rows, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(asked->wanted.columns, std::vector<std::string>{"c, d"});
  EXPECT_EQ(asked->formats, (std::vector<std::string>{"csv", "xlsx"}));
  EXPECT_EQ(asked->language, Language::danish);
  EXPECT_EQ(asked->wanted.count, "persons");
  const auto request = request_of(asked->wanted, "P", "anna");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->rows[0].parent, "b");
  EXPECT_EQ(request->measures.size(), 2u);
  EXPECT_EQ(request->user, "anna");
}

TEST(Asked, WhoAsksNeverStandsInIt) {
  for (const char* name : {"project", "user", "cvr", "as", "number"})
    EXPECT_EQ(code_of("{\"sql\": \"SELECT 1\", \"" + std::string(name) + "\": \"x\"}"),
              "table.member_unknown");
}

TEST(Asked, APartOfTheList) {
  const auto all = read_asked(R"({"do": "list"})"),
             part = read_asked(R"({"do": "list", "after": 3, "most": 20})");
  ASSERT_TRUE(all.ok() && part.ok());
  EXPECT_EQ(all->part.after, 0);
  EXPECT_EQ(all->part.most, -1);
  EXPECT_EQ(part->part.after, 3);
  EXPECT_EQ(part->part.most, 20);
  EXPECT_EQ(code_of(R"({"do": "list", "after": 0})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "list", "most": "20"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "list", "most": -2})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show", "table": 1, "most": 2})"), "table.member_unknown");
}

TEST(Asked, WhatIsWrongIsNamed) {
  EXPECT_EQ(code_of(""), "table.request_unreadable");
  EXPECT_EQ(code_of("[]"), "table.request_unreadable");
  EXPECT_EQ(code_of("{\"sql\": \"x\""), "table.request_unreadable");
  EXPECT_EQ(code_of(std::string(100'000, '[')), "table.request_unreadable");
  EXPECT_EQ(code_of(R"({"sql": 1})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"rows": [1]})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"rows": {}})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "remove"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show", "table": 0})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show", "table": "1"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show", "table": 1, "sql": "x"})"), "table.member_unknown");
  EXPECT_EQ(code_of(R"({"do": "list", "table": 1})"), "table.member_unknown");
  EXPECT_EQ(code_of(R"({"language": "de"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "outbox", "files": "t.csv"})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "outbox", "files": [1]})"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "outbox", "user": "bo"})"), "table.member_unknown");
  EXPECT_EQ(code_of(R"({"do": "outbox", "sql": "SELECT 1"})"), "table.member_unknown");
  EXPECT_EQ(code_of(R"({"do": "list", "files": []})"), "table.member_unknown");
  EXPECT_EQ(code_of(R"({"formats": ["exe"]})"), "table.unknown_format");
  EXPECT_EQ(code_of(R"({"formats": "csv,csv,csv,csv,csv,csv"})"), "table.member_wrong");
  std::string many = "a";
  for (int i = 0; i < 100; ++i) many += ",a";
  EXPECT_EQ(code_of("{\"rows\": \"" + many + "\"}"), "table.member_wrong");
  EXPECT_EQ(code_of(R"({"do": "show", "table": 7, "explain": "a=1"})"), "");
}

TEST(Pace, SoManyAtOnceThenOneNowAndThen) {
  const Time start{1'000'000'000'000};
  Pace pace(start);
  for (int i = 0; i < requests_burst_max; ++i) EXPECT_TRUE(pace.take(start)) << i;
  EXPECT_FALSE(pace.take(start));
  const Time soon{start.microseconds + 1'000 * request_interval_milliseconds};
  EXPECT_TRUE(pace.take(soon));
  EXPECT_FALSE(pace.take(soon));
  EXPECT_FALSE(pace.take(start)) << "a clock that was set back gives nothing";
  const Time next_day{start.microseconds + 86'400'000'000};
  for (int i = 0; i < requests_burst_max; ++i) EXPECT_TRUE(pace.take(next_day)) << i;
  EXPECT_FALSE(pace.take(next_day));
}

}  // namespace
}  // namespace fvm::safetable
