// What the tests of this room share.
#pragma once

#include <sstream>
#include <string>

#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {

// A table drawn in text: lines, columns divided by '|'.
inline Table drawn(std::string_view text) {
  Table table;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (trim(line).empty()) continue;
    auto& row = table.rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '|');) row.emplace_back(trim(cell));
  }
  return table;
}

}  // namespace fvm::disclosure
