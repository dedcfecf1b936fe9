#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/few.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// A cell in words where counts are expected.
void report_reading(const Reading& reading, std::string_view cell, const Place& place, const Column& column,
                    const Parameters& parameters, Findings& findings) {
  const bool counted = reading.value > 0 && reading.value < parameters.cell_count_min;
  if (reading.wording == Wording::count && counted)
    findings.add("finding.small_count", place, shape_of(cell), column.header);
  if (reading.wording == Wording::doubtful && counted)
    findings.add("finding.small_count_possible", place, shape_of(cell), column.header);
}

void check_small(const Grid& table, const Layout& layout, Labels& labels, const Parameters& parameters,
                 Findings& findings) {
  Asked wordless(table, [&](Grid::Id id) { return reading_of(table.text(id)).wording == Wording::none; });
  const auto may_be_small = [&](size_t c, Grid::Id id) {
    const Column& column = layout.columns[c];
    if (column.kind == ColumnKind::category || column.kind == ColumnKind::identifier) return false;
    // "No. (%)": of a column of shares what is none.
    if (column.kind == ColumnKind::share &&
        (table.says_number(id) || table.text(id).find('(') == std::string_view::npos))
      return false;
    const auto& count = table.said(id).count;
    if (!count) return column.kind == ColumnKind::count && !wordless(id);
    // In a column of texts or measures only "3 (0,4 %)", "3/250" and "n=3" say that they are counts.
    const bool is_count = counts_units(column) || !table.says_number(id);
    return is_count && *count > 0 && *count < parameters.cell_count_min;
  };
  each_cell_with(table, layout, may_be_small, [&](size_t r, size_t c, Grid::Id id) {
    const Column& column = layout.columns[c];
    const std::string_view cell = table.text(id);
    const bool statistic = labels.statistic(r), count = table.said(id).count.has_value();
    if (!count && !statistic)
      report_reading(reading_of(cell), cell, table.place(r, c), column, parameters, findings);
    if (!count) return;
    const bool certain = (column.kind == ColumnKind::count || !table.says_number(id)) && !statistic;
    findings.add(certain ? "finding.small_count" : "finding.small_count_possible", table.place(r, c),
                 shape_of(cell), column.header);
  });
}

// One masked cell among counts whose total is shown: the hidden one is total − the others. `cells` are the
// counts without the total.
//
// With none masked, one that was left out ("-", "NA", nothing) counts as masked.
struct Line {
  uint64_t sum = 0, masked = 0, left_out = 0;
  uint64_t open = 0;  // masked by a sign that may stand for many: "*" beside "<5"
  std::optional<std::pair<size_t, size_t>> where;
  bool readable = true;

  void take(const Grid& table, size_t row, size_t column) {
    static const std::unordered_set<std::string_view> nothing = {"",   "-",   "--",  ".",    "NA",   "N/A",
                                                                 "na", "n/a", "NaN", "NULL", "null", "?"};
    const Grid::Said& said = table.said(row, column);
    if (said.masked) {
      if (masked++ == 0) where = {row, column};
      open += ascii::alphanumeric(table.text(row, column).back()) ? 0 : 1;
    } else if (said.count) {
      sum += *said.count;
    } else if (nothing.contains(table.text(row, column))) {
      if (left_out++ == 0 && masked == 0) where = {row, column};
    } else {
      readable = false;
    }
  }
  bool gives_away(std::optional<uint64_t> total, const Parameters& parameters) const {
    const bool one = masked == 1 || (masked == 0 && left_out == 1);
    if (!readable || !one || !total || *total <= sum) return false;
    return *total - sum < parameters.cell_count_min;
  }
  // Several are hidden, and what is left for them is the least or the most that they can be: each is known.
  bool gives_all_away(std::optional<uint64_t> total, const Parameters& parameters) const {
    if (!readable || masked < 2 || left_out > 0 || !total || *total <= sum) return false;
    const uint64_t left = *total - sum;
    return left <= masked || (open == 0 && left == masked * (parameters.cell_count_min - 1));
  }
  // Nothing is hidden, and yet the total is a few more than its parts: a row was taken out.
  bool lacks_a_part(std::optional<uint64_t> total, const Parameters& parameters) const {
    return readable && masked == 0 && left_out == 0 && sum > 0 && total && *total > sum &&
           *total - sum < parameters.cell_count_min;
  }
};

