// Counts of the same persons by limits that lie within each other, "død inden 30 dage" and "inden 90 dage":
// those between the two. And "N" of each variable of the same persons: those without a value.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t label_bytes_max = 80;

// "død inden # dage": what is counted, with the limit left out.
struct Limited {
  std::string what;
  double limit = 0;
};

// Days of what a limit is told in; one for what is no time.
std::optional<double> days_of(const std::string& word) {
  static const std::map<std::string, double, std::less<>> units = {
      {"dag", 1},    {"dage", 1},    {"døgn", 1},    {"day", 1},       {"days", 1},     {"uge", 7},
      {"uger", 7},   {"week", 7},    {"weeks", 7},   {"måned", 30},    {"måneder", 30}, {"mdr", 30},
      {"mdr.", 30},  {"month", 30},  {"months", 30}, {"år", 365},      {"årene", 365},  {"års", 365},
      {"year", 365}, {"years", 365}, {"d", 1},       {"måneders", 30}, {"dages", 1},    {"døgns", 1},
      {"ugers", 7},  {"mdrs", 30},   {"yr", 365},    {"y", 365}};
  const auto found = units.find(word);
  return found == units.end() ? std::nullopt : std::optional(found->second);
}

bool is_limit(const std::string& word) {
  static const Known limits = {"inden",  "indenfor", "within", "mindst",  "højst",    "maks",  "max",
                               "op",     "under",    "over",   "derover", "derunder", "least", "most",
                               "older",  "younger",  "ældre",  "yngre",   "flere",    "more",  "fewer",
                               "færre",  "efter",    "after",  "før",     "before",   "by",    "plus",
                               "senest", "minimum",  "first",  "første"};
  return limits.contains(word);
}

// A label with one whole number in it and a word or sign of limits; a year is none.
std::optional<Limited> limited(std::string_view label) {
  constexpr size_t digits_max = 3;
  if (label.size() > label_bytes_max) return std::nullopt;
  const size_t from = label.find_first_of("0123456789");
  if (from == std::string_view::npos) return std::nullopt;
  size_t to = from;
  while (to < label.size() && ascii::digit(label[to])) ++to;
  if (to - from > digits_max || label.find_first_of("0123456789", to) != std::string_view::npos)
    return std::nullopt;
  const std::string before = lower(trim(label.substr(0, from))), behind = lower(trim(label.substr(to)));
  const bool sign = before.ends_with('<') || before.ends_with('>') || before.ends_with("≥") ||
                    before.ends_with("≤") || before.ends_with('=') || behind.starts_with('+');
  Limited out;
  std::from_chars(label.data() + from, label.data() + to, out.limit);
  bool word_said = false, timed = false;
  for (const std::string& word : words(before)) word_said |= is_limit(word), out.what += word + ' ';
  out.what += '#';
  for (const std::string& word : words(behind)) {
    if (const auto days = days_of(word)) {
      out.limit *= *days;
      timed |= word != "år" && word != "years" && word != "d";  // ages are told apart by years
      timed |= word == "d" && behind.starts_with('d');
      continue;
    }
    word_said |= is_limit(word);
    out.what += ' ' + word;
  }
  // "Død 30 dage", "1-års mortalitet": of something.
  timed = timed && out.what != "#";
  return sign || word_said || timed ? std::optional(out) : std::nullopt;
}

// Rows or columns of one kind, by their limits.
using Kinds = std::map<std::string, std::map<double, size_t>>;

// take(one, next): each of a kind and the one of the next larger limit.
template <typename Take>
void each_beside(const Kinds& kinds, const Take& take) {
  for (const auto& [what, limits] : kinds) {
    for (auto one = limits.begin(), next = one; one != limits.end(); one = next) {
      if (++next != limits.end()) take(one->second, next->second);
    }
  }
}

