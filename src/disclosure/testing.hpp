// What the tests of this room share.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "disclosure/checks.hpp"
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

// "rule@row:column" of what blocks or asks for a look; notes are left out.
inline std::vector<std::string> found(const Table& table, const Pseudonyms& pseudonyms = {}) {
  Findings findings;
  check_table(table, layout_of(table), pseudonyms, {}, findings);
  std::vector<std::string> out;
  for (const Finding& f : findings.list()) {
    if (f.severity == Severity::note) continue;
    out.push_back(f.rule.substr(8) + "@" + std::to_string(f.place.row) + ":" +
                  std::to_string(f.place.column));
  }
  return out;
}
using Places = std::vector<std::string>;

// Whether `rule` finds something in a drawn table, whatever its weight.
inline bool finds(std::string_view rule, std::string_view table) {
  Findings findings;
  const Grid grid = drawn(table);
  check_table(grid, layout_of(grid), {}, {}, findings);
  return findings.count("finding." + std::string(rule)) > 0;
}

}  // namespace fvm::disclosure
