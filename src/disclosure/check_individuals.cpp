// Tables whose rows are persons: several traits of a person side by side and nothing counted; the same on its
// side, packed into one cell, or beside another table.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t persons_min = 5, traits_min = 3, points_min = 50, cells_looked_at_max = 200'000;

struct Facts {
  std::vector<Trait> traits;
  size_t rows = 0, kinds = 0, numeric = 0, labels = 0;
  bool dated = false, counted = false, smooth = false;
  std::string header;  // of the first trait
};

// What stands in a column, seen in one pass over the cells that are there.
struct Seen {
  std::unordered_set<std::string_view> distinct;
  size_t filled = 0, numbers = 0, decimals = 0;
  void take(std::string_view cell) {
    constexpr size_t distinct_max = 1u << 16;
    if (distinct.size() >= distinct_max) return;  // what was seen is enough to judge by
    ++filled;
    distinct.insert(cell);
    if (numbers >= points_min) return;
    const auto number = number_of(cell);
    if (number) ++numbers, decimals += !number->whole;
  }
};

std::vector<Seen> seen_in(const Table& table, const Layout& layout) {
  std::vector<Seen> seen(layout.columns.size());
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    for (size_t c = 0; c < table.rows[r].size(); ++c) {
      const std::string_view cell = trim(table.rows[r][c]);
      if (!cell.empty()) seen[c].take(cell);
    }
  }
  return seen;
}

Facts facts_of(const Table& table, const Layout& layout) {
  Facts facts;
  facts.rows = table.rows.size() - std::min(layout.header_rows, table.rows.size());
  facts.traits = traits_of(table, layout);
  std::set<Trait> kinds;
  const std::vector<Seen> all = seen_in(table, layout);
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Seen& seen = all[c];
    const ColumnKind kind = layout.columns[c].kind;
    const Trait trait = facts.traits[c];
    if (seen.filled == 0) continue;
    if (trait != Trait::none) {
      kinds.insert(trait);
      if (facts.header.empty()) facts.header = layout.columns[c].header;
    }
    facts.dated |= trait == Trait::birth || (trait == Trait::date && seen.distinct.size() * 2 > seen.filled);
    if (trait != Trait::none) continue;
    // Counts that differ from row to row; a hundred in every row counts nothing.
    if (kind == ColumnKind::count) facts.counted |= seen.distinct.size() >= 2 || seen.filled <= 2;
    facts.labels += kind == ColumnKind::label;
    facts.numeric += kind != ColumnKind::label;
    facts.smooth |= kind == ColumnKind::measure && seen.filled >= points_min &&
                    seen.distinct.size() * 10 >= seen.filled * 9 && seen.decimals * 2 > seen.numbers;
  }
  facts.kinds = kinds.size();
  return facts;
}

bool is_individuals(const Facts& facts) {
  if (facts.counted || facts.rows < persons_min) return false;
  return facts.kinds >= traits_min || (facts.kinds >= 2 && facts.dated);
}

// Two measures or more, each row with its own, and no name of a group: the points of a plot.
bool is_points(const Facts& facts) {
  return !facts.counted && facts.rows >= points_min && facts.smooth && facts.labels == 0 &&
         facts.numeric >= 2;
}

Table transposed(const Table& table) {
  Table out;
  out.sheet = table.sheet;
  size_t width = 0;
  for (const auto& row : table.rows) width = std::max(width, row.size());
  out.rows.resize(width);
  for (const auto& row : table.rows) {
    for (size_t c = 0; c < width; ++c) out.rows[c].push_back(c < row.size() ? row[c] : "");
  }
  return out;
}

// The cells of a column that `mark` cuts into pieces, each a row of them.
std::vector<std::vector<std::string>> unpacked(const Table& table, size_t column, char mark) {
  std::vector<std::vector<std::string>> rows;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    std::string_view cell = cell_at(table, r, column);
    if (std::count(cell.begin(), cell.end(), mark) + 1 < static_cast<ptrdiff_t>(traits_min)) continue;
    auto& pieces = rows.emplace_back();
    while (!cell.empty()) {
      const size_t end = std::min(cell.find(mark), cell.size());
      pieces.emplace_back(trim(cell.substr(0, end)));
      cell.remove_prefix(std::min(end + 1, cell.size()));
    }
  }
  return rows;
}

