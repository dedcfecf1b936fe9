#include <algorithm>
#include <optional>
#include <unordered_set>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

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

// "<2", "under 2": fewer than two or three; "3-4": a range inside the threshold; "6/2", "|||": a count in
// other words.
bool says_nearly(std::string_view cell, uint64_t count_min) {
  constexpr size_t bytes_max = 12;
  if (cell.empty() || cell.size() > bytes_max || cell.find_first_of("<-/|I") == std::string_view::npos)
    return false;
  if (cell.find_first_not_of("|/I") == std::string_view::npos && cell.size() < count_min) return true;
  const auto all = words(cell);
  std::vector<uint64_t> numbers;
  for (const std::string& word : all) {
    if (word.size() <= 2 &&
        std::all_of(word.begin(), word.end(), [](unsigned char c) { return c >= '0' && c <= '9'; }))
      numbers.push_back(std::stoul(word));
  }
  const bool below = cell.starts_with("<") && !cell.starts_with("<=");
  if (below) return numbers.size() == 1 && numbers[0] <= 2;
  if (numbers.size() != 2 || all.size() != 2) return false;
  const char mark = cell[cell.find_first_not_of("0123456789")];
  if (mark == '/')
    return numbers[1] > 0 && numbers[0] % numbers[1] == 0 && numbers[0] / numbers[1] < count_min;
  return mark == '-' && numbers[0] > 1 && numbers[1] > numbers[0] && numbers[1] < count_min;
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

// "Øst i alt": the total of what stands above it.
bool is_subtotal_row(const Table& table, const Layout& layout, size_t row) {
  return std::any_of(layout.labels.begin(), layout.labels.end(),
                     [&](size_t c) { return lower(cell_at(table, row, c)).ends_with(" i alt"); });
}

// The same total twice in one file, a few apart: those few were left out of one.
void check_two_totals(const Table& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  constexpr size_t totals_max = 1000;
  if (table.rows.size() > rows_judged_max) return leave_to_person(table, "rows", findings);
  if (layout.labels.empty()) return;
  std::vector<size_t> totals;
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    if (is_total_row(table, layout, r)) totals.push_back(r);
  }
  if (totals.size() > totals_max) return leave_to_person(table, "totals", findings);
  for (const size_t a : totals) {
    for (const size_t b : totals) {
      if (a >= b || cell_at(table, a, layout.labels[0]) != cell_at(table, b, layout.labels[0])) continue;
      for (const size_t c : layout.values) {
        const auto one = count_of(cell_at(table, a, c)), other = count_of(cell_at(table, b, c));
        if (!counts_units(layout.columns[c]) || !one || !other || *one == *other) continue;
        if (std::max(*one, *other) - std::min(*one, *other) < parameters.cell_count_min)
          findings.add("finding.small_difference", place_of(table, b, c), "", layout.columns[c].header);
      }
    }
  }
}

// A hidden count between two totals: the last total and what stands above it until the one before.
void check_subtotals(const Table& table, const Layout& layout, const Parameters& parameters,
                     Findings& findings) {
  if (table.rows.size() > rows_judged_max) return leave_to_person(table, "rows", findings);
  std::vector<bool> is_total(table.rows.size());
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r)
    is_total[r] = is_total_row(table, layout, r) || is_subtotal_row(table, layout, r);
  for (const size_t c : layout.values) {
    if (!counts_units(layout.columns[c])) continue;
    Line line;
    size_t parts = 0;
    for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
      const std::string_view cell = cell_at(table, r, c);
      if (is_total[r]) {
        const auto total = count_of(cell);
        if (parts >= 2 && line.masked == 1 && line.gives_away(total, parameters))
          findings.add("finding.recalculable", place_of(table, line.where->first, c), "",
                       layout.columns[c].header);
        line = {}, parts = 0;
      } else if (!cell.empty()) {
        line.take(cell, r, c);
        ++parts;
      }
    }
  }
}

// "<2" and "3-4" hide nothing: one number at most is left, or two.
void check_ranges(const Table& table, const Layout& layout, const Parameters& parameters,
                  Findings& findings) {
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    for (const size_t c : layout.values) {
      const Column& column = layout.columns[c];
      if (column.kind != ColumnKind::count && column.kind != ColumnKind::number) continue;
      const std::string_view cell = cell_at(table, r, c);
      if (says_nearly(cell, parameters.cell_count_min))
        findings.add("finding.small_count_possible", place_of(table, r, c), shape_of(cell), column.header);
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
    if (parts >= 2 && line.lacks_a_part(count_of(cell_at(table, r, total)), parameters))
      findings.add("finding.small_difference", place_of(table, r, total), "", layout.columns[total].header);
    if (parts >= 2 && line.gives_away(count_of(cell_at(table, r, total)), parameters)) {
      findings.add("finding.recalculable", place_of(table, line.where->first, line.where->second), "",
                   layout.columns[line.where->second].header);
    }
  }
}

// Everybody or nobody of a group whose size is shown is what a person must weigh; a total's hundred percent
// is not.
void report_whole_group(const Table& table, const Layout& layout, size_t row, size_t column,
                        Findings& findings) {
  bool sized = false;
  for (const size_t c : layout.values) {
    const auto size = counts_units(layout.columns[c]) ? count_of(cell_at(table, row, c)) : std::nullopt;
    sized |= size && *size > 0;
  }
  const Place place = place_of(table, row, column);
  if (sized && !is_total_row(table, layout, row))
    return findings.add_as(Severity::review, "finding.whole_group", place, "", layout.columns[column].header);
  findings.add("finding.whole_group", place, "", layout.columns[column].header);
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
      if (all || share->value == 0) report_whole_group(table, layout, r, c, findings);
    }
  }
}

}  // namespace

void leave_to_person(const Table& table, std::string_view why, Findings& findings) {
  if (findings.count("finding.person_reads") == 0)
    findings.add("finding.person_reads", {table.sheet, 0, 0}, "", std::string(why));
}

std::vector<Total> totals_of(const Table& table, const Layout& layout) {
  std::vector<Total> totals;
  size_t total_row = table.rows.size(), rows = 0;
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    if (is_total_row(table, layout, r)) total_row = r, ++rows;
  }
  if (rows != 1) return totals;
  for (const size_t c : layout.values) {
    const auto value =
        counts_units(layout.columns[c]) ? count_of(cell_at(table, total_row, c)) : std::nullopt;
    if (value) totals.push_back({lower(layout.columns[c].header), *value});
  }
  return totals;
}

bool differ_by_few(const std::vector<Total>& a, const std::vector<Total>& b, const Parameters& parameters) {
  for (const Total& one : a) {
    for (const Total& other : b) {
      const uint64_t apart = one.value > other.value ? one.value - other.value : other.value - one.value;
      if (one.header == other.header && apart > 0 && apart < parameters.cell_count_min) return true;
    }
  }
  return false;
}

void check_counts(const Table& table, const Layout& layout, const Parameters& parameters,
                  Findings& findings) {
  check_subtotals(table, layout, parameters, findings);
  check_two_totals(table, layout, parameters, findings);
  check_ranges(table, layout, parameters, findings);
  check_small(table, layout, parameters, findings);
  check_total_rows(table, layout, parameters, findings);
  check_total_columns(table, layout, parameters, findings);
  check_shares(table, layout, findings);
}

}  // namespace fvm::disclosure
