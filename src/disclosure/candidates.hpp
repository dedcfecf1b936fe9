// Rows of a file's tables that may be rows of the register data, for whoever compares them with the project's
// own (population.hpp): bounded, texts only, without what the file's format says of them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/grid.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {

// Limits of what is compared of one file.
inline constexpr size_t candidate_tables_max = 12;
inline constexpr size_t candidate_rows_max = 3000;  // of one table; of more, so many evenly spread
inline constexpr size_t candidate_columns_max = 16;
inline constexpr size_t candidate_cells_max = 120'000;
inline constexpr size_t candidate_cell_bytes_max = 32;

struct Candidate {
  std::string sheet;
  bool on_side = false;   // its rows are columns of the file
  uint64_t all_rows = 0;  // that the table has; more than rows.size(): a sample
  std::vector<std::string> headings;
  std::vector<uint64_t> places;  // of each row: where it stands in the file, from 1
  // Lower case; empty: nothing, or a text too long to be a value.
  std::vector<std::vector<std::string>> rows;
  size_t cells() const { return rows.size() * headings.size(); }
};

// The table as it stands; rows of another make than most, by themselves; on its side, when it is broad and
// low; and with the cells that hold several values taken apart. A row in which a count is hidden ("<5") is of
// a group of few and left out, unless most are.
std::vector<Candidate> candidates_of(const Grid& table, const Layout& layout);

}  // namespace fvm::disclosure