bool hides_individuals(const Table& table) {
  if (table.rows.size() < persons_min) return false;
  const Layout layout = layout_of(table);
  const Facts facts = facts_of(table, layout);
  return is_individuals(facts);
}

// Whatever else the column holds: rows that are none must not hide those that are. All together, and those of
// each width by themselves.
bool packs_individuals(const Table& table, size_t column, char mark) {
  Table all;
  all.rows = unpacked(table, column, mark);
  if (hides_individuals(all)) return true;
  std::map<size_t, Table> by_width;
  for (auto& row : all.rows) by_width[row.size()].rows.push_back(std::move(row));
  return by_width.size() > 1 && std::any_of(by_width.begin(), by_width.end(),
                                            [](const auto& one) { return hides_individuals(one.second); });
}

void check_packed(const Table& table, const Layout& layout, Findings& findings) {
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    for (const char mark : {'|', '_', ';', ',', ':', '~', '/', ' '}) {
      if (!packs_individuals(table, c, mark)) continue;
      findings.add("finding.rows_of_individuals", {table.sheet, table.first_row, c + 1}, "",
                   layout.columns[c].header);
      break;
    }
  }
}

bool is_blank_row(const std::vector<std::string>& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& cell) { return trim(cell).empty(); });
}

// Tables that stand beside or below each other, set apart by nothing; one table gives nothing.
std::vector<Table> parts_of(const Table& table, const Layout& layout) {
  std::vector<bool> empty(layout.columns.size(), true);
  for (const auto& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) empty[c] = empty[c] && trim(row[c]).empty();
  }
  std::vector<Table> parts;
  size_t from = 0;
  for (size_t c = 0; c <= empty.size(); ++c) {
    if (c < empty.size() && !empty[c]) continue;
    if (c > from) {
      Table part;
      part.sheet = table.sheet;
      for (const auto& row : table.rows) {
        std::vector<std::string> cells;
        for (size_t i = from; i < c; ++i) cells.push_back(i < row.size() ? row[i] : "");
        if (!is_blank_row(cells)) {
          part.rows.push_back(std::move(cells));
        } else if (!part.rows.empty()) {
          parts.push_back(std::move(part));
          part = {};
          part.sheet = table.sheet;
        }
      }
      if (!part.rows.empty()) parts.push_back(std::move(part));
    }
    from = c + 1;
  }
  if (parts.size() < 2) parts.clear();
  return parts;
}

}  // namespace

bool looks_like_individuals(const Table& table) {
  return hides_individuals(table) || hides_individuals(transposed(table));
}

void check_individuals(const Table& table, const Layout& layout, Findings& findings) {
  if (table.rows.size() < 2) return;
  const Facts facts = facts_of(table, layout);
  const Place place{table.sheet, table.first_row + layout.header_rows, 0};
  for (size_t c = 0; c < facts.traits.size(); ++c) {
    if (facts.traits[c] == Trait::birth)
      findings.add("finding.birth_date", {table.sheet, place.row, c + 1}, "", layout.columns[c].header);
  }
  if (is_individuals(facts)) return findings.add("finding.rows_of_individuals", place, "", facts.header);
  if (is_points(facts)) return findings.add("finding.rows_of_individuals", place, "", "");
  if (table.rows.size() * layout.columns.size() > cells_looked_at_max)
    return leave_to_person(table, "cells", findings);
  if (table.rows.size() >= traits_min && layout.columns.size() > persons_min &&
      hides_individuals(transposed(table)))
    return findings.add("finding.rows_of_individuals", place, "", "");
  check_packed(table, layout, findings);
  for (const Table& part : parts_of(table, layout)) {
    if (looks_like_individuals(part)) return findings.add("finding.rows_of_individuals", place, "", "");
  }
}

}  // namespace fvm::disclosure
