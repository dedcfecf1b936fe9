// Figures that let a count under the threshold be worked out, or that are one person's: shares of a known
// whole, least and greatest values, curves step by step, sums that one contributor has.
#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// Decimals as they are written: "1,20" has two.
size_t decimals_of(std::string_view cell) {
  const size_t point = cell.find_last_of(".,");
  if (point == std::string_view::npos) return 0;
  size_t n = 0;
  while (point + 1 + n < cell.size() && cell[point + 1 + n] >= '0' && cell[point + 1 + n] <= '9') ++n;
  return n;
}

// "n=250" in a header or title.
std::optional<double> whole_in(std::string_view text) {
  const std::string low = lower(text);
  for (size_t at = low.find("n"); at != std::string::npos; at = low.find("n", at + 1)) {
    size_t i = at + 1;
    while (i < low.size() && low[i] == ' ') ++i;
    if (i >= low.size() || low[i] != '=' ||
        (at > 0 && std::isalnum(static_cast<unsigned char>(low[at - 1])) != 0))
      continue;
    ++i;
    while (i < low.size() && low[i] == ' ') ++i;
    size_t n = 0;
    while (i + n < low.size() && n < 9 && std::isdigit(static_cast<unsigned char>(low[i + n])) != 0) ++n;
    if (n > 0) return std::stod(low.substr(i, n));
  }
  return std::nullopt;
}

// What a share is a share of: 100 or 1, or 1000 where the header says so.
double unit_of(std::string_view header, bool fractions) {
  const std::string low = lower(header);
  static constexpr std::pair<std::string_view, double> units[] = {
      {"100.000", 1e5}, {"100000", 1e5}, {"10.000", 1e4}, {"10000", 1e4}, {"1.000", 1e3}, {"1000", 1e3}};
  for (const auto& [word, unit] : units) {
    if (low.find(word) != std::string::npos) return unit;
  }
  return fractions ? 1 : 100;
}

bool are_fractions(const Grid& table, const Layout& layout, size_t column) {
  return !layout.tallies.any(column, [&](Grid::Id id) {
    const auto& share = table.said(id).number;
    return share && (share->value > 1 || share->percent);
  });
}

// The count behind a share of `whole`, when it can be only one and is under the threshold.
bool gives_small_count(double share, size_t decimals, double unit, double whole,
                       const Parameters& parameters) {
  if (share <= 0 || whole < static_cast<double>(parameters.cell_count_min)) return false;
  const double count = share / unit * whole, near = std::round(count);
  const double doubt = 0.5 * std::pow(10.0, -static_cast<double>(decimals)) / unit * whole;
  return near >= 1 && near < static_cast<double>(parameters.cell_count_min) && doubt < 0.5 &&
         std::fabs(count - near) <= doubt + 1e-9;
}

// A third and a seventh written out: the denominator follows from the decimals.
bool is_unrounded(std::string_view cell, size_t decimals, bool fractions) {
  const size_t decimals_max = fractions ? 6 : 4;
  return decimals > decimals_max && cell.find_first_of("eE") == std::string_view::npos;
}

