// What stands beside a hidden count: its share, its mean, and the counts and shares of the others, from which
// it follows.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/figures.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// "<5 (1,2 %)", "- (1,2)": the cell hides its count and gives its share.
bool hides_beside_share(std::string_view cell) {
  const size_t open = cell.find('(');
  if (open == std::string_view::npos || open == 0) return false;
  const std::string_view before = trim(cell.substr(0, open));
  const bool hidden = is_masked(before) || before == "-" || before == "–";
  return hidden && cell.find_first_of("0123456789", open) != std::string_view::npos &&
         cell.find('<', open) == std::string_view::npos;
}

void check_masked_shares(const Grid& table, const Layout& layout, Findings& findings) {
  Asked hides(table, [&](Grid::Id id) { return hides_beside_share(table.text(id)); });
  const auto is_one = [&](size_t, Grid::Id id) { return hides(id); };
  each_cell_with(table, layout, is_one, [&](size_t r, size_t c, Grid::Id) {
    findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
  });
}

// Where a count was left out: nothing, a dash, a word.
bool is_left_out(std::string_view cell) {
  static const Known known = {
      "", "-", "–", "—", "na", "n/a", ".", "skjult", "hidden", "suppressed", "diskretioneret"};
  return known.contains(lower(trim(cell)));
}

