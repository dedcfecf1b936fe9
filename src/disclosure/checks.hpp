// The rules on one table (domain.md, "Sending results home"): counts under the threshold, counts that can be
// worked out from what stands beside them, rows that look like persons. Pure.
#pragma once

#include <cstdint>

#include "disclosure/finding.hpp"
#include "disclosure/identifiers.hpp"
#include "disclosure/table.hpp"

namespace fvm::disclosure {

struct Parameters {
  uint64_t cell_count_min = 5;  // fewer units than this in a cell must not leave; zero may
};

// Counts 1 … min − 1: block in columns that count, review in whole-number columns that do not say what they
// are. A masked cell whose value follows from a total and the other cells blocks too.
void check_counts(const Table& table, const Layout& layout, const Parameters& parameters, Findings& findings);

// A column of key variables blocks; many rows with a column of distinct long numbers, dates or ids go to a
// person.
void check_rows(const Table& table, const Layout& layout, Findings& findings);

// Personal numbers and pseudonyms in one text; `place` is where the text stands.
void check_text(std::string_view utf8, const Pseudonyms& pseudonyms, const Place& place, Findings& findings);

// Personal numbers and pseudonyms in every cell, numbers in any notation included ("1.01011234E8").
void check_identifiers(const Table& table, const Pseudonyms& pseudonyms, Findings& findings);

// All of the above.
void check_table(const Table& table, const Pseudonyms& pseudonyms, const Parameters& parameters,
                 Findings& findings);

}  // namespace fvm::disclosure