void check_total_rows(const Grid& table, const Layout& layout, Labels& labels, const Parameters& parameters,
                      Findings& findings) {
  const auto totals = labels.totals();
  if (totals.size() != 1) return;
  const size_t total_row = totals.front();
  for (const size_t c : layout.values) {
    if (!counts_units(layout.columns[c])) continue;
    Line line;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      if (r != total_row) line.take(table, r, c);
    }
    const auto total = table.said(total_row, c).count;
    if (line.lacks_a_part(total, parameters) || line.gives_all_away(total, parameters)) {
      findings.add("finding.small_count_possible", table.place(total_row, c), "", layout.columns[c].header);
    }
    if (line.gives_away(total, parameters)) {
      findings.add("finding.recalculable", table.place(line.where->first, line.where->second), "",
                   layout.columns[c].header);
    }
  }
}

// The same total twice in one file, a few apart: those few were left out of one.
void check_two_totals(const Grid& table, const Layout& layout, Labels& labels, const Parameters& parameters,
                      Findings& findings) {
  constexpr size_t totals_max = 1000;
  if (table.rows() > rows_judged_max) return leave_to_person(table, "rows", findings);
  if (layout.labels.empty()) return;
  const auto totals = labels.totals();
  if (totals.size() > totals_max) return leave_to_person(table, "totals", findings);
  for (const size_t a : totals) {
    for (const size_t b : totals) {
      if (a >= b || table.id(a, layout.labels[0]) != table.id(b, layout.labels[0])) continue;
      for (const size_t c : layout.values) {
        const auto one = table.said(a, c).count, other = table.said(b, c).count;
        if (counts_units(layout.columns[c]) && one && other && differ_by_few(*one, *other, parameters))
          findings.add("finding.small_difference", table.place(b, c), "", layout.columns[c].header);
      }
    }
  }
}

// A hidden count between two totals: the last total and what stands above it until the one before.
void check_subtotals(const Grid& table, const Layout& layout, Labels& labels, const Parameters& parameters,
                     Findings& findings) {
  if (table.rows() > rows_judged_max) return leave_to_person(table, "rows", findings);
  std::vector<bool> is_total(table.rows());
  for (size_t r = layout.header_rows; r < table.rows(); ++r)
    is_total[r] = labels.total(r) || labels.subtotal(r);
  for (const size_t c : layout.values) {
    if (!counts_units(layout.columns[c])) continue;
    Line line;
    size_t parts = 0;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const Grid::Said& said = table.said(r, c);
      if (is_total[r]) {
        const auto& total = said.count;
        if (parts >= 2 && line.masked == 1 && line.gives_away(total, parameters))
          findings.add("finding.recalculable", table.place(line.where->first, c), "",
                       layout.columns[c].header);
        line = {}, parts = 0;
      } else if (table.id(r, c) != 0) {
        line.take(table, r, c);
        ++parts;
      }
    }
  }
}

// "<2" and "3-4" hide nothing: one number at most is left, or two.
void check_ranges(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  Asked nearly(table, [&](Grid::Id id) { return says_nearly(table.text(id), parameters.cell_count_min); });
  const auto is_range = [&](size_t c, Grid::Id id) { return counts_units(layout.columns[c]) && nearly(id); };
  each_cell_with(table, layout, is_range, [&](size_t r, size_t c, Grid::Id id) {
    findings.add("finding.small_count_possible", table.place(r, c), shape_of(table.text(id)),
                 layout.columns[c].header);
  });
}

