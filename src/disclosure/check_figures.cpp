// Figures that let a count under the threshold be worked out: shares of a known whole, a sum and its mean.
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

// "n=250" in a title or heading; the last one counts.
std::optional<double> titled_whole(const Grid& table, const Layout& layout) {
  std::optional<double> titled;
  for (size_t r = 0; r < layout.header_rows && r < table.rows(); ++r) {
    for (const Grid::Id id : table.row(r)) {
      if (const auto whole = whole_in(table.text(id))) titled = whole;
    }
  }
  return titled;
}

// A column of shares: what their column says that it is, or means of noughts and ones.
struct Shares {
  size_t column = 0;
  double unit = 100;
  bool fractions = false, of_means = false;
};

const Known& mean_words() {
  static const Known all = {"mean",    "gns", "gennemsnit", "gennemsnitlig",
                            "average", "avg", "middel",     "middelværdi"};
  return all;
}

std::vector<Shares> shares_of(const Grid& table, const Layout& layout) {
  std::vector<Shares> all;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    const bool of_means = column.kind == ColumnKind::measure && has_word(column.header, mean_words());
    if (column.kind != ColumnKind::share && !of_means) continue;
    const bool fractions = are_fractions(table, layout, c);
    if (of_means && !fractions) continue;
    all.push_back({c, of_means ? 1 : unit_of(column.header, fractions), fractions, of_means});
  }
  return all;
}

// The few who are in the share, or the few who are not.
bool gives_few(const Shares& shares, double share, size_t decimals, double whole,
               const Parameters& parameters) {
  return gives_small_count(share, decimals, shares.unit, whole, parameters) ||
         gives_small_count(shares.unit - share, decimals, shares.unit, whole, parameters);
}

void check_numerators(const Grid& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  const std::optional<double> titled = titled_whole(table, layout);
  for (const Shares& shares : shares_of(table, layout)) {
    const size_t c = shares.column;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto& share = table.said(r, c).number;
      if (!share) continue;
      const std::string_view cell = table.text(r, c);
      const size_t decimals = decimals_of(cell);
      bool small = (!shares.of_means && is_unrounded(cell, decimals, shares.fractions)) ||
                   (titled && gives_few(shares, share->value, decimals, *titled, parameters));
      for (size_t other = 0; !small && other < table.width(r); ++other) {
        const ColumnKind kind = layout.columns[other].kind;
        if (other == c || (kind != ColumnKind::count && kind != ColumnKind::number)) continue;
        const auto whole = table.said(r, other).count;
        small = whole && gives_few(shares, share->value, decimals, static_cast<double>(*whole), parameters);
      }
      if (small) findings.add("finding.percent_numerator", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

// A sum and its mean: how many there are follows.
bool divides_into_few(double sum, double mean, size_t decimals, const Parameters& parameters) {
  const double doubt = 0.5 * std::pow(10.0, -static_cast<double>(decimals));
  if (mean <= doubt || sum <= 0) return false;
  const double near = std::round(sum / mean);
  return near >= 1 && near < static_cast<double>(parameters.cell_count_min) && sum / (mean + doubt) <= near &&
         sum / (mean - doubt) >= near && sum / (mean - doubt) - sum / (mean + doubt) < 1;
}

void check_means(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  static const Known sums = {"sum", "total", "samlet", "samlede", "i alt"};
  const auto columns_with = [&](const Known& known) {
    std::vector<size_t> columns;
    for (const size_t c : layout.values)
      if (has_word(layout.columns[c].header, known)) columns.push_back(c);
    return columns;
  };
  const std::vector<size_t> means = columns_with(mean_words());
  for (const size_t s : means.empty() ? means : columns_with(sums)) {
    for (const size_t m : means) {
      for (size_t r = layout.header_rows; m != s && r < table.rows(); ++r) {
        const auto &sum = table.said(r, s).number, &mean = table.said(r, m).number;
        if (sum && mean &&
            divides_into_few(sum->value, mean->value, decimals_of(table.text(r, m)), parameters))
          findings.add("finding.percent_numerator", table.place(r, m), "", layout.columns[m].header);
      }
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

}  // namespace

void check_figures(const Grid& table, const Layout& layout, const Parameters& parameters,
                   Findings& findings) {
  check_numerators(table, layout, parameters, findings);
  check_means(table, layout, parameters, findings);
  check_masked_shares(table, layout, findings);
}

}  // namespace fvm::disclosure
