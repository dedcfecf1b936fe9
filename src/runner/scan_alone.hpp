// Text, notes and pages in which nothing stands but one table, a title and a source: they are tables like any
// other, whatever their format (docs/architecture/0058).
#pragma once

#include <string_view>

#include "runner/scan.hpp"

namespace fvm::runner {

// Every byte is of a table that all rules pass and that is understood, or of a title made of its words and a
// few others; of a page, every element and attribute is among the few that tables need, in its place; of
// Markdown, nothing is anything else. Told as "finding.tables_alone".
void scan_tables_alone(std::string_view utf8, std::string_view extension, Scan& scan);

}  // namespace fvm::runner
