// Figures that let a count under the threshold be worked out: shares of a known whole, a sum and its mean.
#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_set>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/figures.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

// What a share is a share of: 100 or 1, or 1000 where the header says so.
double unit_of(std::string_view header, bool fractions) {
  const std::string low = lower(header);
  static constexpr std::pair<std::string_view, double> units[] = {
      {"promille", 1e3}, {"\u2030", 1e3}, {"100.000", 1e5}, {"100000", 1e5},
      {"10.000", 1e4},   {"10000", 1e4},  {"1.000", 1e3},   {"1000", 1e3}};
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

// The count behind a share of `whole`, when it can only be under the threshold.
bool gives_small_count(double share, size_t decimals, double unit, double whole,
                       const Parameters& parameters) {
  if (share <= 0 || whole < static_cast<double>(parameters.cell_count_min)) return false;
  const double count = share / unit * whole;
  const double doubt = rounding_of(decimals) / unit * whole + 1e-9;
  // All counts that the share may be of.
  const double least = std::max(std::ceil(count - doubt), 0.0), most = std::floor(count + doubt);
  return least >= 1 && most >= least && most < static_cast<double>(parameters.cell_count_min);
}

// A third and a seventh written out: the denominator follows from the decimals.
bool is_unrounded(std::string_view cell, size_t decimals, bool fractions) {
  const size_t decimals_max = fractions ? 6 : 4;
  return decimals > decimals_max && cell.find_first_of("eE") == std::string_view::npos;
}

// A column of shares: what their column says that it is, or means of noughts and ones.
struct Shares {
  size_t column = 0;
  double unit = 100;
  bool fractions = false, of_means = false;
};

// Limits of confidence, and figures between nought and one that are shares of nobody.
bool is_no_share(const std::string& header) {
  static const Known all = {"smd",
                            "fpr",
                            "tpr",
                            "auc",
                            "eaf",
                            "maf",
                            "ci",
                            "ki",
                            "nedre",
                            "øvre",
                            "lower",
                            "upper",
                            "lo",
                            "hi",
                            "lcl",
                            "ucl",
                            "conf",
                            "grænse",
                            "sikkerhedsgrænse",
                            "low",
                            "high",
                            "r2",
                            "gini",
                            "kappa",
                            "korrelation",
                            "correlation"};
  static const Known shares = {"andel", "share", "proportion", "pct", "procent", "percent", "rate"};
  return has_word(header, all) && !has_word(header, shares) && !has_word(header, rate_words());
}

// A sign of percent that is not of "95 % CI".
bool says_percent(std::string_view header) {
  for (size_t at = header.find('%'); at != std::string_view::npos; at = header.find('%', at + 1)) {
    const std::string_view before = trim(header.substr(0, at));
    if (before.empty() || !ascii::digit(before.back())) return true;
  }
  return false;
}

// "1,2 % (0,3-3,5)": a column of texts that begin with a share.
bool tells_shares(const Grid& table, const Layout& layout, size_t column) {
  static const Known shares = {"%",          "andel", "share", "proportion", "pct",       "procent",
                               "percent",    "rate",  "ir",    "incidens",   "incidence", "prævalens",
                               "prevalence", "ppv",   "npv",   "risiko",     "risk"};
  const std::string& header = layout.columns[column].header;
  return layout.columns[column].kind == ColumnKind::label &&
         (has_word(header, shares) || says_percent(header)) &&
         layout.tallies.any(column, [&](Grid::Id id) { return ascii::digit(table.text(id)[0]); });
}

// "Variable; Obs; Mean": each row is of another one, and some are noughts and ones.
bool of_variables(const Layout& layout) {
  static const Known names = {"variable",  "variabel",       "var",           "variables",
                              "variabler", "characteristic", "karakteristik", "name"};
  return layout.labels.empty() || layout.columns[layout.labels[0]].header.empty() ||
         has_word(layout.columns[layout.labels[0]].header, names);
}

// "Rate (95 % CI)": of so many as the heading says, or a title ("pr. 1.000 personår"); nothing for what is no
// rate of so many.
std::optional<double> unit_of_rate(const Grid& table, const Layout& layout, const Column& column) {
  static const Known rates = {"rate",      "rater", "rates",        "ir",           "incidens",
                              "incidence", "raten", "incidensrate", "dødelighed",   "mortalitet",
                              "mortality", "irate", "dødsrate",     "hændelsesrate"};
  constexpr double percent = 100;
  if (!has_word(column.header, rates)) return std::nullopt;
  double unit = unit_of(column.header, false);
  for (size_t r = 0; unit == percent && r < layout.header_rows; ++r) {
    static const Known per = {"pr", "per"};
    if (filled_cells(table, r) == 1 && has_word(table.text(r, 0), per))
      unit = unit_of(table.text(r, 0), false);
  }
  return unit > percent ? std::optional(unit) : std::nullopt;
}

std::vector<Shares> shares_of(const Grid& table, const Layout& layout) {
  std::vector<Shares> all;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    if (is_no_share(column.header)) continue;
    if (const auto unit = unit_of_rate(table, layout, column)) {
      all.push_back({c, *unit, false, false});
      continue;
    }
    const bool of_means = column.kind == ColumnKind::measure && has_word(column.header, mean_words());
    // "Astma" over 0,017: of what is counted beside it.
    const bool unnamed = column.kind == ColumnKind::measure && !of_means && !names_measure(column.header);
    if (tells_shares(table, layout, c)) {
      all.push_back({c, unit_of(column.header, false), false, false});
      continue;
    }
    if (column.kind != ColumnKind::share && !of_means && !unnamed) continue;
    const bool fractions = are_fractions(table, layout, c) || (of_means && of_variables(layout));
    if (column.kind != ColumnKind::share && !fractions) continue;
    const bool as_means = column.kind != ColumnKind::share;
    all.push_back({c, as_means ? 1 : unit_of(column.header, fractions), fractions, as_means});
  }
  return all;
}

