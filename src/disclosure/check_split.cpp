// Personal numbers whose date and last four digits stand in two cells: in two columns, in two rows, or one
// below the other.
#include <algorithm>
#include <string_view>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t pairs_min = 3;

bool is_short_date(std::string_view text) {
  constexpr size_t digits = 6;
  return text.size() == digits && ascii::all_digits(text) && is_plausible_date(text);
}

bool is_four(std::string_view text) {
  constexpr size_t digits = 4;
  return text.size() == digits && ascii::all_digits(text);
}

bool is_year(std::string_view four) {
  return four.starts_with("19") || four.starts_with("20");
}

// Cells of two columns, or of two rows, that make numbers together.
struct Pairs {
  size_t filled = 0, dated = 0, years = 0, first = 0;
  void take(size_t at, std::string_view date, std::string_view four) {
    if (date.empty()) return;
    ++filled;
    if (!is_short_date(date) || !is_four(four)) return;
    if (dated++ == 0) first = at;
    years += is_year(four);
  }
  bool any() const { return dated >= pairs_min && dated * 2 >= filled; }
  // A column of years is none of last digits.
  bool mostly_years() const { return years * 2 > dated; }
};

Pairs columns_together(const Grid& table, const Layout& layout, size_t date, size_t four) {
  Pairs pairs;
  for (size_t r = layout.header_rows; r < table.rows(); ++r)
    pairs.take(r, table.text(r, date), table.text(r, four));
  return pairs;
}

// Side by side they refuse; apart, or the other way round, they may be days and counts by the thousand.
void check_columns(const Grid& table, const Layout& layout, Findings& findings) {
  Asked dated(table, [&](Grid::Id id) { return is_short_date(table.text(id)); });
  Asked four(table, [&](Grid::Id id) { return is_four(table.text(id)); });
  const auto dates = layout.tallies.columns_with([&](size_t, Grid::Id text) { return dated(text); });
  if (dates.empty()) return;
  if (dates.size() * layout.columns.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
  for (const size_t number : layout.tallies.columns_with([&](size_t, Grid::Id text) { return four(text); })) {
    for (const size_t date : dates) {
      if (date == number) continue;
      const Pairs pairs = columns_together(table, layout, date, number);
      const bool beside = date + 1 == number;
      if (!pairs.any() || (!beside && pairs.mostly_years())) continue;
      findings.add(beside ? "finding.personal_number" : "finding.personal_number_possible",
                   table.place(pairs.first, date), "999999|9999", layout.columns[date].header);
    }
  }
}

// "010203" and below it "1235", again and again.
void check_below(const Grid& table, const Layout& layout, Findings& findings) {
  Asked dated(table, [&](Grid::Id id) { return is_short_date(table.text(id)); });
  for (const size_t c : layout.tallies.columns_with([&](size_t, Grid::Id text) { return dated(text); })) {
    Pairs pairs;
    for (size_t r = 0; r + 1 < table.rows(); ++r) {
      if (table.id(r, c) != 0 && dated(table.id(r, c))) pairs.take(r, table.text(r, c), table.text(r + 1, c));
    }
    if (pairs.any())
      findings.add("finding.personal_number_possible", table.place(pairs.first, c), "999999|9999",
                   layout.columns[c].header);
  }
}

// The same on its side: a row of dates, and one of last digits.
void check_lines(const Grid& table, Findings& findings) {
  constexpr size_t rows_max = 200;
  if (table.rows() > rows_max) return;  // such a table is read downwards
  const auto together = [&](size_t date, size_t four) {
    Pairs pairs;
    for (size_t c = 0; c < std::min(table.width(date), table.width(four)); ++c)
      pairs.take(c, table.text(date, c), table.text(four, c));
    return pairs;
  };
  for (size_t date = 0; date < table.rows(); ++date) {
    const auto cells = table.row(date);
    if (std::none_of(cells.begin(), cells.end(), [&](Grid::Id id) { return is_short_date(table.text(id)); }))
      continue;
    for (size_t four = 0; four < table.rows(); ++four) {
      if (date == four) continue;
      const Pairs pairs = together(date, four);
      if (!pairs.any() || pairs.mostly_years()) continue;
      findings.add("finding.personal_number_possible", table.place(date, pairs.first), "999999|9999");
    }
  }
}

}  // namespace

void check_split(const Grid& table, const Layout& layout, Findings& findings) {
  check_columns(table, layout, findings);
  check_below(table, layout, findings);
  check_lines(table, findings);
}

}  // namespace fvm::disclosure
