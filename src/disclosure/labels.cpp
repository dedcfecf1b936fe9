#include "disclosure/labels.hpp"

#include <algorithm>
#include <iterator>

#include "disclosure/cells.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

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
  if (any_of_words(all, statistics)) said |= statistic_word;
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