// "heraf 3 personer med HIV" in a label, a note or a title, "Kvinder [3 personer]". Without a word that takes
// a part of something, or brackets, it may be a group's name ("familier med 2 børn").
bool tells_few(std::string_view text, uint64_t count_min) {
  static const Known parts = {"heraf",   "deraf",     "hvoraf",  "kun",     "only",        "whom",
                              "which",   "including", "mangler", "missing", "uoplyst",     "uoplyste",
                              "ukendt",  "unknown",   "deleted", "udeladt", "udeladte",    "excluded",
                              "removed", "note",      "fjernet", "omitted", "ekskluderet", "ekskluderede"};
  static constexpr ascii::Among brackets("([");
  static const Known of_these = {"heraf", "deraf", "hvoraf"};
  const std::vector<std::string> all = words(text);
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    const auto count = of_these.contains(all[i]) ? count_of(all[i + 1]) : std::nullopt;
    if (count && *count > 0 && *count < count_min) return true;
  }
  return (brackets.any_of(text) || has_word(text, parts)) && !find_few(text, count_min).empty();
}

void check_told(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  Asked told(table, [&](Grid::Id id) {
    constexpr size_t bytes_min = 7, bytes_max = 400;
    const std::string_view text = table.text(id);
    return text.size() >= bytes_min && text.size() <= bytes_max && !table.says_number(id) &&
           std::any_of(text.begin(), text.end(), ascii::digit) && tells_few(text, parameters.cell_count_min);
  });
  const auto report = [&](size_t r, size_t c) {
    findings.add("finding.small_count_possible", table.place(r, c), "", layout.columns[c].header);
  };
  for (size_t r = 0; r < layout.header_rows; ++r) {
    for (size_t c = 0; c < table.width(r); ++c)
      if (told(r, c)) report(r, c);
  }
  each_cell_with(
      table, layout, [&](size_t, Grid::Id id) { return told(id); },
      [&](size_t r, size_t c, Grid::Id) { report(r, c); });
}

void check_total_columns(const Grid& table, const Layout& layout, const Parameters& parameters,
                         Findings& findings) {
  size_t total = layout.columns.size(), totals = 0;
  for (const size_t c : layout.values) {
    if (is_total_column(layout.columns[c])) total = c, ++totals;
  }
  if (totals != 1) return;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    Line line;
    size_t parts = 0;
    for (const size_t c : layout.values) {
      if (c == total || !counts_units(layout.columns[c])) continue;
      line.take(table, r, c);
      ++parts;
    }
    if (parts >= 2 && line.lacks_a_part(table.said(r, total).count, parameters))
      findings.add("finding.small_difference", table.place(r, total), "", layout.columns[total].header);
    if (parts >= 2 && line.gives_all_away(table.said(r, total).count, parameters))
      findings.add("finding.small_count_possible", table.place(r, total), "", layout.columns[total].header);
    if (parts >= 2 && line.gives_away(table.said(r, total).count, parameters)) {
      findings.add("finding.recalculable", table.place(line.where->first, line.where->second), "",
                   layout.columns[line.where->second].header);
    }
  }
}

// Everybody or nobody of a group whose size is shown is what a person must weigh; a total's hundred percent
// is not.
void report_whole_group(const Grid& table, const Layout& layout, Labels& labels, size_t row, size_t column,
                        bool nobody, Findings& findings) {
  // The count nearest to its left is what it is of, or else the least of the row.
  uint64_t size = 0, least = 0;
  for (const size_t c : layout.values) {
    const uint64_t count = counts_units(layout.columns[c]) ? table.said(row, c).count.value_or(0) : 0;
    if (count == 0) continue;
    least = least == 0 ? count : std::min(least, count);
    if (c < column && layout.columns[c].kind == ColumnKind::count) size = count;
  }
  if (size == 0) size = least;
  const bool sized = size > 0 && size < (nobody ? large_group : whole_by_definition);
  const Place place = table.place(row, column);
  // "I alt" below group numbers.
  const bool of_all = table.width(row) > 0 && lower(table.text(row, 0)).starts_with("i alt");
  if (sized && !of_all && !labels.total(row))
    return findings.add_as(Severity::review, "finding.whole_group", place, "", layout.columns[column].header);
  findings.add("finding.whole_group", place, "", layout.columns[column].header);
}

