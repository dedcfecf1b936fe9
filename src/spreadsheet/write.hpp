// Writes a workbook of ours as XLSX (ECMA-376): a heading row that stays in sight, a filter, and sheets that
// are shown, hidden or very hidden. libxlsxwriter in Debian 12 (1.1.4) knows no very hidden sheets.
#pragma once

#include <string>

#include "base/result.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::spreadsheet {

// The same workbook gives the same bytes. "spreadsheet.not_written" (defect) when the archive cannot be made.
Result<std::string> write_xlsx(const Workbook& workbook);

}  // namespace fvm::spreadsheet
