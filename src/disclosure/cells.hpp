// Cells of a table and words in them: what all checks of tables need. Pure.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "disclosure/layout.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

using Known = std::unordered_set<std::string_view>;

// One of its words is known; long texts are prose, not labels.
inline bool has_word(std::string_view text, const Known& known) {
  constexpr size_t label_bytes_max = 200;
  if (text.empty() || text.size() > label_bytes_max) return false;
  const auto all = words(text);
  return std::any_of(all.begin(), all.end(), [&](const std::string& word) { return known.contains(word); });
}

// take(row, column, text) has the cells of some columns below the headings, row by row.
template <typename Take>
void each_row_of(const Grid& table, const Layout& layout, const std::vector<size_t>& columns,
                 const Take& take) {
  for (size_t r = layout.header_rows; !columns.empty() && r < table.rows(); ++r) {
    for (const size_t c : columns) take(r, c, table.id(r, c));
  }
}

}  // namespace fvm::disclosure
