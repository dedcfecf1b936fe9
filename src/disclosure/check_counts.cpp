#include <algorithm>
#include <optional>
#include <unordered_set>

#include "disclosure/checks.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

std::string_view cell_at(const Table& table, size_t row, size_t column) {
  const auto& cells = table.rows[row];
  return column < cells.size() ? trim(cells[column]) : std::string_view();
}

Place place_of(const Table& table, size_t row, size_t column) {
  return {table.sheet, table.first_row + row, column + 1};
}

bool has_word(std::string_view text, const std::unordered_set<std::string_view>& known) {
  constexpr size_t label_bytes_max = 200;  // longer ones are prose
  if (text.empty() || text.size() > label_bytes_max) return false;
  const auto all = words(text);
  return std::any_of(all.begin(), all.end(), [&](const std::string& word) { return known.contains(word); });
}

// The label of a row says that its numbers are statistics, not counts: "Alder, median (IQR)".
bool is_statistic_row(const Table& table, const Layout& layout, size_t row) {
  static const std::unordered_set<std::string_view> statistics = {
      "mean", "median", "gns", "gennemsnit", "sd", "iqr", "std", "rate", "ratio", "hr", "or", "rr", "p"};
  return std::any_of(layout.labels.begin(), layout.labels.end(),
                     [&](size_t c) { return has_word(cell_at(table, row, c), statistics); });
}

bool is_total_row(const Table& table, const Layout& layout, size_t row) {
  static const std::unordered_set<std::string_view> totals = {"total", "totalt", "ialt",   "alle",
                                                              "sum",   "all",    "overall"};
  return std::any_of(layout.labels.begin(), layout.labels.end(), [&](size_t c) {
    const std::string_view cell = cell_at(table, row, c);
    return !cell.empty() && (has_word(cell, totals) || lower(cell) == "i alt");
  });
}

bool counts_units(const Column& column) {
  return column.kind == ColumnKind::count || column.kind == ColumnKind::number;
}

bool is_total_column(const Column& column) {
  static const std::unordered_set<std::string_view> totals = {"total", "totalt", "ialt",
                                                              "alle",  "sum",    "all"};
  return counts_units(column) && (has_word(column.header, totals) || lower(column.header) == "i alt");
}

// A cell in words where counts are expected.
void report_reading(const Reading& reading, std::string_view cell, const Place& place, const Column& column,
                    const Parameters& parameters, Findings& findings) {
  const bool counted = reading.value > 0 && reading.value < parameters.cell_count_min;
  if (reading.wording == Wording::count && counted)
    findings.add("finding.small_count", place, shape_of(cell), column.header);
  if (reading.wording == Wording::doubtful && counted)
    findings.add("finding.small_count_possible", place, shape_of(cell), column.header);
}

void check_small(const Table& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    std::optional<bool> statistic;
    for (size_t c = 0; c < table.rows[r].size(); ++c) {
      const Column& column = layout.columns[c];
      const std::string_view cell = cell_at(table, r, c);
      if (cell.empty() || column.kind == ColumnKind::category || column.kind == ColumnKind::share ||
          column.kind == ColumnKind::identifier) {
        continue;
      }
      const auto count = count_of(cell);
      if (!count && column.kind == ColumnKind::count && !is_statistic_row(table, layout, r))
        report_reading(reading_of(cell), cell, place_of(table, r, c), column, parameters, findings);
      if (!count || *count == 0 || *count >= parameters.cell_count_min) continue;
      // In a column of texts or measures only "3 (0,4 %)", "3/250" and "n=3" say that they are counts.
      const bool written_as_count = !number_of(cell);
      if (!counts_units(column) && !written_as_count) continue;
      if (!statistic) statistic = is_statistic_row(table, layout, r);
      const bool certain = (column.kind == ColumnKind::count || written_as_count) && !*statistic;
      findings.add(certain ? "finding.small_count" : "finding.small_count_possible", place_of(table, r, c),
                   shape_of(cell), column.header);
    }
  }
}

// One masked cell among counts whose total is shown: the hidden one is total − the others. `cells` are the
// counts without the total.
//
// With none masked, one that was left out ("-", "NA", nothing) counts as masked.
struct Line {
  uint64_t sum = 0, masked = 0, left_out = 0;
  std::optional<std::pair<size_t, size_t>> where;
  bool readable = true;

