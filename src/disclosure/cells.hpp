// Cells of a table and words in them: what all checks of tables need. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "disclosure/layout.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

using Known = std::unordered_set<std::string_view>;

inline bool any_of_words(const std::vector<std::string>& words, const Known& known) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return known.contains(word); });
}
// Cells of a row with something in them. One: a title, or a label without numbers.
inline size_t filled_cells(const Grid& table, size_t row) {
  const auto cells = table.row(row);
  return static_cast<size_t>(std::count_if(cells.begin(), cells.end(), [](Grid::Id id) { return id != 0; }));
}
// One text in each row, below each other: a title of what comes next, or a note.
inline bool is_title(const Grid& part) {
  for (size_t r = 0; r < part.rows(); ++r) {
    if (filled_cells(part, r) > 1) return false;
  }
  return true;
}
inline std::string text_of(const Grid& title) {
  constexpr size_t bytes_max = 200;
  std::string text;
  for (size_t r = 0; r < title.rows(); ++r) {
    for (const Grid::Id id : title.row(r)) {
      if (id != 0) text += std::string(title.text(id).substr(0, bytes_max)) + " ";
    }
  }
  return text;
}
// None of a long text: that is prose, not a label.
inline std::vector<std::string> words_of_label(std::string_view text) {
  constexpr size_t label_bytes_max = 200;
  return text.size() > label_bytes_max ? std::vector<std::string>() : words(text);
}
inline bool has_word(std::string_view text, const Known& known) {
  return any_of_words(words_of_label(text), known);
}

// Of each column whether `test` is true of it: asked once, not for each of its cells.
template <typename Test>
std::vector<bool> columns_that(const Layout& layout, const Test& test) {
  std::vector<bool> all;
  for (const Column& column : layout.columns) all.push_back(test(column));
  return all;
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
