// Survival curves from published counts.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "safetable/survival.hpp"

namespace fvm::safetable {
namespace {

//   time     all  censored  event
//   total    100        60     40
//   0–30      20        10     10
//   30–60     30        20     10
//   60–90     50        30     20
Record drawn() {
  Record record;
  record.count = "persons", record.row_dimensions = 1;
  record.dimensions = {
      {{"dage", "", Dimension::As::time, 30, 90},
       {{"*total", ""}, {"=0–30", "*total"}, {"=30–60", "*total"}, {"=60–90", "*total"}}},
      {{"doed", "", Dimension::As::event}, {{"*total", ""}, {"=censored", "*total"}, {"=event", "*total"}}}};
  record.marks = std::string(12, 'o');
  record.counts = {100, 60, 40, 20, 10, 10, 30, 20, 10, 50, 30, 20};
  return record;
}

void hide(Record& record, size_t cell) {
  record.marks[cell] = 's', record.counts[cell] = {};
}

std::string text(const Record& record) {
  std::string out;
  for (const Curve& curve : curves_of(record, Language::english)) {
    for (const CurveStep& step : curve.steps) {
      out += fmt::format("{:g}-{} {}: {} {}", step.from, step.to ? fmt::format("{:g}", *step.to) : "",
                         step.at_risk, step.events, step.censored);
      out += step.survival ? fmt::format(" {:.4f}", *step.survival) : "";
      out += " | ";
    }
    out += curve.is_whole ? "whole" : "ends";
  }
  return out;
}

TEST(Survival, life_table_of_published_counts) {
  // 1 − 10 / (100 − 5); · (1 − 10 / (80 − 10)); · (1 − 20 / (50 − 15))
  EXPECT_EQ(text(drawn()),
            "0-30 100: 10 10 0.8947 | 30-60 80: 10 20 0.7669 | 60-90 50: 20 30 0.3287 | whole");
  const auto error = curves_of(drawn(), Language::english)[0].steps[0].error;
  EXPECT_NEAR(*error, 0.8947 * std::sqrt(10.0 / (95 * 85)), 1e-4) << "Greenwood";
}

TEST(Survival, hidden_bands_side_by_side_are_what_the_others_leave) {
  Record record = drawn();
  for (const size_t cell : {7u, 8u, 10u, 11u}) hide(record, cell);  // 30–60 and 60–90, but not all of each
  EXPECT_EQ(text(record), "0-30 100: 10 10 0.8947 | 30-90 80: 30 50 0.4067 | whole");
}

TEST(Survival, the_curve_ends_where_it_cannot_be_told) {
  Record record = drawn();
  for (const size_t cell : {4u, 5u, 10u, 11u}) hide(record, cell);  // 0–30 and 60–90
  EXPECT_EQ(text(record), "ends");
  record = drawn();
  for (const size_t cell : {2u, 8u, 11u}) hide(record, cell);  // and not how many in all
  EXPECT_EQ(text(record), "0-30 100: 10 10 0.8947 | ends");
  record = drawn();
  hide(record, 0);
  EXPECT_EQ(text(record), "ends");
}

TEST(Survival, an_open_band_has_no_survival) {
  Record record = drawn();
  record.dimensions[0].codes[3].code = "=60+";
  EXPECT_EQ(text(record), "0-30 100: 10 10 0.8947 | 30-60 80: 10 20 0.7669 | 60- 50: 20 30 | whole");
}

TEST(Survival, as_a_table_and_as_a_drawing) {
  const Grid grid = grid_of(drawn(), Language::danish);
  EXPECT_EQ(grid.heading.front(), "fra");
  ASSERT_EQ(grid.rows.size(), 3u);
  EXPECT_EQ(grid.rows[1], (std::vector<std::string>{"30", "60", "80", "10", "20", "0,7669", "0,0461"}));
  const std::string chart = write_document(drawn(), "svg", Language::english).value();
  EXPECT_NE(chart.find("<polyline points=\"70,50 230.0,81.6"), std::string::npos) << chart;
  EXPECT_NE(chart.find("100 (0) 80 (30) 50 (60)"), std::string::npos);
}

}  // namespace
}  // namespace fvm::safetable
