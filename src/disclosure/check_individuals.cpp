// Tables whose rows are persons: several traits of a person side by side and nothing counted; the same on its
// side, packed into one cell, or beside another table.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/readings.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t persons_min = 5, dated_persons_min = 2, traits_min = 3, points_min = 50,
                 cells_looked_at_max = 200'000;

struct Facts {
  std::vector<Trait> traits;
  size_t rows = 0, kinds = 0, numeric = 0, labels = 0;
  bool dated = false, counted = false, smooth = false;
  bool dates_differ = false;  // nearly each row has a date of its own
  std::string header;         // of the first trait
};

// How many cells of a column have how many different texts. Of a column of very many, from the top: a text
// that comes first in its column when so many came before is not looked at, nor what stands below it.
struct Seen {
  size_t distinct = 0, filled = 0;
};

Seen seen_in(const Grid& table, const Layout& layout, size_t column) {
  constexpr size_t distinct_max = 1u << 16;  // what was seen until then is enough to judge by
  const auto texts = layout.tallies.column(column);
  if (texts.size() < distinct_max) return {texts.size(), layout.tallies.filled(column)};
  Seen seen{distinct_max, 0};
  const Grid::Id last = texts[distinct_max - 1].text;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows) continue;
    ++seen.filled;
    if (text == last) break;
  }
  return seen;
}

// Most of the first numbers of a column have decimals, as far as it was looked at.
bool has_decimals(const Grid& table, const Layout& layout, size_t column, const Seen& seen) {
  size_t filled = 0, numbers = 0, decimals = 0;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows) continue;
    if (filled++ == seen.filled || numbers == points_min) break;
    if (!table.says_number(text)) continue;
    ++numbers;
    decimals += !table.said(text).number->whole;
  }
  return decimals * 2 > numbers;
}

// From row to row; a table of groups is in some order, persons are in none.
bool rises(const Grid& table, const Layout& layout, size_t column) {
  std::optional<double> before;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows || !table.says_number(text)) continue;
    const double value = table.said(text).number->value;
    if (before && value < *before) return false;
    before = value;
  }
  return true;
}

bool days_rise(const Grid& table, const Layout& layout, size_t column) {
  std::optional<int32_t> before;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows) continue;
    auto day = days_of(table.text(text), DateOrder::year_first);
    if (!day) day = days_of(table.text(text), DateOrder::day_first);
    if (day && before && *day < *before) return false;
    if (day) before = day;
  }
  return true;
}

Facts facts_of(const Grid& table, const Layout& layout) {
  Facts facts;
  facts.rows = table.rows() - std::min(layout.header_rows, table.rows());
  facts.traits = traits_of(table, layout);
  std::set<Trait> kinds;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Seen seen = seen_in(table, layout, c);
    const ColumnKind kind = layout.columns[c].kind;
    const Trait trait = facts.traits[c];
    if (seen.filled == 0) continue;
    if (trait != Trait::none) {
      kinds.insert(trait);
      if (facts.header.empty()) facts.header = layout.columns[c].header;
    }
    facts.dated |= trait == Trait::birth || (trait == Trait::date && seen.distinct * 2 > seen.filled);
    constexpr size_t of_ten = 9;
    facts.dates_differ |=
        (trait == Trait::birth || trait == Trait::date) && seen.distinct * 10 >= seen.filled * of_ten;
    if (trait != Trait::none) continue;
    // Counts that differ from row to row; a hundred in every row counts nothing.
    if (kind == ColumnKind::count) facts.counted |= seen.distinct >= 2 || seen.filled <= 2;
    facts.labels += kind == ColumnKind::label;
    facts.numeric += kind != ColumnKind::label;
    facts.smooth |= kind == ColumnKind::measure && seen.filled >= points_min &&
                    seen.distinct * 10 >= seen.filled * 9 && has_decimals(table, layout, c, seen);
  }
  facts.kinds = kinds.size();
  return facts;
}

bool is_individuals(const Facts& facts) {
  // A date of its own beside two other traits is a person's, however few they are and whatever stands beside
  // them.
  if (facts.dates_differ && facts.kinds >= traits_min &&
      facts.rows >= (facts.counted ? persons_min : dated_persons_min))
    return true;
  if (facts.counted || facts.rows < persons_min) return false;
  return facts.kinds >= traits_min || (facts.kinds >= 2 && facts.dated);
}

// Two measures or more, each row with its own, and no name of a group: the points of a plot.
bool is_points(const Facts& facts) {
  return !facts.counted && facts.rows >= points_min && facts.smooth && facts.labels == 0 &&
         facts.numeric >= 2;
}