  void take(std::string_view cell, size_t row, size_t column) {
    static const std::unordered_set<std::string_view> nothing = {"",   "-",   "--",  ".",    "NA",   "N/A",
                                                                 "na", "n/a", "NaN", "NULL", "null", "?"};
    if (is_masked(cell)) {
      if (masked++ == 0) where = {row, column};
    } else if (nothing.contains(cell)) {
      if (left_out++ == 0 && masked == 0) where = {row, column};
    } else if (const auto count = count_of(cell)) {
      sum += *count;
    } else if (!cell.empty()) {
      readable = false;
    }
  }
  bool gives_away(std::optional<uint64_t> total, const Parameters& parameters) const {
    const bool one = masked == 1 || (masked == 0 && left_out == 1);
    if (!readable || !one || !total || *total <= sum) return false;
    return *total - sum < parameters.cell_count_min;
  }
  // Nothing is hidden, and yet the total is a few more than its parts: a row was taken out.
  bool lacks_a_part(std::optional<uint64_t> total, const Parameters& parameters) const {
    return readable && masked == 0 && left_out == 0 && sum > 0 && total && *total > sum &&
           *total - sum < parameters.cell_count_min;
  }
};

void check_total_rows(const Table& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  size_t total_row = table.rows.size(), totals = 0;
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    if (is_total_row(table, layout, r)) total_row = r, ++totals;
  }
  if (totals != 1) return;
  for (const size_t c : layout.values) {
    if (!counts_units(layout.columns[c])) continue;
    Line line;
    for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
      if (r != total_row) line.take(cell_at(table, r, c), r, c);
    }
    const auto total = count_of(cell_at(table, total_row, c));
    if (line.lacks_a_part(total, parameters)) {
      findings.add("finding.small_count_possible", place_of(table, total_row, c), "",
                   layout.columns[c].header);
    }
    if (line.gives_away(total, parameters)) {
      findings.add("finding.recalculable", place_of(table, line.where->first, line.where->second), "",
                   layout.columns[c].header);
    }
  }
}

void check_total_columns(const Table& table, const Layout& layout, const Parameters& parameters,
                         Findings& findings) {
  size_t total = layout.columns.size(), totals = 0;
  for (const size_t c : layout.values) {
    if (is_total_column(layout.columns[c])) total = c, ++totals;
  }
  if (totals != 1) return;
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    Line line;
    size_t parts = 0;
    for (const size_t c : layout.values) {
      if (c == total || !counts_units(layout.columns[c])) continue;
      line.take(cell_at(table, r, c), r, c);
      ++parts;
    }
    if (parts >= 2 && line.gives_away(count_of(cell_at(table, r, total)), parameters)) {
      findings.add("finding.recalculable", place_of(table, line.where->first, line.where->second), "",
                   layout.columns[line.where->second].header);
    }
  }
}

// A masked count with a share beside it can be worked out when the denominator is known; a share of 0 or 100
// % tells about everybody in its group.
void check_shares(const Table& table, const Layout& layout, Findings& findings) {
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    bool masked = false;
    for (const size_t c : layout.values) {
      masked |= counts_units(layout.columns[c]) && is_masked(cell_at(table, r, c));
    }
    for (const size_t c : layout.values) {
      if (layout.columns[c].kind != ColumnKind::share) continue;
      const auto share = number_of(cell_at(table, r, c));
      if (!share) continue;
      if (masked && share->value > 0)
        findings.add("finding.percent_beside", place_of(table, r, c), "", layout.columns[c].header);
      const bool all = share->value == 100 || (share->value == 1 && !share->percent);
      if (all || share->value == 0)
        findings.add("finding.whole_group", place_of(table, r, c), "", layout.columns[c].header);
    }
  }
}

}  // namespace

void check_counts(const Table& table, const Layout& layout, const Parameters& parameters,
                  Findings& findings) {
  check_small(table, layout, parameters, findings);
  check_total_rows(table, layout, parameters, findings);
  check_total_columns(table, layout, parameters, findings);
  check_shares(table, layout, findings);
}

}  // namespace fvm::disclosure
