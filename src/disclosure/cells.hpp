// Cells of a table by number, and words in them: what all checks of tables need. Pure.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "disclosure/finding.hpp"
#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

using Known = std::unordered_set<std::string_view>;

// Without blanks around it; empty where the row is shorter.
inline std::string_view cell_at(const Table& table, size_t row, size_t column) {
  const auto& cells = table.rows[row];
  return column < cells.size() ? trim(cells[column]) : std::string_view();
}

inline Place place_of(const Table& table, size_t row, size_t column) {
  return {table.sheet, table.first_row + row, column + 1};
}

// One of its words is known; long texts are prose, not labels.
inline bool has_word(std::string_view text, const Known& known) {
  constexpr size_t label_bytes_max = 200;
  if (text.empty() || text.size() > label_bytes_max) return false;
  const auto all = words(text);
  return std::any_of(all.begin(), all.end(), [&](const std::string& word) { return known.contains(word); });
}

}  // namespace fvm::disclosure