Grid transposed(const Grid& table) {
  Grid out;
  out.sheet = table.sheet;
  for (size_t c = 0; c < table.width(); ++c) {
    for (size_t r = 0; r < table.rows(); ++r) out.add(table.text(r, c));
    out.end_row();
  }
  out.end();
  return out;
}

// "P0001", "6f1c2d…": letters and at least three digits, nearly all of them.
bool are_keys(const Grid& table, const Layout& layout, size_t column) {
  constexpr ptrdiff_t digits_min = 3;
  size_t keys = 0, all = 0;
  for (const auto& [text, cells] : layout.tallies.column(column)) {
    const std::string_view cell = table.text(text);
    const bool one_word = cell.find(' ') == std::string_view::npos;
    const bool lettered = std::any_of(cell.begin(), cell.end(), ascii::letter);
    keys += one_word && lettered && std::count_if(cell.begin(), cell.end(), ascii::digit) >= digits_min;
    ++all;
  }
  return keys * 10 >= all * 8;
}

// "2019M01", "2019-01", "jan", "uge 12", "2019K1", "2019": each once.
bool are_periods(const Grid& table, const Layout& layout, size_t column) {
  const auto texts = layout.tallies.column(column);
  if (texts.size() < 2 || texts.size() != layout.tallies.filled(column)) return false;
  return std::all_of(texts.begin(), texts.end(),
                     [&](const auto& each) { return is_period(table.text(each.text)); });
}

// Rows of which nothing is counted and no name says what they are: values beside values, or days that do not
// follow each other.
bool is_uncounted(const Grid& table, const Layout& layout, const Facts& facts) {
  constexpr size_t rows_min = 10;
  if (facts.counted || facts.rows < rows_min || facts.rows > rows_judged_max) return false;
  size_t varied = 0, days = 0;
  bool sorted = true, any_days = false, keys = false, names = false;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Trait trait = facts.traits[c];
    const size_t distinct = layout.tallies.column(c).size(), filled = layout.tallies.filled(c);
    const bool many = filled >= rows_min && distinct * 10 >= filled * 3;
    const ColumnKind kind = layout.columns[c].kind;
    if (kind == ColumnKind::count || kind == ColumnKind::share) return false;
    if (layout.tallies.any(c, [&](Grid::Id id) { return table.says_masked(id) && table.text(id)[0] == '<'; }))
      return false;
    if (trait == Trait::none && kind != ColumnKind::label && says_statistic(layout.columns[c].header))
      return false;
    if (c == 0 && are_periods(table, layout, c)) return false;
    if (trait == Trait::date || trait == Trait::birth) {
      days += many;
      any_days |= many && !days_rise(table, layout, c);
    } else if (kind == ColumnKind::label && trait == Trait::place && distinct == filled) {
      names = true;  // each municipality once
    } else if (kind == ColumnKind::label && trait == Trait::none && filled > 0) {
      const bool each_its_own = distinct == filled && filled >= rows_min;
      (each_its_own && are_keys(table, layout, c) ? keys : names) = true;
    } else if (kind != ColumnKind::label && many) {
      ++varied;
      sorted = sorted && rises(table, layout, c);
    }
  }
  // Names of groups stand in most tables, and what repeats and is no trait may be one too.
  const bool of_values = (days == 1 && varied >= 1) || (varied >= 2 && !sorted);
  return keys || days > 1 || any_days || (!names && of_values);
}

// What a model says of each row that it was fitted to.
std::optional<size_t> residuals_in(const Layout& layout) {
  static const Known of_rows = {"residual",   "residuals", "resid", "fitted",
                                "residualer", "leverage",  "cooksd"};
  for (const size_t c : layout.values) {
    if (has_word(layout.columns[c].header, of_rows) && layout.tallies.filled(c) >= persons_min) return c;
  }
  return std::nullopt;
}

// The cells of a column that `mark` cuts into pieces, each a row of them.
using Rows = std::vector<std::vector<std::string_view>>;
Rows unpacked(const Grid& table, size_t column, char mark) {
  const auto is_packed = [&](std::string_view cell) {
    return std::count(cell.begin(), cell.end(), mark) + 1 >= static_cast<ptrdiff_t>(traits_min);
  };
  Rows rows;
  for (const auto& [row, text] : table.column(column)) {
    std::string_view cell = table.text(text);
    if (!is_packed(cell)) continue;
    auto& pieces = rows.emplace_back();
    while (!cell.empty()) {
      const size_t end = std::min(cell.find(mark), cell.size());
      pieces.push_back(cell.substr(0, end));
      cell.remove_prefix(std::min(end + 1, cell.size()));
    }
  }
  return rows;
}

