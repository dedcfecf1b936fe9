// Words in the cells of a table: what all checks of tables need. Pure.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "disclosure/grid.hpp"
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

}  // namespace fvm::disclosure
