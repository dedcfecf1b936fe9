// A foreign workbook (XLSX, CSV, TSV) as cells. Runs in a sandbox; the bytes are hostile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::runner {

// What it is is told by its bytes; `name` (as people know it) says how text is divided and names its sheet.
// Values as they are shown: of a formula its last result. Errors (usage): "spreadsheet.not_a_workbook",
// "spreadsheet.broken" with `part` and `reason`, "spreadsheet.encrypted", "spreadsheet.too_large".
Result<spreadsheet::Workbook> read_workbook(std::string_view bytes, const std::string& name);

// One worksheet's XML by itself, with the texts that its cells may refer to.
Result<std::vector<spreadsheet::Row>> read_worksheet(std::string_view xml,
                                                     const std::vector<std::string>& shared);

}  // namespace fvm::runner
