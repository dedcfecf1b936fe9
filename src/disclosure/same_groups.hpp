// Counts of the same groups that stand twice in a file, of all persons and of some of them ("Alle", "Uden
// tidligere kræft"): where the two differ by few, it tells about those few. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/checks.hpp"
#include "disclosure/grid.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {

// A count and what it is of: its labels and heading, as a number that is the same for the same ones.
struct GroupCount {
  uint64_t key = 0, count = 0;
  Place place;
};

// The counts of one table, or of those rows of it that have the same first label.
struct Groups {
  std::string name;             // the title and the sheet's name, or that label
  size_t dealt_by = 0;          // the column of that label, from 1; 0: a whole table
  std::vector<GroupCount> all;  // by key; at most groups_counted_max
};
inline constexpr size_t groups_counted_max = 2000;
inline constexpr size_t groups_tables_max = 60;  // that are compared, of one file

// Of a table, of each of several that stand in it, and of the rows of each of few labels ("Population").
std::vector<Groups> groups_of(const Grid& table, const Layout& layout);
// A count of `b` that differs by one to min − 1 from that of the same group in `a`, where one of the two lies
// within the other: nowhere more, and a tenth less at most in all. Not when their names tell different years
// or sexes.
std::optional<Place> differ_in_few(const Groups& a, const Groups& b, const Parameters& parameters);

}  // namespace fvm::disclosure