Grid grid_of(const Rows& rows, std::optional<size_t> width = std::nullopt) {
  Grid grid;
  for (const auto& row : rows) {
    if (width && row.size() != *width) continue;
    for (const std::string_view cell : row) grid.add(cell);
    grid.end_row();
  }
  grid.end();
  return grid;
}

bool hides_individuals(const Grid& table) {
  return table.rows() > dated_persons_min && is_individuals(facts_of(table, layout_of(table)));
}

// Whatever else the column holds: rows that are none must not hide those that are. All together, and those of
// each width by themselves.
bool packs_individuals(const Grid& table, size_t column, char mark) {
  const Rows all = unpacked(table, column, mark);
  if (hides_individuals(grid_of(all))) return true;
  std::set<size_t> widths;
  for (const auto& row : all) widths.insert(row.size());
  return widths.size() > 1 && std::any_of(widths.begin(), widths.end(), [&](size_t width) {
           return hides_individuals(grid_of(all, width));
         });
}

void check_packed(const Grid& table, const Layout& layout, Findings& findings) {
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    for (const char mark : {'|', '_', ';', ',', ':', '~', '/', ' '}) {
      if (!packs_individuals(table, c, mark)) continue;
      findings.add("finding.rows_of_individuals", {table.sheet, table.first_row, c + 1}, "",
                   layout.columns[c].header);
      break;
    }
  }
}

}  // namespace

// Tables that stand beside or below each other, set apart by nothing; one table gives nothing.
std::vector<Grid> parts_of(const Grid& table) {
  std::vector<Grid> parts;
  if (table.rows() * table.width() > cells_looked_at_max) return parts;
  for (size_t from = 0, c = 0; c <= table.width(); ++c) {
    if (c < table.width() && !table.column(c).empty()) continue;
    Grid part;
    part.sheet = table.sheet;
    const auto put = [&] {
      part.end();
      if (part.rows() > 0) parts.push_back(std::exchange(part, {}));
      part.sheet = table.sheet;
    };
    for (size_t r = 0; c > from && r < table.rows(); ++r) {
      bool blank = true;
      for (size_t i = from; i < c; ++i) blank = blank && table.id(r, i) == 0;
      if (blank) {
        put();
        continue;
      }
      if (part.rows() == 0) part.first_row = table.first_row + r;
      for (size_t i = from; i < c; ++i) part.add(table.text(r, i));
      part.end_row();
    }
    put();
    from = c + 1;
  }
  if (parts.size() < 2) parts.clear();
  return parts;
}

bool looks_like_individuals(const Grid& table) {
  return hides_individuals(table) || hides_individuals(transposed(table));
}

void check_individuals(const Grid& table, const Layout& layout, const std::vector<Grid>& parts,
                       Findings& findings) {
  if (table.rows() < 2) return;
  const Facts facts = facts_of(table, layout);
  const Place place{table.sheet, table.first_row + layout.header_rows, 0};
  for (size_t c = 0; c < facts.traits.size(); ++c) {
    if (facts.traits[c] == Trait::birth)
      findings.add("finding.birth_date", {table.sheet, place.row, c + 1}, "", layout.columns[c].header);
  }
  if (const auto column = residuals_in(layout))
    findings.add("finding.rows_of_individuals", {table.sheet, place.row, *column + 1}, "",
                 layout.columns[*column].header);
  if (is_individuals(facts)) return findings.add("finding.rows_of_individuals", place, "", facts.header);
  if (is_points(facts) || is_uncounted(table, layout, facts))
    return findings.add("finding.rows_of_individuals", place, "", "");
  constexpr size_t cell_bytes_max = 250;
  for (Grid::Id id = 1; id < table.texts(); ++id) {
    if (table.text(id).size() <= cell_bytes_max) continue;
    leave_to_person(table, "prose", findings);
    break;
  }
  if (table.rows() * layout.columns.size() > cells_looked_at_max)
    return leave_to_person(table, "cells", findings);
  const bool totals = std::any_of(layout.columns.begin(), layout.columns.end(), is_total_column);
  if (table.rows() >= traits_min && layout.columns.size() > persons_min && !totals &&
      hides_individuals(transposed(table)))
    return findings.add("finding.rows_of_individuals", place, "", "");
  check_packed(table, layout, findings);
  for (const Grid& part : parts) {
    if (looks_like_individuals(part)) return findings.add("finding.rows_of_individuals", place, "", "");
  }
}

}  // namespace fvm::disclosure
