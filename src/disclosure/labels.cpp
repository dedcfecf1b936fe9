#include "disclosure/labels.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>
#include <string>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/text.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

// "Karakteristika af 250 patienter".
std::optional<double> told_whole(std::string_view text) {
  static const Known units = {"patienter", "personer",     "borgere",     "patients", "persons",
                              "deltagere", "participants", "individuals", "kvinder",  "mænd",
                              "women",     "men",          "børn",        "children", "fødsler",
                              "births",    "indlæggelser"};
  const std::vector<std::string> all = words(text);
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    const auto count = units.contains(all[i + 1]) ? count_of(all[i]) : std::nullopt;
    if (count) return static_cast<double>(*count);
  }
  return std::nullopt;
}

}  // namespace

bool counts_units(const Column& column) {
  return column.kind == ColumnKind::count || column.kind == ColumnKind::number;
}

std::vector<size_t> counted_columns(const Layout& layout) {
  std::vector<size_t> counted;
  std::copy_if(layout.values.begin(), layout.values.end(), std::back_inserter(counted),
               [&](size_t c) { return counts_units(layout.columns[c]); });
  return counted;
}

bool is_total_column(const Column& column) {
  static const Known totals = {"total", "totalt", "ialt", "alle", "sum", "all", "hovedtotal", "begge", "tot"};
  return counts_units(column) && (has_word(column.header, totals) || lower(column.header) == "i alt");
}

std::optional<uint64_t> whole_told_in(std::string_view text) {
  // "Kvinder (250)".
  const size_t open = text.find_last_of('(');
  if (open != std::string_view::npos && open > 0 && text.ends_with(')') && !says_statistic(text)) {
    const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    constexpr size_t digits_min = 2, digits_max = 7;
    if (inside.size() >= digits_min && inside.size() <= digits_max && ascii::all_digits(inside) &&
        !inside.starts_with("19") && !inside.starts_with("20"))
      return std::stoul(std::string(inside));
  }
  const std::string low = lower(text);
  for (size_t at = low.find("n"); at != std::string::npos; at = low.find("n", at + 1)) {
    size_t i = at + 1;
    while (i < low.size() && low[i] == ' ') ++i;
    if (i >= low.size() || (low[i] != '=' && low[i] != ':') ||
        (at > 0 && std::isalnum(static_cast<unsigned char>(low[at - 1])) != 0))
      continue;
    ++i;
    while (i < low.size() && low[i] == ' ') ++i;
    const auto digit = [&](size_t k) { return k < low.size() && ascii::digit(low[k]); };
    const auto thousands = [&](size_t k) {  // "7.328", "36,900"
      return (low[k] == '.' || low[k] == ',') && digit(k + 1) && digit(k + 2) && digit(k + 3) &&
             !digit(k + 4);
    };
    constexpr size_t digits_max = 9;
    std::string digits;
    for (; digits.size() < digits_max && i < low.size() && (digit(i) || (!digits.empty() && thousands(i)));
         ++i) {
      if (digit(i)) digits += low[i];
    }
    if (!digits.empty()) return std::stoul(digits);
  }
  return std::nullopt;
}

bool has_middle(const Layout& layout) {
  static const Known middles = {"median", "mean", "gns", "gennemsnit", "p50", "q50", "middelværdi"};
  return std::any_of(layout.columns.begin(), layout.columns.end(),
                     [](const Column& column) { return has_word(column.header, middles); });
}

std::optional<double> titled_whole(const Grid& table, const Layout& layout) {
  std::optional<double> titled;
  const auto take = [&](std::string_view text) {
    if (const auto whole = whole_told_in(text)) titled = whole;
    if (const auto whole = told_whole(text); whole && !titled) titled = whole;
  };
  for (size_t r = 0; r < layout.header_rows && r < table.rows(); ++r) {
    for (const Grid::Id id : table.row(r)) take(table.text(id));
  }
  return titled;
}

std::optional<double> noted_whole(const Grid& table, const Layout& layout) {
  if (const auto titled = titled_whole(table, layout)) return titled;
  constexpr size_t notes_max = 10;
  for (size_t r = table.rows(); r-- > layout.header_rows && table.rows() - r <= notes_max;) {
    if (filled_cells(table, r) != 1) break;
    for (const Grid::Id id : table.row(r)) {
      if (const auto whole = id == 0 ? std::nullopt : whole_told_in(table.text(id))) return whole;
      if (const auto whole = id == 0 ? std::nullopt : told_whole(table.text(id))) return whole;
    }
  }
  const auto in_name = whole_told_in(table.sheet);
  return in_name ? std::optional<double>(*in_name) : std::nullopt;
}

bool says_statistic(std::string_view text) {
  const std::vector<std::string> said = words_of_label(text);
  const bool lettered = !said.empty() && statistic_letters().contains(said[0]) &&
                        (said.size() == 1 || beside_letters().contains(said[1]));
  if (lettered) return true;
  if (std::any_of(said.begin(), said.end(), is_percentile)) return true;
  return names_measure(text) || is_person_time(said) || any_of_words(said, statistic_words());
}

bool is_at_most_one(const Grid& table, const Layout& layout, size_t column) {
  return !layout.tallies.any(
      column, [&](Grid::Id id) { return table.says_number(id) && table.said(id).number->value > 1; });
}

Labels::Labels(const Grid& table, const Layout& layout)
    : table_(table), layout_(layout), said_(table.texts()) {
  const auto says_any = [&](Grid::Id id) { return said(id) != asked; };
  std::copy_if(layout.labels.begin(), layout.labels.end(), std::back_inserter(columns_),
               [&](size_t c) { return layout.tallies.any(c, says_any); });
}

std::vector<size_t> Labels::totals() {
  std::vector<size_t> rows;
  for (size_t r = layout_.header_rows; !columns_.empty() && r < table_.rows(); ++r) {
    if (total(r)) rows.push_back(r);
  }
  return rows;
}

uint8_t Labels::said_by(std::string_view label) {
  static const Known statistics = {"mean",       "median",    "gns",       "gennemsnit", "sd",
                                   "iqr",        "std",       "rate",      "ratio",      "hr",
                                   "or",         "rr",        "p",         "df",         "levels",
                                   "iterations", "parameter", "parametre", "parameters"};
  static const Known totals = {"total",   "totalt",     "ialt",     "alle",   "sum",       "all",
                               "overall", "hovedtotal", "totalsum", "samlet", "tilsammen", "tot"};
  const std::string low = lower(label);
  const std::vector<std::string> all = words_of_label(label);
  unsigned said = asked;
  // "Asthma or COPD" is none, and "OR (95 % CI)" is.
  static const Known between = {"or", "p", "rate", "ratio", "std"};
  for (size_t i = 0; i < all.size(); ++i) {
    const bool inside =
        i > 0 && i + 1 < all.size() && between.contains(all[i]) && !ascii::digit(all[i + 1][0]);
    if (statistics.contains(all[i]) && !inside) said |= statistic_word;
  }
  if (any_of_words(all, totals) || low == "i alt" || low == "hele landet" || low == "danmark")
    said |= total_word;
  if (low.ends_with(" i alt")) said |= subtotal_end;
  if (names_count(all)) said |= count_word;
  return static_cast<uint8_t>(said);
}

uint8_t Labels::said(Grid::Id id) {
  if (said_[id] == 0) said_[id] = said_by(table_.text(id));
  return said_[id];
}

bool Labels::any(size_t row, Said what) {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](size_t c) { return (said(table_.id(row, c)) & what) != 0; });
}

}  // namespace fvm::disclosure
