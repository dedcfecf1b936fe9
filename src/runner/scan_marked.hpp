// Rows whose cells a sign divides (';', ',', tab, '|'), within text that is no table: a log, notes, a
// program, a script of a page.
#pragma once

#include <string_view>

#include "runner/scan.hpp"

namespace fvm::runner {

// Rows that look like persons are "finding.printed_rows" at their first line. `counts`: few of them are
// "finding.small_count_possible" too.
void scan_marked_rows(std::string_view utf8, bool counts, Scan& scan);

}  // namespace fvm::runner
