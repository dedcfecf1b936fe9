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

// take(row, column, text) has the cells below the headings of which test(column, text) is true, row by row;
// only columns that hold such a text are walked.
template <typename Test, typename Take>
void each_cell_with(const Grid& table, const Layout& layout, Test&& test, const Take& take) {
  const std::vector<size_t> columns = layout.tallies.columns_with(test);
  for (size_t r = layout.header_rows; !columns.empty() && r < table.rows(); ++r) {
    for (const size_t c : columns) {
      if (const Grid::Id id = table.id(r, c); id != 0 && test(c, id)) take(r, c, id);
    }
  }
}

}  // namespace fvm::disclosure
