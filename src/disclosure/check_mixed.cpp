// What a column does not say of itself: counts among figures of another kind, totals that no name tells,
// counts that are added up, two counts in one cell.
#include <algorithm>
#include <optional>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t rows_min = 2, columns_max = 60;

bool is_few(uint64_t count, const Parameters& parameters) {
  return count > 0 && count < parameters.cell_count_min;
}

// Nothing but whole numbers in a row, and more than the ones of a reference group.
bool is_whole_row(const Grid& table, const Layout& layout, size_t row) {
  bool other_than_one = false;
  for (const size_t c : layout.values) {
    if (layout.columns[c].kind == ColumnKind::category || table.id(row, c) == 0) continue;
    const Grid::Said& said = table.said(row, c);
    if (!said.number && !said.masked) return false;
    if (said.number && (!said.number->whole || said.number->percent)) return false;
    other_than_one |= !said.number || said.number->value != 1;
  }
  return other_than_one;
}

// Table 1 of most papers: "Antal patienter" and "Gennemsnitsalder" in one column.
void check_rows_of_counts(const Grid& table, const Layout& layout, Labels& labels,
                          const Parameters& parameters, Findings& findings) {
  const std::vector<bool> of_groups =
      columns_that(layout, [](const Column& column) { return column.kind == ColumnKind::measure; });
  const std::vector<bool> of_statistics =
      columns_that(layout, [](const Column& column) { return says_statistic(column.header); });
  // "Recepter, antal" in a row, below "Median" beside "Gns.": of prescriptions, and no number of them.
  std::vector<bool> certain = columns_that(layout, [](const Column& column) {
    static const Known middles = {"median",  "mean",    "gns",        "gennemsnit", "sd",
                                  "std",     "iqr",     "fraktil",    "kvartil",    "percentil",
                                  "typetal", "average", "middelværdi"};
    const std::vector<std::string> all = words_of_label(column.header);
    return any_of_words(all, middles) || std::any_of(all.begin(), all.end(), is_percentile);
  });
  if (std::count(certain.begin(), certain.end(), true) < 2 || !has_middle(layout))
    certain.assign(certain.size(), false);
  // Shares of one, correlations: 1 is all of it.
  std::vector<bool> fractions;
  for (size_t c = 0; c < layout.columns.size(); ++c) fractions.push_back(is_at_most_one(table, layout, c));
  const auto may_be_few = [&](size_t c, Grid::Id id) {
    const auto& count = table.said(id).count;
    return of_groups[c] && !fractions[c] && table.says_number(id) && count && is_few(*count, parameters);
  };
  each_cell_with(table, layout, may_be_few, [&](size_t r, size_t c, Grid::Id id) {
    if (labels.statistic(r) || !table.said(id).number->whole) return;
    // "1" below "HR" is a reference.
    const bool reference = of_statistics[c] && table.said(id).number->value == 1;
    if (reference) return;
    if ((labels.counts(r) && !certain[c]) || (!of_statistics[c] && is_whole_row(table, layout, r)))
      findings.add("finding.small_count_possible", table.place(r, c), shape_of(table.text(id)),
                   layout.columns[c].header);
  });
}

// "120/123": few are left, or the second is few. "120 (3)", where nothing says percent.
bool has_few_beside(std::string_view cell, bool of_shares, const Parameters& parameters) {
  // "120/123 (97,6 %)".
  if (cell.find('/') != std::string_view::npos) cell = trim(cell.substr(0, cell.find('(')));
  const size_t mark = cell.find_first_of("/(");
  if (mark == std::string_view::npos || mark == 0 || cell.find('%') != std::string_view::npos) return false;
  std::string_view behind = cell.substr(mark + 1);
  if (cell[mark] == '(' && (of_shares || !behind.ends_with(')'))) return false;
  if (cell[mark] == '(') behind.remove_suffix(1);
  const std::string_view before = trim(cell.substr(0, mark));
  behind = trim(behind);
  const auto whole = [](std::string_view text) {
    constexpr size_t digits_max = 9;
    return text.size() <= digits_max && ascii::all_digits(text);
  };
  if (!whole(before) || !whole(behind)) return false;
  const uint64_t first = std::stoul(std::string(before)), second = std::stoul(std::string(behind));
  if (is_few(second, parameters)) return first >= second;
  return cell[mark] == '/' && second > first && is_few(second - first, parameters);
}

void check_pairs(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  static const Known shares = {"%",  "pct", "procent", "percent", "andel", "iqr",
                               "sd", "se",  "median",  "mean",    "gns"};
  const std::vector<bool> of_shares = columns_that(
      layout, [](const Column& column) { return !counts_units(column) || has_word(column.header, shares); });
  const auto has_few = [&](size_t c, Grid::Id id) {
    const ColumnKind kind = layout.columns[c].kind;
    if (table.says_number(id) || kind == ColumnKind::label || kind == ColumnKind::category) return false;
    return has_few_beside(trim(table.text(id)), of_shares[c], parameters);
  };
  each_cell_with(table, layout, has_few, [&](size_t r, size_t c, Grid::Id id) {
    findings.add("finding.small_count_possible", table.place(r, c), shape_of(table.text(id)),
                 layout.columns[c].header);
  });
}

// The counts of a line of cells but one, which may be their total.
struct Sum {
  uint64_t sum = 0, largest = 0;
  size_t parts = 0, masked = 0, where = 0;
  bool readable = true;
  void take(const Grid& table, size_t row, size_t column, size_t at) {
    const Grid::Said& said = table.said(row, column);
    if (said.masked) {
      ++masked, where = at;
    } else if (said.count) {
      sum += *said.count, largest = std::max(largest, *said.count), ++parts;
    } else if (table.id(row, column) != 0) {
      readable = false;
    }
  }
  // The hidden one, or all of several, follow from the total.
  bool tells(uint64_t total, const Parameters& parameters) const {
    if (!readable || masked == 0 || total <= sum || total < largest) return false;
    const uint64_t left = total - sum;
    return masked == 1 ? left < parameters.cell_count_min
                       : left <= masked || left == masked * (parameters.cell_count_min - 1);
  }
};

