// Tables and rows that a program printed into running text: logs, notes, comments, the text of a PDF.
#pragma once

#include <string_view>
#include <vector>

#include "runner/scan.hpp"

namespace fvm::runner {

// How a printed table is taken: as a table like any other, or as text that a person must look at (a log,
// where "Df 1" stands beside "n 120").
enum class Printed { table, log };

// Tables set apart by blank lines, their columns by two blanks or more, '|' or '&'. Rows that look like
// persons, and what R, SAS, Stata, pandas and psql print of them, are "finding.printed_rows".
void scan_printed(std::string_view utf8, Printed printed, Scan& scan);
// Records as JSON, one a line or in a list, by rows or by columns, or as "key: value" lines.
void scan_records(std::string_view utf8, Scan& scan);
// Lists of JSON records anywhere in a text: in a page's script, in a program.
void scan_records_within(std::string_view utf8, Scan& scan);

}  // namespace fvm::runner
