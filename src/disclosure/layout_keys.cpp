// Whole numbers that are keys of what is counted behind them, by how they stand in the table.
#include <algorithm>
#include <set>
#include <vector>

#include "disclosure/cells.hpp"
#include "disclosure/layout.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// "antal_komorbiditeter" 0, 1, 2 in front of what is counted by it.
void find_first_key(Layout& layout) {
  if (layout.columns.size() < 2 || layout.columns[0].kind != ColumnKind::count) return;
  const bool counted = std::any_of(layout.columns.begin() + 1, layout.columns.end(),
                                   [](const Column& column) { return column.kind == ColumnKind::count; });
  if (counted) layout.columns[0].kind = ColumnKind::category;
}

// Columns in front of the first that counts, but for measures, whose values make nearly each combination once
// ("køn; charlson; antal"): whole numbers there are keys.
void find_crossed_keys(const Grid& table, Layout& layout) {
  const auto first = std::find_if(layout.columns.begin(), layout.columns.end(),
                                  [](const Column& column) { return column.kind == ColumnKind::count; });
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  std::vector<size_t> keys;
  for (size_t c = 0; layout.columns.begin() + static_cast<ptrdiff_t>(c) < first; ++c) {
    const ColumnKind kind = layout.columns[c].kind;
    const bool numbers_rows =
        c == 0 && kind == ColumnKind::category && layout.tallies.column(c).size() == rows;
    if (kind != ColumnKind::measure && !numbers_rows) keys.push_back(c);
  }
  constexpr size_t keys_max = 6, rows_max = 20'000;
  if (first == layout.columns.end() || keys.size() < 2 || keys.size() > keys_max || rows < 4 ||
      rows > rows_max)
    return;
  size_t product = 1;
  bool any = false, all_repeat = true;
  for (const size_t c : keys) {
    const size_t distinct = layout.tallies.column(c).size();
    product *= std::max<size_t>(1, std::min(2 * rows, distinct));
    any |= layout.columns[c].kind == ColumnKind::number;
    all_repeat &= distinct < rows;
  }
  // Some combinations may be left out where no key tells a row by itself.
  if (!any || (product != rows && (!all_repeat || product > rows + rows / 4))) return;
  std::set<std::vector<Grid::Id>> seen;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    std::vector<Grid::Id> key;
    for (const size_t c : keys) key.push_back(table.id(r, c));
    if (!seen.insert(std::move(key)).second) return;
  }
  for (const size_t c : keys) {
    const bool repeats = layout.tallies.column(c).size() < rows;
    if (layout.columns[c].kind == ColumnKind::number && repeats)
      layout.columns[c].kind = ColumnKind::category;
  }
}

// Life tables in the notation of demographers: "n" is how many years an interval has, "x" where it begins.
void find_life_table(Layout& layout) {
  static const Known others = {"lx", "qx", "nqx", "ndx", "nlx"};
  size_t known = 0;
  for (const Column& column : layout.columns) known += others.contains(lower(column.header));
  for (Column& column : layout.columns) {
    if (known >= 2 && (lower(column.header) == "n" || lower(column.header) == "x"))
      column.kind = ColumnKind::category;
  }
}

}  // namespace

void find_keys(const Grid& table, Layout& layout, bool first_is_numbered) {
  if (first_is_numbered) find_first_key(layout);
  find_crossed_keys(table, layout);
  find_life_table(layout);
}

}  // namespace fvm::disclosure
