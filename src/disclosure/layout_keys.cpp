// Whole numbers that are keys of what is counted behind them, by how they stand in the table.
#include <algorithm>
#include <set>
#include <vector>

#include "disclosure/layout.hpp"

namespace fvm::disclosure {
namespace {

// "antal_komorbiditeter" 0, 1, 2 in front of what is counted by it.
void find_first_key(Layout& layout) {
  if (layout.columns.size() < 2 || layout.columns[0].kind != ColumnKind::count) return;
  const bool counted = std::any_of(layout.columns.begin() + 1, layout.columns.end(),
                                   [](const Column& column) { return column.kind == ColumnKind::count; });
  if (counted) layout.columns[0].kind = ColumnKind::category;
}

// Columns in front of the first that counts whose values make each combination once ("køn; charlson; antal"):
// whole numbers there are keys.
void find_crossed_keys(const Grid& table, Layout& layout) {
  const auto first = std::find_if(layout.columns.begin(), layout.columns.end(),
                                  [](const Column& column) { return column.kind == ColumnKind::count; });
  const auto keys = static_cast<size_t>(first - layout.columns.begin());
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  constexpr size_t keys_max = 6, rows_max = 20'000;
  if (first == layout.columns.end() || keys < 2 || keys > keys_max || rows < 4 || rows > rows_max) return;
  size_t product = 1;
  for (size_t c = 0; c < keys; ++c)
    product *= std::max<size_t>(1, std::min(rows + 1, layout.tallies.column(c).size()));
  const bool any = std::any_of(layout.columns.begin(), first,
                               [](const Column& column) { return column.kind == ColumnKind::number; });
  if (product != rows || !any) return;
  std::set<std::vector<Grid::Id>> seen;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    std::vector<Grid::Id> key;
    for (size_t c = 0; c < keys; ++c) key.push_back(table.id(r, c));
    if (!seen.insert(std::move(key)).second) return;
  }
  for (size_t c = 0; c < keys; ++c) {
    const bool repeats = layout.tallies.column(c).size() < rows;
    if (layout.columns[c].kind == ColumnKind::number && repeats)
      layout.columns[c].kind = ColumnKind::category;
  }
}

}  // namespace

void find_keys(const Grid& table, Layout& layout, bool first_is_numbered) {
  if (first_is_numbered) find_first_key(layout);
  find_crossed_keys(table, layout);
}

}  // namespace fvm::disclosure