// A figure of those whose count is hidden is theirs: "<5; 93,0". Where a count is only missing, a share of
// it.
void check_figures_beside(const Grid& table, const Layout& layout, Findings& findings) {
  static const Known of_tests = {"p", "pvalue", "ref", "chi2", "df"};
  const std::vector<size_t> counted = counted_columns(layout);
  if (counted.empty() || table.rows() > rows_judged_max) return;
  const std::vector<bool> shares =
      columns_that(layout, [](const Column& column) { return column.kind == ColumnKind::share; });
  const std::vector<bool> measures = columns_that(layout, [](const Column& column) {
    return column.kind == ColumnKind::measure && !has_word(column.header, of_tests);
  });
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    size_t masked = 0, left_out = 0;
    for (const size_t c : counted) {
      const bool counts = layout.columns[c].kind == ColumnKind::count;
      masked += table.said(r, c).masked && counts;
      left_out += counts && is_left_out(table.text(r, c));
    }
    const bool all_masked = masked == counted.size(), all_left_out = left_out == counted.size();
    if (!all_masked && !all_left_out) continue;
    for (const size_t c : layout.values) {
      if (all_masked ? !measures[c] : !shares[c]) continue;  // a share beside "<5": check_counts.cpp
      const auto& number = table.said(r, c).number;
      const std::string_view text = table.text(r, c);
      const bool told = number ? number->value != 0 : !text.empty() && ascii::digit(text[0]);
      if (told) findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

// What a difference, an index or a ratio beside a shown and a hidden count gives away: each hidden count that
// it may be of. "120; <5; -117".
bool gives_hidden(double figure, size_t decimals, double shown, const Parameters& parameters) {
  const double doubt = rounding_of(decimals) + 1e-9;
  for (uint64_t hidden = 1; hidden < parameters.cell_count_min; ++hidden) {
    const auto few = static_cast<double>(hidden);
    const bool difference = decimals == 0 && std::fabs(std::fabs(figure) - (shown - few)) < 0.5;
    const double index = 100 * few / shown, change = 100 * (few - shown) / shown, ratio = shown / few;
    const bool relative =
        decimals > 0 && (std::fabs(figure - index) <= doubt || std::fabs(figure - change) <= doubt ||
                         std::fabs(figure - ratio) <= doubt);
    if (difference || relative) return true;
  }
  return false;
}

void check_changes(const Grid& table, const Layout& layout, const Parameters& parameters,
                   Findings& findings) {
  static const Known changes = {"forskel", "ændring", "udvikling", "difference", "diff", "change", "indeks",
                                "index",   "ratio",   "tilvækst",  "growth",     "pr",   "per"};
  if (table.rows() > rows_judged_max) return;
  const std::vector<bool> told =
      columns_that(layout, [](const Column& column) { return has_word(column.header, changes); });
  const auto told_columns = static_cast<size_t>(std::count(told.begin(), told.end(), true));
  if (told_columns * layout.values.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const bool hidden = std::any_of(layout.values.begin(), layout.values.end(),
                                    [&](size_t c) { return !told[c] && table.said(r, c).masked; });
    for (size_t c = 0; hidden && c < layout.columns.size(); ++c) {
      const auto& figure = told[c] ? table.said(r, c).number : std::nullopt;
      if (!figure) continue;
      const bool gives = std::any_of(layout.values.begin(), layout.values.end(), [&](size_t s) {
        const auto& shown = table.said(r, s).count;
        return !told[s] && shown && *shown >= parameters.cell_count_min &&
               gives_hidden(figure->value, decimals_of(table.text(r, c)), static_cast<double>(*shown),
                            parameters);
      });
      if (gives)
        findings.add_as(Severity::review, "finding.recalculable", table.place(r, c), "",
                        layout.columns[c].header);
    }
  }
}

// "Antal patienter; 120; <5" and below it "Gns. alder; 63,2; 91,0".
void check_rows_beside(const Grid& table, const Layout& layout, Findings& findings) {
  if (table.rows() > rows_judged_max) return;
  Labels labels(table, layout);
  std::optional<size_t> counted;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    if (!labels.statistic(r)) {
      if (labels.counts(r)) counted = r;
      continue;
    }
    for (size_t c = 1; counted && c < layout.columns.size(); ++c) {
      const auto& number = table.said(r, c).number;
      if (number && table.said(*counted, c).masked)
        findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

struct Rest {
  double told = 0, largest = 0, whole = 0, doubt = 0;
  size_t hidden = 0, where = 0, rows = 0;
  bool consistent = true;
};

// Counts in one column and their shares in another, of one whole that follows from the largest of them.
Rest rest_of(const Grid& table, const Layout& layout, Labels& labels, size_t counts, size_t shares) {
  const double unit = is_at_most_one(table, layout, shares) ? 1 : 100;
  Rest rest;
  for (int pass = 0; pass < 2; ++pass) {
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      if (labels.total(r)) continue;
      const auto& count = table.said(r, counts).count;
      const auto& share = table.said(r, shares).number;
      if (pass == 0 && table.said(r, counts).masked) ++rest.hidden, rest.where = r;
      if (!count || !share || share->value <= 0) continue;
      const auto value = static_cast<double>(*count);
      const double half = rounding_of(decimals_of(table.text(r, shares)));
      if (pass == 0) {
        rest.told += value, ++rest.rows;
        if (share->value <= rest.largest) continue;
        rest.largest = share->value, rest.whole = value / share->value * unit;
        rest.doubt = rest.whole * half / share->value;
      } else {
        rest.consistent &=
            std::fabs(rest.whole * share->value / unit - value) <= rest.whole * half / unit + rest.doubt;
      }
    }
  }
  return rest;
}

void check_hidden_rest(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings) {
  if (table.rows() > rows_judged_max) return;
  Labels labels(table, layout);
  const std::vector<size_t> counted = counted_columns(layout);
  for (const size_t shares : layout.values) {
    if (layout.columns[shares].kind != ColumnKind::share) continue;
    if (counted.size() * table.rows() > looks_max) return leave_to_person(table, "columns", findings);
    for (const size_t c : counted) {
      const Rest rest = rest_of(table, layout, labels, c, shares);
      if (rest.rows < 2 || !rest.consistent || rest.doubt >= 0.5) continue;
      const double left = std::round(rest.whole - rest.told), hidden = static_cast<double>(rest.hidden);
      const auto most =
          static_cast<double>(std::max<size_t>(rest.hidden, 1) * (parameters.cell_count_min - 1));
      const bool follows = rest.hidden <= 1 ? left >= 1 && left <= most : left == hidden || left == most;
      if (!follows) continue;
      const Place place = table.place(rest.hidden > 0 ? rest.where : layout.header_rows, c);
      findings.add_as(Severity::review, rest.hidden > 0 ? "finding.recalculable" : "finding.small_difference",
                      place, "", layout.columns[c].header);
    }
  }
}

}  // namespace

void check_beside(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  check_masked_shares(table, layout, findings);
  check_figures_beside(table, layout, findings);
  check_hidden_rest(table, layout, parameters, findings);
  check_changes(table, layout, parameters, findings);
  check_rows_beside(table, layout, findings);
}

}  // namespace fvm::disclosure