// Rows of one kind, each by its limit.
void check_rows_within(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings) {
  const std::vector<size_t> counted = counted_columns(layout);
  if (layout.labels.empty() || counted.empty()) return;
  Kinds kinds;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    std::string key;
    double limit = 0;
    size_t limits = 0;
    for (const size_t c : layout.labels) {
      const auto own = limited(table.text(r, c));
      key += (own ? own->what : lower(table.text(r, c).substr(0, label_bytes_max))) + '\n';
      if (own) limit = own->limit, ++limits;
    }
    if (limits == 1) kinds[key].emplace(limit, r);
  }
  each_beside(kinds, [&](size_t row, size_t next) {
    for (const size_t c : counted) {
      const auto &one = table.said(row, c).count, &other = table.said(next, c).count;
      if (one && other && differ_by_few(*one, *other, parameters))
        findings.add("finding.small_difference", table.place(next, c), "", layout.columns[c].header);
    }
  });
}

void check_columns_within(const Grid& table, const Layout& layout, const Parameters& parameters,
                          Findings& findings) {
  Kinds kinds;
  for (const size_t c : counted_columns(layout)) {
    if (const auto own = limited(layout.columns[c].header)) kinds[own->what].emplace(own->limit, c);
  }
  each_beside(kinds, [&](size_t column, size_t next) {
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto &one = table.said(r, column).count, &other = table.said(r, next).count;
      if (one && other && differ_by_few(*one, *other, parameters))
        findings.add("finding.small_difference", table.place(r, next), "", layout.columns[next].header);
    }
  });
}

// "Variabel; N; Middelværdi": how many have a value of each; the rest of those who have most is missing.
void check_without_value(const Grid& table, const Layout& layout, const Parameters& parameters,
                         Findings& findings) {
  static const Known names = {"variabel",        "variable", "variables", "karakteristika", "characteristic",
                              "parameter",       "mål",      "measure",   "prøve",          "biomarkør",
                              "biomarker",       "item",     "spørgsmål", "question",       "covariate",
                              "kovariat",        "model",    "analyse",   "analysis",       "indikator",
                              "characteristics", "test",     "var"};
  static const Known ns = {"n", "antal", "obs", "count", "nobs", "valid"};
  if (layout.labels.empty()) return;
  const std::string& heading = layout.columns[layout.labels[0]].header;
  if (!heading.empty() && !has_word(heading, names)) return;
  const bool measured = std::any_of(layout.values.begin(), layout.values.end(), [&](size_t c) {
    static const Known spreads = {"sd", "std", "dev", "spredning", "standardafvigelse"};
    // Without a heading: as R and pandas describe variables.
    return layout.columns[c].kind == ColumnKind::measure && says_statistic(layout.columns[c].header) &&
           (!heading.empty() || has_word(layout.columns[c].header, spreads));
  });
  if (!measured) return;
  for (const size_t c : counted_columns(layout)) {
    if (!has_word(layout.columns[c].header, ns)) continue;
    uint64_t most = 0;
    for (const auto& [id, cells] : layout.tallies.column(c))
      most = std::max(most, table.said(id).count.value_or(0));
    for (const auto& [row, id] : table.column(c)) {
      const auto& count = table.said(id).count;
      if (row >= layout.header_rows && count && differ_by_few(*count, most, parameters))
        findings.add("finding.small_difference", table.place(row, c), "", layout.columns[c].header);
    }
  }
}

// "Observations" below models: those whom one has and another has not.
void check_observations(const Grid& table, const Layout& layout, const Parameters& parameters,
                        Findings& findings) {
  static const Known names = {"observations", "observationer", "obs", "nobs"};
  if (layout.labels.empty()) return;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    if (!has_word(table.text(r, layout.labels[0]), names)) continue;
    std::optional<uint64_t> before;
    for (size_t c = 1; c < layout.columns.size(); ++c) {
      const auto& count = table.said(r, c).count;
      if (!count) continue;
      if (before && differ_by_few(*before, *count, parameters))
        findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
      before = count;
    }
  }
}

}  // namespace

void check_thresholds(const Grid& table, const Layout& layout, const Parameters& parameters,
                      Findings& findings) {
  if (table.rows() > rows_judged_max) return;  // a person reads those anyway
  if (table.rows() * layout.columns.size() > looks_max) return leave_to_person(table, "columns", findings);
  check_rows_within(table, layout, parameters, findings);
  check_columns_within(table, layout, parameters, findings);
  check_without_value(table, layout, parameters, findings);
  check_observations(table, layout, parameters, findings);
}

}  // namespace fvm::disclosure
