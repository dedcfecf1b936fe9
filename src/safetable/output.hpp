// A released table as a document. Everything is made of the record, which holds published numbers only.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// "xlsx", "csv", "json", "html", "svg": endings of files that can be written.
bool is_format(std::string_view ending);
// The same record gives the same bytes. "table.unknown_format" (usage).
Result<std::string> write_document(const Record& record, std::string_view format, Language language);

// "Persons by kommune, koen and aldersgruppe".
std::string title_of(const Record& record, Language language);

// A cross table in texts: rows are the codes of the first dimensions, columns those of the others, with one
// column for each figure.
struct Grid {
  std::vector<std::string> heading;            // dimension names, then columns
  std::vector<std::vector<std::string>> rows;  // labels, then cells
  size_t labels = 0;                           // how many columns are labels
};
Grid grid_of(const Record& record, Language language);
// What the marks mean, how many cells are hidden, on which data.
std::vector<std::string> notes_of(const Record& record, Language language);
// Lines of at most so many characters, broken at blanks: a drawing breaks none by itself.
std::vector<std::string> wrapped(const std::vector<std::string>& texts, size_t characters_max);
// What a person reads for a code: "Total", "(missing)", "101".
std::string label_of(const TableDimension& dimension, size_t code, Language language);
// The number, or the one mark of hidden cells: told apart, small and secondary ones would be bounds (0018).
std::string count_text(const Record& record, size_t cell);
std::string hidden_or_nobody(bool nobody);
std::string number_text(double value, Language language);
// "sum of beloeb".
std::string figure_name(const Measure& measure, const Rules& rules, Language language);

// Bars for the rows, of all columns together.
std::string chart_of(const Record& record, Language language);
// For XML and HTML, between tags or quotes.
std::string escaped(std::string_view text);

}  // namespace fvm::safetable
