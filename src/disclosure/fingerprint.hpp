// The same numbers under the same headings, whatever file they stand in. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "disclosure/tallies.hpp"

namespace fvm::disclosure {

// Of the bytes below: one more when they change, so that fingerprints on record are made anew
// (safetable/renew.hpp).
inline constexpr int64_t fingerprint_version = 2;

// Bytes that two tables share exactly when they have the same headings, labels and numbers, in whatever
// order of rows and columns, with whatever title above and notes below. Numbers are compared as numbers
// ("1,5" and "1.50"). The heading is the first row with two cells that hold something; rows with fewer are no
// part of the table. Empty when there is no row with a number under it.
std::string canonical_cells(const Grid& table);
// The same in pieces.
using Take = std::function<void(std::string_view piece)>;
void canonical_cells(const Grid& table, const Take& take);
// The same, with tallies of the table that are at hand, from whatever row on.
void canonical_cells(const Grid& table, const Tallies& tallies, const Take& take);

}  // namespace fvm::disclosure
