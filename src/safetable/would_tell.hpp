// The sums that a hidden cell stands in, and what else would have to be shown for one of them to tell it.
// Made of marks and published numbers alone: whoever has the table could write the same. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// "kommune = 101, koen = Total"
std::string text_of_cell(const Record& record, const std::vector<size_t>& codes, Language language);

// A sentence for each sum of the table that the cell is a part of, and for each that it is made of. `codes`:
// of the cell, one for each dimension.
std::vector<std::string> would_tell(const Record& record, const std::vector<size_t>& codes,
                                    Language language);

}  // namespace fvm::safetable
