// Figures that are one person's: least and greatest values, percentiles with few behind them, curves step by
// step, groups that all have the same value, sums that one contributor has.
#include <algorithm>
#include <cmath>
#include <optional>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

const Known& extreme_words() {
  static const Known all = {
      "min",       "max",      "minimum",        "maksimum",   "maximum",       "mindste",
      "største",   "laveste",  "højeste",        "range",      "spænd",         "p0",
      "p1",        "p99",      "p100",           "q0",         "q100",          "maks",
      "yngste",    "ældste",   "smallest",       "largest",    "lowest",        "highest",
      "shortest",  "longest",  "korteste",       "længste",    "maksimal",      "minimal",
      "maksimale", "amin",     "amax",           "ymin",       "ymax",          "whislo",
      "whishi",    "minage",   "maxage",         "spændvidde", "minimumsalder", "maksimumsalder",
      "minalder",  "maxalder", "tidligste",      "seneste",    "dyreste",       "outlier",
      "outliers",  "whisker",  "aldersinterval", "youngest",   "oldest"};
  return all;
}

Place heading(const Grid& table, const Layout& layout, size_t column) {
  return table.place(layout.header_rows > 0 ? layout.header_rows - 1 : 0, column);
}

// "Antal med min. 2 recepter": a bound, no value of anybody.
bool names_extreme(std::string_view text) {
  constexpr size_t label_bytes_max = 200;
  if (text.empty() || text.size() > label_bytes_max) return false;
  static const Known times = {"ventetid", "tid",        "time",     "varighed", "duration",
                              "waiting",  "responstid", "liggetid", "delay",    "wait"};
  const std::vector<std::string> all = words(text);
  for (size_t i = 0; i < all.size(); ++i) {
    const bool bound = i + 1 < all.size() && ascii::digit(all[i + 1][0]);
    // "ventetid (min)": minutes.
    const bool last = i + 1 == all.size();
    const bool of_time = i > 0 && (times.contains(all[i - 1]) || says_statistic(all[i - 1]));
    const bool seconds =
        !last && (all[i + 1] == "sek" || all[i + 1] == "sec" || all[i + 1] == "s" || all[i + 1] == "ss");
    const bool numbered = i > 0 && ascii::digit(all[i - 1][0]);  // "inden for 15 min"
    const bool minutes = all[i] == "min" && ((last && of_time) || seconds || numbered);
    if (minutes) continue;
    if (extreme_words().contains(all[i]) && !bound) return true;
  }
  return false;
}

void check_extremes(const Grid& table, const Layout& layout, Findings& findings) {
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    const bool of_groups = column.kind == ColumnKind::share || column.kind == ColumnKind::count;
    const bool of_texts = column.kind == ColumnKind::label && !layout.tallies.any(c, [&](Grid::Id id) {
      const std::string_view text = table.text(id);
      return std::none_of(text.begin(), text.end(), ascii::digit);
    });
    if ((column.kind != ColumnKind::label || of_texts) && layout.tallies.filled(c) > 0 && !of_groups &&
        names_extreme(column.header))
      findings.add("finding.extreme", heading(table, layout, c), "", column.header);
  }
  if (table.rows() > rows_judged_max) return leave_to_person(table, "rows", findings);
  std::vector<size_t> labels = layout.labels;
  if (labels.empty() || labels.front() != 0) labels.insert(labels.begin(), 0);
  Asked extreme(table, [&](Grid::Id id) { return names_extreme(table.text(id)); });
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    // "Højeste niveau" is a group where all that stands beside it counts.
    const bool of_group = std::all_of(layout.values.begin(), layout.values.end(), [&](size_t c) {
      const ColumnKind kind = layout.columns[c].kind;
      return (kind != ColumnKind::measure && kind != ColumnKind::identifier) || table.id(r, c) == 0;
    });
    for (const size_t c : labels) {
      if (of_group && !layout.values.empty()) break;
      if (table.width(r) > 1 && !table.said(r, c).number && extreme(r, c))
        findings.add("finding.extreme", table.place(r, c), "", std::string(table.text(r, c).substr(0, 40)));
    }
  }
}

