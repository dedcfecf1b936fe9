// Which projects a change of the catalogue touches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/difference.hpp"
#include "catalogue/types.hpp"

namespace fvm::store {
class Database;
}

namespace fvm::extract {

// Does a specification (its text) use what changed? A change of a table touches it when the table is named,
// or leads a named one to its person; a change of a variable when the variable is named too, or leads to the
// person. Told from the words of the text: rather one project too many than one too few.
bool is_touched(std::string_view specification, const std::vector<catalogue::Change>& changes,
                const catalogue::Catalogue& before, const catalogue::Catalogue& after);

// Numbers of the open projects that are touched, sorted.
Result<std::vector<std::string>> touched_by(const store::Database& database,
                                            const std::vector<catalogue::Change>& changes,
                                            const catalogue::Catalogue& before,
                                            const catalogue::Catalogue& after);

}  // namespace fvm::extract
