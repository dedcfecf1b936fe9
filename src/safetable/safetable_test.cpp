#include <gtest/gtest.h>

#include "safetable/explain.hpp"
#include "safetable/groups.hpp"
#include "safetable/output.hpp"
#include "safetable/record.hpp"

namespace fvm::safetable {
namespace {

//               Total  K   M
//   Total         30   …   …
//   101           20   8  12
//   102           10   …   …
Record drawn() {
  Record record;
  record.number = 3, record.project = "FVM-2026-0017", record.cvr = "12345678", record.count = "persons";
  record.row_dimensions = 1;
  record.dimensions = {{{"kommune", ""}, {{"*total", ""}, {"=101", "*total"}, {"=102", "*total"}}},
                       {{"koen", ""}, {{"*total", ""}, {"=K", "*total"}, {"=M", "*total"}}}};
  record.marks = "ossoooofs";
  record.counts = {30, {}, {}, 20, 8, 12, 10, {}, {}};
  record.because_of = {{1, 0}, {2, -1}, {8, 2}};
  record.facts_before = 4, record.facts = 7;
  record.title = title_of(record, Language::english);
  return record;
}

std::string drawing(const Grid& grid) {
  std::string out;
  for (const auto& row : grid.rows) {
    for (const auto& cell : row) out += cell + " ";
    out += "| ";
  }
  return out;
}

TEST(Record, comes_back_from_json_as_it_was) {
  const Record record = drawn();
  const auto back = record_of_json(to_json(record));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_json(*back), to_json(record));
  EXPECT_EQ(back->hidden(), 4u);
}

TEST(Record, out_of_shape_is_damaged) {
  for (const auto change : std::initializer_list<void (*)(Record&)>{
           [](Record& r) { r.marks.pop_back(); }, [](Record& r) { r.counts.pop_back(); },
           [](Record& r) { r.marks[0] = 'x'; },
           [](Record& r) { r.counts[7] = 3; },   // a number where the mark says few
           [](Record& r) { r.counts[0] = {}; },  // and none where it says open
           [](Record& r) { r.figures.push_back(std::vector<std::optional<double>>(9, 1.0)); }}) {
    Record record = drawn();
    change(record);
    EXPECT_FALSE(record_of_json(to_json(record)).ok());
    Record result = drawn();
    EXPECT_FALSE(read_result(to_json(record), result).ok());
  }
  for (const char* text : {"", "[]", "{}", "null", "{\"marks\":1}"})
    EXPECT_FALSE(record_of_json(text).ok()) << text;
}

TEST(Output, a_cross_table_with_marks) {
  const Grid grid = grid_of(drawn(), Language::english);
  EXPECT_EQ(grid.heading, (std::vector<std::string>{"kommune", "Total", "K", "M"}));
  EXPECT_EQ(drawing(grid), "Total 30 … … | 101 20 8 12 | 102 10 … … | ");
  EXPECT_EQ(drawn().title, "Number of persons by kommune and koen");
}

TEST(Output, every_format_escapes_what_it_must) {
  Record record = drawn();
  record.dimensions[0].codes[1].code = "==1+1;\"<&";
  EXPECT_NE(write_document(record, "csv", Language::english)->find("\"'=1+1;\"\"<&\""), std::string::npos);
  for (const char* format : {"html", "svg"}) {
    const auto text = write_document(record, format, Language::english).value();
    EXPECT_NE(text.find("=1+1;&quot;&lt;&amp;"), std::string::npos) << format;
  }
  EXPECT_EQ(write_document(record, "exe", Language::english).error().code, "table.unknown_format");
}

TEST(Output, lines_are_broken_at_blanks_and_lose_nothing) {
  EXPECT_EQ(wrapped({"æøå æøå æøå", "kort"}, 7), (std::vector<std::string>{"æøå æøå", "æøå", "kort"}));
  EXPECT_EQ(wrapped({"etmegetlangtord og"}, 7), (std::vector<std::string>{"etmegetlangtord", "og"}));
  EXPECT_EQ(wrapped({""}, 7), std::vector<std::string>{""});
}

TEST(Output, a_chart_has_no_bar_for_a_hidden_cell) {
  Record record = drawn();
  record.marks[6] = 's', record.counts[6] = {};  // 102, all
  const std::string chart = write_document(record, "svg", Language::english).value();
  size_t bars = 0;
  for (size_t at = 0; (at = chart.find("<rect", at)) != std::string::npos; ++at) ++bars;
  EXPECT_EQ(bars, 1u);
  EXPECT_NE(chart.find(">…</text>"), std::string::npos);
}

TEST(Output, percentages_are_of_published_counts) {
  Record record = drawn();
  record.percent = Percent::row;
  const Grid grid = grid_of(record, Language::english);
  EXPECT_EQ(grid.heading[1], "Total · persons");
  EXPECT_EQ(grid.heading[2], "Total · % of row");
  EXPECT_EQ(drawing(grid), "Total 30 100.0 … … … … | 101 20 100.0 8 40.0 12 60.0 | 102 10 100.0 … … … … | ");
  record.percent = Percent::column;
  EXPECT_EQ(drawing(grid_of(record, Language::danish)),
            "I alt 30 100,0 … … … … | 101 20 66,7 8 … 12 … | 102 10 33,3 … … … … | ");
  record.percent = Percent::total;
  EXPECT_EQ(drawing(grid_of(record, Language::english)),
            "Total 30 100.0 … … … … | 101 20 66.7 8 26.7 12 40.0 | 102 10 33.3 … … … … | ");
}

//               Total  K   M
//   Total         30  18  12
//   101           20   8  12
//   102           10  10   0
TEST(Output, a_cell_that_holds_its_whole_group_is_flagged) {
  Record record = drawn();
  record.marks = "ooooooooo", record.because_of = {};
  record.counts = {30, 18, 12, 20, 8, 12, 10, 10, 0};
  EXPECT_EQ(whole_groups(record), (std::vector<size_t>{5, 7})) << "all men are of 101, all of 102 are women";
  EXPECT_NE(groups_note(record, Language::english).find("2 cells"), std::string::npos);
  EXPECT_NE(groups_note(record, Language::english).find("102 · K"), std::string::npos);
  record.counts[6] = {}, record.marks[6] = 's';  // the group is hidden
  record.counts[2] = {}, record.marks[2] = 's';
  EXPECT_TRUE(whole_groups(record).empty());
  EXPECT_EQ(groups_note(record, Language::english), "");
}

TEST(Explain, gives_every_hidden_cell_the_same_reason) {
  const std::string reason = explain(drawn(), "kommune=102,koen=K", Language::english)->reason;
  for (const char* cell : {"kommune=102,koen=M", "koen=K", "koen=M"})
    EXPECT_EQ(explain(drawn(), cell, Language::english)->reason, reason) << cell;
}

TEST(Explain, says_why_and_what_is_published_instead) {
  const auto few = explain(drawn(), "kommune=102,koen=K", Language::english);
  ASSERT_TRUE(few.ok());
  EXPECT_FALSE(few->is_open);
  EXPECT_EQ(few->published, (std::vector<std::string>{"kommune = 102, koen = Total"}));
  EXPECT_NE(few->reason.find("several together, 2."), std::string::npos) << few->reason;
  // Its column's total is hidden, its row's is 10.
  ASSERT_EQ(few->would_tell.size(), 2u);
  EXPECT_EQ(few->would_tell[0],
            "kommune = Total, koen = K is hidden too. If it were shown, this number could be worked out, or "
            "nearly.");
  EXPECT_EQ(few->would_tell[1],
            "kommune = 102, koen = Total is published (10). If koen = M were shown too, this number could be "
            "worked out, or nearly.");
  const auto total = explain(drawn(), "koen=K", Language::english);
  ASSERT_EQ(total->would_tell.size(), 2u);
  EXPECT_EQ(total->would_tell[1],
            "This number is the sum of its parts by kommune. If kommune = 102 were shown, it would be known, "
            "or nearly.");
  EXPECT_EQ(total->published, (std::vector<std::string>{"kommune = Total, koen = Total"}));
  EXPECT_TRUE(explain(drawn(), "kommune=101", Language::english)->is_open);
  EXPECT_EQ(explain(drawn(), "kommune=999", Language::english).error().code, "table.cell_unknown");
  EXPECT_EQ(explain(drawn(), "by=1", Language::english).error().code, "table.cell_unreadable");
  EXPECT_EQ(explain(drawn(), "101", Language::english).error().code, "table.cell_unreadable");
}

}  // namespace
}  // namespace fvm::safetable