// Row percentages and their hundred.
bool is_sum_of_shares(const Grid& table, const Layout& layout, size_t column) {
  constexpr double whole = 100, rounding = 0.5;
  size_t rows = 0;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    double others = 0;
    for (const size_t c : layout.values) {
      const auto& share = table.said(r, c).number;
      if (c != column && share && layout.columns[c].kind == ColumnKind::share) others += share->value;
    }
    const auto& sum = table.said(r, column).number;
    if (!sum) continue;
    if (sum->value != whole || std::fabs(others - whole) > rounding) return false;
    ++rows;
  }
  return rows > 0;
}

// A masked count with a share beside it can be worked out when the denominator is known; a share of 0 or 100
// % tells about everybody in its group.
void check_shares(const Grid& table, const Layout& layout, Labels& labels, Findings& findings) {
  static const Known added_up = {"cum",       "cumulative",  "kum",    "kumulativ",
                                 "kumuleret", "akkumuleret", "cumpct", "cumpercent"};
  const bool any = std::any_of(layout.values.begin(), layout.values.end(),
                               [&](size_t c) { return layout.columns[c].kind == ColumnKind::share; });
  if (!any) return;
  const std::vector<bool> adds_up =
      columns_that(layout, [](const Column& column) { return has_word(column.header, added_up); });
  // 1 among 0,6 and 2,0 is one percent; what also falls, or is the sum of the other shares, is no
  // group's share.
  std::vector<bool> fractions, changes;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const auto below = [&](Grid::Id id) { return table.says_number(id) && table.said(id).number->value < 0; };
    fractions.push_back(is_at_most_one(table, layout, c));
    changes.push_back(layout.tallies.any(c, below) || is_sum_of_shares(table, layout, c));
  }
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    bool masked = false, left_out = false;
    for (const size_t c : layout.values) {
      masked |= counts_units(layout.columns[c]) && table.said(r, c).masked;
      left_out |=
          layout.columns[c].kind == ColumnKind::share && table.id(r, c) != 0 && !table.said(r, c).number;
    }
    for (const size_t c : layout.values) {
      if (layout.columns[c].kind != ColumnKind::share) continue;
      const auto& share = table.said(r, c).number;
      if (!share) continue;
      if (masked && share->value != 0)
        findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
      if (adds_up[c] && left_out)
        findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
      if (adds_up[c] || changes[c]) continue;
      const bool all = share->value == 100 || (share->value == 1 && !share->percent && fractions[c]);
      if (all || share->value == 0) report_whole_group(table, layout, labels, r, c, !all, findings);
    }
  }
}

}  // namespace

void leave_to_person(const Grid& table, std::string_view why, Findings& findings) {
  if (findings.count("finding.person_reads") == 0)
    findings.add("finding.person_reads", {table.sheet, 0, 0}, "", std::string(why));
}

std::vector<Total> totals_of(const Grid& table, const Layout& layout) {
  std::vector<Total> totals;
  const auto rows = Labels(table, layout).totals();
  if (rows.size() != 1) return totals;
  const size_t total_row = rows.front();
  for (const size_t c : layout.values) {
    const auto value = counts_units(layout.columns[c]) ? table.said(total_row, c).count : std::nullopt;
    if (value) totals.push_back({lower(layout.columns[c].header), *value});
  }
  return totals;
}

bool differ_by_few(uint64_t one, uint64_t other, const Parameters& parameters) {
  return one != other && std::max(one, other) - std::min(one, other) < parameters.cell_count_min;
}

bool differ_by_few(const std::vector<Total>& a, const std::vector<Total>& b, const Parameters& parameters) {
  for (const Total& one : a) {
    for (const Total& other : b) {
      if (one.header == other.header && differ_by_few(one.value, other.value, parameters)) return true;
    }
  }
  return false;
}

void check_counts(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  Labels labels(table, layout);
  check_subtotals(table, layout, labels, parameters, findings);
  check_two_totals(table, layout, labels, parameters, findings);
  check_ranges(table, layout, parameters, findings);
  check_told(table, layout, parameters, findings);
  check_small(table, layout, labels, parameters, findings);
  check_total_rows(table, layout, labels, parameters, findings);
  check_total_columns(table, layout, parameters, findings);
  check_shares(table, layout, labels, findings);
}

}  // namespace fvm::disclosure
