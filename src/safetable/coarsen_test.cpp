// Which dimension to tell less of: chosen from what is published, and from nothing else.
#include <gtest/gtest.h>

#include <random>

#include "safetable/coarsen.hpp"
#include "safetable/output.hpp"
#include "safetable/record.hpp"

namespace fvm::safetable {
namespace {

// `drawing`: a row for each code, total first; "." is hidden.
Record drawn(const TableDimension& rows, const TableDimension& columns, const std::string& drawing) {
  Record record;
  record.number = 7, record.project = "FVM-2026-0017", record.cvr = "12345678", record.count = "persons";
  record.row_dimensions = 1;
  record.dimensions = {rows, columns};
  std::string number;
  for (const char c : drawing + " ") {
    if (c != ' ') number += c;
    if (c != ' ' || number.empty()) continue;
    record.marks += number == "." ? 's' : 'o';
    record.counts.push_back(number == "." ? std::nullopt : std::optional<int64_t>(std::stoll(number)));
    number.clear();
  }
  return record;
}

const TableDimension sexes{{"koen", ""}, {{"*total", ""}, {"=K", "*total"}, {"=M", "*total"}}};
const TableDimension kommuner{
    {"kommune", ""},
    {{"*total", ""}, {"=101", "*total"}, {"=102", "*total"}, {"=103", "*total"}, {"=104", "*total"}}};
const TableDimension in_regions{{"kommune", "region"},
                                {{"*total", ""},
                                 {"^084", "*total"},
                                 {"^085", "*total"},
                                 {"=101", "^084"},
                                 {"=102", "^084"},
                                 {"=201", "^085"},
                                 {"=202", "^085"}}};

Request asked() {
  Request request;
  request.rows = {{"kommune", ""}}, request.columns = {{"koen", ""}};
  return request;
}

TEST(Coarsen, values_with_hidden_cells_are_put_together_where_others_stay) {
  const Record record = drawn(kommuner, sexes, "100 40 60 50 20 30 23 . . 20 12 8 7 . .");
  const auto choice = coarser(record);
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->what, Coarsening::What::merged);
  EXPECT_EQ(choice->merged, (std::vector<std::string>{"=102", "=104"}));
  EXPECT_EQ(choice->hidden, 0u);
  EXPECT_EQ(choice->open, 12u);
  EXPECT_EQ(text_of(record, *choice, Language::english), "kommune with these as (others): 102, 104");
  const Request request = coarsened(asked(), record, *choice, Language::english);
  EXPECT_EQ(request.merged, (Merged{{"kommune", {"=102", "=104"}}}));
  EXPECT_EQ(request.coarser_than, 7);
}

TEST(Coarsen, a_level_is_left_out_where_values_would_all_go) {
  const Record record = drawn(in_regions, sexes, "100 40 60 60 25 35 40 15 25 30 . . 30 . . 20 . . 20 . .");
  const auto choice = coarser(record);
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->what, Coarsening::What::upper);
  EXPECT_EQ(choice->hidden, 0u);
  Request request = asked();
  request.rows = {{"kommune", "region"}};
  request = coarsened(request, record, *choice, Language::english);
  EXPECT_EQ(request.rows[0].name, "region");
  EXPECT_EQ(request.rows[0].parent, "");
}

TEST(Coarsen, a_dimension_is_dropped_where_nothing_else_helps) {
  const Record record = drawn(kommuner, sexes, "100 40 60 30 . . 30 . . 20 . . 20 . .");
  const auto choice = coarser(record);
  ASSERT_TRUE(choice.has_value());
  EXPECT_EQ(choice->what, Coarsening::What::dropped);
  EXPECT_EQ(text_of(record, *choice, Language::english), "without koen");
  const Request request = coarsened(asked(), record, *choice, Language::english);
  EXPECT_EQ(request.rows.size(), 1u);
  EXPECT_TRUE(request.columns.empty());
}

TEST(Coarsen, rows_are_never_left_empty) {
  const Record record = drawn(sexes, kommuner, "100 30 30 20 20 40 . . . . 60 . . . .");
  Request request = asked();
  request.rows.swap(request.columns);
  const Request out = coarsened(request, record, coarser(record).value(), Language::english);
  ASSERT_EQ(out.rows.size(), 1u);
  EXPECT_EQ(out.rows[0].name, "kommune");
}

TEST(Coarsen, what_is_published_already_needs_no_advice) {
  const Record record = drawn(kommuner, sexes, "100 40 60 50 20 30 23 13 10 20 12 8 7 0 7");
  EXPECT_FALSE(coarser(record).has_value());
  EXPECT_FALSE(has_many_hidden(record));
}

// The record that the instance keeps knows why a cell is hidden. The choice must not.
TEST(Coarsen, why_a_cell_is_hidden_makes_no_difference) {
  std::mt19937 random(5);
  for (int i = 0; i < 300; ++i) {
    std::string cells;
    for (int cell = 0; cell < 21; ++cell) cells += random() % 3 == 0 ? ". " : "10 ";
    Record one = drawn(in_regions, sexes, cells), other = one;
    for (size_t cell = 0; cell < one.marks.size(); ++cell) {
      if (one.marks[cell] == 'o') continue;
      one.marks[cell] = "fds"[random() % 3], other.marks[cell] = "fds"[random() % 3];
      one.because_of[cell] = static_cast<int64_t>(random() % 3);
    }
    one.lost = random() % 9, one.facts = random() % 9, one.sql = "SELECT 1";
    const auto a = coarser(one), b = coarser(other);
    ASSERT_EQ(a.has_value(), b.has_value());
    if (!a) continue;
    EXPECT_EQ(static_cast<int>(a->what), static_cast<int>(b->what));
    EXPECT_EQ(a->dimension, b->dimension);
    EXPECT_EQ(a->merged, b->merged);
    EXPECT_LE(2 * a->hidden, one.hidden());
  }
}

TEST(Alternatives, are_in_the_record_and_in_the_notes) {
  Record record = drawn(kommuner, sexes, "100 40 60 50 20 30 20 10 10 20 10 10 10 0 10");
  record.round = 5, record.coarser_than = 3, record.coarser_how = "without alder";
  record.merged = {{"kommune", {"=105", "?"}}};
  const auto back = record_of_json(to_json(record));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_json(*back), to_json(record));
  EXPECT_EQ(back->merged, record.merged);
  const std::string page = write_document(record, "html", Language::english).value();
  EXPECT_NE(page.find("multiples of 5"), std::string::npos);
  EXPECT_NE(page.find("coarser than table 3"), std::string::npos);
  EXPECT_EQ(page.find("Hidden cells"), std::string::npos);
}

TEST(Alternatives, records_of_the_first_versions_are_read_still) {
  std::string text = to_json(drawn(kommuner, sexes, "100 40 60 50 20 30 20 10 10 20 10 10 10 0 10"));
  for (const std::string gone :
       {"\"round\":0,", "\"merged\":{},", "\"coarser_than\":0,", "\"coarser_how\":\"\","}) {
    ASSERT_NE(text.find(gone), std::string::npos) << gone;
    text.erase(text.find(gone), gone.size());
  }
  const auto back = record_of_json(text);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->round, 0u);
}

}  // namespace
}  // namespace fvm::safetable