// The few who are in the share, or the few who are not.
bool gives_few(const Shares& shares, double share, size_t decimals, double whole,
               const Parameters& parameters) {
  return gives_small_count(share, decimals, shares.unit, whole, parameters) ||
         gives_small_count(shares.unit - share, decimals, shares.unit, whole, parameters);
}

// Of a column of shares: the wholes that a share of it may be of, row by row.
class Wholes {
 public:
  // `titled`: what the table's titles say.
  Wholes(const Grid& table, const Layout& layout, const Shares& shares, std::optional<double> titled)
      : table_(table), layout_(layout) {
    own_ = whole_told_in(layout.columns[shares.column].header);  // "Drug A (N=50)"
    if (!own_) own_ = titled;
    if (const auto whole = whole_of_neighbour(shares)) {
      own_ = whole;
      return;
    }
    for (size_t c = 0; c < layout.columns.size(); ++c) {
      if (c != shares.column && is_whole(layout.columns[c]) && may_be_whole(c) && !is_numerator(c, shares))
        columns_.push_back(c);
    }
  }
  template <typename Test>
  bool any(size_t row, const Test& test) const {
    if (own_ && test(*own_)) return true;
    return std::any_of(columns_.begin(), columns_.end(), [&](size_t c) {
      const auto whole = value(row, c);
      return whole && test(*whole);
    });
  }
  // Two counts of the row, both large enough, are the share: nothing follows that is not told.
  bool explains(size_t row, double share, const Shares& shares, const Parameters& parameters) const {
    const auto least = static_cast<double>(parameters.cell_count_min);
    std::vector<double> counts;
    for (size_t c = 0; c < layout_.columns.size(); ++c) {
      const auto count = is_whole(layout_.columns[c]) ? value(row, c) : std::nullopt;
      if (count && *count >= least) counts.push_back(*count);
    }
    constexpr size_t counts_max = 40;
    if (counts.size() > counts_max) return false;
    return std::any_of(counts.begin(), counts.end(), [&](double part) {
      return std::any_of(counts.begin(), counts.end(), [&](double whole) {
        const bool few_left = whole > part && whole - part < least;
        return part < whole && !few_left &&
               std::fabs(part / whole * shares.unit - share) < 5e-3 * shares.unit;
      });
    });
  }

 private:
  // Below a bare year percentages stand too.
  bool may_be_whole(size_t column) const {
    constexpr uint64_t percent_max = 100;
    const bool year = is_period(layout_.columns[column].header);
    return !year || layout_.tallies.any(column, [&](Grid::Id id) {
      return table_.said(id).count && *table_.said(id).count > percent_max;
    });
  }
  static bool is_whole(const Column& column) {
    static const Known people = {"indbyggere", "befolkning"};
    return counts_units(column) ||
           (column.kind == ColumnKind::measure &&
            (has_word(column.header, people) || is_person_time(words_of_label(column.header))));
  }
  std::optional<double> value(size_t row, size_t column) const {
    if (layout_.columns[column].kind == ColumnKind::measure) {
      const auto& number = table_.said(row, column).number;
      return number ? std::optional(number->value) : std::nullopt;
    }
    const auto& count = table_.said(row, column).count;
    return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
  }
  // "Alle 49.547 100,0": the counts to the left are in nearly all rows that share of the first one's count.
  std::optional<double> whole_of_neighbour(const Shares& shares) const {
    if (shares.column == 0 || !counts_units(layout_.columns[shares.column - 1])) return std::nullopt;
    std::optional<double> whole;
    size_t rows = 0, fits = 0;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const auto& share = table_.said(r, shares.column).number;
      const auto part = value(r, shares.column - 1);
      if (!share || !part) continue;
      if (!whole && share->value != shares.unit) return std::nullopt;
      if (!whole) whole = part;
      const double near = 2 * rounding_of(decimals_of(table_.text(r, shares.column)));
      ++rows;
      fits += std::fabs(*part / *whole * shares.unit - share->value) <= near;
    }
    constexpr size_t rows_min = 4;
    return rows >= rows_min && fits * 10 >= rows * 8 ? whole : std::nullopt;
  }
  // Its counts are in nearly all rows that share of their sum.
  bool is_numerator(size_t column, const Shares& shares) const {
    double sum = 0;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) sum += value(r, column).value_or(0);
    size_t rows = 0, fits = 0;
    for (size_t r = layout_.header_rows; sum > 0 && r < table_.rows(); ++r) {
      const auto part = value(r, column);
      const auto& share = table_.said(r, shares.column).number;
      if (!part || !share) continue;
      const double doubt = rounding_of(decimals_of(table_.text(r, shares.column))) + 1e-9;
      ++rows;
      fits += std::fabs(*part / sum * shares.unit - share->value) <= 2 * doubt;
    }
    constexpr size_t rows_min = 2;
    return rows >= rows_min && fits * 10 >= rows * 8;
  }

  const Grid& table_;
  const Layout& layout_;
  std::optional<double> own_;
  std::vector<size_t> columns_;
};

