// A long worksheet cut before rows, so that its parts are parsed beside each other. Pure.
//
// Each part is a document of its own: closed where it was cut off, opened again where it goes on. That all of
// them are well-formed means that each cut lay between two rows of the sheet's data, so that together they
// say what the whole says: no cut lies in a tag, a value or a deeper element. Comments, sections of
// characters and instructions, in which "<row" is no row, are not cut at all; nor is any encoding but UTF-8.
#pragma once

#include <string_view>
#include <vector>

namespace fvm::runner {

using Pieces = std::vector<std::string_view>;  // one behind the other

// At most `count` parts; one, the whole, where it is not to be cut.
std::vector<Pieces> cut_sheet(std::string_view xml, size_t count);
// The same for one who takes all parts for nothing when one of them has comments, sections of characters or
// instructions, or is of another encoding: that is not looked for here.
std::vector<Pieces> cut_plain_sheet(std::string_view xml, size_t count);

}  // namespace fvm::runner