// The first or the last row is the total of all others, whatever it is called.
void check_unnamed_rows(const Grid& table, const Layout& layout, Labels& labels, const Parameters& parameters,
                        Findings& findings) {
  if (table.rows() < layout.header_rows + rows_min + 1 || table.rows() > rows_judged_max ||
      !labels.totals().empty())
    return;
  for (const size_t total : {layout.header_rows, table.rows() - 1}) {
    for (const size_t c : layout.values) {
      if (!counts_units(layout.columns[c]) || !table.said(total, c).count) continue;
      Sum sum;
      for (size_t r = layout.header_rows; r < table.rows(); ++r)
        if (r != total) sum.take(table, r, c, r);
      if (sum.tells(*table.said(total, c).count, parameters))
        findings.add_as(Severity::review, "finding.recalculable", table.place(sum.where, c), "",
                        layout.columns[c].header);
    }
  }
}

// A column that is the sum of the others in every row in which nothing is hidden.
void check_unnamed_columns(const Grid& table, const Layout& layout, const Parameters& parameters,
                           Findings& findings) {
  const std::vector<size_t> counted = counted_columns(layout);
  if (counted.size() < 3 || counted.size() > columns_max || table.rows() > rows_judged_max) return;
  for (const size_t total : {counted.front(), counted.back()}) {
    if (is_total_column(layout.columns[total])) continue;  // check_counts.cpp looks at it
    size_t fits = 0;
    bool is_total = true;
    std::vector<std::pair<size_t, Sum>> hidden;
    for (size_t r = layout.header_rows; is_total && r < table.rows(); ++r) {
      Sum sum;
      for (const size_t c : counted)
        if (c != total) sum.take(table, r, c, c);
      const auto& count = table.said(r, total).count;
      if (!sum.readable || !count) continue;
      if (sum.masked > 0) {
        hidden.emplace_back(r, sum);
      } else {
        is_total = *count == sum.sum;
        ++fits;
      }
    }
    if (!is_total || fits == 0) continue;
    for (const auto& [row, sum] : hidden) {
      if (sum.tells(*table.said(row, total).count, parameters))
        findings.add_as(Severity::review, "finding.recalculable", table.place(row, sum.where), "",
                        layout.columns[sum.where].header);
    }
  }
}

// Counts that are added up row by row, or those who are still there: what two of them differ by is a count.
void check_added_up(const Grid& table, const Layout& layout, const Parameters& parameters,
                    Findings& findings) {
  static const Known left = {"risk",      "risiko",  "live",   "alive", "atrisk",
                             "remaining", "løbende", "todate", "ytd"};
  for (const size_t c : layout.values) {
    const std::vector<std::string> header = words(layout.columns[c].header);
    const bool adds = std::any_of(header.begin(), header.end(), [](const std::string& word) {
      return word.starts_with("cum") || word.starts_with("kum") || word.starts_with("akkum");
    });
    if (!counts_units(layout.columns[c]) || (!adds && !any_of_words(header, left))) continue;
    std::optional<uint64_t> before;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto& count = table.said(r, c).count;
      if (!count) continue;
      if (before && is_few(std::max(*before, *count) - std::min(*before, *count), parameters))
        findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
      before = count;
    }
  }
}

// Who is left after each step of a selection, or with and without some of them: each row is a part of the one
// above, and what is lost is a count.
void check_selection(const Grid& table, const Layout& layout, const Parameters& parameters,
                     Findings& findings) {
  static const Known of_steps = {
      "eksklusion",   "ekskluderet", "ekskluderede", "excluded",   "exclusion", "excluding", "inklusion",
      "inkluderet",   "included",    "inclusion",    "complete",   "komplet",   "komplette", "kohorte",
      "cohort",       "step",        "trin",         "assessed",   "screened",  "eligible",  "randomised",
      "randomized",   "analysed",    "analyzed",     "uden",       "without",   "efter",     "after",
      "udgangspunkt", "endelig",     "final",        "restriktion"};
  constexpr size_t steps_max = 20;
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  if (rows < 2 || rows > steps_max || layout.labels.empty()) return;
  size_t named = 0;
  for (size_t r = layout.header_rows; r < table.rows(); ++r)
    named += has_word(table.text(r, layout.labels.front()), of_steps);
  if (named == 0 && !has_word(layout.columns[layout.labels.front()].header, of_steps)) return;
  for (const size_t c : counted_columns(layout)) {
    std::optional<uint64_t> before;
    std::vector<size_t> few;
    bool falls = true;
    for (size_t r = layout.header_rows; falls && r < table.rows(); ++r) {
      const auto& count = table.said(r, c).count;
      falls = count && (!before || *count <= *before);
      if (falls && before && is_few(*before - *count, parameters)) few.push_back(r);
      before = count;
    }
    for (const size_t r : few)
      if (falls) findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
  }
}

}  // namespace

void check_mixed(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  if (table.rows() > rows_judged_max) return;  // a person reads those anyway
  Labels labels(table, layout);
  check_rows_of_counts(table, layout, labels, parameters, findings);
  check_pairs(table, layout, parameters, findings);
  check_unnamed_rows(table, layout, labels, parameters, findings);
  check_unnamed_columns(table, layout, parameters, findings);
  check_added_up(table, layout, parameters, findings);
  check_selection(table, layout, parameters, findings);
}

}  // namespace fvm::disclosure
