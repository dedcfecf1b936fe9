// Reading a foreign workbook: always inside a sandbox, never here.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/world.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::spreadsheet {

// `file` (XLSX, CSV or TSV, by its bytes and by the ending of `name`) as fvm-worker reads it in the sandbox
// "sheet". Errors: "spreadsheet.…" (usage: not a workbook, broken, too large), or surroundings: no launcher.
Result<Workbook> read_in_sandbox(const Path& launcher_socket, const Path& file, const std::string& name);

}  // namespace fvm::spreadsheet