std::optional<double> hundredth(std::string_view digits) {
  if (digits.size() > 2 || !ascii::all_digits(digits)) return std::nullopt;
  double value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// The share of a group that is beyond the figure: 0.05 for "p95", "5. percentil" and "5 %-fraktil", 0.25 for
// quartiles. A median stands in the middle, and as many as a count needs are enough for it.
std::optional<double> share_beyond(const std::string& header) {
  static const Known quartiles = {"q1", "q3", "iqr", "kvartil", "quartile", "quartiles"};
  static const Known percentiles = {"percentil", "percentile", "fraktil", "quantile", "pctl"};
  const std::vector<std::string> all = words(header);
  const bool named = has_word(header, percentiles);
  for (const std::string& word : all) {
    if (quartiles.contains(word)) return 0.25;
    std::string_view digits = word;
    if (digits.starts_with('p') || (digits.starts_with('q') && digits.size() > 2)) {
      digits.remove_prefix(1);
    } else if (!named) {
      continue;
    } else if (digits.ends_with('%')) {
      digits.remove_suffix(1);
    }
    const auto at = hundredth(digits);
    if (at && *at > 0 && *at != 50) return std::min(*at, 100 - *at) / 100;
  }
  return std::nullopt;
}

// The largest count of a row: how many it is of.
std::optional<uint64_t> size_of(const Grid& table, const Layout& layout, size_t row) {
  std::optional<uint64_t> size;
  for (const size_t c : layout.values) {
    const auto& count = table.said(row, c).count;
    if (counts_units(layout.columns[c]) && count) size = std::max(size.value_or(0), *count);
  }
  return size;
}

// Fewer than the threshold on one side of a percentile.
void check_percentiles(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings) {
  for (const size_t c : layout.values) {
    const auto beyond = share_beyond(layout.columns[c].header);
    if (!beyond || layout.columns[c].kind == ColumnKind::count) continue;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto size = table.id(r, c) != 0 ? size_of(table, layout, r) : std::nullopt;
      if (size && *size > 0 &&
          static_cast<double>(*size) * *beyond < static_cast<double>(parameters.cell_count_min))
        findings.add("finding.extreme", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

// A spread of nothing: all of the group have the value that stands beside it.
// "45,0 (0,0)".
bool has_no_spread(std::string_view text) {
  for (const std::string_view nothing : {"(0,0)", "(0.0)", "(0)", "(0,00)", "(0.00)"})
    if (text.find(nothing) != std::string_view::npos) return true;
  return false;
}

void check_no_spread(const Grid& table, const Layout& layout, Findings& findings) {
  static const Known sd = {"sd", "std"};
  if (table.rows() > rows_judged_max) return;  // a person reads those anyway
  each_cell_with(
      table, layout, [&](size_t, Grid::Id id) { return has_no_spread(table.text(id)); },
      [&](size_t r, size_t c, Grid::Id) {
        if (has_word(layout.columns[c].header, sd) ||
            (!layout.labels.empty() && has_word(table.text(r, layout.labels[0]), sd)))
          findings.add_as(Severity::review, "finding.whole_group", table.place(r, c), "",
                          layout.columns[c].header);
      });
  static const Known errors = {"err", "error"};
  static const Known spreads = {"sd",      "std",      "stdev", "stddev", "spredning", "standardafvigelse",
                                "varians", "variance", "iqr"};
  for (const size_t c : layout.values) {
    if (!has_word(layout.columns[c].header, spreads) || has_word(layout.columns[c].header, errors)) continue;
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto& spread = table.said(r, c).number;
      if (spread && spread->value == 0 && size_of(table, layout, r).value_or(1) > 0)
        findings.add_as(Severity::review, "finding.whole_group", table.place(r, c), "",
                        layout.columns[c].header);
    }
  }
}

constexpr size_t steps_min = 5;  // of a curve

// Shares of those who are left, from all or nearly all downwards, row by row.
struct Fall {
  size_t points = 0, steps = 0, small_steps = 0;
  bool falls_only = true, began_whole = false;
};

// Rows of one curve.
struct Rows {
  size_t from, to;
};

// The rows of each group, when the first column of labels tells groups of several rows; else all of them.
std::vector<Rows> curves_of(const Grid& table, const Layout& layout) {
  const Rows all{layout.header_rows, table.rows()};
  std::vector<Rows> curves;
  for (size_t r = all.from; !layout.labels.empty() && r < all.to; ++r) {
    const size_t c = layout.labels.front();
    const Grid::Id id = table.id(r, c);
    if (curves.empty() || (id != 0 && id != table.id(curves.back().from, c))) curves.push_back({r, r});
    curves.back().to = r + 1;
  }
  const bool of_several = curves.size() * 2 < all.to - all.from;
  if (curves.size() < 2 || !of_several) return {all};
  curves.push_back(all);
  return curves;
}

// To where it rises, unless its steps count whatever it does.
Fall fall_of(const Grid& table, Rows rows, size_t column, bool to_the_end) {
  constexpr double nearly_whole = 0.9, small_step = 0.02;
  Fall fall;
  std::optional<double> before;
  for (size_t r = rows.from; r < rows.to && (to_the_end || fall.falls_only); ++r) {
    const auto& said = table.said(r, column).number;
    if (!said) continue;
    const double value = said->percent || said->value > 1 ? said->value / 100 : said->value;
    if (value < 0 || value > 1) return {};
    if (!before) fall.began_whole = value >= nearly_whole;
    ++fall.points;
    fall.falls_only &= !before || value <= *before;
    fall.steps += before && value < *before;
    fall.small_steps += before && value < *before && *before - value < small_step;
    before = value;
  }
  return fall;
}

// What stands beside a curve: times that rise by as much from row to row are fixed, others are when somebody
// died.
enum class Times { none, even, uneven };

Times times_of(const Grid& table, Rows rows, size_t column) {
  constexpr double round_days = 5;  // 30, 90, 365: nobody's own
  std::optional<double> before, step;
  bool even = true, round = true;
  for (size_t r = rows.from; r < rows.to; ++r) {
    const auto& said = table.said(r, column).number;
    if (!said || (before && said->value <= *before)) return Times::none;
    round = round && std::fmod(said->value, round_days) == 0;
    if (step && std::fabs(said->value - *before - *step) > 1e-6 * *step) even = false;
    if (before) step = said->value - *before;
    before = said->value;
  }
  return !step ? Times::none : even || round ? Times::even : Times::uneven;
}

Times times_beside(const Grid& table, const Layout& layout, Rows rows, size_t curve) {
  Times beside = Times::none;
  for (const size_t c : layout.values) {
    const Times times = c == curve ? Times::none : times_of(table, rows, c);
    if (times == Times::even) return times;
    if (times != Times::none) beside = times;
  }
  return beside;
}

// A share that rises by as much each time: one more of so many.
bool rises_by_one(const Grid& table, Rows rows, size_t column) {
  constexpr double rounding = 1.1e-3;
  std::optional<double> before, step;
  size_t steps = 0;
  for (size_t r = rows.from; r < rows.to; ++r) {
    const auto& said = table.said(r, column).number;
    if (!said || said->value < 0 || said->value > 1) return false;
    const double up = before ? said->value - *before : 0;
    before = said->value;
    if (up == 0) continue;
    if (up < 0 || (step && std::fabs(up - *step) > rounding)) return false;
    step = up;
    ++steps;
  }
  return steps >= steps_min;
}

// "cumhaz", "kumuleret hasard": what has happened until then, added up.
bool adds_up(const Grid& table, Rows rows, const Column& column, size_t at) {
  static const Known all = {"cumhaz", "hazard", "hasard", "cuminc", "nelson", "cif"};
  if (!has_word(column.header, all)) return false;
  std::optional<double> before;
  size_t steps = 0;
  for (size_t r = rows.from; r < rows.to; ++r) {
    const auto& said = table.said(r, at).number;
    if (!said || (before && said->value < *before)) return false;
    steps += before && said->value > *before;
    before = said->value;
  }
  return steps >= steps_min;
}

// One curve, named as one of survival or falling like one from all of them on. At fixed times its steps may
// be large.
bool is_step_by_step(const Grid& table, const Layout& layout, Rows rows, size_t c, bool of_model) {
  static const Known survivals = {"survival", "surv",        "overlevelse", "km",
                                  "estimate", "overlevende", "kaplan"};
  constexpr size_t fixed_points_max = 24, named_steps_min = 4;
  const Column& column = layout.columns[c];
  const bool named = has_word(column.header, survivals) && !of_model;
  if (!named && column.kind != ColumnKind::measure && column.kind != ColumnKind::share) return false;
  const Times times = times_beside(table, layout, rows, c);
  if (!of_model && times == Times::uneven &&
      (rises_by_one(table, rows, c) || adds_up(table, rows, column, c)))
    return true;
  const Fall fall = fall_of(table, rows, c, named);
  const bool is_curve = !of_model && fall.falls_only && fall.began_whole && fall.steps >= steps_min;
  const bool is_named_curve = named && fall.steps >= named_steps_min && fall.steps * 2 > fall.points;
  if (!is_curve && !is_named_curve) return false;
  const bool large = fall.small_steps < steps_min && fall.points <= fixed_points_max;
  // Without times it is a curve only by its name.
  return times == Times::uneven || (is_named_curve && !large);
}

void check_survival(const Grid& table, const Layout& layout, Findings& findings) {
  static const Known of_models = {"pvalue", "conf", "term", "statistic", "margin", "lb", "std"};
  // "p", "p-value", "P>|z|", but not "p_alive".
  const auto is_p = [](const std::vector<std::string>& header) {
    static const Known beside = {"value", "værdi", "z", "t"};
    return !header.empty() && header[0] == "p" && (header.size() == 1 || beside.contains(header[1]));
  };
  const bool of_model = std::any_of(layout.columns.begin(), layout.columns.end(), [&](const Column& column) {
    return has_word(column.header, of_models) || is_p(words_of_label(column.header));
  });
  static const Known times = {"time", "tid", "dage", "days", "t", "måneder", "months", "uger", "weeks"};
  const bool timed = std::any_of(layout.columns.begin(), layout.columns.end(),
                                 [](const Column& column) { return has_word(column.header, times); });
  const std::vector<Rows> curves = curves_of(table, layout);
  for (const size_t c : layout.values) {
    const auto shown = std::find_if(curves.begin(), curves.end(), [&](Rows rows) {
      return is_step_by_step(table, layout, rows, c, of_model && !timed);
    });
    if (shown != curves.end())
      findings.add("finding.survival_steps", table.place(shown->from, c), "", layout.columns[c].header);
  }
}

// A sum and beside it what the greatest contributor has of it.
void check_dominance(const Grid& table, const Layout& layout, Findings& findings) {
  if (layout.columns.size() * layout.columns.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
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

void check_values(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  check_extremes(table, layout, findings);
  if (table.rows() > rows_judged_max) return;  // a person reads those anyway
  check_percentiles(table, layout, parameters, findings);
  check_no_spread(table, layout, findings);
  check_survival(table, layout, findings);
  check_dominance(table, layout, findings);
}

}  // namespace fvm::disclosure