void check_numerators(const Grid& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  std::optional<double> titled;
  for (size_t r = 0; r < layout.header_rows && r < table.rows(); ++r) {
    for (const Grid::Id id : table.row(r)) {
      if (const auto whole = whole_in(table.text(id))) titled = whole;
    }
  }
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    if (layout.columns[c].kind != ColumnKind::share) continue;
    const bool fractions = are_fractions(table, layout, c);
    const double unit = unit_of(layout.columns[c].header, fractions);
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const std::string_view cell = table.text(r, c);
      const auto& share = table.said(r, c).number;
      if (!share) continue;
      const size_t decimals = decimals_of(cell);
      bool small = is_unrounded(cell, decimals, fractions) ||
                   (titled && gives_small_count(share->value, decimals, unit, *titled, parameters));
      for (size_t other = 0; !small && other < table.width(r); ++other) {
        const ColumnKind kind = layout.columns[other].kind;
        if (other == c || (kind != ColumnKind::count && kind != ColumnKind::number)) continue;
        const auto whole = table.said(r, other).count;
        small =
            whole && gives_small_count(share->value, decimals, unit, static_cast<double>(*whole), parameters);
      }
      if (small) findings.add("finding.percent_numerator", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

// "<5 (1,2 %)": the cell hides its count and gives its share.
bool hides_beside_share(std::string_view cell) {
  const size_t open = cell.find('(');
  if (open == std::string_view::npos || cell.find('%', open) == std::string_view::npos) return false;
  return is_masked(trim(cell.substr(0, open))) &&
         cell.find_first_of("0123456789", open) != std::string_view::npos &&
         cell.find('<', open) == std::string_view::npos;
}

void check_masked_shares(const Grid& table, const Layout& layout, Findings& findings) {
  Asked hides(table, [&](Grid::Id id) { return hides_beside_share(table.text(id)); });
  const auto is_one = [&](size_t, Grid::Id id) { return hides(id); };
  each_cell_with(table, layout, is_one, [&](size_t r, size_t c, Grid::Id) {
    findings.add("finding.percent_beside", table.place(r, c), "", layout.columns[c].header);
  });
}

const Known& extreme_words() {
  static const Known all = {"min",     "max",     "minimum", "maksimum", "maximum", "mindste",
                            "største", "laveste", "højeste", "range",    "spænd",   "p0",
                            "p1",      "p99",     "p100",    "p2.5",     "q0",      "q100"};
  return all;
}

void check_extremes(const Grid& table, const Layout& layout, Findings& findings) {
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    if (column.kind != ColumnKind::label && has_word(column.header, extreme_words()))
      findings.add("finding.extreme", table.place(layout.header_rows > 0 ? layout.header_rows - 1 : 0, c), "",
                   column.header);
  }
  if (table.rows() > rows_judged_max) return leave_to_person(table, "rows", findings);
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const std::string_view label = table.text(r, 0);
    if (!table.said(r, 0).number && table.width(r) > 1 && has_word(label, extreme_words()))
      findings.add("finding.extreme", table.place(r, 0), "", std::string(label.substr(0, 40)));
  }
}

// A share of those who are left, falling step by step at times of its own.
void check_survival(const Grid& table, const Layout& layout, Findings& findings) {
  static const Known survivals = {"survival", "surv", "overlevelse", "km", "estimate"};
  constexpr size_t steps_min = 5;
  constexpr double step_max = 0.02;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    if (!has_word(layout.columns[c].header, survivals)) continue;
    size_t steps = 0, points = 0;
    std::optional<double> before;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto value = table.said(r, c).number;
      if (!value || value->value < 0 || value->value > 1) continue;
      ++points;
      if (before && *before > value->value && *before - value->value < step_max) ++steps;
      before = value->value;
    }
    if (steps >= steps_min && steps * 2 > points)
      findings.add("finding.survival_steps", table.place(layout.header_rows, c), "",
                   layout.columns[c].header);
  }
}

// A sum and beside it what the greatest contributor has of it.
void check_dominance(const Grid& table, const Layout& layout, Findings& findings) {
  static const Known sums = {"sum", "total", "beløb", "omsætning", "udgift"};
  static const Known greatest = {"største", "largest", "max", "maksimum", "top1"};
  constexpr double share_max = 0.85;
  for (size_t whole = 0; whole < layout.columns.size(); ++whole) {
    if (!has_word(layout.columns[whole].header, sums)) continue;
    for (size_t part = 0; part < layout.columns.size(); ++part) {
      if (part == whole || !has_word(layout.columns[part].header, greatest)) continue;
      for (size_t r = layout.header_rows; r < table.rows(); ++r) {
        const auto all = table.said(r, whole).number, most = table.said(r, part).number;
        if (all && most && all->value > 0 && most->value > share_max * all->value)
          findings.add("finding.dominance", table.place(r, part), "", layout.columns[part].header);
      }
    }
  }
}

}  // namespace

void check_figures(const Grid& table, const Layout& layout, const Parameters& parameters,
                   Findings& findings) {
  check_numerators(table, layout, parameters, findings);
  check_masked_shares(table, layout, findings);
  check_extremes(table, layout, findings);
  check_survival(table, layout, findings);
  check_dominance(table, layout, findings);
}

}  // namespace fvm::disclosure
