// The order sheet (bestillingsark, domain.md): one worksheet per register with every variable and a column
// for an x; a hidden sheet that names the registers; registers that nobody may order from, very hidden.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "catalogue/listing.hpp"
#include "catalogue/types.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::catalogue {

// The empty sheet of a catalogue, for spreadsheet::write_xlsx.
spreadsheet::Workbook order_sheet(const Catalogue& catalogue);

// An order sheet as a list of variables, whatever is crossed in it. Errors (usage) with file, sheet and row:
// "catalogue.sheet_none" (no worksheet has the heading), "catalogue.sheet_orderable",
// "catalogue.sheet_empty".
Result<Listing> list_of(const spreadsheet::Workbook& workbook, std::string_view file);

}  // namespace fvm::catalogue
