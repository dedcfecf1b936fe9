// The rows of CALL fvm.outbox(): one a finding, what is known so far, several files together.
#include <gtest/gtest.h>

#include "runner/sql_outbox_call.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

const json::object told = json::parse(R"({"files_left_out": 0,
  "files": [
    {"name": "a.csv", "findings": [
       {"rule": "small_count", "severity": "block", "place": "3:2", "shape": "9", "da": "et antal", "en": "a count"},
       {"rule": "percent", "severity": "note", "place": "", "shape": "", "da": "en andel", "en": "a share"}],
     "outlook": {"answer": "refused", "da": "bliver stoppet", "en": "is stopped", "why": null, "so_far": null}},
    {"name": "b.csv", "findings": [],
     "outlook": {"answer": "pending", "da": "ses igennem", "en": "is being looked at", "why": null,
                 "so_far": {"answer": "person", "da": "går til kontrol", "en": "goes to one person"}}},
    {"name": "l", "findings": [],
     "outlook": {"answer": "refused", "da": "bliver stoppet", "en": "is stopped", "so_far": null,
                 "why": {"code": "x", "da": "ingen fil", "en": "no file"}}}],
  "together": {"answer": "refused", "da": "bliver stoppet", "en": "is stopped", "why": null, "files": ["a.csv", "b.csv"],
     "findings": [{"rule": "r", "severity": "review", "place": "1:1", "shape": "", "da": "d", "en": "e"}]}})")
                              .as_object();

std::string text_of(const ListedRow& row) {
  std::string out;
  for (const ListedValue& value : row) {
    const auto* text = std::get_if<std::string>(&value);
    out += (text != nullptr ? *text : "-") + "|";
  }
  return out;
}

std::vector<std::string> texts(const std::vector<std::string>& files, Language language) {
  std::vector<std::string> out;
  const auto rows = outbox_rows(told, files, language);
  for (const ListedRow& row : rows.value()) out.push_back(text_of(row));
  return out;
}

TEST(OutboxRows, OneForEachFindingOneForAFileWithoutAndThoseTogetherLast) {
  EXPECT_EQ(texts({}, Language::english),
            (std::vector<std::string>{
                "a.csv|refused|-|is stopped|small_count|3:2|9|block|a count|",
                "a.csv|refused|-|is stopped|percent|-|-|note|a share|",
                "b.csv|pending|person|is being looked at; so far: goes to one person|-|-|-|-|-|",
                "l|refused|-|is stopped: no file|-|-|-|-|-|",
                "-|refused|-|sent together: is stopped|r|1:1|-|review|e|"}));
}

TEST(OutboxRows, InDanishAndOfTheFilesThatAreWanted) {
  EXPECT_EQ(texts({"b.csv"}, Language::danish).front(),
            "b.csv|pending|person|ses igennem; indtil videre: går til kontrol|-|-|-|-|-|");
  const auto missing = outbox_rows(told, {"b.csv", "c.csv"}, Language::danish);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, "release.no_such_file");
}

TEST(OutboxRows, AnAnswerOfAnotherFormIsNone) {
  EXPECT_ANY_THROW(
      (void)outbox_rows(json::object{{"files", json::array{1}}, {"together", nullptr}}, {}, Language::danish)
          .ok());
}

}  // namespace
}  // namespace fvm::runner