// The share that a cell tells: its number, or the first of "1,2 % (0,3-3,5)".
std::optional<Number> share_of_cell(const Grid& table, size_t row, size_t column) {
  if (const auto& number = table.said(row, column).number) return number;
  const std::string_view text = table.text(row, column);
  const size_t open = text.find_first_of("([");
  if (open == std::string_view::npos || open == 0) return std::nullopt;
  const std::string_view first = trim(text.substr(0, open));
  const auto number = number_of(first);
  // "12 (4,5)" is a count and its share.
  return number && (number->percent || !number->whole) ? number : std::nullopt;
}

void check_numerators(const Grid& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  const std::vector<Shares> all = shares_of(table, layout);
  if (all.size() * layout.columns.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
  const std::optional<double> titled = titled_whole(table, layout);
  for (const Shares& shares : all) {
    const Wholes wholes(table, layout, shares, titled);
    const size_t c = shares.column;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto share = share_of_cell(table, r, c);
      if (!share || (shares.of_means && share->value >= 1)) continue;
      const std::string_view cell = table.text(r, c).substr(0, table.text(r, c).find_first_of("(["));
      const size_t decimals = decimals_of(trim(cell));
      const bool unrounded = !shares.of_means && is_unrounded(cell, decimals, shares.fractions);
      const bool few = wholes.any(
          r, [&](double whole) { return gives_few(shares, share->value, decimals, whole, parameters); });
      if ((unrounded || few) && !wholes.explains(r, share->value, shares, parameters))
        findings.add("finding.percent_numerator", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

// "N" in a row, and below it rows of shares of it, column by column.
void check_rows_of_shares(const Grid& table, const Layout& layout, const Parameters& parameters,
                          Findings& findings) {
  static const Known shares = {"%",     "pct",        "procent", "percent", "andel",
                               "share", "proportion", "mean",    "gns"};
  static const Known wholes = {"n",        "antal",    "total", "alle", "patienter",
                               "personer", "patients", "obs",   "count"};
  if (layout.labels.empty() || table.rows() > rows_judged_max) return;
  const size_t label = layout.labels.front();
  std::vector<std::optional<uint64_t>> told;
  for (const Column& column : layout.columns) told.push_back(whole_told_in(column.header));
  std::optional<size_t> whole_row;
  for (size_t r = table.rows(); r-- > layout.header_rows;) {
    const std::string_view text = table.text(r, label);
    if (!has_word(text, shares) && has_word(text, wholes)) whole_row = r;  // the first, wherever it stands
  }
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const std::string_view text = table.text(r, label);
    const bool of_shares = has_word(text, shares);
    if (!of_shares && has_word(text, wholes)) whole_row = r;
    for (const size_t c : layout.values) {
      uint64_t whole = told[c].value_or(0);
      if (whole_row) whole = table.said(*whole_row, c).count.value_or(whole);
      if (whole == 0) continue;
      // "497 (99.4)" of 500.
      const auto& part = table.said(r, c).count;
      if (part && !share_of_cell(table, r, c) && table.text(r, c).find('(') != std::string_view::npos &&
          *part < whole && whole - *part < parameters.cell_count_min)
        findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
      const auto share = share_of_cell(table, r, c);
      const bool is_share = share && (share->percent || (of_shares && decimals_of(table.text(r, c)) > 0));
      if (!is_share || r == whole_row) continue;
      const Shares as{c, !share->percent && share->value < 1 ? 1.0 : 100.0, false, false};
      if (gives_few(as, share->value, decimals_of(table.text(r, c)), static_cast<double>(whole), parameters))
        findings.add("finding.percent_numerator", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

}  // namespace

void check_figures(const Grid& table, const Layout& layout, const Parameters& parameters,
                   Findings& findings) {
  check_numerators(table, layout, parameters, findings);
  check_rows_of_shares(table, layout, parameters, findings);
}

}  // namespace fvm::disclosure
