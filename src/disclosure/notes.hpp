// A sheet of notes or a cover beside the tables of a workbook. Pure.
#pragma once

#include "disclosure/grid.hpp"

namespace fvm::disclosure {

// A few lines of text, one in each row: no list of anything, no long text, and nobody's story.
bool is_notes(const Grid& table);

}  // namespace fvm::disclosure
